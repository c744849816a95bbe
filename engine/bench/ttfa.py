"""Mode `ttfa`: how long a listener waits for the first audio.

Is: from the request until the first samples are in host memory; with the voice computed before
(cached) or not (cold), on an idle engine and beside lanes that read a book. Under load also the
longest wait between two frames of the listener's turn.
Is not: a network; and encoding a reference is in mode `codec`.
"""

import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from engine import Chain, FramesReady, Performance, Prefix
from engine.bench import floors
from engine.bench.figures import Figure, Target, timed
from engine.bench.load import PIECE, Load, engine_for
from engine.bench.rig import Rig
from engine.bench.synthetic import ForcedEngine
from engine.bench.timing import RUNS, WARMUPS, Deadline, Samples, now

SPARE = 16
"""Lanes kept free beside the busy ones; the scheduler may keep some of them for listeners."""
BUSY_STEPS = 8
"""Steps of the load between two listeners."""
TEXT_POSITIONS = 25
TARGETS = {"idle": (60.0, 30.0), "busy": (200.0, 120.0)}


def ttfa(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Measure first audio, cached and cold, idle and under load."""
    reference = rig.sizes.reference_frames
    idle = rig.engine(2, 4 * reference + 512, chains=4)
    yield from _listen(rig, idle, None, "idle", Deadline.after(deadline.left / 4))
    context = rig.sizes.contexts[0]
    busy = engine_for(rig, rig.sizes.busy, SPARE, context, 2 * (WARMUPS + RUNS))
    load = Load.fill(rig, busy, rig.sizes.busy, context, deadline, urgent=False)
    load.settle()
    yield from _listen(rig, busy, load, f"beside {rig.sizes.busy} lanes", deadline)
    load.close()


def _listen(
    rig: Rig, engine: ForcedEngine, load: Load | None, where: str, deadline: Deadline
) -> Iterator[Figure]:
    lanes = 1 + (len(load.voices) if load else 0)
    with engine.prefix([rig.reference(0)]) as prefix:
        positions = load.positions if load else prefix.positions
        cached, gaps = _repeat(rig, engine, prefix, load, deadline)
    cold, _ = _repeat(rig, engine, None, load, deadline)
    target = rig.target(*TARGETS["busy" if load else "idle"])
    yield _figure(rig, f"first audio, cached voice, {where}", cached, lanes, positions, target)
    yield _figure(rig, f"first audio, new voice, {where}", cold, lanes, positions, None)
    if load:
        yield timed(
            f"longest gap between frames, {where}",
            gaps.map(lambda seconds: seconds * 1e3),
            "ms",
            note=f"a frame lasts {rig.frame_seconds * 1e3:.0f} ms",
        )


def _repeat(
    rig: Rig, engine: ForcedEngine, prefix: Prefix | None, load: Load | None, deadline: Deadline
) -> tuple[Samples, Samples]:
    """Return first-audio times and longest gaps, in seconds."""
    firsts: list[float] = []
    gaps: list[float] = []
    for run in range(WARMUPS + RUNS):
        for _ in range(BUSY_STEPS if load else 0):
            assert load is not None
            load.tick()
        first, gap = _one(rig, engine, prefix, run)
        if run >= WARMUPS:
            firsts.append(first)
            gaps.append(gap)
        if firsts and deadline.passed:
            break
    return Samples(tuple(firsts)), Samples(tuple(gaps))


def _one(rig: Rig, engine: ForcedEngine, prefix: Prefix | None, run: int) -> tuple[float, float]:
    """Ask for a turn; return the time to its first audio and the longest gap up to one piece."""
    text, voice = rig.text(TEXT_POSITIONS), rig.reference(run + 1)
    engine.forced_frames = min(PIECE, rig.sizes.turn_frames)
    start = now(rig.device)
    known = prefix or engine.prefix([voice])
    chain = engine.chain(known)
    request = chain.perform(text, speaker=0, seed=run)
    first, times = _first_audio(rig, engine, request)
    _end(chain, None if prefix else known)
    return first - start, max(after - before for before, after in pairwise(times))


def _first_audio(rig: Rig, engine: ForcedEngine, request: Performance) -> tuple[float, list[float]]:
    """Return when the first audio was there, and when each frame was."""
    stream, codes, first, times = engine.stream(), [], 0.0, []
    for event in request:
        if isinstance(event, FramesReady):
            codes.append(event.codes)
            times.append(time.perf_counter())
            if len(codes) == rig.sizes.first_frames:
                audio = stream.push(np.concatenate(codes, axis=1))
                assert len(audio) == len(codes) * rig.codec.frame_length
                first = time.perf_counter()
    return first, times


def _end(chain: Chain, prefix: Prefix | None) -> None:
    chain.close()
    if prefix:
        prefix.close()


def _figure(
    rig: Rig, name: str, samples: Samples, lanes: int, positions: float, target: Target | None
) -> Figure:
    new = rig.sizes.reference_frames if "new" in name else TEXT_POSITIONS
    prefill = floors.prefill_seconds(rig.sizes.config, rig.probe.card, new, 0, rig.widths)
    frames = rig.sizes.first_frames * rig.frame_floor(lanes, positions)
    return timed(
        name,
        samples.map(lambda seconds: seconds * 1e3),
        "ms",
        floor=(prefill + frames) * 1e3,
        target=target,
        details={"frames": rig.sizes.first_frames, "lanes": lanes, "mean_context": positions},
    )
