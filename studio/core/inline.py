"""One line of a turn: words, `[direction]`, `[pause 0.8s]` and escapes.

Is: both directions of that small grammar, for text that is already known to belong to a turn.
Is not: aware of speakers, chapters or blank lines (`script_text`).

- A backslash before one of `[ ] : # * - \\` makes that character plain text; before anything else
  it is a backslash.
- A bracket opens and closes on one line and does not hold another bracket.
"""

import re

from studio.core.model import Direction, Part, Pause, Words
from studio.errors import ScriptError

ESCAPABLE = frozenset("[]:#*-\\")
MAX_DIRECTION_CHARACTERS = 200
MAX_PAUSE_MS = 60_000

_TIMED = re.compile(r"pause\s+(?=[\d.,+-])(?P<length>.*)", re.IGNORECASE)
_LENGTH = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,6})?)\s*(?P<unit>m?s)", re.IGNORECASE)


def parse_line(text: str, line: int, column: int) -> list[Part]:
    """Read one line of a turn.

    Args:
        text: the line without the speaker's name and without white space at its ends.
        line: its 1-based number, for errors.
        column: the 1-based column of its first character, for errors.

    Raises:
        ScriptError: a bracket is unclosed, empty, nested or stray, or a pause has no length.
    """
    parts: list[Part] = []
    words = ""
    position = 0
    while position < len(text):
        if text[position] == "[":
            part, end = _parse_bracket(text, position, line, column)
            parts += [Words(words)] if words else []
            parts.append(part)
            words, position = "", end
        elif text[position] == "]":
            raise ScriptError(
                line, column + position, "this ']' closes no bracket.",
                "Write \\] to have it spoken, or put a '[' where the direction begins.",
            )  # fmt: skip
        else:
            character, position = _read_character(text, position)
            words += character
    return [*parts, Words(words)] if words else parts


def print_part(part: Part) -> str:
    """Write one part as it stands in a script.

    >>> print_part(Pause(800)), print_part(Direction("whisper")), print_part(Words("a [b]"))
    ('[pause 0.8s]', '[whisper]', 'a \\\\[b\\\\]')
    """
    match part:
        case Words(text):
            return re.sub(r"[\[\]\\]", r"\\\g<0>", text)
        case Direction(text):
            return "[" + text.replace("\\", "\\\\") + "]"
        case Pause(milliseconds):
            return f"[pause {milliseconds / 1000:g}s]"


def _read_character(text: str, position: int) -> tuple[str, int]:
    """Return the character at a position, escape resolved, and the position after it."""
    following = text[position + 1 : position + 2]
    if text[position] == "\\" and following and following in ESCAPABLE:
        return following, position + 2
    return text[position], position + 1


def _parse_bracket(text: str, start: int, line: int, column: int) -> tuple[Part, int]:
    """Read the bracket that opens at `start`; return its part and the position after it."""
    content = ""
    position = start + 1
    while position < len(text) and text[position] != "]":
        character, position = _read_character(text, position)
        if character in "[]":
            raise ScriptError(
                line, column + position - 1, "a bracket stands inside a bracket.",
                "Close the first one before it, or write \\[ before the first one to have it "
                "spoken.",
            )  # fmt: skip
        content += character
    if position == len(text):
        raise ScriptError(
            line, column + start, "this '[' is never closed.",
            "Add a ']' where the direction ends (on the same line), or write \\[ to have the "
            "bracket spoken.",
        )  # fmt: skip
    return _make_part(content.strip(), line, column + start), position + 1


def _make_part(content: str, line: int, column: int) -> Direction | Pause:
    if not content:
        raise ScriptError(
            line, column, "the brackets are empty.",
            "Write a direction such as [whisper], or \\[\\] to have brackets spoken.",
        )  # fmt: skip
    if len(content) > MAX_DIRECTION_CHARACTERS:
        raise ScriptError(
            line, column, f"this direction has {len(content)} characters.",
            f"Keep it below {MAX_DIRECTION_CHARACTERS}, or write \\[ if it is spoken text.",
        )  # fmt: skip
    timed = _TIMED.fullmatch(content)
    return Pause(_milliseconds(timed["length"], line, column)) if timed else Direction(content)


def _milliseconds(length: str, line: int, column: int) -> int:
    match = _LENGTH.fullmatch(length.strip())
    if match:
        scale = 1000 if match["unit"].lower() == "s" else 1
        milliseconds = round(float(match["number"]) * scale)
        if 1 <= milliseconds <= MAX_PAUSE_MS:
            return milliseconds
    raise ScriptError(
        line, column, f"'{length.strip()}' is no length of a pause.",
        f"Write seconds or milliseconds up to {MAX_PAUSE_MS // 1000} s, such as [pause 0.8s] or "
        "[pause 300ms].",
    )  # fmt: skip
