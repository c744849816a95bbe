"""What ties a performance to a project: which turn of the project each turn of the job is.

Is: the turn ids as they were when the job was started; edits made meanwhile change nothing.
Is not: stored; a resumed job ties itself anew.
"""

from dataclasses import dataclass

from studio.core.plan import Plan, PlannedChunk
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

    def record(self, database: Database, plan: Plan, chunk: PlannedChunk) -> None:
        """Put the takes of a performed chunk into its turn's history."""
        # Takes of the same words in the same context share a key, also inside one turn's chunks.
        chunks = (other for chain in plan.chains for other in chain.chunks)
        part = [other for other in chunks if other.turn == chunk.turn].index(chunk)
        link_takes(database, self.project_id, self.turn_ids[chunk.turn], part, chunk.key)
