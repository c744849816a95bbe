"""Where find-and-replace would change a script: what a writer sees before saying yes.

Is: the preview of `FindReplace`, made with the same pattern on the same words.
Is not: the change itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from studio.core.edits import FindReplace
from studio.core.model import Script, Words

CONTEXT_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Found:
    """One occurrence, with the words around it.

    Args:
        turn: id of the turn.
        chapter: counts from 1.
        replacement: what would stand there instead.
    """

    turn: str
    chapter: int
    speaker: str
    before: str
    match: str
    replacement: str
    after: str


def found_in(script: Script, edit: FindReplace, most: int) -> tuple[Found, ...]:
    """The first occurrences of what an edit looks for, at most so many.

    Raises:
        PatternError: the pattern cannot be used.
    """
    return tuple(islice(_all_found(script, edit), most))


def _all_found(script: Script, edit: FindReplace) -> Iterator[Found]:
    pattern = edit.pattern()
    for placed in script.placed_turns():
        if not edit.reaches(placed.turn):
            continue
        for part in placed.turn.parts:
            if not isinstance(part, Words):
                continue
            for match in pattern.matches(part.text):
                yield Found(
                    placed.turn.turn_id, placed.chapter, placed.turn.speaker,
                    part.text[max(0, match.start - CONTEXT_CHARACTERS) : match.start],
                    part.text[match.start : match.end], match.replacement,
                    part.text[match.end : match.end + CONTEXT_CHARACTERS],
                )  # fmt: skip
