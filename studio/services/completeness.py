"""What stands between a project and its delivery: turns that are missing, stale or in doubt.

Is: the gate of a delivery, looked at beforehand, chapter by chapter and turn by turn.
Is not: the gate itself (`studio.services.source`), which asks anew when it is passed.

- Staleness is a question about a plan, and a plan needs the engine's facts. Those of the last time
  will do; where it was never loaded, what is heard of a turn at all is an answer, too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from studio.core.chapters import turn_text
from studio.core.model import PlacedTurn, Script
from studio.core.plan import engine_text, is_performable
from studio.core.staleness import TurnState, TurnStatus
from studio.services.engine_host import EngineHost
from studio.services.projects import Projects
from studio.services.source import Sources
from studio.services.takes import Takes
from studio.services.turn_states import TurnStates

OPEN = (TurnState.MISSING, TurnState.STALE, TurnState.ATTENTION)
"""What a listener would notice, the worst first."""
BEGINNING = 60
"""Characters by which a turn is known again."""


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A turn that is not as it should be delivered. `number` counts from 1 in the script."""

    number: int
    turn_id: str
    speaker: str
    beginning: str
    state: TurnState
    reason: str


@dataclass(frozen=True, slots=True)
class ChapterGate:
    """How ready a chapter is. `turns` counts those in which something is spoken."""

    number: int
    title: str
    turns: int
    open_turns: tuple[OpenTurn, ...]

    def count(self, state: TurnState) -> int:
        """How many of its turns are like that."""
        return sum(turn.state == state for turn in self.open_turns)

    @property
    def deliverable(self) -> bool:
        """Whether something can be delivered of it: everything has a take, stale or not."""
        return self.turns > 0 and not self.count(TurnState.MISSING)


class Completeness:
    """How ready the projects of a workspace are. Thread-safe."""

    def __init__(
        self, host: EngineHost, projects: Projects, takes: Takes, sources: Sources,
        states: TurnStates,
    ) -> None:  # fmt: skip
        self._host = host
        self._projects = projects
        self._takes = takes
        self._sources = sources
        self._states = states

    def is_exact(self, project: str) -> bool:
        """Whether it is known what is stale, without loading the engine."""
        return self._host.info is not None or bool(self._states.planned(project))

    def chapters(self, project: str, *, load: bool = True) -> tuple[ChapterGate, ...]:
        """Every chapter of a project.

        Args:
            load: load the engine if it never was; otherwise nothing is called stale until it is.

        Raises:
            ProjectError: there is no such project.
            CastError: there is nothing in it to perform.
        """
        found = self._projects.open(project)
        script = self._projects.script(found)
        if statuses := self._states.planned(project):
            return _gates(script, statuses)
        if load or self._host.info is not None:  # and says what is wrong with script or cast
            source = self._sources.as_it_is(project)
            return _gates(source.script, source.statuses)
        heard, attention = self._takes.heard(found.slug)
        return _gates(script, _guessed(script, heard, attention))


def _guessed(
    script: Script, heard: frozenset[int], attention: frozenset[int]
) -> Iterable[TurnStatus]:
    for placed in script.placed_turns():
        turn = placed.turn
        if not is_performable(engine_text(turn.parts)):
            continue
        state = TurnState.ATTENTION if placed.index in attention else TurnState.DONE
        state = state if placed.index in heard else TurnState.MISSING
        yield TurnStatus(placed.index, turn.turn_id, turn.speaker, state)


def _gates(script: Script, statuses: Iterable[TurnStatus]) -> tuple[ChapterGate, ...]:
    turns = {placed.index: placed for placed in script.placed_turns()}
    open_turns: dict[int, list[OpenTurn]] = {}
    count: Counter[int] = Counter()
    for status in statuses:
        placed = turns[status.turn]
        count[placed.chapter] += 1
        if status.state in OPEN:
            open_turns.setdefault(placed.chapter, []).append(_open_turn(placed, status))
    return tuple(
        ChapterGate(number, chapter.title, count[number], tuple(open_turns.get(number, ())))
        for number, chapter in enumerate(script.chapters, start=1)
    )


def _open_turn(placed: PlacedTurn, status: TurnStatus) -> OpenTurn:
    beginning = turn_text(placed)[:BEGINNING].strip()
    return OpenTurn(
        placed.index + 1, status.turn_id, status.speaker, beginning, status.state, status.reason
    )
