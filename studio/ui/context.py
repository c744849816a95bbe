"""What every section of the page is given: the workspace, and the folder that browsers may read.

Is: values, and the two questions that all sections ask.
Is not: a place for events or markup.
"""

from dataclasses import dataclass

from studio.services import Project, Workspace
from studio.ui.served import Served


@dataclass(frozen=True)
class Context:
    """An open workspace and what is served from it."""

    workspace: Workspace
    served: Served

    @property
    def is_draft(self) -> bool:
        """Whether what is heard is the starter checkpoint."""
        return self.workspace.models.is_draft

    def project(self, slug: str) -> Project | None:
        """The project that a page has open, by the name its browser sent; None: none is open.

        Raises:
            ProjectError: there is no such project any more.
        """
        return self.workspace.projects.open(str(slug)) if slug else None
