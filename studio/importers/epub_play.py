"""An EPUB -> a script: a play with its speakers, or prose for the narrator.

Is: the acts or chapters of the book's body, one chapter each, in the order of its spine.
Is not: aware of who speaks in prose; quotes stay with the narrator.

- Front and back matter are left out, and the notes say so.
- Stage directions are left out, read by the narrator, or given to the performer where they say
  how to speak (`Languidly.`); what cannot be given is left out and counted.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from studio.core.model import NARRATOR, Chapter, Direction, Part, Scene, Script, Turn, Words
from studio.core.script_text import print_script
from studio.errors import ImportFailed
from studio.importers.archive import BookArchive
from studio.importers.draft import ImportedScript, StageDirections, clean, tidy_name
from studio.importers.epub_page import Block, Page, PieceKind, read_page

DRAMA = "z3998:drama"
OUTER_MATTER = frozenset({"frontmatter", "backmatter"})
MAX_MANNER_WORDS = 6

_CONTAINER = "META-INF/container.xml"
_MANNER = re.compile(r"\b\w{2,}ly\b|\baside\b|\b(?:voice|manner|tone)$", re.IGNORECASE)


def import_epub(
    path: Path, chapter: int | None, stage_directions: StageDirections
) -> ImportedScript:
    """Read an EPUB, or one chapter of it.

    Raises:
        ImportFailed: it cannot be read, or has no such chapter.
    """
    with BookArchive(path) as archive:
        package = _read_package(archive)
        pages = [
            read_page(archive.read(member).decode("utf-8", "replace"), archive.name)
            for member in package.members
        ]
    body = _body_pages(pages)
    writer = _ScriptWriter(stage_directions)
    chapters = [writer.chapter(number, page) for number, page in _choose(body, chapter, path.name)]
    if not any(made.scenes for made in chapters):
        raise ImportFailed(f"{path.name} has no text that can be performed.")
    outer = len(pages) - len(body)
    notes = [f"{outer} pages of front and back matter are left out."] if outer else []
    return ImportedScript(
        print_script(Script(tuple(chapters), package.notes)), (*notes, *writer.notes())
    )


@dataclass(frozen=True, slots=True)
class _Package:
    """What an EPUB's package file says: title and author, and its pages in reading order."""

    notes: tuple[tuple[str, str], ...]
    members: tuple[str, ...]


def _read_package(archive: BookArchive) -> _Package:
    container = archive.read_xml(_CONTAINER)
    root_files = container.findall(".//{*}rootfile")
    if not root_files:
        raise ImportFailed(f"{archive.name} is no EPUB: it names no package file.")
    package_file = root_files[0].get("full-path", "")
    package = archive.read_xml(package_file)
    places = {item.get("id"): item.get("href", "") for item in package.findall(".//{*}item")}
    spine = [item.get("idref") for item in package.findall(".//{*}itemref")]
    folder = posixpath.dirname(package_file)
    members = tuple(
        posixpath.normpath(posixpath.join(folder, unquote(places[page])))
        for page in spine
        if page in places
    )
    title = clean(package.findtext(".//{*}title") or "")
    author = clean(package.findtext(".//{*}creator") or "")
    notes = [(key, value) for key, value in (("title", title), ("author", author)) if value]
    return _Package(tuple(notes), members)


def _body_pages(pages: list[Page]) -> list[Page]:
    """The pages that are told, by their own marking; where nothing is marked, all."""
    body = [page for page in pages if "bodymatter" in page.types]
    body = body or [page for page in pages if not page.types & OUTER_MATTER]
    return [page for page in body if page.blocks]


def _choose(body: list[Page], chapter: int | None, name: str) -> list[tuple[int, Page]]:
    """Number the chapters, and keep one of them if one is asked for."""
    numbered = list(enumerate(body, start=1))
    if chapter is None:
        return numbered
    if not 1 <= chapter <= len(body):
        raise ImportFailed(f"{name} has no chapter {chapter}; it has {len(body)}.")
    return [numbered[chapter - 1]]


@dataclass(slots=True)
class _ScriptWriter:
    """Turns blocks into turns, and counts what it leaves out."""

    stage_directions: StageDirections
    dropped: int = 0
    given: int = 0
    _speaker: str = field(default=NARRATOR, init=False)

    def chapter(self, number: int, page: Page) -> Chapter:
        self._speaker = NARRATOR
        turns = [turn for block in page.blocks for turn in self._turns(block, page)]
        title = clean(page.heading) or f"Chapter {number}"
        return Chapter(title, (Scene(tuple(turns)),) if turns else ())

    def notes(self) -> list[str]:
        notes = []
        if self.given:
            notes.append(f"{self.given} stage directions are given to the performer.")
        if self.dropped:
            notes.append(
                f"{self.dropped} stage directions are left out; "
                "--stage-directions narrator has them read."
            )
        return notes

    def _turns(self, block: Block, page: Page) -> Iterator[Turn]:
        pieces = [(kind, text) for kind, text in self._pieces(block, page) if clean(text)]
        if block.speaker:
            self._speaker = tidy_name(block.speaker)
        elif DRAMA not in page.types:
            self._speaker = NARRATOR
        if self.stage_directions == "narrator":
            yield from self._turn_by_turn(pieces)
            return
        parts = tuple(_joined(self._parts(pieces)))
        if any(isinstance(part, Words) for part in parts):
            yield Turn(self._speaker, parts)

    def _pieces(self, block: Block, page: Page) -> list[tuple[PieceKind, str]]:
        """A paragraph of a play that nobody speaks describes the stage."""
        if DRAMA in page.types and not block.speaker and not block.in_row:
            return [("direction", text) for _, text in block.pieces]
        return block.pieces

    def _turn_by_turn(self, pieces: list[tuple[PieceKind, str]]) -> Iterator[Turn]:
        for kind, text in pieces:
            speaker = self._speaker if kind == "words" else NARRATOR
            yield Turn(speaker, (Words(clean(text)),))

    def _parts(self, pieces: list[tuple[PieceKind, str]]) -> Iterator[Part]:
        for kind, text in pieces:
            if kind == "words":
                yield Words(clean(text))
            elif self.stage_directions == "direction" and _is_manner(clean(text)):
                self.given += 1
                yield Direction(_as_direction(clean(text)))
            else:
                self.dropped += 1


def _is_manner(text: str) -> bool:
    """Whether a stage direction says how to speak: short, and by an adverb or a manner."""
    words = text.rstrip(".").split()
    return len(words) <= MAX_MANNER_WORDS and bool(_MANNER.search(" ".join(words)))


def _as_direction(text: str) -> str:
    """`Very seriously.` as `very seriously`; brackets have no place in a direction."""
    text = text.rstrip(".").replace("[", "(").replace("]", ")")
    return text[:1].lower() + text[1:]


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Put a space between parts, and join words that have come to stand side by side."""
    before: Part | None = None
    for part in parts:
        if isinstance(before, Words) and isinstance(part, Words):
            before = Words(f"{before.text} {part.text}")
            continue
        if isinstance(before, Words):
            yield Words(before.text + " ")
        elif before is not None:
            yield before
        before = Words(" " + part.text) if before is not None and isinstance(part, Words) else part
    if before is not None:
        yield before
