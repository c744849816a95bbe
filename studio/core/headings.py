"""Blocks with headings -> sections, for formats without a table of contents of their own.

Is: the choice of the heading level that makes chapters, and the cut at it.
Is not: aware of any format.
"""

from collections import Counter
from collections.abc import Iterable

from studio.core.book import Block, Section
from studio.core.outer_matter import FRONT, reason_by_title
from studio.core.tidy import clean

MAX_TITLE_PAGE_WORDS = 60


def cut_at_headings(blocks: Iterable[Block]) -> tuple[str, tuple[Section, ...]]:
    """Cut at the largest headings of which there are several; return the book's title as well.

    The title is the one heading above them, if there is one; what stands between it and the first
    chapter is a title page if it is short.
    """
    found = list(blocks)
    counts = Counter(block.level for block in found if block.kind == "heading")
    several = [level for level, count in counts.items() if count > 1]
    level = min(several or counts or [0])
    parts: list[list[Block]] = [[]]
    for block in found:
        begins = block.kind == "heading" and block.level <= level
        if begins and not (parts[-1] and _is_larger(parts[-1], block)):
            parts.append([])
        parts[-1].append(block)
    sections = [_section(part) for part in parts if part]
    above = next((b for b in found if b.kind == "heading" and b.level < level), None)
    title = clean(above.text) if above else ""
    if len(sections) > 1 and not sections[0].left_out and _is_title_page(sections[0], title):
        sections[0] = Section(sections[0].title, sections[0].blocks, FRONT)
    return title, tuple(sections)


def _is_larger(part: list[Block], heading: Block) -> bool:
    """Whether a part is nothing but larger headings, which open the chapter that comes now."""
    return all(block.kind == "heading" and block.level < heading.level for block in part[1:]) and (
        part[0].kind == "heading" and 1 < part[0].level < heading.level
    )


def _section(blocks: list[Block]) -> Section:
    titles = []
    for block in blocks:
        if block.kind != "heading":
            break
        titles.append(clean("".join(p.text for p in block.pieces if p.kind == "words")))
    title = ": ".join(titles)
    return Section(title, tuple(blocks), reason_by_title(title))


def _is_title_page(section: Section, title: str) -> bool:
    words = sum(len(block.text.split()) for block in section.blocks)
    return words <= MAX_TITLE_PAGE_WORDS and section.title in {"", title}
