"""Books and plays from files, as scripts.

Is: one face for all formats: a look at what an import would give, and the import.
Is not: a reader of any format, and no judge of words; whatever it hands out is proven against the
source first.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.core.adapt import Adaptation, Line, adapt, proven
from studio.core.attribution import Quotation
from studio.core.book import Book, with_parts_joined
from studio.core.import_options import Brackets, ImportOptions, StageDirections
from studio.core.left_out import LeftOut
from studio.core.model import Script
from studio.core.script_text import parse_script, print_script
from studio.core.verbatim import first_difference
from studio.errors import ImportFailed
from studio.importers import limits
from studio.importers.docx import read_docx
from studio.importers.epub import read_epub
from studio.importers.fountain import read_fountain
from studio.importers.html import read_html
from studio.importers.markdown import read_markdown
from studio.importers.pdf import read_pdf
from studio.importers.plain import looks_like_script, read_plain, read_text
from studio.importers.table import read_table
from studio.services.scripts import SpeakerView, read_script

READERS: dict[str, Callable[[Path], Book]] = {
    "": read_plain,
    ".csv": read_table,
    ".docx": read_docx,
    ".epub": read_epub,
    ".fountain": read_fountain,
    ".htm": read_html,
    ".html": read_html,
    ".md": read_markdown,
    ".pdf": read_pdf,
    ".text": read_plain,
    ".tsv": read_table,
    ".txt": read_plain,
    ".xhtml": read_html,
}
"""By the ending of a file's name."""

SCRIPTS = {".txt", ".text", ".md", ""}
"""Endings under which a file may be a script already, which is taken as it is."""


@dataclass(frozen=True, slots=True)
class ImportedScript:
    """A script's text in the studio's format, notes for the user, and the book's cover."""

    text: str
    notes: tuple[str, ...] = ()
    cover: bytes = b""


@dataclass(frozen=True, slots=True)
class BookChapter:
    """A chapter of a book; `number` counts from 1, `turns` is 0 where it is not taken."""

    number: int
    title: str
    turns: int


@dataclass(frozen=True, slots=True)
class BookPreview:
    """What an import would give.

    Args:
        left_out: what is not performed; its numbers are what `take_back` wants.
        quotations: how many pieces of quoted speech were found in the taken chapters.
        uncertain: those whose speaker is doubtful; their numbers are what `corrections` wants.
        text: the script, as `import_book` would return it.
        has_directions: whether the source has stage directions, so that they are a question.
    """

    title: str
    author: str
    chapters: tuple[BookChapter, ...]
    speakers: tuple[SpeakerView, ...]
    left_out: tuple[LeftOut, ...]
    quotations: int
    uncertain: tuple[Line, ...]
    notes: tuple[str, ...]
    text: str
    has_directions: bool = False


def preview_book(path: Path, options: ImportOptions | None = None) -> BookPreview:
    """Say what an import of a file would give, without keeping anything.

    Raises:
        ImportFailed: the file cannot be read as what its name says.
        ScriptError: it is a script with a mistake.
    """
    options = options or ImportOptions()
    book = _read(path)
    if isinstance(book, ImportedScript):
        return _script_preview(book)
    made, text = _adapted(book, options, path.name)
    chapters = tuple(
        BookChapter(number, title, turns)
        for number, (title, turns) in enumerate(zip(made.chapters, made.turns, strict=True), 1)
    )
    return BookPreview(
        book.title, book.author, chapters, read_script(text).speakers, made.left_out,
        len(made.lines), made.uncertain, _notes(book, made), text, book.has_directions,
    )  # fmt: skip


