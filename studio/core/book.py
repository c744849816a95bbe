"""A book as it stands in its file, before it becomes a script.

Is: what every importer makes: sections of blocks of pieces, in the order of the source, with a
reason wherever something is not meant to be performed.
Is not: a script. Nothing is lost here: left-out sections, names, footnotes and their marks all keep
their text and place, so that the user can take them back and `verbatim` can account for all of it.
"""

from dataclasses import dataclass, replace
from typing import Literal

PieceKind = Literal["words", "direction", "name", "note"]
"""`direction`: a stage direction; `name`: who speaks; `note`: a mark such as a footnote's."""

BlockKind = Literal["paragraph", "letter", "heading", "speech", "stage", "break"]
"""`speech`: a speaker's text in a play (without a name: the last speaker goes on); `stage`: what
describes a play's stage; `letter`: a quotation set apart; `break`: a scene ends."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text of one kind, as the source has it, white space included."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or speech.

    Args:
        level: of a heading, from 1; otherwise 0.
        left_out: why it is not performed, such as "footnotes"; empty where it is.
    """

    pieces: tuple[Piece, ...]
    kind: BlockKind = "paragraph"
    level: int = 0
    left_out: str = ""

    @property
    def name(self) -> str:
        """Who speaks, as the source writes it; empty where it does not say."""
        return "".join(piece.text for piece in self.pieces if piece.kind == "name")

    @property
    def text(self) -> str:
        """All of its text, in order."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter, or a part of the book that is none.

    Args:
        left_out: why it is not performed, such as "front matter"; empty for a chapter.
    """

    title: str
    blocks: tuple[Block, ...]
    left_out: str = ""

    @property
    def body(self) -> tuple[Block, ...]:
        """Its blocks without the headings it begins with, which are its title."""
        length = 0
        while length < len(self.blocks) and (
            self.blocks[length].kind == "heading" or self.blocks[length].left_out
        ):
            length += 1
        kept = (block for block in self.blocks[:length] if block.left_out)
        return (*kept, *self.blocks[length:])

    @property
    def is_play(self) -> bool:
        """Whether it says itself who speaks."""
        return any(block.kind == "speech" for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Book:
    """A whole book.

    Args:
        source: all its text, read in a second and simpler way, as the proof that nothing is lost.
        notes: what the reader noticed, in sentences for the user.
        language: as the book says it, such as `en-GB`; empty: it does not.
        cover: the bytes of a picture; empty: there is none. Nobody has looked at it yet.
    """

    title: str
    author: str
    sections: tuple[Section, ...]
    source: str
    notes: tuple[str, ...] = ()
    language: str = ""
    cover: bytes = b""

    @property
    def has_directions(self) -> bool:
        """Whether it says anywhere what is done or how it is said."""
        blocks = (block for section in self.sections for block in section.blocks)
        return any(
            block.kind == "stage" or any(piece.kind == "direction" for piece in block.pieces)
            for block in blocks
        )

    @property
    def text(self) -> str:
        """All text of all sections, in order, blocks on lines of their own."""
        return "\n".join(block.text for section in self.sections for block in section.blocks)


def with_parts_joined(book: Book) -> Book:
    """The book in which a section of headings alone (`Part One`) opens the chapter after it."""
    sections: list[Section] = []
    waiting: list[Section] = []
    for section in book.sections:
        if not section.left_out and not section.body:
            waiting.append(section)
        elif section.left_out:
            sections.append(section)
        else:
            titles = [part.title for part in (*waiting, section) if part.title]
            blocks = tuple(block for part in (*waiting, section) for block in part.blocks)
            sections.append(Section(": ".join(titles), blocks))
            waiting = []
    return replace(book, sections=(*sections, *waiting))


def words(text: str, kind: BlockKind = "paragraph") -> Block:
    """A block of nothing but words."""
    return Block((Piece("words", text),), kind)
