"""How often the host waits for the device.

Is: a count of the copies and reads that make the host wait (as torch reports them), and of explicit
waits for events, streams or the whole device.
Is not: a profiler; it says how often, not how long. On a processor there is nothing to wait for.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest import mock

import torch

SYNCHRONIZING = "called a synchronizing CUDA operation"
"""How torch's warning begins."""
WAITS = (
    (torch.cuda, "synchronize"),
    (torch.cuda.Event, "synchronize"),
    (torch.cuda.Stream, "synchronize"),
)


@dataclass(slots=True)
class Syncs:
    """Counts, while counting goes on and after it.

    Args:
        implicit: operations that made the host wait without being asked to.
        explicit: waits that the code asks for.
    """

    implicit: int = 0
    explicit: int = 0


@contextmanager
def counted(device: torch.device) -> Iterator[Syncs]:
    """Count what happens inside."""
    syncs = Syncs()
    with ExitStack() as stack:
        for owner, name in WAITS:
            replaced = _counting(getattr(owner, name), syncs)
            stack.enter_context(mock.patch.object(owner, name, replaced))
        caught = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        if device.type == "cuda":
            stack.callback(torch.cuda.set_sync_debug_mode, torch.cuda.get_sync_debug_mode())
            torch.cuda.set_sync_debug_mode("warn")
        try:
            yield syncs
        finally:
            syncs.implicit = sum(SYNCHRONIZING in str(warning.message) for warning in caught)


def _counting(function: Callable[..., object], syncs: Syncs) -> Callable[..., object]:
    def counting(*arguments: object, **named: object) -> object:
        syncs.explicit += 1
        return function(*arguments, **named)

    return counting
