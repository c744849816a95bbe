"""How things stand with the turns of a project, cheap enough to be asked every second.

Is: the states of turns as a page shows them, without the engine, and the problems among them.
Is not: what loads an engine, and it changes nothing.

- A plan needs to know the engine; what it said the last time is enough. Where it was never loaded,
  the takes alone say what is known of them, and none of them counts as stale.
- An answer holds until something is written, so that twenty pages that look at one chapter cost
  what one costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.model import Script
from studio.core.plan import Place, Plan
from studio.core.project import Project
from studio.core.staleness import (
    TakeFacts,
    TurnState,
    TurnStatus,
    statuses_of_takes,
    turn_statuses,
)
from studio.errors import StudioError
from studio.services.jobs import Jobs
from studio.services.kept import Kept
from studio.services.planner import Planner
from studio.services.projects import Projects
from studio.services.selection import heard_takes
from studio.store.adjustments import adjustments_of
from studio.store.database import Database
from studio.store.turn_takes import selected_takes

PROBLEMS = (TurnState.ATTENTION, TurnState.STALE)
UNHEARD = (TurnState.MISSING, TurnState.STALE)
"""As they are written now."""
MAX_KEPT = 40
"""Answers: of twenty pages, each with a chapter and the whole."""
MAX_CHAPTERS = 2000
"""Of twenty books."""
JUDGED = (
    "take", "turn_take", "hearing", "voice", "reference", "reference_codes", "consent",
    "pronunciation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn's state as it is shown.

    Args:
        state: queued and performing included.
        locked: whether one of its takes is locked.
        reason: what a listener should pay attention to; empty: nothing.
        heard: whether all of it can be heard.
        stale: whether what is heard says something else than the script, locked or not.
    """

    state: TurnState
    locked: bool
    reason: str
    heard: bool
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A turn that needs somebody's attention. `chapter` and `number` count from 1.

    Args:
        flagged: by a listener, to come back to it; then it may be in any state.
    """

    turn: str
    chapter: int
    number: int
    speaker: str
    text: str
    state: TurnState
    reason: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a chapter is.

    Args:
        number: of the chapter, counted from 1.
        performed: turns of which all can be heard, as they are written or locked.
        total: turns in which something is spoken.
        attention: turns that need it or have changed since, but for those that are at work.
    """

    number: int
    performed: int
    total: int
    attention: int


