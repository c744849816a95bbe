"""Projects for programs. A project is named by its slug, which `projects_list` tells."""

from gradio.data_classes import FileData

from studio.services import Bundles, ImportOptions, Project, StageDirections, preview_book
from studio.ui.api.answers import Json, JsonList
from studio.ui.api.files import downloadable, uploaded
from studio.ui.context import Context


class ProjectsApi:
    """The operations on projects."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace
        self._projects = context.workspace.projects

    def list(self, trashed: bool = False) -> JsonList:
        """List the projects, the last changed first.

        Args:
            trashed: list those in the trash instead.
        """
        return self._projects.list(trashed=trashed)  # type: ignore[return-value]

    def create(self, text: str, title: str = "") -> Json:
        """Make a project of a script, and return it without its text.

        Args:
            text: a script, such as "# Chapter 1" and "Anna: [softly] Good morning.", with an empty line between turns.
            title: empty takes the script's own.
        """  # noqa: E501 - Gradio reads one line for each parameter
        return _facts(self._projects.create(text, title=title))

    def open(self, project: str) -> Json:
        """Return what is known of a project: title, author, language, cast, settings, cover.

        Args:
            project: its slug.
        """
        return _facts(self._projects.open(project))

    def rename(self, project: str, title: str) -> Json:
        """Give a project another title; its slug stays.

        Args:
            project: its slug.
            title: 1 to 200 characters.
        """
        return _facts(self._projects.rename(project, title))

    def describe(
        self, project: str, title: str | None = None, author: str | None = None,
        language: str | None = None,
    ) -> Json:  # fmt: skip
        """Change the metadata of a project; what is left out stays.

        Args:
            project: its slug.
            title: of the book.
            author: of the book.
            language: an ISO 639-1 code such as en.
        """
        return _facts(
            self._projects.describe(project, title=title, author=author, language=language)
        )

    def duplicate(self, project: str, title: str = "") -> Json:
        """Copy a project with its takes.

        Args:
            project: its slug.
            title: of the copy; empty makes one of the original's.
        """
        return _facts(self._projects.duplicate(project, title))

    def delete(self, project: str) -> Json:
        """Put a project in the trash; projects_restore gets it back.

        Args:
            project: its slug.
        """
        return _facts(self._projects.delete(project))

    def restore(self, project: str) -> Json:
        """Get a project back from the trash, as it was.

        Args:
            project: its slug.
        """
        return _facts(self._projects.restore(project))

    def preview(
        self, book: FileData, stage_directions: StageDirections = "drop", dialogue: bool = True
    ) -> Json:
        """Say what an import of a book would give, without keeping anything.

        Args:
            book: an uploaded txt, md, html, fountain, epub, docx, pdf or csv file.
            stage_directions: drop, narrator or direction.
            dialogue: whether quotations in prose get speakers of their own.
        """
        options = ImportOptions(stage_directions=stage_directions, dialogue=dialogue)
        return preview_book(uploaded(book), options)  # type: ignore[return-value]

    def bring_in(
        self, book: FileData, title: str = "", stage_directions: StageDirections = "drop",
        dialogue: bool = True,
    ) -> Json:  # fmt: skip
        """Make a project of a book, with a suggested cast and the book's cover.

        Args:
            book: an uploaded txt, md, html, fountain, epub, docx, pdf or csv file.
            title: empty takes the book's own.
            stage_directions: drop, narrator or direction.
            dialogue: whether quotations in prose get speakers of their own.
        """
        options = ImportOptions(stage_directions=stage_directions, dialogue=dialogue)
        made = self._workspace.books.bring_in(uploaded(book), options, title)
        return {**_facts(made.project), "notes": made.notes}

    def export_bundle(self, project: str) -> Json:
        """Write a project with its takes and voices as one .tableread file, to be downloaded.

        Args:
            project: its slug.
        """
        found = self._projects.open(project)
        path = self._context.served.folder / f"{found.slug}{Bundles.suffix}"
        self._workspace.bundles.export(found.slug, path)
        return downloadable(path)

    def import_bundle(self, bundle: FileData) -> Json:
        """Add the project of a bundle to the workspace.

        Args:
            bundle: an uploaded .tableread file.
        """
        report = self._workspace.bundles.bring_in(uploaded(bundle))
        return {
            "project": report.project, "title": report.title, "turns": report.turns,
            "takes": report.takes, "voices": report.voices, "renamed": report.renamed,
        }  # fmt: skip

    def set_cover(self, project: str, picture: FileData) -> Json:
        """Give a project a cover.

        Args:
            project: its slug.
            picture: an uploaded JPEG or PNG file.
        """
        self._workspace.covers.set(project, uploaded(picture))
        return self.open(project)

    def remove_cover(self, project: str) -> Json:
        """Take the cover of a project away.

        Args:
            project: its slug.
        """
        self._workspace.covers.remove(project)
        return self.open(project)


def _facts(project: Project) -> Json:
    return {
        "project": project.slug, "title": project.title, "author": project.author,
        "language": project.language, "cast": project.cast, "settings": project.settings,
        "cover": project.cover, "created": project.created, "changed": project.changed,
        "trashed": project.trashed,
    }  # fmt: skip
