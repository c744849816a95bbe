"""Script text to Script and back (the format is described in docs/script-format.md).

Is: line structure: front matter, chapters, scenes, turns; the inside of a line is `inline`.
Is not: lenient. A text that cannot be read is a `ScriptError` with line, column and advice.

- parse(print(parse(text))) == parse(text); no word of the source is lost.
- Line breaks are `\\n`, `\\r\\n` or `\\r`. Other Unicode line separators are white space.
"""

import re
from dataclasses import dataclass, field

from studio.core.front_matter import FENCE, parse_front_matter, print_front_matter
from studio.core.inline import parse_line, print_part
from studio.core.model import NARRATOR, Chapter, Part, Scene, Script, Turn, Words
from studio.core.speaker_name import split_speaker
from studio.errors import ScriptError

SCENE_BREAK = "***"

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def parse_script(text: str) -> Script:
    """Read a script.

    Raises:
        ScriptError: naming the line and column of the first thing that cannot be read.
    """
    lines = _LINE_BREAK.split(text.removeprefix("\ufeff"))
    _refuse_unspeakable(lines)
    front = parse_front_matter(lines)
    builder = _Builder()
    for number, line in enumerate(lines[front.length :], start=front.length + 1):
        builder.feed(line, number)
    chapters = builder.finish()
    if not any(chapter.scenes for chapter in chapters):
        raise ScriptError(
            front.length + 1, 1, "the script has no text to perform.",
            "Write at least one line, such as 'Anna: Good morning.'",
        )  # fmt: skip
    return Script(chapters, front.notes, front.cast)


def print_script(script: Script) -> str:
    """Write a script so that parsing it gives the same script."""
    blocks = [print_front_matter(script.notes, script.cast)]
    for chapter in script.chapters:
        blocks.append(f"# {chapter.title}" if chapter.title else "")
        for number, scene in enumerate(chapter.scenes):
            blocks += [SCENE_BREAK] if number else []
            blocks += [print_turn(turn) for turn in scene.turns]
    return "\n\n".join(block for block in blocks if block) + "\n"


def print_turn(turn: Turn) -> str:
    """Write one turn, with its speaker's name unless it is the narrator's."""
    first, *others = print_parts(turn.parts).split("\n")
    first = _guard(first) if turn.speaker == NARRATOR else f"{turn.speaker}: {first}"
    return "\n".join([first, *(_guard(line) for line in others)])


def print_parts(parts: tuple[Part, ...]) -> str:
    """Write a turn's text as it stands in a script, without the name."""
    return "".join(print_part(part) for part in parts)


@dataclass(slots=True)
class _OpenTurn:
    """A turn whose end has not been seen: its lines with number and column of each."""

    speaker: str
    line: int
    lines: list[tuple[str, int, int]] = field(default_factory=list)

    def close(self) -> Turn:
        parts: list[Part] = []
        for text, number, column in self.lines:
            parts += [Words("\n")] if parts else []
            parts += parse_line(text, number, column)
        if not parts:
            raise ScriptError(
                self.line, 1, f"{self.speaker} says nothing here.",
                "Write the text behind the name, or delete the name.",
            )  # fmt: skip
        return Turn(self.speaker, _joined(parts), self.line)


class _Builder:
    """Collects lines into turns, turns into scenes, scenes into chapters."""

    def __init__(self) -> None:
        self._chapters: list[Chapter] = []
        self._title = ""
        self._scenes: list[Scene] = []
        self._turns: list[Turn] = []
        self._open: _OpenTurn | None = None

    def feed(self, raw: str, number: int) -> None:
        line = raw.strip()
        column = len(raw) - len(raw.lstrip()) + 1
        if not line:
            self._close_turn()
        elif line == SCENE_BREAK:
            self._close_scene()
        elif line.startswith("#") and _is_heading(line, number, column):
            self._close_chapter()
            self._title = line[1:].strip()
        else:
            self._feed_text(line, number, column)

    def finish(self) -> tuple[Chapter, ...]:
        self._close_chapter()
        return tuple(self._chapters)

    def _feed_text(self, line: str, number: int, column: int) -> None:
        named = split_speaker(line)
        if named:
            self._close_turn()
            speaker, text = named
            column += len(line) - len(text.lstrip())
            line = text.strip()
        else:
            speaker = NARRATOR
        if self._open is None:
            self._open = _OpenTurn(speaker, number)
        if line:
            self._open.lines.append((line, number, column))

    def _close_turn(self) -> None:
        if self._open is not None:
            self._turns.append(self._open.close())
            self._open = None

    def _close_scene(self) -> None:
        self._close_turn()
        if self._turns:
            self._scenes.append(Scene(tuple(self._turns)))
            self._turns = []

    def _close_chapter(self) -> None:
        self._close_scene()
        if self._scenes or self._title:
            self._chapters.append(Chapter(self._title, tuple(self._scenes)))
        self._scenes = []


def _is_heading(line: str, number: int, column: int) -> bool:
    """Whether a line that starts with `#` is a heading; a malformed one is an error."""
    if line.startswith("##") or line == "#":
        raise ScriptError(
            number, column, "this is no heading that the format knows.",
            "Write '# Title' for a chapter, or \\# to have the sign spoken.",
        )  # fmt: skip
    return line[1].isspace()


def _guard(line: str) -> str:
    """Escape what would make a line of text look like something else."""
    if line.startswith("#") or line in (SCENE_BREAK, FENCE):
        return "\\" + line
    return line.replace(":", "\\:", 1) if split_speaker(line) else line


def _joined(parts: list[Part]) -> tuple[Part, ...]:
    """Merge neighbouring words into one part."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, Words) and merged and isinstance(merged[-1], Words):
            merged[-1] = Words(merged[-1].text + part.text)
        else:
            merged.append(part)
    return tuple(merged)


def _refuse_unspeakable(lines: list[str]) -> None:
    for number, line in enumerate(lines, start=1):
        found = _UNSPEAKABLE.search(line)
        if found:
            raise ScriptError(
                number, found.start() + 1,
                f"the control character U+{ord(found[0]):04X} cannot be spoken.", "Delete it.",
            )  # fmt: skip
