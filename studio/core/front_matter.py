"""The block between two `---` lines at the very beginning of a script.

Is: `key: value` lines and one `cast:` list of `  Name: voice` lines.
Is not: YAML. A value is the rest of its line, taken literally; unknown keys are kept.
"""

import re
from dataclasses import dataclass

from studio.core.speaker_name import is_speaker_name
from studio.errors import ScriptError

FENCE = "---"
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Notes, cast, and the number of lines that the block takes (0: there is none)."""

    notes: Pairs = ()
    cast: Pairs = ()
    length: int = 0


def parse_front_matter(lines: list[str]) -> FrontMatter:
    """Read the block at the beginning of a script's lines.

    Raises:
        ScriptError: it is not closed, or holds a line that is none of the two kinds.
    """
    if not lines or lines[0].strip() != FENCE:
        return FrontMatter()
    notes: dict[str, str] = {}
    cast: dict[str, str] = {}
    in_cast = False
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == FENCE:
            return FrontMatter(tuple(notes.items()), tuple(cast.items()), number)
        if not line.strip():
            continue
        if in_cast and line[0].isspace():
            _read_cast_line(line, number, cast)
            continue
        key = _read_note(line, number, notes)
        in_cast = key == "cast"
    raise ScriptError(
        1, 1, "the front matter that opens here is never closed.",
        "Add a line '---' after it, or write \\--- if this line is text.",
    )  # fmt: skip


def print_front_matter(notes: Pairs, cast: Pairs) -> str:
    """Write the block, or nothing when there is nothing in it."""
    if not notes and not cast:
        return ""
    lines = [FENCE, *(f"{key}: {value}".rstrip() for key, value in notes)]
    lines += ["cast:"] if cast else []
    lines += [f"  {speaker}: {voice}" for speaker, voice in cast]
    return "\n".join([*lines, FENCE])


def _read_note(line: str, number: int, notes: dict[str, str]) -> str:
    """Add one `key: value` line and return its key; `cast:` opens the list and is not kept."""
    key, colon, value = (piece.strip() for piece in line.partition(":"))
    if not colon or line[0].isspace() or not _KEY.fullmatch(key):
        raise ScriptError(
            number, 1, "this line of the front matter is no 'key: value'.",
            "Write for example 'title: My play', or close the front matter with '---' above it.",
        )  # fmt: skip
    key = key.lower()
    if key in notes:
        raise ScriptError(number, 1, f"'{key}' stands here twice.", "Keep one of the two lines.")
    if key != "cast":
        notes[key] = value
    elif value:
        raise ScriptError(
            number, line.index(":") + 2, "the cast is a list of lines.",
            "Write 'cast:' alone and below it, indented, one '  Name: voice' per line.",
        )  # fmt: skip
    return key


def _read_cast_line(line: str, number: int, cast: dict[str, str]) -> None:
    speaker, _, voice = (piece.strip() for piece in line.partition(":"))
    column = len(line) - len(line.lstrip()) + 1
    if not is_speaker_name(speaker) or not voice:
        raise ScriptError(
            number, column, "this line of the cast is no 'Name: voice'.",
            "Write a speaker as it stands in the script, a colon, and the name of a voice.",
        )  # fmt: skip
    if speaker in cast:
        raise ScriptError(
            number, column, f"'{speaker}' is cast twice.", "Keep one of the two lines."
        )
    cast[speaker] = voice
