"""Figures: what a mode reports, each with its unit, its floor and what is aimed at.

Is: plain values that know how to be shown and written down.
Is not: a measurement.
"""

from dataclasses import dataclass, field

from engine.bench.timing import Samples

Value = float | bool | None


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure of s2-pro on one H200 should be.

    Args:
        must: good enough.
        aim: what would be excellent.
    """

    must: float
    aim: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Args:
        name: what it is of, and under which conditions.
        value: None where it could not be had; then the note says why.
        unit: of value, p95 and floor.
        p95: what 95 % of the repeated measurements were at least as good as.
        runs: how many there were.
        floor: what the card could do at best.
        more_is_better: a rate rather than a time.
        target: where there is one for this size.
        note: anything a reader must know.
        details: further numbers, for the JSON only.
    """

    name: str
    value: Value
    unit: str
    p95: float | None = None
    runs: int = 1
    floor: float | None = None
    more_is_better: bool = False
    target: Target | None = None
    note: str = ""
    details: dict[str, object] = field(default_factory=dict)

    @property
    def of_floor(self) -> float | None:
        """How near the value is to the floor: 1 is there, 0.5 takes twice as long."""
        if self.floor is None or not self.value:
            return None
        return self.value / self.floor if self.more_is_better else self.floor / self.value

    @property
    def meets(self) -> str:
        """Which part of the target is met: "aim", "must", "misses", or nothing without one."""
        if self.target is None or self.value is None:
            return ""
        sign = -1 if self.more_is_better else 1
        met = [name for name in ("aim", "must") if sign * self.value <= sign * self._goal(name)]
        return met[0] if met else "misses"

    def _goal(self, name: str) -> float:
        assert self.target is not None
        return self.target.aim if name == "aim" else self.target.must


def timed(name: str, samples: Samples, unit: str, **rest: object) -> Figure:
    """Return the figure of repeated measurements, in whatever unit they are."""
    bad = samples.p5 if rest.get("more_is_better") else samples.p95
    return Figure(name, samples.median, unit, bad, len(samples.values), **rest)  # type: ignore[arg-type]


def missing(name: str, why: str) -> Figure:
    """Return the figure of something that could not be measured."""
    return Figure(name, None, "", note=why)