class TurnStates:
    """The states of the turns of a workspace's projects. Thread-safe."""

    def __init__(
        self, database: Database, projects: Projects, planner: Planner, jobs: Jobs
    ) -> None:
        self._database = database
        self._projects = projects
        self._planner = planner
        self._jobs = jobs
        self._known: Kept[tuple[TurnStatus, ...]] = Kept(MAX_KEPT)
        self._chapters: Kept[tuple[TurnStatus, ...]] = Kept(MAX_CHAPTERS)

    @property
    def frame_rate(self) -> float | None:
        """Frames of a take in a second; None: the engine has never been loaded here."""
        info = self._planner.known_info
        return info.frame_rate if info else None

    def of(self, project: str, chapter: int | None = None) -> dict[str, Shown]:
        """Turn id -> its state, of a chapter or of all; turns without any take are left out.

        Raises:
            ProjectError: there is no such project.
        """
        found = self._projects.open(project)
        at_work = self._jobs.at_work(found.project_id)
        shown = {turn: Shown(state, False, "", False) for turn, state in at_work.items()}
        for status in self._statuses(found, chapter):
            state = at_work.get(status.turn_id, status.state)
            if state != TurnState.MISSING:
                heard = status.state != TurnState.MISSING
                shown[status.turn_id] = Shown(
                    state, status.locked, status.reason, heard, status.stale
                )
        return shown

    def planned(self, project: str) -> tuple[TurnStatus, ...]:
        """The status of every turn that is performed, in script order, as the engine would have it.

        Returns:
            Nothing where that is not known: the engine was never loaded, or nothing can be planned.

        Raises:
            ProjectError: there is no such project.
        """
        statuses = self._statuses(self._projects.open(project), None)
        return statuses if all(status.turn >= 0 for status in statuses) else ()

    def problems(self, project: str, *, soft_stale: bool = False) -> tuple[Problem, ...]:
        """The turns that need attention, are stale or flagged, in script order.

        Args:
            soft_stale: also those that were performed before a change in front of them.

        Raises:
            ProjectError: there is no such project.
        """
        found = self._projects.open(project)
        wanted = (*PROBLEMS, TurnState.SOFT_STALE) if soft_stale else PROBLEMS
        at_work = self._jobs.at_work(found.project_id)
        adjusted = adjustments_of(self._database, found.project_id).items()
        flagged = {turn for turn, adjustment in adjusted if adjustment.flagged}
        statuses = {
            status.turn_id: status
            for status in self._statuses(found, None)
            if status.state in wanted or status.turn_id in flagged
            if status.turn_id not in at_work
        }
        if not statuses:
            return ()
        return tuple(
            Problem(
                turn.turn_id, turn.chapter, (turn.position or 0) + 1, turn.speaker, turn.text,
                statuses[turn.turn_id].state, statuses[turn.turn_id].reason,
                turn.turn_id in flagged,
            )
            for turn in self._projects.turns(found.slug)
            if turn.turn_id in statuses
        )  # fmt: skip

    def chapters(self, project: str) -> tuple[Standing, ...]:
        """How far each chapter is, in order; costs little where the problems were just asked for.

        Raises:
            ProjectError: there is no such project.
        """
        found = self._projects.open(project)
        script = self._projects.script(found)
        at_work = self._jobs.at_work(found.project_id)
        statuses = {status.turn_id: status for status in self._statuses(found, None)}
        is_planned = any(status.turn >= 0 for status in statuses.values())
        counts = [[0, 0, 0] for _ in script.chapters]
        for placed in script.placed:
            status = statuses.get(placed.turn.turn_id)
            count = counts[placed.chapter - 1]
            count[1] += status is not None or not is_planned  # a plan leaves out mere pauses
            if status is not None:
                count[0] += status.state not in UNHEARD
                count[2] += status.state in PROBLEMS and status.turn_id not in at_work
        return tuple(Standing(number, *count) for number, count in enumerate(counts, start=1))

    def _statuses(self, project: Project, chapter: int | None) -> tuple[TurnStatus, ...]:
        # What a project and its script say is in them; the rest is in these tables.
        script = self._projects.script(project)
        moment = self._database.moment(*JUDGED), self._planner.known_info, project, script
        return self._known.get(
            (project.project_id, chapter), moment, lambda: self._judge(project, script, chapter)
        )

    def _judge(
        self, project: Project, script: Script, chapter: int | None
    ) -> tuple[TurnStatus, ...]:
        try:
            plans = self._plans(project, script, chapter)
        except StudioError:  # a voice that is gone, a chapter of pauses: nothing is planned
            plans = None
        if plans is None:
            return statuses_of_takes(selected_takes(self._database, project.project_id))
        whole = Plan(tuple(chain for plan in plans for chain in plan.chains), ())
        heard = heard_takes(self._database, whole, project.project_id, chapter=chapter)
        return tuple(
            status for plan in plans for status in self._judged(project.project_id, plan, heard)
        )

    def _plans(
        self, project: Project, script: Script, chapter: int | None
    ) -> tuple[Plan, ...] | None:
        if chapter is None:
            return self._planner.look_by_chapter(script, project)
        plan = self._planner.look(script, project, chapter)
        return (plan,) if plan else None

    def _judged(
        self, project_id: str, plan: Plan, heard: Mapping[Place, TakeFacts]
    ) -> tuple[TurnStatus, ...]:
        """Of a chapter; not judged anew where only others have changed."""
        places = [chunk.place for chain in plan.chains for chunk in chain.chunks]
        mine = {place: heard[place] for place in places if place in heard}
        name = project_id, plan.turns[0]
        return self._chapters.get(name, (plan, mine), lambda: turn_statuses(plan, mine))
