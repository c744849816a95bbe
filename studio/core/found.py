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
        before, after: the words around it; an ellipsis tells that there are more.
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
                    _end(part.text[: match.start]), part.text[match.start : match.end],
                    match.replacement, _beginning(part.text[match.end :]),
                )  # fmt: skip


def _end(text: str) -> str:
    return text if len(text) <= CONTEXT_CHARACTERS else f"…{text[-CONTEXT_CHARACTERS:]}"


def _beginning(text: str) -> str:
    return text if len(text) <= CONTEXT_CHARACTERS else f"{text[:CONTEXT_CHARACTERS]}…"
