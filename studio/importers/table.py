"""A CSV or TSV file of speakers and lines -> a book that is a play.

Is: two columns, speaker and text, and a third one, chapter, where the first row names it.
Is not: a spreadsheet: a cell that looks like a formula is text, and is spoken as it stands.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from studio.core.book import Block, Book, Piece, Section
from studio.errors import ImportFailed
from studio.importers.plain import read_text

SPEAKER = {"speaker", "character", "name", "who", "role"}
TEXT = {"text", "line", "dialogue", "dialog", "speech", "words"}
CHAPTER = {"chapter", "act", "scene"}

Row = tuple[str, str, str]
"""Chapter, speaker, text."""


def read_table(path: Path) -> Book:
    """Read a table.

    Raises:
        ImportFailed: it is no text, too large, has one column only, or a quote is never closed.
    """
    text, notes = read_text(path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = list(_rows(reader, path.name))
    except csv.Error as error:
        raise ImportFailed(
            f"{path.name}, line {reader.line_num}: {error}. Put text that holds a comma, a quote "
            'or a line break between "quotes", and double the quotes inside it.'
        ) from error
    sections = tuple(
        Section(chapter, tuple(_block(speaker, words) for _, speaker, words in group))
        for chapter, group in groupby(rows, key=lambda row: row[0])
    )
    book = Book(path.stem, "", sections, "", notes)
    return Book(path.stem, "", sections, book.text, notes)


def _delimiter(text: str) -> str:
    """A comma, or what the first line has more of; other countries write semicolons."""
    first = re.sub(r'"[^"]*"?', "", text.partition("\n")[0])
    return max(",;\t", key=first.count)


def _rows(reader: Iterator[list[str]], name: str) -> Iterator[Row]:
    columns = (1, 0, -1)
    for number, cells in enumerate(reader, start=1):
        if number == 1 and (named := _columns(cells)):
            columns = named
            continue
        if not any(cell.strip() for cell in cells):
            continue
        text, speaker, chapter = columns
        if len(cells) <= max(text, speaker):
            raise ImportFailed(f"{name}, row {number}: there are no two columns, speaker and text.")
        yield (cells[chapter] if 0 <= chapter < len(cells) else ""), cells[speaker], cells[text]


def _columns(cells: list[str]) -> tuple[int, int, int] | None:
    """Where text, speaker and chapter stand, if a first row names them."""
    names = [cell.strip().casefold() for cell in cells]
    found = [
        next((place for place, name in enumerate(names) if name in known), -1)
        for known in (TEXT, SPEAKER, CHAPTER)
    ]
    return (found[0], found[1], found[2]) if min(found[:2]) >= 0 else None


def _block(speaker: str, text: str) -> Block:
    if not speaker.strip():
        return Block((Piece("words", text),), "letter")
    return Block((Piece("name", speaker), Piece("words", text)), "speech")
