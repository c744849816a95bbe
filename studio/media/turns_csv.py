"""The table of turns: who says what, when, as CSV.

Is: safe to open in a spreadsheet: a text that would be a formula there gets an apostrophe in front.
Is not: read again by Tableread.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("chapter", "title", "turn", "speaker", "start", "end", "book_start", "text", "take")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One turn. Times in seconds, in its chapter and in the whole book."""

    chapter: int
    title: str
    turn: int
    speaker: str
    start: float
    end: float
    book_start: float
    text: str
    take: str


def turns_table(rows: Iterable[TurnRow]) -> str:
    """A whole CSV file with a header, for spreadsheets (RFC 4180)."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([
            row.chapter, harmless(row.title), row.turn, harmless(row.speaker), f"{row.start:.3f}",
            f"{row.end:.3f}", f"{row.book_start:.3f}", harmless(row.text), harmless(row.take),
        ])  # fmt: skip
    return output.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("a=b")
    ("'=1+1", 'a=b')
    """
    clean = text.replace("\0", "")
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) else clean
