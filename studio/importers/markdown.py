"""A Markdown file -> a book: CommonMark and tables, chapters by headings.

Is: a walk over the tokens of markdown-it. Is not: a renderer; links keep their words and lose their
addresses, pictures are left out.

- Footnotes are written `[^1]` and `[^1]: text`; both are left out by default.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from studio.core.book import Block, BlockKind, Book, Piece
from studio.core.headings import cut_at_headings
from studio.core.outer_matter import NOTES
from studio.errors import ImportFailed
from studio.importers import limits
from studio.importers.html_feed import Deadline
from studio.importers.page import read_page
from studio.importers.plain import read_text

_MARK = re.compile(r"(\[\^[^\]\s]+\])")
_NOTE = re.compile(r"\s*\[\^[^\]\s]+\]:")


def read_markdown(path: Path) -> Book:
    """Read a file.

    Raises:
        ImportFailed: it is no text, too large, or made to be slow.
    """
    text, notes = read_text(path, limits.MAX_MARKDOWN_BYTES)
    _refuse_slow(text, path.name)
    tokens = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").parse(text)
    title, sections = cut_at_headings(_blocks(tokens, path.name))
    book = Book(title or path.stem, "", sections, "", notes)
    return Book(book.title, "", sections, book.text, notes)


def _refuse_slow(text: str, name: str) -> None:
    """Refuse what no writer writes and the parser would take minutes for."""
    for paragraph in text.split("\n\n"):
        if (
            len(paragraph) > limits.MAX_MARKDOWN_PARAGRAPH
            or paragraph.count("[") > limits.MAX_MARKDOWN_BRACKETS
            or any(line.count("|") > limits.MAX_MARKDOWN_COLUMNS for line in paragraph.split("\n"))
        ):
            raise ImportFailed(
                f"{name} holds a paragraph that is too long or has too many signs. Put blank "
                "lines between its paragraphs."
            )


def _blocks(tokens: list[Token], name: str) -> Iterator[Block]:
    level, quoted = 0, 0
    deadline = Deadline()
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "blockquote_open":
                quoted += 1
            case "blockquote_close":
                quoted -= 1
            case "hr":
                yield Block((Piece("note", token.markup),), "break")
            case "fence" | "code_block":
                yield Block((Piece("words", token.content),), "letter")
            case "html_block":
                yield from (e.block for e in read_page(token.content, name, deadline).blocks)
            case "inline":
                yield _block(token, level, "letter" if quoted else "paragraph")


def _block(token: Token, level: int, kind: BlockKind) -> Block:
    text = "".join(_texts(token.children or []))
    if _NOTE.match(text):
        return Block((Piece("words", text),), left_out=NOTES)
    pieces = tuple(
        Piece("note" if number % 2 else "words", part)
        for number, part in enumerate(_MARK.split(text))
        if part
    )
    return Block(pieces, "heading", level) if level else Block(pieces, kind)


def _texts(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
