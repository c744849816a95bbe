"""One XHTML page of an EPUB -> headings, paragraphs and speeches.

Is: a walk over the tags with Python's own parser, which stays linear where others do not.
Is not: aware of scripts; it only says what stands on the page and what is a stage direction.

- Markup as Standard Ebooks writes plays: a table row per speech, the name in a cell of type
  `z3998:persona`, stage directions in elements of type `z3998:stage-direction`.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from studio.errors import ImportFailed
from studio.importers import limits

PieceKind = Literal["words", "direction"]

PERSONA = "z3998:persona"
STAGE_DIRECTION = "z3998:stage-direction"
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PARAGRAPHS = frozenset({"p", "blockquote", "li", "dd", "dt", "figcaption"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_SKIPPED = frozenset({"head", "script", "style", "svg", "math"})
_SKIPPED_TYPES = frozenset({"noteref", "footnote", "endnote", "pagebreak"})


@dataclass(slots=True)
class Block:
    """A paragraph or a table row: who speaks (empty: nobody is named), its pieces in order."""

    in_row: bool = False
    speaker: str = ""
    pieces: list[tuple[PieceKind, str]] = field(default_factory=list)

    def add(self, kind: PieceKind, text: str) -> None:
        """Append text; what has the same kind as the text before it joins that."""
        if self.pieces and self.pieces[-1][0] == kind:
            text = self.pieces.pop()[1] + text
        self.pieces.append((kind, text))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but white space."""
        return not any(text.strip() for _, text in self.pieces)


@dataclass(slots=True)
class Page:
    """A page: the types of its body, its first heading, its blocks."""

    types: frozenset[str] = frozenset()
    heading: str = ""
    blocks: list[Block] = field(default_factory=list)


def read_page(text: str, name: str) -> Page:
    """Read a page.

    Raises:
        ImportFailed: its elements are nested deeper than any real page's.
    """
    reader = _PageReader(name)
    reader.feed(text)
    reader.close()
    reader.finish_block()
    return reader.page


class _PageReader(HTMLParser):
    """Collects blocks while the parser walks over the tags."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._name = name
        self._open: list[tuple[str, str]] = []  # (tag, role) of the elements around
        self._roles = {"skip": 0, "direction": 0, "persona": 0, "heading": 0, "row": 0}
        self._block = Block()
        self._heading_done = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        types = frozenset((dict(attrs).get("epub:type") or "").split())
        if tag == "body":
            self.page.types = types
        if tag in _VOID:
            self.handle_data(" ")
            return
        role = self._role(tag, types)
        if role == "row" or (tag in _PARAGRAPHS and not self._roles["row"]):
            self.finish_block()
        self._open.append((tag, role))
        if len(self._open) > limits.MAX_DEPTH:
            raise ImportFailed(f"{self._name} is nested deeper than any real page.")
        if role:
            self._roles[role] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in (open_tag for open_tag, _ in self._open):
            return
        while True:
            closed, role = self._open.pop()
            if role:
                self._roles[role] -= 1
            if role == "heading" and self.page.heading.strip():
                self._heading_done = True
            if closed == tag:
                break
        if tag == "tr" or (tag in _PARAGRAPHS and not self._roles["row"]):
            self.finish_block()

    def handle_data(self, data: str) -> None:
        roles = self._roles
        if roles["skip"]:
            return
        if roles["heading"]:
            if not self._heading_done:
                self.page.heading += data
        elif roles["persona"] and not roles["direction"]:
            self._block.speaker += data
        else:
            self._block.add("direction" if roles["direction"] else "words", data)

    def finish_block(self) -> None:
        """Keep the block that ends here, if there is anything in it."""
        if not self._block.is_empty:
            self.page.blocks.append(self._block)
        self._block = Block(in_row=bool(self._roles["row"]))

    def _role(self, tag: str, types: frozenset[str]) -> str:
        if tag in _SKIPPED or types & _SKIPPED_TYPES:
            return "skip"
        if STAGE_DIRECTION in types:
            return "direction"
        if PERSONA in types and tag == "td":
            return "persona"
        if tag in _HEADINGS:
            return "heading"
        return "row" if tag == "tr" else ""
