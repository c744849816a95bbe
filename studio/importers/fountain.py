"""A Fountain screenplay -> a book that is a play.

Is: the elements of Fountain 1.1: title page, sections, scene headings, action, characters with
their parentheticals and dialogue, transitions, centered text, lyrics, notes and boneyard.
Is not: a judge of layout; page breaks and dual dialogue are read as plain dialogue.

- Sections (`# Act One`) make chapters, scene headings make scenes. Scene headings, action and
  transitions are stage directions; notes, synopses and the title page are left out.
Source: https://fountain.io/syntax
"""

import re
from pathlib import Path

from studio.core.book import Block, Book, Piece
from studio.core.headings import cut_at_headings
from studio.importers.plain import read_text

_SCENE = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|I/E)[. ]|\.(?=\w)", re.IGNORECASE)
_CHARACTER = re.compile(r"@.+|(?=[^a-z]*[A-Z])[^a-z(]+(?:\(.*\))?\s*\^?")
_TRANSITION = re.compile(r"[^a-z]+TO:|>.*[^<]")
_ASIDE = re.compile(r"(\[\[.*?\]\]|/\*.*?\*/)", re.DOTALL)
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=\S)(.+?)(?<=\S)(?<!\\)\1")
_TITLE_KEY = re.compile(r"([A-Z][\w ]{0,30}):(.*)")
_EXTENSION = re.compile(r"\s*\(.*\)\s*$")


def read_fountain(path: Path) -> Book:
    """Read a screenplay.

    Raises:
        ImportFailed: it is no text or too large.
    """
    text, notes = read_text(path)
    front, facts, text = _title_page(text)
    reader = _Reader()
    parts = _ASIDE.split(text)  # text and asides in turn
    for number, part in enumerate(parts):
        if number % 2:
            reader.aside(part)
            continue
        lines = part.split("\n")
        # The rest of a line on which an aside stands is no blank line.
        first = 1 if number and not lines[0].strip() else 0
        last = len(lines) - (number + 1 < len(parts) and not lines[-1].strip())
        for line in lines[first:last]:
            reader.line(line)
    blocks = front + reader.finish()
    _, sections = cut_at_headings(blocks)
    title, author = facts.get("title", path.stem), facts.get("author", facts.get("authors", ""))
    return Book(title, author, sections, "\n".join(block.text for block in blocks), notes)


def _title_page(text: str) -> tuple[list[Block], dict[str, str], str]:
    """The title page as a left-out block, what it says, and the text behind it."""
    head, _, rest = text.lstrip("\n").partition("\n\n")
    facts: dict[str, str] = {}
    key = ""
    for line in head.split("\n"):
        found = _TITLE_KEY.fullmatch(line)
        if found:
            key = found[1].lower()
            facts[key] = found[2].strip()
        elif key and line[:1].isspace():
            facts[key] = f"{facts[key]} {line.strip()}".strip()
        else:
            return [], {}, text
    plain = {key: _plain(value) for key, value in facts.items()}
    return [Block((Piece("words", head),), left_out="title page")], plain, rest


class _Reader:
    """Takes lines one by one and collects blocks."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._speech: list[Piece] = []
        self._cue = ""
        self._after_blank = True

    def line(self, line: str) -> None:
        text = line.strip()
        if not text:
            self._end_speech()
            self._after_blank = True
            return
        if self._speech:
            self._dialogue(text)
        elif self._after_blank and self._is_character(text):
            self._cue = text
            name = text.lstrip("@").rstrip("^ ")
            self._speech = [Piece("name", _EXTENSION.sub("", name).title())]
            if extension := _EXTENSION.search(name):
                self._speech.append(Piece("note", extension[0]))
        else:
            self._blocks.append(_outside(text))
        self._after_blank = False

    def aside(self, text: str) -> None:
        """A note or a passage struck out, wherever it stands."""
        if self._speech:
            self._speech.append(Piece("note", text))
        else:
            self._blocks.append(Block((Piece("words", text),), left_out="notes"))

    def finish(self) -> list[Block]:
        self._end_speech()
        return self._blocks

    def _dialogue(self, text: str) -> None:
        is_parenthetical = text.startswith("(") and text.endswith(")")
        words = _plain(text.removeprefix("~"))
        self._speech.append(Piece("direction" if is_parenthetical else "words", f"{words}\n"))

    def _end_speech(self) -> None:
        """A name without dialogue was none: it is action in capitals."""
        if any(piece.kind in {"words", "direction"} for piece in self._speech):
            self._blocks.append(Block(tuple(self._speech), "speech"))
        elif self._speech:
            self._blocks.append(Block((Piece("words", self._cue),), "stage"))
        self._speech = []

    def _is_character(self, text: str) -> bool:
        is_other = _SCENE.match(text) or _TRANSITION.fullmatch(text) or text[0] in "#=!>~"
        return not is_other and bool(_CHARACTER.fullmatch(text))


def _outside(text: str) -> Block:
    """A line that nobody speaks."""
    if text.startswith("==="):
        return Block((Piece("note", text),), "break")
    if text.startswith("="):
        return Block((Piece("words", text[1:].strip()),), left_out="notes")
    if text.startswith("#"):
        plain = text.lstrip("#")
        return Block((Piece("words", _plain(plain.strip())),), "heading", len(text) - len(plain))
    if _SCENE.match(text):
        return Block((Piece("words", _plain(text.removeprefix("."))),), "stage")
    return Block((Piece("words", _plain(text.strip("><!").strip())),), "stage")


def _plain(text: str) -> str:
    """Text without emphasis marks and their escapes."""
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    return re.sub(r"\\([*_])", r"\1", text).strip()
