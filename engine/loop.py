"""The loop: which lanes run, what they make, and what happens when they cannot.

Is: a step. It asks the scheduler what runs, lets the runner run it, and hands out what came of it.
It also knows which pages belong to whom.
Is not: the place for numerics (a runner), for the order of lanes (`engine.lanes`) or for what a
conversation is (`engine.chain`).

- One lane's trouble stays its own: its request ends with a typed error, the others go on.
- Nothing is handed out as finished that was not completely made.
- Not thread-safe: one thread at a time.
"""

from typing import Any, Literal

import torch
from torch import Tensor

from engine.chain import Chain
from engine.errors import (
    Cancelled,
    EngineError,
    EngineFailed,
    NonFiniteError,
    OutOfMemory,
    OutOfPages,
)
from engine.kv_cache import Pages, Table, pages_for
from engine.lanes import Scheduler
from engine.performance import Candidate, Failed, Finished, FramesReady, Performance, Take, codes_of
from engine.runner import PREFILL_CHUNK, AnyRunner

DEVICE_FAILURES = (RuntimeError, MemoryError)
"""What torch raises when a device fails or its memory is used up."""


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether memory is used up; on a processor torch has no error of its own for that."""
    kinds = (torch.OutOfMemoryError, MemoryError)
    return isinstance(error, kinds) or "can't allocate memory" in str(error)


class Loop:
    """Everything that is being performed on one device.

    Args:
        runner: what touches the device.
        pages: those the runner holds.
        max_lanes: takes that may be in the making at the same time.
        max_positions: of a chain.

    Attributes:
        failure: why nothing can be performed any more, if so.
    """

    def __init__(
        self, runner: AnyRunner[Any, Any], pages: Pages, max_lanes: int, max_positions: int
    ) -> None:
        self.runner, self.pages = runner, pages
        self.failure: EngineFailed | None = None
        self._max_positions = max_positions
        self._scheduler: Scheduler[Candidate] = Scheduler(max_lanes)
        self._unfinished: dict[int, Candidate] = {}
        self._chains: dict[Chain, None] = {}
        self._next_lane = 0

    def step(self) -> bool:
        """Make one frame of every running lane; return False when there is nothing to do."""
        if self.failure or not (self._scheduler.waiting or self._scheduler.running):
            return False
        try:
            self._admit()
            plan = self._scheduler.plan()
            if plan.prefill:
                self._prefill(plan.prefill)
            if plan.decode:
                self._decode(plan.decode)
        except DEVICE_FAILURES as error:
            if is_out_of_memory(error):
                self._shrink()
            else:
                self._fail(error)
        return True

    def compute(self, columns: Tensor) -> Table:
        """Run the columns of a prefix, int64 [1 + N, T]; return the pages of its positions.

        Raises:
            OutOfPages, OutOfMemory: there is no memory for it.
            EngineFailed: the device has failed.
        """
        if self.failure:
            raise self.failure
        table, length = Table(self.pages), int(columns.shape[1])
        self._make_room(table, length)
        try:
            workspace = self.runner.open(table, length)
            self.runner.prefill(workspace, columns)
        except DEVICE_FAILURES as error:
            table.truncate(0)
            if is_out_of_memory(error):
                raise OutOfMemory(f"a prefix of {length} positions") from error
            raise self._fail(error) from error
        self.runner.save(workspace, table)
        return table

    def register(self, chain: Chain) -> None:
        """Know a chain, and that it has just been used."""
        self._chains.pop(chain, None)
        self._chains[chain] = None

    def unregister(self, chain: Chain) -> None:
        """Forget a chain."""
        self._chains.pop(chain, None)

    def submit(self, request: Performance, seeds: range, urgent: bool, work_left: int) -> None:
        """Let a request wait for its lanes; the first one runs the prompt for all.

        Raises:
            EngineFailed: the device has failed.
        """
        if self.failure:
            raise self.failure
        self.register(request.chain)
        room = self._max_positions - request.prompt_stop
        request.bounds = request.bounds._replace(most=min(request.bounds.most, room))
        capacity = request.prompt_stop + request.bounds.most
        for index, seed in enumerate(seeds):
            candidate = Candidate(
                number=self._next_lane,
                capacity=capacity,
                urgent=urgent,
                work_left=work_left,
                request=request,
                index=index,
                seed=seed,
                table=Table(self.pages),
            )
            self._next_lane += 1
            request.candidates.append(candidate)
            self._unfinished[candidate.number] = candidate
        first = request.candidates[0]
        first.prompt_left = request.prompt_stop
        self._scheduler.add(first)

    def cancel(self, request: Performance) -> None:
        """End what still runs of a request and free its memory."""
        for candidate in request.candidates:
            self._drop(candidate, Cancelled(candidate.number, "cancelled"))

    def _admit(self) -> None:
        started = self._scheduler.admit(self._can_start)
        if not self._scheduler.running and self._scheduler.waiting:
            first = min(self._scheduler.waiting, key=lambda lane: lane.rank)
            self._drop(first, OutOfPages(pages_for(first.capacity), self.pages.free))
        for candidate in started:
            request = candidate.request
            workspace = self.runner.open(candidate.table, candidate.capacity)
            state = self.runner.start(workspace, request.sampling, candidate.seed, request.bounds)
            state.hidden = candidate.start
            candidate.state = state

    def _can_start(self, candidate: Candidate) -> bool:
        """Hold the pages a lane needs, if there are enough. Until then it holds none."""
        request = candidate.request
        if not request.started:
            candidate.table = request.chain.start_of(request)
        try:
            self._make_room(candidate.table, candidate.capacity)
        except OutOfPages:
            if not request.started:
                candidate.table.truncate(0)
            return False
        if not request.started:
            request.started = True
            candidate.prompt_left = request.prompt_stop - candidate.table.length
        return True

    def _make_room(self, table: Table, capacity: int) -> None:
        """Reserve pages, those of resting chains if need be, the longest unused first."""
        for chain in list(self._chains):
            if table.missing(capacity) <= self.pages.free:
                break
            chain.evict()
        self.runner.reserve(table, capacity)

    def _prefill(self, candidate: Candidate) -> None:
        """Run the next piece of a prompt; behind the last one the other candidates can start."""
        request, state = candidate.request, candidate.state
        first = request.prompt.shape[1] - candidate.prompt_left
        piece = request.prompt[:, first : first + PREFILL_CHUNK]
        state.hidden = self.runner.prefill(state.workspace, piece)
        candidate.prompt_left -= piece.shape[1]
        if candidate.prompt_left:
            return
        self.runner.save(state.workspace, candidate.table)
        request.chain.adopt(request, candidate.table)
        candidate.start = state.hidden
        for other in request.candidates[1:]:
            other.table = candidate.table.fork()
            other.start = state.hidden
            self._scheduler.add(other)

    def _decode(self, candidates: list[Candidate]) -> None:
        """Make one frame of each lane and hand it out."""
        owners = {candidate.state: candidate for candidate in candidates}
        frames = self.runner.step(list(owners))
        for i, state in enumerate(frames.lanes):
            if (candidate := owners.get(state)) is None:
                continue  # ended since its frame was begun
            if not frames.finite[i]:
                error = NonFiniteError(candidate.number, "its logits are not finite")
                self._drop(candidate, error)
            else:
                self._take_frame(candidate, frames.columns[i], frames.ended[i])

    def _take_frame(self, candidate: Candidate, column: Tensor, ended: bool) -> None:
        if ended:
            self._finish(candidate, "end")
            return
        candidate.columns.append(column)
        if len(candidate.columns) > candidate.reported:  # else it was, before the lane restarted
            candidate.reported += 1
            candidate.request.report(FramesReady(candidate.index, codes_of([column])))
        if len(candidate.columns) == candidate.request.bounds.most:
            self._finish(candidate, "limit")

    def _finish(self, candidate: Candidate, stopped: Literal["end", "limit"]) -> None:
        request = candidate.request
        self.runner.save(candidate.state.workspace, candidate.table)
        candidate.table.truncate(candidate.table.length)
        codes = codes_of(candidate.columns)
        take = Take(codes, request.text, request.speaker, candidate.seed, stopped)
        candidate.take = take
        self._release(candidate)
        request.report(Finished(candidate.index, take))

    def _drop(self, candidate: Candidate, error: EngineError) -> None:
        """End a lane with an error; before its prompt has run, the other candidates with it."""
        if candidate.number not in self._unfinished:
            return
        candidate.table.truncate(0)
        self._release(candidate)
        candidate.request.report(Failed(candidate.index, error))
        if candidate.prompt_left:
            for other in candidate.request.candidates[1:]:
                self._drop(other, error)

    def _release(self, candidate: Candidate) -> None:
        self._scheduler.end(candidate)
        del self._unfinished[candidate.number]
        self._stop(candidate)

    def _stop(self, candidate: Candidate) -> None:
        if candidate.state:
            self.runner.stop(candidate.state)
        candidate.state = None

    def _shrink(self) -> None:
        """Memory is used up: run half as many lanes; the others make their takes again later."""
        lanes = self._scheduler.running
        if len(lanes) < 2:
            for lane in list(lanes):
                what = f"lane {lane.number} with {lane.capacity} positions"
                self._drop(lane, OutOfMemory(what))
            return
        self._scheduler.shrink(len(lanes) // 2)
        for lane in [lane for lane in lanes if not lane.state]:
            self._scheduler.put_back(lane)  # it got no memory to start with
        for lane in self._scheduler.waiting:
            self._restart(lane)
        self.runner.release_memory()

    def _restart(self, candidate: Candidate) -> None:
        """Forget the frames of a lane that was stopped; from its seed it makes the same again."""
        if candidate.state is None:
            return
        self._stop(candidate)
        candidate.columns.clear()
        if candidate.prompt_left:
            candidate.prompt_left = candidate.request.prompt_stop - candidate.table.length

    def _fail(self, error: Exception) -> EngineFailed:
        """The device failed: every request ends. Return the error they end with."""
        self.failure = EngineFailed(f"the device failed: {error}")
        self.failure.__cause__ = error
        for candidate in list(self._unfinished.values()):
            self._drop(candidate, self.failure)
        return self.failure
