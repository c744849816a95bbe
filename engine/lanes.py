"""Who runs next: the scheduler.

Is: the waiting and running lanes and the order among them, in plain numbers. It can be tested, and
reasoned about, without a model.
Is not: aware of tensors, text or pages; whether memory suffices for a lane it asks its caller.

- Urgent lanes come before the others; among equals those with the most work left, so that a book is
  not left with its longest chain alone at the end; then first come, first served.
- One lane in eight is kept for urgent ones, so that who listens does not wait for a book.
- A lane that does not fit is waited for: smaller ones behind it would otherwise starve it.
- A step runs one piece of one prompt and one frame of every lane past its prompt, so a long prompt
  delays the others by little.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

LANES_PER_SPARE = 8


@dataclass(slots=True, eq=False)
class Lane:
    """One row of the running batch, or a claim to one.

    Args:
        number: stays the lane's own for ever.
        capacity: the most positions it will hold.
        prompt_left: positions of its prompt that still have to be run.
        urgent: someone waits for it.
        work_left: how much its chain has yet to make, in the caller's unit.
    """

    number: int
    capacity: int
    prompt_left: int = 0
    urgent: bool = True
    work_left: int = 0

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Lanes of lower rank start first."""
        return (not self.urgent, -self.work_left, self.number)


LaneT = TypeVar("LaneT", bound=Lane)


class Plan(NamedTuple, Generic[LaneT]):
    """What one step runs: a piece of the prompt of one lane, a frame of each of the others."""

    prefill: LaneT | None
    decode: list[LaneT]


@dataclass(slots=True)
class Scheduler(Generic[LaneT]):
    """Decides; the engine does what it decides. Not thread-safe.

    Args:
        max_lanes: lanes that may run at the same time.
    """

    max_lanes: int
    waiting: list[LaneT] = field(default_factory=list)
    running: list[LaneT] = field(default_factory=list)

    def add(self, lane: LaneT) -> None:
        """Let a lane wait for its start."""
        self.waiting.append(lane)

    def admit(self, make_room: Callable[[LaneT], bool]) -> list[LaneT]:
        """Start lanes in order while there is room.

        Args:
            make_room: reserves memory for a lane, or says that there is not enough.

        Returns:
            The lanes that have been started.
        """
        started = []
        for lane in sorted(self.waiting, key=lambda lane: lane.rank):
            most = self.max_lanes - (0 if lane.urgent else self.max_lanes // LANES_PER_SPARE)
            if len(self.running) >= most or not make_room(lane):
                break
            self.waiting.remove(lane)
            self.running.append(lane)
            started.append(lane)
        return started

    def shrink(self, max_lanes: int) -> list[LaneT]:
        """Run fewer lanes from now on.

        Returns:
            The lanes that have to wait again: those that would be started last.
        """
        self.max_lanes = max_lanes
        stopped = sorted(self.running, key=lambda lane: lane.rank)[max_lanes:]
        for lane in stopped:
            self.put_back(lane)
        return stopped

    def put_back(self, lane: LaneT) -> None:
        """Let a running lane wait again."""
        self.running.remove(lane)
        self.waiting.append(lane)

    def end(self, lane: LaneT) -> None:
        """Forget a lane, wherever it is."""
        for lanes in (self.waiting, self.running):
            if lane in lanes:
                lanes.remove(lane)

    def plan(self) -> Plan[LaneT]:
        """Say what the next step runs."""
        prompts = [lane for lane in self.running if lane.prompt_left]
        first = min(prompts, key=lambda lane: lane.rank, default=None)
        return Plan(first, [lane for lane in self.running if not lane.prompt_left])
