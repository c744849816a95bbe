"""A PDF -> a book: the text of its pages, read in a process of its own.

Is: the start and the bounds of that process (`pdf_child`), and the making of paragraphs from lines.
Is not: a reader of scans: a PDF without text is refused, in words.

- Chapters come from the PDF's own outline, else from lines that look like headings.
- Lines that stand at the top or the bottom of many pages, and page numbers, are left out.
- A word cut at the end of a line is joined again; its hyphen goes.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from studio.core.book import Block, Book, Piece, Section
from studio.core.outer_matter import reason_by_title
from studio.core.tidy import clean
from studio.errors import ImportFailed
from studio.importers import limits, pdf_child
from studio.importers.plain import is_heading

HEADERS = "page headers and numbers"
MIN_REPEATS = 3

_NUMBER = re.compile(r"[\s\-–—|]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})[\s\-–—|]*", re.IGNORECASE)
_CUT = re.compile(r"(?<=[a-zà-ÿ])[-\u00ad\u2010]\n(?=[a-zà-ÿ])")
_PDFIUM_HYPHEN = "\ufffe"  # what PDFium makes of a hyphen and the line break behind it


def read_pdf(path: Path) -> Book:
    """Read a document.

    Raises:
        ImportFailed: it is no PDF, is encrypted, holds no text, or takes too much to read.
    """
    if not path.is_file():
        raise ImportFailed(f"There is no file {path}.")
    if path.stat().st_size > limits.MAX_BOOK_BYTES:
        raise ImportFailed(f"{path.name} is larger than any book that can be read here.")
    found = _ask_child(path)
    if not any(page.strip() for page in found.pages):
        raise ImportFailed(
            f"{path.name} holds no text; its pages may be pictures. Run text recognition on it."
        )
    sections = tuple(_sections(found))
    source = "\n".join(block.text for section in sections for block in section.blocks)
    return Book(clean(found.title) or path.stem, clean(found.author), sections, source)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the child hands back: facts, the text of every page, and page -> title of a chapter."""

    title: str
    author: str
    pages: list[str]
    outline: dict[int, str]


def _ask_child(path: Path) -> _Found:
    """Run the reader with no environment, no more memory and no more time than it needs."""
    caps = [limits.MAX_PDF_MEMORY_BYTES, limits.MAX_PDF_SECONDS, limits.MAX_PDF_PAGES,
            limits.MAX_PDF_TEXT_BYTES]  # fmt: skip
    with TemporaryDirectory() as folder:
        out = Path(folder) / "text.json"
        command = [sys.executable, "-I", pdf_child.__file__, str(path.resolve()), str(out)]
        try:
            done = subprocess.run(
                [*command, *map(str, caps)], env={"PATH": os.defpath}, cwd=folder, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=limits.MAX_PDF_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise ImportFailed(f"{path.name} takes longer to read than any real book.") from error
        if done.returncode or not out.is_file():
            raise ImportFailed(_reason(path.name, done.returncode))
        answer = json.loads(out.read_text(encoding="utf-8"))
    outline = {int(page): str(title) for title, page in reversed(answer["outline"])}
    pages = [str(page).replace(_PDFIUM_HYPHEN, "-\n") for page in answer["pages"]]
    return _Found(str(answer["title"]), str(answer["author"]), pages, outline)


def _reason(name: str, code: int) -> str:
    if code == pdf_child.ENCRYPTED:
        return f"{name} is locked with a password. Save a copy without one."
    if code == pdf_child.TOO_LARGE:
        return f"{name} holds more pages or more text than any book."
    return f"{name} is no PDF that can be read: it is damaged, or takes too much memory or time."


def _sections(found: _Found) -> Iterator[Section]:
    """Chapters by the outline, else by headings; text before the first is a chapter of its own."""
    title, blocks = "", list[Block]()
    repeated = _repeated(found.pages)
    width = max(len(line) for page in found.pages for line in page.split("\n"))
    carried = ""
    for number, page in enumerate(found.pages):
        headers, text = _without_headers(page, repeated)
        starts = found.outline.get(number)
        if starts is not None:
            blocks += [_words(carried)] if carried else []
            carried = ""
            if blocks:
                yield Section(title, tuple(blocks), reason_by_title(title))
            title, blocks = clean(starts), []
        blocks += [Block((Piece("words", line),), left_out=HEADERS) for line in headers]
        *paragraphs, carried = _paragraphs(carried, text, width)
        for paragraph in paragraphs:
            if not found.outline and is_heading(paragraph):
                if any(not block.left_out for block in blocks):
                    yield Section(title, tuple(blocks), reason_by_title(title))
                    blocks = []
                title = clean(paragraph)
                blocks.append(_heading(paragraph))
            else:
                blocks.append(_words(paragraph))
    blocks += [_words(carried)] if carried else []
    if blocks:
        yield Section(title, tuple(blocks), reason_by_title(title))


def _words(text: str) -> Block:
    return Block((Piece("words", text),))


def _heading(text: str) -> Block:
    return Block((Piece("words", text),), "heading", 1)


def _repeated(pages: list[str]) -> set[str]:
    """First and last lines, numbers aside, that stand on many pages."""
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [line for line in page.splitlines() if line.strip()]
        counts.update({_shape(line) for line in (*lines[:1], *lines[-1:])})
    return {shape for shape, count in counts.items() if count >= MIN_REPEATS and shape}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "", line).strip().casefold()


def _without_headers(page: str, repeated: set[str]) -> tuple[list[str], str]:
    """The lines at a page's edges that are none of its text, and the text."""
    lines = [line for line in page.splitlines() if line.strip()]
    taken = []
    for place in (0, -1):
        if lines and (_NUMBER.fullmatch(lines[place]) or _shape(lines[place]) in repeated):
            taken.append(lines.pop(place))
    return taken, "\n".join(lines)


def _paragraphs(carried: str, text: str, width: int) -> list[str]:
    """Lines joined to paragraphs: one ends at a short line that ends a sentence, or at a heading.

    The last one may go on on the next page.
    """
    lines = text.split("\n") if text else []
    paragraphs = [carried] if carried else []
    ended = False
    for line in lines:
        alone = is_heading(line)
        if paragraphs and not ended and not alone:
            paragraphs[-1] = _CUT.sub("", f"{paragraphs[-1]}\n{line}")
        else:
            paragraphs.append(line)
        ends = line.rstrip()[-1:] in set('.!?…”’"»:')
        ended = alone or (ends and len(line) < 0.85 * width)
    return paragraphs if paragraphs and not ended else [*paragraphs, ""]
