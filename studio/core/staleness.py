"""What is up with every turn: is there a take, does it say what the script says, and is what it
heard still what is heard before it?

Is: a pure function of a plan and of facts about takes, linear in the number of chunks.
Is not: a decision to perform anything; a stale take is heard until somebody replaces it.

- Stale (hard): the take says another text, or another voice says it, or another codec has it.
- Soft-stale: text and voice are right, but a take that it heard has been replaced, or the model
  was. It sounds as good as ever; only the continuity with what is before it is not promised.
- A locked take is what the user wants, whatever the script says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from studio.core.context import LeftContext
from studio.core.model import Verdict
from studio.core.plan import Place, Plan, PlannedChain, PlannedChunk

USED = ("accepted", "attention")


@dataclass(frozen=True, slots=True)
class TakeFacts:
    """A take without its codes.

    Args:
        take_id: its row.
        text, sheet: what it says and who says it, as a plan has it; empty in takes of old.
        context: digest of the last `heard` takes before it, None: of all; empty in takes of old.
        sha256: digest of its codes.
        frames: its length.
        selected, locked: in the history it was read from.
        chosen: counts the choices of its chunk; the highest was the last. 0: never chosen.
    """

    take_id: int
    key: str
    verdict: Verdict
    reason: str
    text: str
    sheet: str
    context: str
    heard: int | None
    sha256: str
    frames: int
    selected: bool = False
    locked: bool = False
    chosen: int = 0

    def says(self, chunk: PlannedChunk) -> bool:
        """Whether it is of this text and of this voice."""
        if not self.sheet:
            return self.key == chunk.key
        return (self.text, self.sheet) == (chunk.text, chunk.sheet)

    def in_context(self, context: LeftContext) -> bool:
        """Whether what it heard is what is heard now."""
        return not self.context or self.context == context.digest(self.heard)


class TurnState(StrEnum):
    """The state of a turn, in one word."""

    MISSING = "missing"
    STALE = "stale"
    ATTENTION = "attention"
    SOFT_STALE = "soft-stale"
    DONE = "done"
    LOCKED = "locked"
    QUEUED = "queued"
    PERFORMING = "performing"


@dataclass(frozen=True, slots=True)
class TurnStatus:
    """What is up with a turn.

    Args:
        turn: its index in the whole script.
        state: the worst of its chunks.
        locked: whether one of its takes is locked.
        stale: whether one of its takes says something else, locked or not.
        soft_stale: whether one of its takes heard something else.
        reason: what a listener should pay attention to; empty: nothing.
        frames: length of its takes.
    """

    turn: int
    turn_id: str
    speaker: str
    state: TurnState
    locked: bool = False
    stale: bool = False
    soft_stale: bool = False
    reason: str = ""
    frames: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A chunk and its take, if it has one."""

    chunk: PlannedChunk
    take: TakeFacts | None
    stale: bool
    soft_stale: bool


def turn_statuses(plan: Plan, heard: Mapping[Place, TakeFacts]) -> tuple[TurnStatus, ...]:
    """The state of every turn that a plan performs, in script order.

    Args:
        heard: the take of each chunk that has one.
    """
    turns: dict[int, list[_Found]] = {}
    for chain in plan.chains:
        for found in _judge_chain(chain, heard):
            turns.setdefault(found.chunk.turn, []).append(found)
    return tuple(_status(turns[turn]) for turn in sorted(turns))


def statuses_of_takes(selected: Mapping[tuple[str, int], TakeFacts]) -> tuple[TurnStatus, ...]:
    """What can be said of turns where there is no plan: of their selected takes alone.

    Args:
        selected: turn id and chunk -> take; the statuses name neither index nor speaker.
    """
    turns: dict[str, list[TakeFacts]] = {}
    for (turn_id, _), take in selected.items():
        turns.setdefault(turn_id, []).append(take)
    return tuple(_known_status(turn_id, takes) for turn_id, takes in turns.items())


def _known_status(turn_id: str, takes: list[TakeFacts]) -> TurnStatus:
    free = [take for take in takes if not take.locked]
    reasons = [take.reason for take in free if take.verdict != "accepted"]
    state = TurnState.ATTENTION if reasons else TurnState.DONE
    return TurnStatus(
        turn=-1, turn_id=turn_id, speaker="", state=state if free else TurnState.LOCKED,
        locked=len(free) < len(takes), reason=next(iter(reasons), ""),
        frames=sum(take.frames for take in takes),
    )  # fmt: skip


def choose(history: Iterable[TakeFacts], chunk: PlannedChunk) -> TakeFacts | None:
    """The take of a chunk's history that needs no performance: the selected one if it is locked or
    says what it should, else the last one chosen that does.
    """
    takes = list(history)
    for take in takes:
        if take.selected and (take.locked or take.says(chunk)):
            return take
    fitting = [take for take in takes if take.chosen and take.says(chunk) and take.verdict in USED]
    return max(fitting, key=lambda take: take.chosen, default=None)


def _judge_chain(chain: PlannedChain, heard: Mapping[Place, TakeFacts]) -> Iterator[_Found]:
    context = LeftContext(chain.engine)
    for chunk in chain.chunks:
        take = heard.get(chunk.place)
        if take is None:
            yield _Found(chunk, None, False, False)
            continue
        stale = not take.says(chunk)
        yield _Found(chunk, take, stale, not stale and not take.in_context(context))
        if take.verdict == "accepted":
            context.hear(take.sheet or chunk.sheet, take.text or chunk.text, take.sha256)


def _status(parts: list[_Found]) -> TurnStatus:
    chunk, takes = parts[0].chunk, [part.take for part in parts if part.take]
    reasons = [take.reason for take in takes if take.verdict != "accepted" and not take.locked]
    return TurnStatus(
        turn=chunk.turn,
        turn_id=chunk.turn_id,
        speaker=chunk.speaker,
        state=_state(parts),
        locked=any(take.locked for take in takes),
        stale=any(part.stale for part in parts),
        soft_stale=any(part.soft_stale for part in parts),
        reason=next(iter(reasons), ""),
        frames=sum(take.frames for take in takes),
    )


def _state(parts: list[_Found]) -> TurnState:
    free = [part for part in parts if part.take is None or not part.take.locked]
    if any(part.take is None for part in free):
        return TurnState.MISSING
    if not free:
        return TurnState.LOCKED
    if any(part.stale for part in free):
        return TurnState.STALE
    if any(part.take and part.take.verdict != "accepted" for part in free):
        return TurnState.ATTENTION
    if any(part.soft_stale for part in free):
        return TurnState.SOFT_STALE
    return TurnState.DONE
