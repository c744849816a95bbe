"""The events of the frame: the page is opened."""

from studio.errors import ProjectError
from studio.services import Project
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.opening import opening


class ShellEvents:
    """What happens when a browser comes to the page."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @plainly
    def open_page(self, slug: str) -> tuple[Update, ...]:
        """Open the project that the address or the browser names, or the last changed one."""
        return opening(self._named(slug) or self._latest())

    def _named(self, slug: str) -> Project | None:
        try:
            return self._context.project(slug)
        except ProjectError:  # thrown away meanwhile, or of another workspace
            return None

    def _latest(self) -> Project | None:
        projects = self._context.workspace.projects
        newest = next(iter(projects.list()), None)
        return projects.open(newest.slug) if newest else None
