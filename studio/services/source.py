"""What a delivery is made of: a job as it was performed, or a project as it is now.

Is: the script, its plan, and the take of every chunk, chosen once; and the gate in front of it.
Is not: audio (`studio.services.take_audio`), and nothing is performed.

- The take that is heard of a project's turn is the selected or locked one, also when a job of the
  project is delivered.
- Adjustments of turns are part of the plan from here on, so that whatever is assembled has them.
- A turn without a take is named and refused. So is one whose take says something else than the
  script, unless it is locked or stale takes are allowed. A take that only heard something else is
  delivered with a note.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from studio import paths
from studio.core.adjustment import adjust
from studio.core.chapters import ChapterPart, name_missing, split_chapters
from studio.core.model import Script
from studio.core.plan import Place, Plan, chosen_turns
from studio.core.staleness import TakeFacts, TurnState, TurnStatus, turn_statuses
from studio.errors import JobError, StaleTakes
from studio.services.engine_host import EngineHost
from studio.services.jobs import Jobs
from studio.services.planner import Planner
from studio.services.project_link import job_script
from studio.services.projects import Projects
from studio.services.selection import heard_takes
from studio.store.adjustments import adjustments_of
from studio.store.database import Database


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be delivered.

    Args:
        cast: speaker -> voice.
        heard: the take of each chunk.
        statuses: of the turns that are delivered; none of them is missing.
        name: of the folder or file that it goes to by default, without an ending.
        job_id: empty for a project as it is now.
        project_id: empty for a job without a project.
        chapters: the numbers of those that are delivered; empty: all that the plan has.
        slug: of the project.
    """

    title: str
    script: Script
    cast: Mapping[str, str]
    checkpoint: str
    plan: Plan
    heard: Mapping[Place, TakeFacts]
    statuses: tuple[TurnStatus, ...]
    name: str
    job_id: str = ""
    project_id: str = ""
    chapters: Collection[int] = ()
    slug: str = ""

    def parts(self) -> tuple[ChapterPart, ...]:
        """The chapters that are delivered, in order, each with its chunks."""
        parts = split_chapters(self.plan, self.script)
        return tuple(part for part in parts if not self.chapters or part.number in self.chapters)

    @property
    def content(self) -> str:
        """A name of all that is heard: other takes or adjustments have another one."""
        chunks = [
            (chunk.turn, chunk.part, chunk.pause_ms, asdict(chunk.fit), take.sha256)
            for chunk in self.plan.chunks()
            if (take := self.heard.get(chunk.place))
        ]
        return hashlib.sha256(repr((chunks, self.plan.tail_ms)).encode()).hexdigest()

    def notes(self, turns: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Of some turns those that are stale, and those that are soft-stale."""
        wanted = set(turns)
        mine = [status for status in self.statuses if status.turn in wanted]
        stale = tuple(status.turn for status in mine if status.stale)
        return stale, tuple(status.turn for status in mine if status.soft_stale)


class Sources:
    """What of a workspace can be delivered. Thread-safe."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        projects: Projects,
        planner: Planner,
        host: EngineHost,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._projects = projects
        self._planner = planner
        self._host = host

    def job(self, job_id: str) -> Source:
        """A job as it was performed.

        Raises:
            JobError: there is no such job, or turns of it are missing; they are named.
        """
        job = self._jobs.get(job_id)
        plan = adjust(self._jobs.plan(job_id), adjustments_of(self._database, job.project_id))
        heard = heard_takes(self._database, plan, job.project_id, or_by_key=True)
        script = job_script(self._projects, job)
        source = Source(
            job.title, script, job.cast, job.checkpoint, plan, heard, turn_statuses(plan, heard),
            f"{paths.slug(job.title)}-{job_id[:8]}", job_id, job.project_id,
        )  # fmt: skip
        _refuse_missing(source, "Perform the script to the end first.")
        return source

    def project(
        self, reference: str, chapters: Sequence[int] = (), *, stale: bool = False
    ) -> Source:
        """A project as it is now, or some chapters of it.

        Args:
            chapters: counted from 1; none: all.
            stale: allow takes that say something else than the script.

        Raises:
            ProjectError: there is no such project.
            CastError: there is no such chapter, or nothing in it to perform.
            JobError: turns are missing; they are named.
            StaleTakes: turns are stale; they are named.
        """
        source = self.as_it_is(reference, chapters)
        command = f"python app.py projects perform {source.slug}"
        _refuse_missing(source, command)
        if not stale:
            _refuse_stale(source, f"{command} (or add --allow-stale)")
        return source

    def as_it_is(self, reference: str, chapters: Sequence[int] = ()) -> Source:
        """The same without the gate: turns may be missing or stale.

        Raises:
            ProjectError: there is no such project.
            CastError: there is no such chapter, or nothing in it to perform.
        """
        project = self._projects.open(reference)
        script = self._projects.script(project)
        wanted = {
            placed.index for number in sorted(set(chapters)) or (None,)
            for placed in chosen_turns(script, number)
        }  # fmt: skip
        planned = self._planner.project(script, project)
        plan = adjust(planned.plan, adjustments_of(self._database, project.project_id))
        heard = heard_takes(self._database, plan, project.project_id)
        statuses = turn_statuses(plan, heard)
        return Source(
            project.title, script, planned.cast, self._host.checkpoint, plan, heard,
            tuple(status for status in statuses if status.turn in wanted),
            project.slug if len(chapters) != 1 else f"{project.slug}-chapter-{chapters[0]}",
            project_id=project.project_id, chapters=frozenset(chapters), slug=project.slug,
        )  # fmt: skip


def _refuse_missing(source: Source, command: str) -> None:
    missing = _turns_in(source, TurnState.MISSING)
    if missing:
        count = f"{len(missing)} {'turn has' if len(missing) == 1 else 'turns have'}"
        names = name_missing(missing, source.script)
        raise JobError(
            f"{count} not been performed yet: {names}. Perform them first.", command=command
        )


def _refuse_stale(source: Source, command: str) -> None:
    stale = _turns_in(source, TurnState.STALE)
    if stale:
        count = f"{len(stale)} {'turn says' if len(stale) == 1 else 'turns say'}"
        names = name_missing(stale, source.script)
        raise StaleTakes(
            f"{count} something else than the script, which was changed since: {names}. "
            "Perform them first, lock the takes, or allow what is stale.",
            command=command,
        )


def _turns_in(source: Source, state: TurnState) -> list[int]:
    return [status.turn for status in source.statuses if status.state == state]
