"""The parts of a book that an import leaves out, numbered so that they can be taken back.

Is: one part per left-out section, one per section's left-out blocks, one for all footnote marks.
Is not: dependent on any choice: the numbers of a book's parts are always the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.core.book import Block, Book, Piece, Section
from studio.core.tidy import clean

FIRST_WORDS = 12
MARKS = "footnote marks and page numbers"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that is not performed.

    Args:
        number: from 1.
        reason: such as "front matter" or "footnotes".
        title: of its section; for parts of a chapter, the chapter's.
        words: how many.
        first_words: how it begins.
    """

    number: int
    reason: str
    title: str
    words: int
    first_words: str


def left_out_parts(book: Book) -> tuple[LeftOut, ...]:
    """Every left-out part, in the order of the book, the marks last."""
    parts = [
        _part(number, reason, section.title, [block.text for block in blocks])
        for number, (section, reason, blocks) in enumerate(_groups(book), start=1)
    ]
    marks = [piece.text for _, piece in _marks(book)]
    if marks:
        parts.append(_part(len(parts) + 1, MARKS, "", marks))
    return tuple(parts)


def with_taken_back(book: Book, numbers: frozenset[int]) -> Book:
    """The book with these parts no longer left out."""
    groups = list(_groups(book))
    chosen = [group for number, group in enumerate(groups, start=1) if number in numbers]
    marks = len(groups) + 1 in numbers
    sections = tuple(_taken_back(section, chosen, marks=marks) for section in book.sections)
    return replace(book, sections=sections)


_Group = tuple[Section, str, tuple[Block, ...]]


def _groups(book: Book) -> Iterator[_Group]:
    for section in book.sections:
        if section.left_out:
            yield section, section.left_out, section.blocks
            continue
        reasons = dict.fromkeys(block.left_out for block in section.blocks if block.left_out)
        for reason in reasons:
            yield section, reason, tuple(b for b in section.blocks if b.left_out == reason)


def _marks(book: Book) -> Iterator[tuple[Section, Piece]]:
    for section in book.sections:
        for block in section.blocks:
            if section.left_out or block.left_out or block.kind == "break":
                continue
            yield from ((section, piece) for piece in block.pieces if piece.kind == "note")


def _part(number: int, reason: str, title: str, texts: list[str]) -> LeftOut:
    words = clean(" ".join(texts)).split()
    return LeftOut(number, reason, title, len(words), " ".join(words[:FIRST_WORDS]))


def _taken_back(section: Section, chosen: list[_Group], *, marks: bool) -> Section:
    reasons = {reason for group, reason, _ in chosen if group is section}
    if section.left_out in reasons:
        return replace(section, left_out="", blocks=tuple(
            replace(block, left_out="") for block in section.blocks))  # fmt: skip
    blocks = [
        replace(block, left_out="") if block.left_out in reasons else block
        for block in section.blocks
    ]
    return replace(section, blocks=tuple(_with_marks(b) if marks else b for b in blocks))


def _with_marks(block: Block) -> Block:
    if block.kind == "break":
        return block
    return replace(block, pieces=tuple(
        Piece("words", piece.text) if piece.kind == "note" else piece for piece in block.pieces
    ))  # fmt: skip
