"""Mode `memory`: what is held while lanes run.

Is: the most that torch reserved, and on a card all that is taken of it, context and libraries
included, for one lane at the longest context and sixteen at the shorter one.
Is not: exact about the host: there the process's largest size ever is all there is.
"""

import sys
from collections.abc import Iterator

import torch

from engine.bench import floors
from engine.bench.figures import Figure, Target
from engine.bench.load import Load, engine_for
from engine.bench.rig import Rig
from engine.bench.timing import Deadline

GB = 1e9
ONE_LANE, SIXTEEN_LANES = (12.0, 10.5), (18.0, 18.0)


def memory(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Measure two cases that small cards are made for."""
    many = 16 if rig.sizes.published else 2
    table = rig.model.slow.embeddings
    table.to("cpu")
    try:
        yield _peak(rig, 1, rig.sizes.contexts[-1], rig.target(*ONE_LANE), deadline)
        if not deadline.passed:
            yield _peak(rig, many, rig.sizes.contexts[0], rig.target(*SIXTEEN_LANES), deadline)
    finally:
        table.to(rig.device)


def _peak(rig: Rig, lanes: int, context: int, target: Target | None, deadline: Deadline) -> Figure:
    if rig.device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(rig.device)
    engine = engine_for(rig, lanes, 0, context, 1)
    load = Load.fill(rig, engine, lanes, context, deadline)
    load.settle()
    for _ in range(rig.sizes.window):
        load.tick()
    peak, details = _taken(rig)
    load.close()
    return Figure(
        f"memory, {lanes} {'lanes' if lanes > 1 else 'lane'} of {context} positions",
        peak / GB,
        "GB",
        floor=_least(rig, lanes * context) / GB,
        target=target,
        details=details,
        note="the table of text tokens is in the host's memory" if target else "",
    )


def _least(rig: Rig, positions: int) -> int:
    """Return the bytes of weights, keys and values alone."""
    kv = positions * floors.kv_numbers_per_position(rig.sizes.config) * rig.widths.kv
    return kv + sum(
        tensor.numel() * tensor.element_size()
        for module in (rig.model, rig.codec)
        for tensor in module.parameters()
        if tensor.device.type == rig.device.type
    )


def _taken(rig: Rig) -> tuple[float, dict[str, object]]:
    if rig.device.type == "cuda":
        free, total = torch.cuda.mem_get_info(rig.device)
        return float(total - free), {
            "reserved_bytes": torch.cuda.max_memory_reserved(rig.device),
            "allocated_bytes": torch.cuda.max_memory_allocated(rig.device),
        }
    return process_peak_bytes(), {"of": "the process, ever"}


def process_peak_bytes() -> float:
    """Return the most memory this process has had; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if sys.platform == "darwin" else peak * 1024)
