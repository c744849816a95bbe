"""Which chain is given a free lane: from the front, as far as that costs hardly any time.

Is: the chains of one performance between two steps of the engine, and the order among them.
Is not: what happens to a chunk (`studio.services.chain_run`), nor the loop (`performer`).

- A free lane goes to the chain whose next chunk stands first in the script, so that what was asked
  for can be listened to from its beginning while the rest is made. A chain that has its take rests,
  with its context, until its next chunk is the first again.
- A chain cannot be divided among lanes. One with so much left that it would still run alone when
  all others are done goes on before its turn, as long as another lane reads from the front.
- Until the first turns are performed, only the chains that hold them run: a step takes longer the
  more lanes share it, and until then nobody has anything to listen to. A performance of a few
  minutes begins with all its chains.
- With a lane for every chain there is nothing else to decide. The takes are the same in any order.

Source: own; the second rule is longest-processing-time-first where it bounds the whole time only
(R. L. Graham, Bounds on Multiprocessing Timing Anomalies, 1969).
"""

from collections.abc import Iterable

from engine import Engine
from studio.core.plan import Place
from studio.services.chain_run import ChainRun

HEAD_BYTES = 300
"""The first turns, the head, are as many as have this much text together: about 20 s of sound."""
LEAST_HEADS = 16
"""What has less text than so many heads begins with all: it would last noticeably longer."""


class Lineup:
    """The chains of a performance that are not done yet.

    Args:
        lanes: most chains side by side.
    """

    def __init__(self, runs: Iterable[ChainRun], lanes: int) -> None:
        self._resting = list(runs)
        self._running: list[ChainRun] = []
        self._ahead: list[ChainRun] = []  # of the running: those that went before their turn
        self._lanes = lanes
        self._begun = False
        self._head: int | None = None  # last turn of the head, while it is not performed

    @property
    def finished(self) -> bool:
        """Whether every chain is done."""
        return not (self._resting or self._running)

    def advance(self, engine: Engine) -> None:
        """Do what can be done between two steps of the engine."""
        for run in self._running:
            run.advance(engine)
        self._rest()
        passed = 0
        while len(self._running) < self._lanes and (allowed := self._allowed()):
            run, ahead = self._next(allowed)
            waits = run.pass_over()
            if waits:
                self._find_head(run.place)
                run.begin(engine)
            self._resting.remove(run)
            self._running.append(run)
            if ahead:
                self._ahead.append(run)
            self._rest()
            passed += not waits
            if passed >= self._lanes:
                return  # much is performed already: who wants to stop is asked before more

    def close(self) -> None:
        """Cancel what runs and give the engine's memory back."""
        for run in [*self._running, *self._resting]:
            run.close()

    def _find_head(self, front: Place) -> None:
        """Find out where the head ends; `front` is the first chunk that has to be performed."""
        runs = [*self._resting, *self._running]
        much = sum(run.bytes_left for run in runs) >= LEAST_HEADS * HEAD_BYTES
        if much and not self._begun:
            behind = sorted(piece for run in runs for piece in run.pieces if piece[0] >= front)
            heard = 0
            for (turn, _), size in behind:
                heard += size
                if heard >= HEAD_BYTES:
                    self._head = turn
                    break
        self._begun = True

    def _allowed(self) -> list[ChainRun]:
        """The resting chains that may be given a lane: before the head is performed, its own."""
        if self._head is not None:
            head = self._head
            if any(run.place[0] <= head for run in [*self._resting, *self._running]):
                return [run for run in self._resting if run.place[0] <= head]
            self._head = None
        return self._resting

    def _next(self, allowed: list[ChainRun]) -> tuple[ChainRun, bool]:
        """The chain to go on with, and whether it goes before its turn."""
        first = min(allowed, key=lambda run: run.place)
        longest = max(allowed, key=lambda run: run.bytes_left)
        left = sum(run.bytes_left for run in [*self._resting, *self._running])
        reads = len(self._running) > len(self._ahead)
        if reads and longest.bytes_left * self._lanes >= left:
            return longest, True
        return first, False

    def _rest(self) -> None:
        """Chains without a request give their lane back; those that are done are gone."""
        idle = [run for run in self._running if not run.running]
        self._running = [run for run in self._running if run.running]
        self._ahead = [run for run in self._ahead if run.running]
        for run in idle:
            if run.finished:
                run.close()
            else:
                self._resting.append(run)
