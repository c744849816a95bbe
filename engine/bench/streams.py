"""Modes `single` and `batch`: one lane, and many, at a steady pace.

Is: the time of a step and the audio made in a second with everything in it (prompts of the turns
that begin, sampling, the codec, copies to the host), once more without the codec, and how often the
host waits.
Is not: a burst; contexts are filled before, and the mean context over the measurement is reported.
"""

import dataclasses
from collections.abc import Iterator

from engine.bench.figures import Figure, Target, missing, timed
from engine.bench.load import Load, Windows, count_syncs, engine_for, growth, time_windows
from engine.bench.rig import Rig
from engine.bench.syncs import Syncs
from engine.bench.timing import RUNS, WARMUPS, Deadline, now
from engine.errors import EngineError

WINDOWS = 2 * (WARMUPS + RUNS) + 1
"""Of steps, in one measurement."""
SPEED_TARGETS = {(64, 2048): (150.0, 250.0), (128, 2048): (150.0, 250.0)}
FACTOR_TARGET = (0.12, 0.095)


def single(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Measure one lane at each context."""
    for context in rig.sizes.contexts:
        yield from _measure(rig, 1, context, deadline)


def batch(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Measure several lanes at each context."""
    cases = [(lanes, context) for context in rig.sizes.contexts for lanes in rig.sizes.lanes]
    for i, (lanes, context) in enumerate(cases):
        share = Deadline.after(2 * deadline.left / (len(cases) - i + 1))
        try:
            yield from _measure(rig, lanes, context, share)
        except (EngineError, RuntimeError) as error:  # the others may still fit
            yield missing(f"{lanes} lanes, {context} positions", f"{error}")


def _measure(rig: Rig, lanes: int, context: int, deadline: Deadline) -> Iterator[Figure]:
    begun = now(rig.device)
    engine = engine_for(rig, lanes, 0, context, WINDOWS)
    ready = now(rig.device) - begun
    start = max(1, context - growth(rig, WINDOWS) // 2)
    load = Load.fill(rig, engine, lanes, start, deadline, streaming=lanes == 1)
    load.settle()
    whole = time_windows(load, deadline)
    syncs = count_syncs(load)
    load.decode = False
    bare = time_windows(load, deadline)
    load.close()
    name = "lane" if lanes == 1 else "lanes"
    yield Figure(f"engine made ready, {lanes} {name}, {context} positions", ready, "s")
    yield from _figures(rig, lanes, context, whole, bare, syncs)


def _figures(
    rig: Rig, lanes: int, context: int, whole: Windows, bare: Windows, syncs: Syncs | None
) -> Iterator[Figure]:
    where = f"{lanes} lanes, {context} positions" if lanes > 1 else f"{context} positions"
    details: dict[str, object] = {
        "lanes": lanes,
        "mean_context": whole.positions,
        "frames_per_step": whole.lanes,
        "window_steps": rig.sizes.window,
    }
    floor = rig.frame_floor(lanes, whole.positions)
    speed_floor = lanes * rig.frame_seconds / floor
    yield timed(
        f"step, {where}",
        whole.step.map(lambda seconds: seconds * 1e3),
        "ms",
        floor=floor * 1e3,
        details=details,
    )
    speed = _speed(f"speed, {where}", whole, speed_floor, _speed_target(rig, lanes, context))
    yield dataclasses.replace(speed, details=details)
    bare_floor = rig.frame_floor(lanes, bare.positions)
    yield _speed(
        f"speed without codec, {where}", bare, lanes * rig.frame_seconds / bare_floor, None
    )
    if lanes == 1:
        yield _factor(rig, where, whole, floor)
    yield _waits(rig, where, syncs)


def _speed(name: str, windows: Windows, floor: float, target: Target | None) -> Figure:
    return timed(
        name, windows.speed, "x real time", floor=floor, more_is_better=True, target=target
    )


def _factor(rig: Rig, where: str, windows: Windows, floor: float) -> Figure:
    return timed(
        f"real-time factor, {where}",
        windows.speed.map(lambda speed: 1 / speed),
        "s/s",
        floor=floor / rig.frame_seconds,
        target=rig.target(*FACTOR_TARGET),
    )


def _speed_target(rig: Rig, lanes: int, context: int) -> Target | None:
    goals = SPEED_TARGETS.get((lanes, context))
    return rig.target(*goals) if goals else None


def _waits(rig: Rig, where: str, syncs: Syncs | None) -> Figure:
    name = f"host waits per step, {where}"
    if syncs is None:
        return Figure(name, None, "", note="counted on a card only")
    steps = rig.sizes.window
    return Figure(
        name,
        (syncs.implicit + syncs.explicit) / steps,
        "waits",
        details={
            "implicit_per_step": syncs.implicit / steps,
            "explicit_per_step": syncs.explicit / steps,
        },
        note="turns that begin and the codec included; waits asked for count even if short",
    )
