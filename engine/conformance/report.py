"""Findings: one comparison of what the engine computed with what was recorded."""

from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor


class Verdict(Enum):
    """What came of a comparison."""

    OK = "ok"
    MISS = "MISS"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True)
class Finding:
    """The outcome of one comparison.

    Attributes:
        what: what was compared.
        error: the largest difference, or the number of unequal entries.
        tolerance: the largest error that is accepted.
        note: why it is a miss or not applicable, where numbers do not say it.
    """

    what: str
    verdict: Verdict
    error: float | None = None
    tolerance: float | None = None
    note: str = ""

    def line(self, case: str) -> str:
        """Return the finding as one line of text."""
        numbers = "" if self.error is None else f"{self.error:9.3g} (tolerance {self.tolerance:g})"
        return f"{self.verdict.value:4}  {case:40} {self.what:44} {numbers}{self.note}".rstrip()


def close(what: str, ours: Tensor, recorded: Tensor, tolerance: float) -> Finding:
    """Compare numbers; shapes must be equal and everything finite."""
    if ours.shape != recorded.shape:
        return _other_shape(what, ours, recorded)
    ours, recorded = ours.detach().cpu(), recorded.cpu()
    difference = (ours.double() - recorded.double()).abs()
    # Equal infinities differ by nan; any other nan is a miss.
    difference = torch.where(ours == recorded, 0.0, difference)
    error = float(difference.max()) if difference.numel() else 0.0
    return Finding(what, Verdict.OK if error <= tolerance else Verdict.MISS, error, tolerance)


def same(what: str, ours: Tensor, recorded: Tensor) -> Finding:
    """Compare integers: every entry must be equal."""
    if ours.shape != recorded.shape:
        return _other_shape(what, ours, recorded)
    unequal = float((ours.cpu() != recorded.cpu()).sum())
    return Finding(what, Verdict.MISS if unequal else Verdict.OK, unequal, 0.0)


def agree(what: str, ours: object, recorded: object) -> Finding:
    """Compare anything else, e.g. texts."""
    if ours == recorded:
        return Finding(what, Verdict.OK, 0.0, 0.0)
    return Finding(what, Verdict.MISS, note=f"got {ours!r:.200}, recorded {recorded!r:.200}")


def not_applicable(what: str, why: str) -> Finding:
    """Say that something recorded was not compared, and why."""
    return Finding(what, Verdict.NOT_APPLICABLE, note=why)


def _other_shape(what: str, ours: Tensor, recorded: Tensor) -> Finding:
    note = f"shape {list(ours.shape)}, recorded {list(recorded.shape)}"
    return Finding(what, Verdict.MISS, note=note)
