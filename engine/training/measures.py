"""What is measured on speech and on sequences: errors, pitch, voicing, level, silence.

Pure functions of samples and labels; no model, no files.

Source: own; edit distance after Wagner and Fischer 1974.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.training.pitch import track
from engine.training.styles import active_rms

Audio = NDArray[np.float32]
SAMPLE_RATE = 22050
_HOP = 256
_SILENCE_DB = -40.0  # below the loudest 20 ms


@dataclass(frozen=True)
class Edits:
    """How a heard sequence differs from the true one.

    Args:
        errors: substitutions, deletions and insertions.
        length: of the true sequence.
        missing: runs of true items that were not heard, as (start, length).
        extra: lengths of runs of heard items that are not in the true sequence.
    """

    errors: int
    length: int
    missing: tuple[tuple[int, int], ...]
    extra: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Errors for each true item."""
        return self.errors / max(self.length, 1)


def compare(true: Sequence[Hashable], heard: Sequence[Hashable]) -> Edits:
    """Align two sequences with the fewest edits.

    >>> compare("kitten", "sitting").errors
    3
    """
    cost = _edit_table(true, heard)
    i, j, deleted, inserted = len(true), len(heard), [], []
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + (true[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
        elif i and cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
            deleted.append(i)
        else:
            j -= 1
            inserted.append(j)
    return Edits(
        int(cost[-1, -1]),
        len(true),
        tuple(_runs(deleted)),
        tuple(length for _, length in _runs(inserted)),
    )


def _edit_table(true: Sequence[Hashable], heard: Sequence[Hashable]) -> NDArray[np.int64]:
    ids = {item: index for index, item in enumerate(dict.fromkeys([*true, *heard]))}
    b = np.array([ids[item] for item in heard], np.int64)
    cost = np.zeros((len(true) + 1, len(heard) + 1), np.int64)
    cost[0] = ramp = np.arange(len(heard) + 1)
    for i, item in enumerate(true, 1):
        row = np.minimum(cost[i - 1, 1:] + 1, cost[i - 1, :-1] + (b != ids[item]))
        row = np.concatenate([[i], row])
        cost[i] = np.minimum.accumulate(row - ramp) + ramp  # insertions, all at once
    return cost


def _runs(backward: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of consecutive positions, given from the last to the first."""
    runs: list[tuple[int, int]] = []
    for position in reversed(backward):
        if runs and position == sum(runs[-1]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((position, 1))
    return runs


def error_rate(edits: Sequence[Edits]) -> float:
    """Errors over true items, pooled."""
    return sum(e.errors for e in edits) / max(sum(e.length for e in edits), 1)


@dataclass(frozen=True)
class Voicing:
    """Share of the sounding time that is periodic, and the pitch there (0: none)."""

    fraction: float
    f0: float


def voicing(audio: Audio) -> Voicing:
    """Voiced share of what is not silent, and the median F0 in Hz."""
    if len(audio) < 2 * _HOP:
        return Voicing(0.0, 0.0)
    f0 = track(torch.from_numpy(np.ascontiguousarray(audio)), SAMPLE_RATE, _HOP).numpy()
    sounding = ~silent(audio, _HOP)[: len(f0)]
    voiced = f0[: len(sounding)] > 0
    if not voiced.any() or not sounding.any():
        return Voicing(0.0, 0.0)
    share = float((voiced & sounding).sum() / sounding.sum())
    return Voicing(share, float(np.median(f0[: len(sounding)][voiced])))


def silent(audio: Audio, hop: int) -> NDArray[np.bool_]:
    """Whether each stretch of ``hop`` samples is 40 dB below the loudest one."""
    count = max(1, len(audio) // hop)
    power = np.array([np.mean(piece**2) for piece in np.array_split(audio, count)])
    quiet: NDArray[np.bool_] = power <= max(power.max(), 1e-10) * 10 ** (_SILENCE_DB / 10)
    return quiet


def level(audio: Audio) -> float:
    """Active level in dBFS."""
    return float(20 * np.log10(max(active_rms(audio), 1e-6)))


@dataclass(frozen=True)
class Silences:
    """Seconds of silence before, after, and the longest inside."""

    before: float
    after: float
    inside: float


def silences(audio: Audio) -> Silences:
    """Measure silences in steps of 10 ms."""
    hop = SAMPLE_RATE // 100
    quiet = silent(audio, hop)
    loud = np.flatnonzero(~quiet)
    if not len(loud):
        return Silences(len(audio) / SAMPLE_RATE, 0.0, 0.0)
    gaps = np.diff(loud) - 1
    longest = int(gaps.max()) if len(gaps) else 0
    return Silences(loud[0] / 100, (len(quiet) - 1 - loud[-1]) / 100, longest / 100)
