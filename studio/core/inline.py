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

_TOKEN = re.compile(r"\\(?P<escaped>[\[\]:#*\\-])|[\[\]\\]|[^\[\]\\]+")
# What would be read as something else: brackets, and a backslash in front of what it could escape.
# The text of the next part may follow the end, so that a backslash there counts too.
_AMBIGUOUS = re.compile(r"[\[\]]|\\(?=[\[\]:#*\\-]|\Z)")
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
    words: list[str] = []
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        assert token is not None  # one of its branches takes any character
        position = token.end()
        if token[0] == "[":
            parts += [Words("".join(words))] if words else []
            part, position = _parse_bracket(text, token.start(), line, column)
            parts.append(part)
            words = []
        elif token[0] == "]":
            raise ScriptError(
                line, column + token.start(), "this ']' closes no bracket.",
                "Write \\] to have it spoken, or put a '[' where the direction begins.",
            )  # fmt: skip
        else:
            words.append(token["escaped"] or token[0])
    return [*parts, Words("".join(words))] if words else parts


def print_part(part: Part) -> str:
    """Write one part as it stands in a script.

    >>> print_part(Pause(800)), print_part(Direction("whisper")), print_part(Words("a [b]"))
    ('[pause 0.8s]', '[whisper]', 'a \\\\[b\\\\]')
    """
    match part:
        case Words(text):
            return _AMBIGUOUS.sub(r"\\\g<0>", text)
        case Direction(text):
            return "[" + text.replace("\\", "\\\\") + "]"
        case Pause(milliseconds):
            return f"[pause {milliseconds / 1000:g}s]"


def split_words(words: Words, at: int) -> tuple[Words, Words]:
    """Cut words at a character of their written form; a cut inside an escape goes before it.

    >>> split_words(Words("[a] b"), 5)
    (Words(text='[a]'), Words(text=' b'))
    """
    escaped = {match.start() for match in _AMBIGUOUS.finditer(words.text)}
    written = 0
    for cut in range(len(words.text)):
        written += 2 if cut in escaped else 1
        if written > at:
            return Words(words.text[:cut]), Words(words.text[cut:])
    return words, Words("")


def _parse_bracket(text: str, start: int, line: int, column: int) -> tuple[Part, int]:
    """Read the bracket that opens at `start`; return its part and the position after it."""
    content: list[str] = []
    position = start + 1
    while token := _TOKEN.match(text, position):
        character = token["escaped"] or token[0]
        if token[0] == "]":
            return _make_part("".join(content).strip(), line, column + start), token.end()
        if character in ("[", "]"):
            raise ScriptError(
                line, column + token.end() - 1, "a bracket stands inside a bracket.",
                "Close the first one before it, or write \\[ before the first one to have it "
                "spoken.",
            )  # fmt: skip
        content.append(character)
        position = token.end()
    raise ScriptError(
        line, column + start, "this '[' is never closed.",
        "Add a ']' where the direction ends (on the same line), or write \\[ to have the "
        "bracket spoken.",
    )  # fmt: skip


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
