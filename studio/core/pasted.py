"""A text from anywhere -> turns, headings and scene breaks to put into a script.

Is: what pasting many lines means. A text with names, headings or scene breaks is read as a script;
any other text is prose, a turn for each paragraph, or for each line where no line is blank.
Is not: an importer of books (`studio.importers`). It guesses no speakers.

- Nothing is refused: brackets that cannot be direction are spoken, control characters fall away.
- Front matter in front of a pasted script is left out; it belongs to a whole script.
"""

import re

from studio.core.inline import parse_line
from studio.core.model import Turn
from studio.core.outline import Item, outline
from studio.core.script_text import SCENE_BREAK, parse_parts, parse_script
from studio.core.speaker_name import split_speaker
from studio.errors import ScriptError

_LINE_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_BRACKET = re.compile(r"(?<!\\)[\[\]]")


def pasted_items(text: str, speaker: str) -> list[Item]:
    """Read a pasted text; its turns have no ids yet.

    Args:
        text: anything.
        speaker: who says what has no name in prose.

    >>> [(turn.speaker, len(turn.parts)) for turn in pasted_items("One.\\nTwo [2", "Ann")]
    [('Ann', 1), ('Ann', 1)]
    """
    cleaned = _UNSPEAKABLE.sub("", _LINE_BREAK.sub("\n", text)).strip()
    lines = [_readable(line.strip()) for line in cleaned.split("\n")]
    if not any(lines):
        return []
    if any(_is_structure(line) for line in lines):
        return _script_items("\n".join(lines), speaker)
    blocks = _BLANK_LINES.split("\n".join(lines)) if "" in lines else lines
    return [Turn(speaker, parse_parts(block)) for block in blocks if block]


def _script_items(text: str, speaker: str) -> list[Item]:
    try:
        return outline(parse_script(text))
    except ScriptError:
        # Such as a name with nothing to say: line by line nothing is lost.
        return [_line_turn(line, speaker) for line in text.split("\n") if line]


def _line_turn(line: str, speaker: str) -> Turn:
    named = split_speaker(line)
    if named and named[1].strip():
        return Turn(named[0], parse_parts(named[1]))
    return Turn(speaker, parse_parts(line))


def _readable(line: str) -> str:
    """The line, with brackets that direct nothing escaped."""
    try:
        parse_line(line, 1, 1)
    except ScriptError:
        return _BRACKET.sub(r"\\\g<0>", line)
    return line


def _is_structure(line: str) -> bool:
    named = split_speaker(line)
    return line == SCENE_BREAK or line.startswith("# ") or bool(named and named[1].strip())
