"""An EPUB -> a book: its pages in the order of its spine, cut into chapters by its own contents.

Is: the joining of what the package, the table of contents and the pages say about each other.
Is not: a reader of tags (`page`) or of the package (`epub_package`).

- A chapter begins where the table of contents points, or, in a book without one, at a page's first
  heading. A page that neither names goes on with the chapter before it.
- What is left out: pages that say they are front or back matter, tables of contents, notes; where
  the book marks nothing, by title and shape (`core.outer_matter`).
"""

from dataclasses import dataclass, field
from pathlib import Path

from studio.core.book import Book, Section
from studio.core.outer_matter import reason_by_title, reason_by_types
from studio.core.tidy import clean
from studio.importers.archive import BookArchive
from studio.importers.epub_cover import read_cover
from studio.importers.epub_package import Package, read_package
from studio.importers.html_feed import Deadline, flat_text
from studio.importers.page import Page, PageBlock, read_page

MIN_LINKS = 4


def read_epub(path: Path) -> Book:
    """Read a whole EPUB.

    Raises:
        ImportFailed: it is damaged, hostile or none.
    """
    deadline = Deadline()
    with BookArchive(path) as archive:
        package = read_package(archive)
        cutter = _Cutter(package)
        source = []
        for member in package.members:
            text = archive.read(member).decode("utf-8", "replace")
            cutter.add(member, read_page(text, archive.name, deadline))
            source.append(flat_text(text, archive.name, deadline))
        cover = read_cover(archive, *package.cover) if package.cover[0] else b""
    notes = [f"{cutter.pictures} pictures are left out."] if cutter.pictures else []
    return Book(
        package.title, package.author, tuple(cutter.sections()), "\n".join(source), tuple(notes),
        package.language, cover,
    )  # fmt: skip


@dataclass(slots=True)
class _Draft:
    """A section as it grows."""

    label: str
    types: frozenset[str]
    blocks: list[PageBlock] = field(default_factory=list)

    @property
    def all_types(self) -> frozenset[str]:
        """Its page's types, and those that all its blocks share."""
        return self.types | frozenset.intersection(*(entry.types for entry in self.blocks))

    @property
    def has_text(self) -> bool:
        return any(entry.block.kind not in {"heading", "break"} for entry in self.blocks)


class _Cutter:
    """Cuts pages into sections."""

    def __init__(self, package: Package) -> None:
        self.pictures = 0
        self._package = package
        self._drafts: list[_Draft] = []

    def add(self, member: str, page: Page) -> None:
        """Take the next page of the spine."""
        self.pictures += page.pictures
        labels = self._package.labels.get(member, {})
        types = page.types | self._package.types.get(member, frozenset())
        if page.blocks and self._starts(labels, page, types):
            self._drafts.append(_Draft(labels.get("", ""), types))
        for number, entry in enumerate(page.blocks):
            label = next((labels[anchor] for anchor in entry.anchors if anchor in labels), None)
            if number and (label or self._is_chapter(entry)):
                self._drafts.append(_Draft(label or "", types))
            elif label and not self._drafts[-1].label:
                self._drafts[-1].label = label
            self._drafts[-1].blocks.append(entry)

    def sections(self) -> list[Section]:
        """All sections, with what is not performed marked."""
        is_marked = any("bodymatter" in draft.all_types for draft in self._drafts if draft.blocks)
        return [self._section(draft, is_marked) for draft in self._drafts if draft.blocks]

    def _starts(self, labels: dict[str, str], page: Page, types: frozenset[str]) -> bool:
        if not self._drafts or labels or not self._package.labels:
            return True
        before = reason_by_types(self._drafts[-1].all_types)
        return page.blocks[0].block.kind == "heading" or reason_by_types(types) != before

    def _is_chapter(self, entry: PageBlock) -> bool:
        """In a book without a table of contents, a large heading within a page."""
        is_large = entry.block.kind == "heading" and entry.block.level <= 2
        return is_large and not self._package.labels and self._drafts[-1].has_text

    def _section(self, draft: _Draft, is_marked: bool) -> Section:
        blocks = tuple(entry.block for entry in draft.blocks)
        title = _heading(draft.blocks) or clean(draft.label)
        reason = reason_by_types(draft.all_types)
        if not reason and "bodymatter" not in draft.all_types:
            reason = "front or back matter" if is_marked else ""
            reason = reason_by_title(title) or reason or self._reason_by_shape(draft)
        return Section(title, blocks, reason)

    def _reason_by_shape(self, draft: _Draft) -> str:
        """A list of links is a table of contents; a first page with the title is a title page."""
        linked = sum(entry.is_linked for entry in draft.blocks)
        if linked >= MIN_LINKS and linked >= 0.7 * len(draft.blocks):
            return "table of contents"
        text = clean(" ".join(entry.block.text for entry in draft.blocks))
        named = self._package.title and self._package.title.casefold() in text.casefold()
        is_first = draft is self._drafts[0]
        return "front matter" if is_first and named and len(text.split()) <= 80 else ""


def _heading(blocks: list[PageBlock]) -> str:
    """The headings with which a section begins, joined."""
    headings = []
    for entry in blocks:
        if entry.block.kind != "heading":
            break
        headings.append(clean("".join(p.text for p in entry.block.pieces if p.kind != "note")))
    return ": ".join(heading for heading in headings if heading)
