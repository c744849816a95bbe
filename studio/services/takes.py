"""The takes of a project's turns: history, choice, locks, and performing again.

Is: what is heard of a turn, what else there was, and how things stand with every turn.
Is not: what performs a turn (`studio.services.jobs` does, for `again`), and it never removes a
take.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from studio.core.again import Reach, turns_meant
from studio.core.model import Audio
from studio.core.project import StoredTurn, TurnTake
from studio.core.sampling import AS_RECOMMENDED, SamplingChoice
from studio.core.staleness import TurnState, TurnStatus, turn_statuses
from studio.errors import TakeLocked, TakeUnknown
from studio.services.jobs import Jobs, PerformRequest
from studio.services.planner import Planner
from studio.services.projects import Projects
from studio.services.selection import heard_takes
from studio.services.take_sounds import TakeSounds
from studio.store import turn_takes as store
from studio.store.database import Database


@dataclass(frozen=True, slots=True)
class Again:
    """A performance of turns that have takes.

    Args:
        job_id: of the job that makes the new ones.
        turns: the turns it performs, by index in the whole script.
        locked: turns left out because their takes are locked.
    """

    job_id: str
    turns: tuple[int, ...]
    locked: tuple[int, ...]


class Takes:
    """The takes of the projects of a workspace. Thread-safe."""

    def __init__(
        self,
        database: Database,
        projects: Projects,
        planner: Planner,
        jobs: Jobs,
        sounds: TakeSounds,
    ) -> None:
        self._database = database
        self._projects = projects
        self._planner = planner
        self._jobs = jobs
        self._sounds = sounds

    def history(self, project: str, turn: int | str) -> tuple[TurnTake, ...]:
        """Every take of a turn, rejected ones included, chunk by chunk and oldest first.

        Args:
            project: slug or id.
            turn: its number in the script, counted from 1, or its id.

        Raises:
            ProjectError: there is no such project.
            TakeUnknown: there is no such turn.
        """
        found = self._projects.open(project)
        return store.history(self._database, found.project_id, self._turn_id(project, turn))

    def adopt(self, project: str, turn: int | str) -> tuple[TurnTake, ...]:
        """Put into a turn's history what is heard of it though it was performed elsewhere.

        The same words in the same place of another project have the same takes; a turn that was
        never performed here has none of its own until then.
        """
        found, stored = self._projects.open(project), self._turn(project, turn)
        plan = self._planner.look(self._projects.script(found), found, stored.chapter)
        if plan is not None and not self._database.read_only:
            for chunk in plan.only({stored.position or 0}).chunks():
                store.link_takes(
                    self._database, found.project_id, stored.turn_id, chunk.part, chunk.key
                )
        return self.history(project, turn)

    def heard(self, project: str) -> tuple[frozenset[int], frozenset[int]]:
        """The turns of which something can be heard, and those of them that need attention.

        Turns are their indexes in the script, from 0.
        """
        found = store.heard_turns(self._database, self._projects.open(project).project_id)
        attention = (turn for turn, verdicts in found.items() if "attention" in verdicts)
        return frozenset(found), frozenset(attention)

    def status(self, project: str, chapter: int | None = None) -> tuple[TurnStatus, ...]:
        """How things stand with every turn of a project or a chapter of it; loads the engine.

        Turns of a job that runs or waits are queued or performing.

        Raises:
            ProjectError: there is no such project.
            CastError: a speaker has no voice.
        """
        found = self._projects.open(project)
        planned = self._planner.project(self._projects.script(found), found, chapter)
        heard = heard_takes(self._database, planned.plan, found.project_id)
        at_work = self._jobs.at_work(found.project_id)
        return tuple(
            replace(status, state=at_work.get(status.turn_id, status.state))
            for status in turn_statuses(planned.plan, heard)
        )

    def sound(self, project: str, turn: int | str, number: int | None = None) -> tuple[int, Audio]:
        """Sample rate and audio of what is heard of a turn, or of one of its takes.

        Nothing of another turn is ever in it. A turn that is stale sounds as it was performed.

        Args:
            number: of a take in the turn's history, heard or not.

        Raises:
            TakeUnknown: there is no such turn or take, or a part of it has not been performed.
            CastError: a speaker of the chapter has no voice.
        """
        if number is not None:
            return self._sounds.audio([self._take(project, turn, number).take_id])
        found, stored = self._projects.open(project), self._turn(project, turn)
        script, index = self._projects.script(found), stored.position or 0
        plan = self._planner.look(script, found, stored.chapter)
        if plan is None:
            plan = self._planner.project(script, found, stored.chapter).plan
        part = plan.only({index})
        heard = heard_takes(self._database, part, found.project_id)
        if not part.chunk_count:
            raise TakeUnknown(f"Turn {index + 1} of {project} is a pause; nothing is spoken in it.")
        if len(heard) < part.chunk_count:
            raise TakeUnknown(
                f"Turn {index + 1} of {project} has not been performed yet. Perform it first."
            )
        return self._sounds.audio([take.take_id for take in heard.values()])

    def select(self, project: str, turn: int | str, number: int) -> tuple[TurnTake, ...]:
        """Have a take heard, an older one or a rejected one; returns the turn's history.

        Raises:
            TakeUnknown: the turn has no such take.
            TakeLocked: another take of the chunk is locked.
        """
        return self._choose(project, turn, number, lock=False)

    def lock(self, project: str, turn: int | str, number: int) -> tuple[TurnTake, ...]:
        """Select a take and keep it whatever is performed later; returns the turn's history."""
        return self._choose(project, turn, number, lock=True)

    def unlock(self, project: str, turn: int | str, number: int) -> tuple[TurnTake, ...]:
        """Let a locked take be replaced again; returns the turn's history."""
        self._take(project, turn, number)
        store.unlock_take(self._database, number)
        return self.history(project, turn)

    def accept(self, project: str, turn: int | str) -> tuple[TurnTake, ...]:
        """Lock all that is heard of a turn, so that nobody need look at it again.

        Raises:
            TakeUnknown: nothing is heard of it.
        """
        heard = [take for take in self.history(project, turn) if take.selected]
        if not heard:
            raise TakeUnknown("This turn has not been performed yet. Perform it first.")
        for take in heard:
            store.select_take(self._database, take.number, lock=True)
        return self.history(project, turn)

    def restore(self, project: str, turn: int | str) -> tuple[TurnTake, ...]:
        """Have heard what was heard before the last choice; twice gives the later one again.

        Every part of the turn that is not locked goes back by one choice.

        Raises:
            TakeUnknown: nothing else was ever heard of this turn.
            TakeLocked: everything that could be restored is locked.
        """
        takes = self.history(project, turn)
        numbers = [number for number in map(_before, _parts(takes)) if number is not None]
        if not numbers:
            raise TakeUnknown(f"Nothing else has been heard of turn {turn} of {project} before.")
        if not any([store.select_take(self._database, number) for number in numbers]):
            raise TakeLocked(f"The takes of turn {turn} are locked. Unlock them first.")
        return self.history(project, turn)

    def again(
        self,
        project: str,
        turns: Iterable[int | str],
        *,
        reach: Reach = "turn",
        candidates: int = 1,
        seed: int = 0,
        sampling: SamplingChoice = AS_RECOMMENDED,
    ) -> Again:
        """Perform turns once more, after hearing what is selected before them.

        What was heard until now stays in the history. Locked takes stay.

        Args:
            turns: by number, counted from 1, or by id.
            reach: "chain" and "chapter": from each turn on to the end of its chain or chapter.
            candidates: takes made of each chunk; the best is selected.
            sampling: how boldly to draw.

        Raises:
            TakeUnknown: there is no such turn, or nothing of it is spoken.
            TakeLocked: all of the turns are locked.
            JobError: more candidates than the engine can make.
        """
        found = self._projects.open(project)
        indices = {self._turn(project, turn).position or 0 for turn in turns}
        script = self._projects.script(found)
        # Without the engine where it is known: who asks is answered before it is loaded.
        plan = self._planner.look(script, found) or self._planner.project(script, found).plan
        meant = turns_meant(plan, script, indices, reach)
        if not meant:
            raise TakeUnknown(f"Nothing is spoken in the turns of {project} that were named.")
        statuses = turn_statuses(plan, heard_takes(self._database, plan, found.project_id))
        ids = {status.turn: status.turn_id for status in statuses}
        locked = tuple(s.turn for s in statuses if s.state == TurnState.LOCKED and s.turn in meant)
        free = tuple(turn for turn in meant if turn not in locked)
        if not free:
            raise TakeLocked(f"{_named(locked)} locked. Unlock what shall be performed again.")
        request = PerformRequest(
            found.script, self._planner.cast(script, found), seed, project=project,
            again=tuple(ids[turn] for turn in free), candidates=candidates, sampling=sampling,
        )  # fmt: skip
        return Again(self._jobs.start(request), free, locked)

    def _choose(
        self, project: str, turn: int | str, number: int, *, lock: bool
    ) -> tuple[TurnTake, ...]:
        self._take(project, turn, number)
        if not store.select_take(self._database, number, lock=lock):
            raise TakeLocked(
                f"Another take of this part of turn {turn} is locked. Unlock that one first."
            )
        return self.history(project, turn)

    def _take(self, project: str, turn: int | str, number: int) -> TurnTake:
        found = next((t for t in self.history(project, turn) if t.number == number), None)
        if found is None:
            raise TakeUnknown(
                f"Turn {turn} of {project} has no take {number}.",
                command=f"python app.py takes history {project} {turn}",
            )
        return found

    def _turn_id(self, project: str, turn: int | str) -> str:
        return self._turn(project, turn).turn_id

    def _turn(self, project: str, turn: int | str) -> StoredTurn:
        """A turn of the script as it is now, by its number or its id."""
        turns = self._projects.turns(project)
        if isinstance(turn, int):
            if not 1 <= turn <= len(turns):
                raise TakeUnknown(f"{project} has no turn {turn}; it has {len(turns)}.")
            return turns[turn - 1]
        found = next((known for known in turns if known.turn_id == turn), None)
        if found is None:
            raise TakeUnknown(f"{project} has no turn {turn}.")
        return found


def _parts(takes: Iterable[TurnTake]) -> tuple[tuple[TurnTake, ...], ...]:
    """The takes of each part of a turn."""
    parts: dict[int, list[TurnTake]] = {}
    for take in takes:
        parts.setdefault(take.chunk, []).append(take)
    return tuple(map(tuple, parts.values()))


def can_restore(takes: Iterable[TurnTake]) -> bool:
    """Whether anything else was heard of a turn before, in a part that is not locked."""
    parts = [part for part in _parts(takes) if not any(take.locked for take in part)]
    return any(_before(part) is not None for part in parts)


def _before(part: tuple[TurnTake, ...]) -> int | None:
    """The take of a part that was heard before the selected one."""
    earlier = [take for take in part if take.chosen and not take.selected]
    last = max(earlier, key=lambda take: take.chosen, default=None)
    return last.number if last else None


def _named(turns: tuple[int, ...]) -> str:
    if len(turns) == 1:
        return f"Turn {turns[0] + 1} is"
    return f"Turns {', '.join(str(turn + 1) for turn in turns)} are"
