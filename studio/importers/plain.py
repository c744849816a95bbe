"""A text file -> a script.

Is: a script as it is, or prose paragraph by paragraph for the narrator.
Is not: a guess at who speaks in prose.

- What looks like a script (front matter, a chapter heading, or two lines with a speaker's name) is
  taken as one, its brackets included; everything else is prose, whose brackets are spoken.
"""

import re
from pathlib import Path

from studio.core.front_matter import FENCE
from studio.core.model import NARRATOR, Chapter, Scene, Script, Turn, Words
from studio.core.script_text import parse_script, print_script
from studio.core.speaker_name import split_speaker
from studio.errors import ImportFailed
from studio.importers import limits
from studio.importers.draft import ImportedScript, clean

_BLANK_LINES = re.compile(r"\n\s*\n")


def import_plain(path: Path, chapter: int | None) -> ImportedScript:
    """Read a text file, or one chapter of a script.

    Raises:
        ImportFailed: it does not exist, is too large, is no text, or has no such chapter.
        ScriptError: it is a script with a mistake.
    """
    if not path.is_file():
        raise ImportFailed(f"There is no file {path}.")
    if path.stat().st_size > limits.MAX_TEXT_BYTES:
        raise ImportFailed(f"{path.name} is larger than any text that can be read here.")
    text, notes = _decode(path.read_bytes(), path.name)
    if not _looks_like_script(text):
        text = _prose_script(text, path.stem)
        notes.append("The text has no speakers, so the narrator reads it.")
    script = parse_script(text)
    if chapter is None:
        return ImportedScript(text, tuple(notes))
    if not 1 <= chapter <= len(script.chapters):
        raise ImportFailed(f"{path.name} has no chapter {chapter}; it has {len(script.chapters)}.")
    chosen = Script((script.chapters[chapter - 1],), script.notes, script.cast)
    return ImportedScript(print_script(chosen), tuple(notes))


def _decode(content: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a file, its line ends made `\\n`, and a note where its encoding is a guess."""
    notes = []
    if b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise ImportFailed(f"{name} is no text file.")
    try:
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
        notes.append("The file is not UTF-8; its letters are read as Windows-1252.")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"), notes


def _looks_like_script(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n")]
    named = sum(1 for line in lines if split_speaker(line))
    headed = any(re.match(r"#\s+\S", line) for line in lines)
    return lines[0] == FENCE or headed or named >= 2


def _prose_script(text: str, title: str) -> str:
    paragraphs = [clean(paragraph) for paragraph in _BLANK_LINES.split(text)]
    turns = tuple(Turn(NARRATOR, (Words(words),)) for words in paragraphs if words)
    if not turns:
        return ""
    return print_script(Script((Chapter("", (Scene(turns),)),), (("title", title),)))
