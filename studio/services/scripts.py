"""Scripts as they are shown: turns with their places, chapters, speakers.

Is: views of a parsed script. Is not: an editor.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from studio.core.model import Direction, Part, Pause, Script, Words
from studio.core.script_text import parse_script, print_parts

PartKind = Literal["words", "direction", "pause"]


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as it is shown.

    Args:
        index: counts from 0 over the whole script.
        chapter: counts from 1.
        scene: counts from 1 in its chapter.
        text: as written in the script, without the name.
        parts: what is spoken, direction and pauses, told apart.
        line: 1-based line of the script on which it starts.
    """

    index: int
    chapter: int
    scene: int
    speaker: str
    text: str
    parts: tuple[tuple[PartKind, str], ...]
    line: int


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter and how many turns it has; `number` counts from 1."""

    number: int
    title: str
    turns: int


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """A speaker and how much they have to say."""

    name: str
    turns: int
    words: int


@dataclass(frozen=True, slots=True)
class ScriptView:
    """A whole script as it is shown. `cast` is what its front matter asks for."""

    title: str
    author: str
    chapters: tuple[ChapterView, ...]
    turns: tuple[TurnView, ...]
    speakers: tuple[SpeakerView, ...]
    cast: dict[str, str]


def read_script(text: str) -> ScriptView:
    """Read a script in the studio's format.

    Raises:
        ScriptError: with line, column and advice.
    """
    return _view(parse_script(text))


def chapter_views(script: Script) -> tuple[ChapterView, ...]:
    """The chapters of a script that is read already."""
    return tuple(
        ChapterView(number, chapter.title, sum(len(scene.turns) for scene in chapter.scenes))
        for number, chapter in enumerate(script.chapters, start=1)
    )


def speaker_views(script: Script) -> tuple[SpeakerView, ...]:
    """The speakers of a script that is read already, in order of appearance."""
    counts: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for placed in script.placed:
        turn = placed.turn
        counts[turn.speaker] += 1
        words[turn.speaker] += sum(
            len(part.text.split()) for part in turn.parts if isinstance(part, Words)
        )
    return tuple(SpeakerView(name, counts[name], words[name]) for name in counts)


def _view(script: Script) -> ScriptView:
    turns = tuple(
        TurnView(
            placed.index,
            placed.chapter,
            placed.scene,
            placed.turn.speaker,
            print_parts(placed.turn.parts),
            turn_parts(placed.turn.parts),
            placed.turn.line,
        )
        for placed in script.placed_turns()
    )
    return ScriptView(
        script.title, script.author, chapter_views(script), turns, speaker_views(script),
        dict(script.cast),
    )  # fmt: skip


def turn_parts(parts: Iterable[Part]) -> tuple[tuple[PartKind, str], ...]:
    """What is spoken of a turn, direction and pauses, told apart."""
    return tuple(map(_part, parts))


def _part(part: Part) -> tuple[PartKind, str]:
    match part:
        case Words(text):
            return "words", text
        case Direction(text):
            return "direction", text
        case Pause(milliseconds):
            return "pause", f"{milliseconds / 1000:g} s"
