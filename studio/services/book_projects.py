"""A book from a file as a project: script, suggested cast, cover, and the file itself.

Is: the one step between a file and a project that can be performed.
Is not: a reader of books (`books`); whoever wants to look first asks for a preview there.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from studio.core.import_options import ImportOptions
from studio.core.project import Project
from studio.core.script_text import parse_script
from studio.errors import CastError, DeliveryError
from studio.media.publish import publish_file
from studio.services.books import import_book
from studio.services.casting import Casting
from studio.services.covers import Covers
from studio.services.projects import Projects


@dataclass(frozen=True, slots=True)
class BookProject:
    """A project that was made of a book.

    Args:
        cover: whether the book's own cover was taken.
        notes: what the user should know, in sentences.
    """

    project: Project
    cover: bool
    notes: tuple[str, ...]


class BookProjects:
    """Makes projects of books. Thread-safe."""

    def __init__(self, projects: Projects, casting: Casting, covers: Covers) -> None:
        self._projects = projects
        self._casting = casting
        self._covers = covers

    def bring_in(
        self, path: Path, options: ImportOptions | None = None, title: str = ""
    ) -> BookProject:
        """Make a project of a book's file, with a suggested cast and the book's cover.

        Args:
            title: empty: the book's own, else the file's name.

        Raises:
            ImportFailed: the file cannot be read as what its name says.
            ScriptError: it is a script with a mistake.
        """
        book = import_book(path, options)
        script = parse_script(book.text)
        project = self._projects.create(book.text, title=title or script.title or path.stem)
        notes = list(book.notes)
        try:
            cast = self._casting.propose(script, dict(script.cast))
            project = self._projects.cast(project.slug, cast)
        except CastError as error:
            notes.append(f"Nobody is cast yet. {error}")
        has_cover = bool(book.cover) and self._take_cover(project, book.cover, notes)
        self._keep_source(project, path)
        return BookProject(self._projects.open(project.slug), has_cover, tuple(notes))

    def _take_cover(self, project: Project, content: bytes, notes: list[str]) -> bool:
        try:
            self._covers.put(project.slug, content)
        except DeliveryError as error:
            notes.append(f"The book's cover is not taken. {error}")
            return False
        return True

    def _keep_source(self, project: Project, path: Path) -> None:
        """The file as it came, beside the project; deleting it harms nothing."""
        copy = self._projects.folder(project) / f"source{path.suffix.lower()}"
        with path.open("rb") as source, publish_file(copy) as file:
            shutil.copyfileobj(source, file)
