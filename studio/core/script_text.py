"""Script text to Script and back (the format is described in docs/script-format.md).

Is: line structure: front matter, chapters, scenes, turns; the inside of a line is `inline`.
Is not: lenient. A text that cannot be read is a `ScriptError` with line, column and advice.

- parse(print(parse(text))) == parse(text); no word of the source is lost.
- Printing changes layout only: line ends, blank lines, white space at the ends of a line, escapes
  that nothing needs, and `Narrator:` in front of a turn. Printing again changes nothing.
- Line breaks are `\\n`, `\\r\\n` or `\\r`. Other Unicode line separators are white space.
- Time is linear in the length of the text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from studio.core.front_matter import FENCE, parse_front_matter, print_front_matter
from studio.core.inline import parse_line, print_part
from studio.core.model import NARRATOR, Part, Script, Turn, Words
from studio.core.outline import Heading, Item, SceneBreak, from_outline, outline
from studio.core.speaker_name import split_speaker
from studio.errors import ScriptError

SCENE_BREAK = "***"
BYTE_ORDER_MARK = "\ufeff"

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def parse_script(text: str, *, draft: bool = False) -> Script:
    """Read a script.

    Args:
        draft: it is being written: there may be nothing yet below the headings.

    Raises:
        ScriptError: naming the line and column of the first thing that cannot be read.
    """
    lines = _split_lines(text.removeprefix(BYTE_ORDER_MARK))
    front = parse_front_matter(lines)
    reader = _Reader()
    for number, line in enumerate(lines[front.length :], start=front.length + 1):
        reader.feed(line, number)
    items = reader.finish()
    wanted = (Turn, Heading) if draft else Turn
    if not any(isinstance(item, wanted) for item in items):
        raise ScriptError(
            front.length + 1, 1, "the script has no text to perform.",
            "Write at least one line, such as 'Anna: Good morning.'",
        )  # fmt: skip
    return from_outline(items, Script((), front.notes, front.cast))


def parse_parts(text: str) -> tuple[Part, ...]:
    """Read a turn's text as it stands in a script, without the name.

    Nothing at the beginning of a line is special here, and blank lines fall away.

    Raises:
        ScriptError: it is empty or cannot be read; line and column count from its beginning.
    """
    turn = _OpenTurn("A turn", 1)
    for number, raw in enumerate(_split_lines(text), start=1):
        if line := raw.strip():
            turn.lines.append((line, number, _indent(raw) + 1))
    return turn.close().parts


def parse_title(text: str) -> str:
    """Read the title of a chapter, as it stands behind `# `.

    Raises:
        ScriptError: it is empty, has several lines, or holds a control character.
    """
    [title, *more] = _split_lines(text)
    if more or not title.strip():
        raise ScriptError(1, 1, "this is no title of a chapter.", "Write one line of text.")
    return title.strip()


def print_script(script: Script) -> str:
    """Write a script so that parsing it gives the same script."""
    return joined_blocks(script, map(print_item, outline(script)))


def joined_blocks(script: Script, items: Iterable[str]) -> str:
    """The text of a script of which the items are written already."""
    blocks = [print_front_matter(script.notes, script.cast), *items]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    opens_front_matter = not blocks[0] and text.partition("\n")[0] == FENCE
    # A blank line keeps text at the very beginning from being taken for something else.
    return "\n" + text if opens_front_matter or text.startswith(BYTE_ORDER_MARK) else text


def print_turn(turn: Turn) -> str:
    """Write one turn, with its speaker's name unless it is the narrator's."""
    first, *others = print_parts(turn.parts).split("\n")
    first = _guard(first) if turn.speaker == NARRATOR else f"{turn.speaker}: {first}"
    return "\n".join([first, *(_guard(line) for line in others)])


@lru_cache(maxsize=1 << 15)  # an edit prints the whole script, of which one turn has changed
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
        return Turn(self.speaker, joined(parts), self.line)


class _Reader:
    """Collects lines into turns, headings and scene breaks."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._open: _OpenTurn | None = None

    def feed(self, raw: str, number: int) -> None:
        line = raw.strip()
        column = _indent(raw) + 1
        if not line:
            self._close_turn()
        elif line == SCENE_BREAK:
            self._close_turn()
            self._items.append(SceneBreak())
        elif _reads_as_heading(line):
            self._close_turn()
            self._items.append(Heading(_heading_title(line, number, column)))
        else:
            self._feed_text(line, number, column)

    def finish(self) -> list[Item]:
        self._close_turn()
        return self._items

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
            self._items.append(self._open.close())
            self._open = None


def joined(parts: list[Part]) -> tuple[Part, ...]:
    """Merge neighbouring words into one part."""
    merged: list[Part] = []
    words: list[str] = []
    for part in parts:
        if isinstance(part, Words):
            words.append(part.text)
            continue
        merged += [Words("".join(words))] if words else []
        merged.append(part)
        words = []
    return (*merged, Words("".join(words))) if words else tuple(merged)


def print_item(item: Item) -> str:
    """Write a heading, a scene break or a turn."""
    match item:
        case Heading(title):
            return f"# {title}"
        case SceneBreak():
            return SCENE_BREAK
        case Turn():
            return print_turn(item)


def _reads_as_heading(line: str) -> bool:
    return line.startswith("#") and (line[1:2] in ("", "#") or line[1].isspace())


def _heading_title(line: str, number: int, column: int) -> str:
    if line.startswith("##") or line == "#":
        raise ScriptError(
            number, column, "this is no heading that the format knows.",
            "Write '# Title' for a chapter, or \\# to have the sign spoken.",
        )  # fmt: skip
    return line[1:].strip()


def _guard(line: str) -> str:
    """Escape what would make a line of text look like something else."""
    if line == SCENE_BREAK or _reads_as_heading(line):
        return "\\" + line
    return line.replace(":", "\\:", 1) if split_speaker(line) else line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _split_lines(text: str) -> list[str]:
    """The lines of a text, none of which holds a character that nothing can speak."""
    lines = _LINE_BREAK.split(text)
    for number, line in enumerate(lines, start=1):
        found = _UNSPEAKABLE.search(line)
        if found:
            raise ScriptError(
                number, found.start() + 1,
                f"the control character U+{ord(found[0]):04X} cannot be spoken.", "Delete it.",
            )  # fmt: skip
    return lines
