"""Mode `invariance`: do a conversation's codes depend on who else is in the batch?

Is: one turn with one seed, performed alone, in a full batch at another lane, and while others come
and go; code by code equal or not. And what that costs while half the lanes rest: with all of them
busy there is nothing to pay, since the same graph runs.
Is not: about other devices or versions, where codes may differ.
"""

from collections.abc import Iterator

import numpy as np

from engine import Chain, Performance, Prefix
from engine.bench.figures import Figure, missing
from engine.bench.load import Load, append_turns, engine_for, time_windows, turn_positions
from engine.bench.rig import Rig
from engine.bench.synthetic import ForcedEngine
from engine.bench.timing import RUNS, WARMUPS, Deadline
from engine.performance import Codes

WINDOWS = WARMUPS + RUNS
SEED, NEIGHBORS_BEFORE = 77, 0.6
"""The seed that is looked at, and the share of the neighbors that start before it."""


def invariance(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Compare the codes of one turn in three surroundings."""
    lanes, frames = rig.sizes.busy, rig.sizes.invariant_frames
    positions = frames + 2 * turn_positions(rig.sizes.turn_frames) + 256
    engine = rig.engine(lanes, positions, chains=lanes + 1)
    with engine.prefix([rig.reference(0)]) as prefix:
        alone = Stage(rig, engine, prefix, deadline).perform(0, come_and_go=False)
        for name, come_and_go in (("in a full batch", False), ("others come and go", True)):
            where = f"same codes, {name}, {lanes} lanes"
            if deadline.passed:
                yield missing(where, "no time was left")
                continue
            codes = Stage(rig, engine, prefix, deadline).perform(lanes - 1, come_and_go=come_and_go)
            yield _compare(where, alone, codes)
    del engine  # its memory is needed
    yield _cost(rig, deadline)


def _cost(rig: Rig, deadline: Deadline) -> Figure:
    """Compare the step of half the lanes with and without the promise."""
    half, context = max(1, rig.sizes.busy // 2), rig.sizes.contexts[0]
    name = f"cost of the same codes, {half} of {2 * half} lanes"
    steps = []
    for reproducible in (True, False):
        if deadline.passed:
            return missing(name, "no time was left")
        engine = engine_for(rig, half, half, context, WINDOWS, reproducible=reproducible)
        load = Load.fill(rig, engine, half, context, deadline)
        load.settle()
        load.decode = False
        steps.append(time_windows(load, deadline).step.median)
        load.close()
    return Figure(name, 100 * (steps[0] / steps[1] - 1), "%", target=rig.target(10.0, 3.0))


class Stage:
    """One conversation and its neighbors, in one engine."""

    def __init__(self, rig: Rig, engine: ForcedEngine, prefix: Prefix, deadline: Deadline) -> None:
        self._rig, self._engine, self._prefix, self._deadline = rig, engine, prefix, deadline
        self._neighbors: list[tuple[Chain, Performance]] = []

    def perform(self, neighbors: int, *, come_and_go: bool) -> Codes:
        """Return the codes of the one turn, as many as were made in time."""
        frames = self._rig.sizes.invariant_frames
        length = max(2, frames // 8) if come_and_go else frames
        before = round(neighbors * NEIGHBORS_BEFORE)
        for i in range(before):
            self._join(i, length + i)
        chain = self._engine.chain(self._prefix)
        self._engine.forced_frames = frames
        request = chain.perform("the one that is looked at", speaker=0, seed=SEED)
        for i in range(before, neighbors):
            self._join(i, length + i)
        codes = self._run(request, length, come_and_go=come_and_go)
        for other, _ in self._neighbors:
            other.close()
        request.cancel()
        chain.close()
        return codes

    def _run(self, request: Performance, length: int, *, come_and_go: bool) -> Codes:
        while not request.done and not self._deadline.passed:
            self._engine.step()
            done = [pair for pair in self._neighbors if pair[1].done] if come_and_go else []
            for pair in done:
                self._neighbors.remove(pair)
                pair[0].close()
                self._join(len(self._neighbors), length)
        columns = [column[1:].numpy() for column in request.candidates[0].columns]
        return np.stack(columns, axis=1).astype(np.uint16)

    def _join(self, number: int, frames: int) -> None:
        """Let a neighbor with a past of its own begin."""
        chain = self._engine.chain(self._prefix)
        context = self._rig.sizes.turn_frames * (number % 3) // 2
        append_turns(self._rig, self._engine, chain, context)
        self._engine.forced_frames = min(frames, self._rig.sizes.invariant_frames)
        request = chain.perform(self._rig.text(12 + number % 9), speaker=0, seed=number)
        self._neighbors.append((chain, request))


def _compare(name: str, alone: Codes, codes: Codes) -> Figure:
    """Compare what both have."""
    length = min(alone.shape[1], codes.shape[1])
    unequal = np.flatnonzero((alone[:, :length] != codes[:, :length]).any(axis=0))
    note = f"of {length} frames the first that differs is {unequal[0]}" if len(unequal) else ""
    return Figure(
        name,
        not len(unequal),
        "",
        note=note,
        details={"frames": length, "unequal_frames": len(unequal)},
    )
