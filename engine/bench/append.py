"""Mode `append`: what a turn costs before its first frame, with and without kept keys and values.

Is: the prompt of the next turn behind a long conversation, once with everything before it computed
and once from the prefix on.
Is not: the time of the frames themselves.
"""

from collections.abc import Callable, Iterator

from engine import Chain, Performance
from engine.bench import floors
from engine.bench.figures import Figure, timed
from engine.bench.load import append_turns, compute
from engine.bench.rig import Rig
from engine.bench.synthetic import ForcedEngine
from engine.bench.timing import RUNS, WARMUPS, Deadline, Samples, now

TEXT_POSITIONS = 40
TARGET = (20.0, 50.0)


def append(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Measure both ways at the longest context."""
    context = rig.sizes.contexts[-1]
    engine = rig.engine(2, context + 512, chains=3)
    with engine.prefix() as prefix:

        def conversation() -> Chain:
            chain = engine.chain(prefix)
            append_turns(rig, engine, chain, context - prefix.positions)
            return chain

        kept = conversation()
        compute(rig, engine, kept, seed=0)
        appended = _repeat(rig, engine, lambda: kept, Deadline.after(deadline.left / 2))
        kept.close()
        whole = _repeat(rig, engine, conversation, deadline, close=True)
    yield from _figures(rig, context, appended, whole)


def _repeat(
    rig: Rig,
    engine: ForcedEngine,
    conversation: Callable[[], Chain],
    deadline: Deadline,
    *,
    close: bool = False,
) -> Samples:
    seconds: list[float] = []
    for run in range(WARMUPS + RUNS):
        chain = conversation()
        engine.forced_frames = 2
        text = rig.text(TEXT_POSITIONS)
        start = now(rig.device)
        request = chain.perform(text, seed=run)
        _run_prompt(engine, request)
        if run >= WARMUPS:
            seconds.append(now(rig.device) - start)
        request.cancel()
        if close:
            chain.close()
        if seconds and deadline.passed:
            break
    return Samples(tuple(seconds))


def _run_prompt(engine: ForcedEngine, request: Performance) -> None:
    lane = request.candidates[0]
    while not (request.started and lane.prompt_left == 0):
        engine.step()


def _figures(rig: Rig, context: int, appended: Samples, whole: Samples) -> Iterator[Figure]:
    config, card, widths = rig.sizes.config, rig.probe.card, rig.widths
    floor = floors.prefill_seconds(config, card, TEXT_POSITIONS, context, widths)
    whole_floor = floors.prefill_seconds(config, card, context, 0, widths)
    for name, samples, least in (
        (f"next turn behind {context} positions, kept", appended, floor),
        (f"next turn behind {context} positions, from the start", whole, whole_floor),
    ):
        yield timed(name, samples.map(lambda seconds: seconds * 1e3), "ms", floor=least * 1e3)
    yield Figure(
        "times cheaper",
        whole.median / appended.median,
        "x",
        runs=len(whole.values),
        more_is_better=True,
        target=rig.target(*TARGET),
        details={"context": context, "text_positions": TEXT_POSITIONS},
    )
