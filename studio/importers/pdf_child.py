"""The process that reads a PDF: text of its pages, outline, title, as JSON in a file.

Is: run by `pdf` with `python -I`, with caps on memory, time and files, and nothing of the studio.
Is not: imported for its functions; only its exit codes are.

    pdf_child.py BOOK OUT MEMORY_BYTES SECONDS PAGES TEXT_BYTES
"""

import json
import sys
from pathlib import Path

import pypdfium2

ENCRYPTED, TOO_LARGE = 3, 4
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD


def main(arguments: list[str]) -> int:
    """Read a PDF and return an exit code."""
    book, out = arguments[:2]
    memory, seconds, max_pages, max_bytes = map(int, arguments[2:])
    _limit(memory, seconds, max_bytes)
    try:
        document = pypdfium2.PdfDocument(book)
    except pypdfium2.PdfiumError as error:
        return ENCRYPTED if getattr(error, "err_code", 0) == _PASSWORD_ERROR else 1
    if len(document) > max_pages:
        return TOO_LARGE
    pages: list[str] = []
    size = 0
    for page in document:
        text = page.get_textpage().get_text_range().replace("\r\n", "\n")
        size += len(text.encode("utf-8", "replace"))
        if size > max_bytes // 2:
            return TOO_LARGE
        pages.append(text)
        page.close()
    facts = document.get_metadata_dict()
    answer = {"title": facts.get("Title", ""), "author": facts.get("Author", ""), "pages": pages,
              "outline": _outline(document)}  # fmt: skip
    Path(out).write_text(json.dumps(answer), encoding="ascii")
    return 0


def _outline(document: "pypdfium2.PdfDocument") -> list[tuple[str, int]]:
    """Titles of the outline's top level with the pages they lead to."""
    found = []
    for entry in document.get_toc(max_depth=1):
        target = entry.get_dest()
        if target is not None and target.get_index() is not None:
            found.append((entry.get_title(), target.get_index()))
    return found


def _limit(memory: int, seconds: int, max_bytes: int) -> None:
    """Caps of the operating system, where it knows them (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    for kind, cap in [(resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds),
                      (resource.RLIMIT_FSIZE, 4 * max_bytes)]:  # fmt: skip
        # A cap that the system refuses (macOS has no RLIMIT_AS to speak of) is no reason to stop.
        try:
            resource.setrlimit(kind, (cap, cap))
        except (ValueError, OSError):
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
