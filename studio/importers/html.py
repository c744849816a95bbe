"""One HTML file -> a book, with chapters by its headings.

Is: the page reader of EPUBs, for a page that stands alone.
Is not: a browser: nothing is fetched, no script is run, no style is heeded.
"""

from pathlib import Path

from studio.core.book import Book
from studio.core.headings import cut_at_headings
from studio.core.tidy import clean
from studio.importers import limits
from studio.importers.html_feed import Deadline, flat_text
from studio.importers.page import read_page
from studio.importers.plain import read_text


def read_html(path: Path) -> Book:
    """Read a page.

    Raises:
        ImportFailed: it is no text, too large, nested too deep or made to be slow.
    """
    text, notes = read_text(path, limits.MAX_MEMBER_BYTES)
    deadline = Deadline()
    page = read_page(text, path.name, deadline)
    title, sections = cut_at_headings(entry.block for entry in page.blocks)
    source = flat_text(text, path.name, deadline)
    return Book(title or clean(page.title) or path.stem, "", sections, source, notes)
