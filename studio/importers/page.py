"""One HTML or XHTML page -> blocks: headings, paragraphs, speeches of a play.

Is: a walk over the tags with Python's own parser, which stays linear where others do not.
Is not: aware of chapters or scripts; it says what stands on the page, and loses no text of it.

- Plays as Standard Ebooks marks them up: a table row per speech, the name in an element of type
  `z3998:persona`, stage directions in elements of type `z3998:stage-direction`.
- Footnotes and their marks are told by `epub:type`, by ARIA role, or as a link that is a number.
"""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from studio.core.book import Block, BlockKind, Piece, PieceKind
from studio.core.outer_matter import CONTENTS, NOTES
from studio.errors import ImportFailed
from studio.importers import limits
from studio.importers.html_feed import SILENT, Deadline, feed

PERSONA = "z3998:persona"
STAGE_DIRECTION = "z3998:stage-direction"
DRAMA = "z3998:drama"

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                  "source", "track", "wbr"})  # fmt: skip

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARAGRAPHS = frozenset({
    "p", "div", "blockquote", "li", "dd", "dt", "figcaption", "section", "article", "aside", "pre",
    "header", "footer", "nav", "table", "address", "hgroup", "ul", "ol", "dl", "body", "main",
    "center", "caption", "figure",
})  # fmt: skip
_SIBLINGS = {
    "li": ({"li"}, {"ul", "ol"}), "dt": ({"dt", "dd"}, {"dl"}), "dd": ({"dt", "dd"}, {"dl"}),
    "td": ({"td", "th"}, {"tr", "table"}), "th": ({"td", "th"}, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
}  # fmt: skip
"""Tags that end an open one of the first set, unless one of the second lies between."""
_CELLS = frozenset({"td", "th", "p", "div", "li"})
_MARKS = frozenset({"noteref", "doc-noteref", "pagebreak", "doc-pagebreak"})
_NOTES = frozenset({"footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes",
                    "doc-footnote", "doc-endnote", "doc-endnotes"})  # fmt: skip
_LETTERS = frozenset({"z3998:letter", "z3998:poem", "z3998:verse"})
_MARK_TEXT = re.compile(r"\s*[\[(]?(?:\d{1,4}|[*†‡§a-z])[\])]?\s*")
_SCENE_BREAK = re.compile(r"\s*(?:[*•⁂~#_–—-]\s*){1,7}\s*")


@dataclass(slots=True)
class PageBlock:
    """A block, the ids that stand at or in it, the types around it, whether it is all links."""

    block: Block
    anchors: set[str]
    types: frozenset[str]
    is_linked: bool


@dataclass(slots=True)
class Page:
    """A page: its title, the types of its body, its blocks, and how many pictures it shows."""

    title: str = ""
    types: frozenset[str] = frozenset()
    blocks: list[PageBlock] = field(default_factory=list)
    pictures: int = 0


def read_page(text: str, name: str, deadline: Deadline) -> Page:
    """Read a page.

    Raises:
        ImportFailed: it is nested deeper than any real page, or made to be slow.
    """
    reader = _PageReader(name)
    feed(reader, text, name, deadline)
    reader.finish_block()
    return reader.page


@dataclass(slots=True)
class _Element:
    """An open element: what it changes for the text inside it."""

    tag: str
    role: str
    types: frozenset[str]


class _PageReader(HTMLParser):
    """Collects blocks while the parser walks over the tags."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._name = name
        self._open: list[_Element] = []
        self._types: list[frozenset[str]] = [frozenset()]  # all types around, one per element
        self._inside = dict.fromkeys(
            ["silent", "direction", "persona", "mark", "row", "heading", "quote", "link"], 0
        )
        self._pieces: list[Piece] = []
        self._anchors: set[str] = set()
        self._level = 0
        self._linked = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        types = frozenset(f"{given.get('epub:type', '')} {given.get('role', '')}".split())
        if tag in VOID:
            self._void(tag, given)
            return
        if tag == "body":
            self._leave_head(types)
        self._end_implied(tag)
        self._in_title = tag == "title"
        role = self._role(tag, types, given)
        if role in {"row", "heading"} or self._breaks(tag):
            self.finish_block()
        elif tag in _CELLS and self._pieces:
            self._add("words", " ")
        if anchor := given.get("id") or given.get("name"):
            self._anchors.add(anchor)
        self._level = _HEADINGS.get(tag, self._level)
        self._push(_Element(tag, role, types | {"nav"} if tag == "nav" else types))

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag not in (element.tag for element in self._open):
            return
        if tag == "tr" or tag in _HEADINGS or self._breaks(tag):
            self.finish_block()
        while True:
            closed = self._open.pop()
            self._types.pop()
            if closed.role:
                self._inside[closed.role] -= 1
            if closed.role == "link":
                self._close_link()
            if closed.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        inside = self._inside
        if inside["silent"]:
            self.page.title += data if self._in_title else ""
        elif inside["mark"]:
            self._add("note", data)
        elif inside["persona"] and not inside["direction"]:
            self._add("name", data)
        else:
            self._add("direction" if inside["direction"] else "words", data)

    def finish_block(self) -> None:
        """Keep the block that ends here, if there is anything in it."""
        pieces = tuple(self._pieces)
        if any(piece.text.strip() for piece in pieces):
            types = self._types[-1] | self.page.types
            block = _settled(Block(pieces, self._kind(pieces, types), self._level), types)
            length = sum(len(piece.text.strip()) for piece in pieces)
            linked = self._linked >= 0.8 * length
            self.page.blocks.append(PageBlock(block, self._anchors, types, linked))
            self._anchors = set()
            if len(self.page.blocks) > limits.MAX_BLOCKS:
                raise ImportFailed(f"{self._name} has more paragraphs than any book.")
        self._pieces, self._linked = [], 0

    def _add(self, kind: PieceKind, text: str) -> None:
        if self._inside["link"]:
            self._linked += len(text.strip())
        if self._pieces and self._pieces[-1].kind == kind and not self._inside["link"]:
            text = self._pieces.pop().text + text
        self._pieces.append(Piece(kind, text))

    def _end_implied(self, tag: str) -> None:
        """End what HTML lets authors leave open: a paragraph, an item, a cell, a row."""
        is_block = tag in _PARAGRAPHS or tag in _HEADINGS or tag == "tr"
        if is_block and any(element.tag == "p" for element in self._open[-4:]):
            self.handle_endtag("p")
        if tag in _SIBLINGS:
            ended, walls = _SIBLINGS[tag]
            for element in reversed(self._open):
                if element.tag in ended:
                    self.handle_endtag(element.tag)
                if element.tag in ended | walls:
                    break

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if tag == "hr" and not self._inside["silent"]:
            self.finish_block()
            self.page.blocks.append(PageBlock(Block((), "break"), set(), self._types[-1], False))
        elif tag == "br":
            self.handle_data("\n")
        self.page.pictures += tag == "img"
        if anchor := given.get("id"):
            self._anchors.add(anchor)

    def _leave_head(self, types: frozenset[str]) -> None:
        """A body ends the head, also where that was never closed."""
        self.page.types |= types
        self._open, self._types = [], [frozenset()]
        self._inside = dict.fromkeys(self._inside, 0)

    def _push(self, element: _Element) -> None:
        self._open.append(element)
        self._types.append(self._types[-1] | element.types)
        if element.role:
            self._inside[element.role] += 1
        if len(self._open) > limits.MAX_DEPTH:
            raise ImportFailed(f"{self._name} is nested deeper than any real page.")

    def _role(self, tag: str, types: frozenset[str], given: dict[str, str]) -> str:
        if tag in SILENT:
            return "silent"
        if types & _MARKS or tag in {"rt", "rp"}:
            return "mark"
        if STAGE_DIRECTION in types:
            return "direction"
        if PERSONA in types and not self._pieces_have_words():
            return "persona"
        if tag in _HEADINGS or tag == "hgroup":
            return "heading"
        if tag == "a" and "href" in given:
            return "link"
        return {"tr": "row", "blockquote": "quote"}.get(tag, "")

    def _pieces_have_words(self) -> bool:
        return any(piece.text.strip() for piece in self._pieces)

    def _breaks(self, tag: str) -> bool:
        """Whether a tag ends a paragraph; a row and a heading hold theirs together."""
        return tag in _PARAGRAPHS and not self._inside["row"]

    def _kind(self, pieces: tuple[Piece, ...], types: frozenset[str]) -> BlockKind:
        if self._inside["heading"] and self._level:
            return "heading"
        if any(piece.kind == "name" for piece in pieces):
            return "speech"
        if DRAMA in types:
            return "speech" if self._inside["row"] else "stage"
        if self._inside["quote"] or types & _LETTERS:
            return "letter"
        text = "".join(piece.text for piece in pieces)
        return "break" if _SCENE_BREAK.fullmatch(text) else "paragraph"

    def _close_link(self) -> None:
        """A link that is nothing but a number or a star is a footnote's mark."""
        if self._pieces and _MARK_TEXT.fullmatch(self._pieces[-1].text) and len(self._pieces) > 1:
            self._pieces[-1] = Piece("note", self._pieces[-1].text)


def _settled(block: Block, types: frozenset[str]) -> Block:
    """Footnotes are left out; what ends a scene is no words; a heading's level stays its own."""
    if types & _NOTES:
        return replace(block, kind="paragraph", level=0, left_out=NOTES)
    if "nav" in types:
        return replace(block, kind="paragraph", level=0, left_out=CONTENTS)
    if block.kind == "break":
        return replace(block, pieces=(Piece("note", block.text),), level=0)
    return block if block.kind == "heading" else replace(block, level=0)
