"""What ties a performance to a project: which turn of the project each turn of the job is.

Is: the turn ids as they were when the job was started; edits made meanwhile change nothing.
Is not: stored; a resumed job ties itself anew.
"""

from dataclasses import dataclass

from studio.core.identity import give_ids
from studio.core.model import Script
from studio.core.plan import PlannedChunk
from studio.errors import ProjectError
from studio.services.projects import Projects
from studio.store.database import Database
from studio.store.turn_takes import link_takes


@dataclass(frozen=True, slots=True)
class ProjectLink:
    """A project and the ids of its turns, in the order of the performed script."""

    project_id: str
    turn_ids: tuple[str, ...]

    @classmethod
    def to(cls, projects: Projects, reference: str, text: str) -> "ProjectLink | None":
        """Tie a text to the project whose text it is; no reference, no tie.

        Raises:
            ProjectError: there is no such project, or it has another text.
        """
        if not reference:
            return None
        project = projects.open(reference)
        if project.script != text:
            raise ProjectError(f"The script of {project.slug} has changed. Perform it anew.")
        turns = projects.turns(reference)
        return cls(project.project_id, tuple(turn.turn_id for turn in turns))

    def with_ids(self, script: Script) -> Script:
        """The same script, its turns with the ids that they have in the project."""
        ids = iter(self.turn_ids)
        return give_ids(script, lambda: next(ids))

    def record(self, database: Database, chunk: PlannedChunk) -> None:
        """Put the takes of a performed chunk into its turn's history."""
        link_takes(database, self.project_id, chunk.turn_id, chunk.part, chunk.key)