def import_book(
    path: Path,
    options: ImportOptions | None = None,
    *,
    chapter: int | None = None,
    stage_directions: StageDirections = "drop",
) -> ImportedScript:
    """Bring a file in as a script.

    Args:
        path: a book, a play or a text; the ending of its name says what it is.
        options: every choice; without them, the two below.
        chapter: only this chapter or act, counted from 1.
        stage_directions: what becomes of a play's stage directions: left out, read by the
            narrator, or given to the performer where they are short.

    Raises:
        ImportFailed: the file cannot be read as what its name says.
        ScriptError: it is a script with a mistake.
    """
    chosen = () if chapter is None else (chapter,)
    options = options or ImportOptions(chosen, stage_directions=stage_directions)
    book = _read(path)
    if isinstance(book, ImportedScript):
        return _chosen_chapters(book, options.chapters, path.name)
    made, text = _adapted(book, options, path.name)
    return ImportedScript(text, _notes(book, made), book.cover)


def _read(path: Path) -> Book | ImportedScript:
    """A file as a book, or as the script that it is."""
    ending = path.suffix.lower()
    if ending in SCRIPTS:
        text, notes = read_text(path)
        if looks_like_script(text, ending):
            return ImportedScript(text, notes)
    reader = READERS.get(ending)
    if reader is None:
        known = " ".join(sorted(filter(None, READERS)))
        raise ImportFailed(f"{path.name}: {ending} files are not known. Known are {known}.")
    book = reader(path)
    if len(book.source) > limits.MAX_BOOK_CHARACTERS:
        raise ImportFailed(f"{path.name} holds more text than any book. Split it.")
    return with_parts_joined(book)


def _adapted(book: Book, options: ImportOptions, name: str) -> tuple[Adaptation, str]:
    """A book's script, proven to hold every word of it, and the script's text."""
    count = sum(not section.left_out for section in book.sections)
    _check_chapters(options.chapters, count, name)
    made = adapt(book, options)
    if not any(chapter.scenes for chapter in made.script.chapters):
        raise ImportFailed(f"{name} has no text that can be performed.")
    text = print_script(made.script)
    difference = proven(book, parse_script(text), options)
    if difference:
        raise ImportFailed(f"The import of {name} would change its text: {difference}.")
    return made, text


def _notes(book: Book, made: Adaptation) -> tuple[str, ...]:
    """What the user should know, in sentences; first what is left out."""
    notes = []
    if made.left_out:
        words = sum(part.words for part in made.left_out)
        reasons = Counter(part.reason for part in made.left_out)
        listed = ", ".join(f"{reason} ({count})" for reason, count in reasons.items())
        notes.append(f"Left out, {words} words in all: {listed}.")
    if made.lines:
        notes.append(
            f"{len(made.lines)} quotations have speakers; {len(made.uncertain)} of them are "
            "uncertain."
        )
    difference = first_difference(book.source, book.text)
    if difference:
        notes.append(f"Look at the text here, it may be incomplete: {difference}.")
    return (*notes, *made.notes, *book.notes)


def _chosen_chapters(script: ImportedScript, wanted: tuple[int, ...], name: str) -> ImportedScript:
    parsed = parse_script(script.text)
    if not wanted:
        return script
    _check_chapters(wanted, len(parsed.chapters), name)
    chapters = tuple(parsed.chapters[number - 1] for number in sorted(set(wanted)))
    return ImportedScript(print_script(Script(chapters, parsed.notes, parsed.cast)), script.notes)


def _check_chapters(wanted: tuple[int, ...], count: int, name: str) -> None:
    for number in wanted:
        if not 1 <= number <= count:
            raise ImportFailed(f"{name} has no chapter {number}; it has {count}.")


def _script_preview(script: ImportedScript) -> BookPreview:
    view = read_script(script.text)
    chapters = tuple(BookChapter(c.number, c.title, c.turns) for c in view.chapters)
    return BookPreview(
        view.title, view.author, chapters, view.speakers, (), 0, (), script.notes, script.text
    )


__all__ = [
    "BookChapter", "BookPreview", "Brackets", "ImportOptions", "ImportedScript", "LeftOut", "Line",
    "Quotation", "StageDirections", "import_book", "preview_book",
]  # fmt: skip
