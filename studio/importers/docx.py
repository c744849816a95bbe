"""A DOCX file -> a book, with chapters by its heading styles.

Is: the paragraphs of `word/document.xml`, read one by one within bounds, and the footnotes.
Is not: a reader of layout: text boxes stand where they are anchored, deleted text is gone, tables
are read cell by cell.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from studio.core.book import Block, Book, Piece, Section
from studio.core.headings import cut_at_headings
from studio.core.outer_matter import NOTES
from studio.core.tidy import clean
from studio.errors import ImportFailed
from studio.importers.archive import BookArchive

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DOCUMENT, _STYLES, _FOOTNOTES, _FACTS = (
    "word/document.xml", "word/styles.xml", "word/footnotes.xml", "docProps/core.xml",
)  # fmt: skip
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}


def read_docx(path: Path) -> Book:
    """Read a document.

    Raises:
        ImportFailed: it is damaged, hostile or none.
    """
    with BookArchive(path) as archive:
        members = set(archive.names())
        if _DOCUMENT not in members:
            raise ImportFailed(
                f"{path.name} is no DOCX: it holds no {_DOCUMENT}. Save it again as DOCX, "
                "or choose another file."
            )
        levels = _levels(archive) if _STYLES in members else {}
        blocks = list(_blocks(archive, _DOCUMENT, levels))
        notes = list(_blocks(archive, _FOOTNOTES, {})) if _FOOTNOTES in members else []
        title, author = _facts(archive) if _FACTS in members else ("", "")
    heading, sections = cut_at_headings(blocks)
    if notes:
        sections = (*sections, Section("Footnotes", tuple(notes), NOTES))
    source = "\n".join(block.text for section in sections for block in section.blocks)
    return Book(title or heading or path.stem, author, sections, source)


def _blocks(archive: BookArchive, member: str, levels: dict[str, int]) -> Iterator[Block]:
    """Every paragraph, without ever holding the whole tree."""
    content = io.BytesIO(archive.read(member))
    events = etree.iterparse(
        content, tag=f"{W}p", resolve_entities=False, no_network=True, huge_tree=False,
        load_dtd=False,
    )  # fmt: skip
    try:
        for _, paragraph in events:
            if not any(True for _ in paragraph.iterancestors(_FALLBACK)):
                yield from _block(paragraph, levels)
            if not any(True for _ in paragraph.iterancestors(f"{W}p")):
                _forget(paragraph)
    except etree.XMLSyntaxError as error:
        raise ImportFailed(f"{archive.name} is damaged: {member} is no XML.") from error


def _forget(paragraph: etree._Element) -> None:
    paragraph.clear()
    while paragraph.getprevious() is not None:
        del paragraph.getparent()[0]


def _block(paragraph: etree._Element, levels: dict[str, int]) -> Iterator[Block]:
    text = "".join(_texts(paragraph))
    if not text.strip():
        return
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    level = levels.get(style.get(f"{W}val", ""), 0) if style is not None else 0
    if level:
        yield Block((Piece("words", text),), "heading", level)
    elif re.fullmatch(r"\s*(?:[*•⁂~#—-]\s*){1,7}", text):
        yield Block((Piece("note", text),), "break")
    else:
        yield Block((Piece("words", text),))


def _texts(paragraph: etree._Element) -> Iterator[str]:
    """Its own text, without that of paragraphs in boxes anchored in it."""
    for element in paragraph.iter(f"{W}t", *_SIGNS):
        if next(element.iterancestors(f"{W}p"), None) is paragraph:
            in_run = element.getparent() is not None and element.getparent().tag == f"{W}r"
            if in_run:
                yield _SIGNS.get(element.tag) or element.text or ""


def _levels(archive: BookArchive) -> dict[str, int]:
    """Style id -> heading level, by the style's name, which is the same in every language."""
    levels = {}
    for style in archive.read_xml(_STYLES).iter(f"{W}style"):
        name = style.find(f"{W}name")
        text = name.get(f"{W}val", "") if name is not None else ""
        found = _HEADING.fullmatch(text)
        if found:
            levels[style.get(f"{W}styleId", "")] = int(found[1]) + 1
        elif text.casefold() == "title":
            levels[style.get(f"{W}styleId", "")] = 1
    return levels


def _facts(archive: BookArchive) -> tuple[str, str]:
    facts = archive.read_xml(_FACTS)
    found = (facts.findtext(f".//{{*}}{key}") or "" for key in ("title", "creator"))
    title, author = (clean(text) for text in found)
    return title, author
