"""Times: taken with the device at rest, as samples with a median, and within a budget.

Is: a clock that waits for the device, repeated measurements, deadlines.
Is not: aware of what is measured.
"""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

WARMUPS = 3
RUNS = 5


def now(device: torch.device) -> float:
    """Return seconds, once the device has done all it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment at which a mode should come to an end."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the deadline that many seconds from now."""
        return cls(time.perf_counter() + seconds)

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.at - time.perf_counter())

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return not self.left


@dataclass(frozen=True, slots=True)
class Samples:
    """Repeated measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """The one that 95 % of them do not exceed."""
        ordered = sorted(self.values)
        return ordered[math.ceil(0.95 * len(ordered)) - 1]

    @property
    def p5(self) -> float:
        """The one that 95 % of them reach."""
        ordered = sorted(self.values, reverse=True)
        return ordered[math.ceil(0.95 * len(ordered)) - 1]

    def map(self, function: Callable[[float], float]) -> "Samples":
        """Return the same measurements in other words, e.g. another unit."""
        return Samples(tuple(map(function, self.values)))


def measure(
    function: Callable[[], object], device: torch.device, deadline: Deadline, runs: int = RUNS
) -> Samples:
    """Return the seconds of several runs, after some that do not count.

    When the deadline passes no further run is begun, but one always is.
    """
    for _ in range(WARMUPS):
        if not deadline.passed:
            function()
    values: list[float] = []
    while not values or (len(values) < runs and not deadline.passed):
        start = now(device)
        function()
        values.append(now(device) - start)
    return Samples(tuple(values))
