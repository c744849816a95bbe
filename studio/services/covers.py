"""The cover picture of a project, in its folder.

Is: set from a file or from bytes, after a check of kind and size; shown, delivered, taken away.
Is not: changed in any way; the picture is kept as it came.

- The file is there before the project names it. A name without a file is as good as no cover.
"""

from pathlib import Path

from studio import paths
from studio.core.label import Cover
from studio.core.project import Project, ProjectSummary
from studio.errors import DeliveryError
from studio.media.cover import ENDINGS, check_cover, read_cover
from studio.media.publish import publish_file
from studio.services.projects import Projects
from studio.store.database import Database


class Covers:
    """The covers of a workspace's projects. Thread-safe."""

    def __init__(self, database: Database, projects: Projects) -> None:
        self._workspace = database.path.parent
        self._projects = projects

    def set(self, project: str, picture: Path) -> Path:
        """Make a picture's file the cover of a project; returns where the copy is.

        Raises:
            DeliveryError: it is no JPEG or PNG picture of a sensible size, or cannot be kept.
            ProjectError: there is no such project.
        """
        return self._keep(self._projects.open(project), read_cover(picture))

    def put(self, project: str, content: bytes) -> Path:
        """Make the bytes of a picture the cover of a project.

        Raises:
            DeliveryError: they are no JPEG or PNG picture of a sensible size, or cannot be kept.
            ProjectError: there is no such project.
        """
        return self._keep(self._projects.open(project), check_cover("The picture", content))

    def file(self, project: str) -> Path | None:
        """Where the cover of a project is; None: it has none."""
        return cover_file(self._workspace, self._projects.open(project))

    def of(self, project: Project | ProjectSummary) -> Path | None:
        """Where the cover of a project is that has been read; None: it has none."""
        return cover_file(self._workspace, project)

    def remove(self, project: str) -> None:
        """Take the cover of a project away."""
        found = self._projects.open(project)
        path = cover_file(self._workspace, found)
        self._projects.name_cover(found.slug, None)
        if path is not None:
            path.unlink(missing_ok=True)

    def _keep(self, project: Project, cover: Cover) -> Path:
        before = cover_file(self._workspace, project)
        path = keep_cover(self._workspace, project.slug, cover)
        self._projects.name_cover(project.slug, path.name)
        if before not in (None, path):
            before.unlink(missing_ok=True)
        return path


def keep_cover(workspace: Path, slug: str, cover: Cover) -> Path:
    """Write a cover into the folder of a project; all of it or nothing."""
    path = paths.project_folder(workspace, slug) / cover_name(cover)
    with publish_file(path) as file:
        file.write(cover.content)
    return path


def cover_name(cover: Cover) -> str:
    """What a project's cover is called in its folder."""
    return f"cover{ENDINGS[cover.codec]}"


def cover_file(workspace: Path, project: Project | ProjectSummary) -> Path | None:
    """The file of a project's cover, if there is one."""
    if not project.cover:
        return None
    path = paths.project_folder(workspace, project.slug) / Path(project.cover).name
    return path if path.is_file() else None


def cover_of(workspace: Path, project: Project) -> Cover | None:
    """The cover of a project, checked; None where it has none, or none that can be used."""
    path = cover_file(workspace, project)
    try:
        return read_cover(path) if path else None
    except DeliveryError:
        return None
