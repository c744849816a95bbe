"""Bringing a chapter to a loudness without exceeding a peak: one gain, and a limiter's curve.

Is: computed from the chapter's envelope before a sample is touched, so that one pass over the
audio is enough and memory does not grow with it.
Is not: a compressor; below the ceiling every sample gets the same gain.

- The limiter looks ahead: its gain is the lowest that any hop near by needs, averaged over the
  same distance, and therefore never above what the hop itself needs.
- Limiting makes quieter, so the gain is found by repetition: try, measure the envelope, correct.
"""

from dataclasses import dataclass

import numpy as np

from studio.core.envelope import HOP, Envelope
from studio.core.model import Audio
from studio.core.targets import Target

LOOK_HOPS = 3
"""17 ms at 44.1 kHz on either side: slow enough not to be heard as distortion."""
MAX_GAIN_DB = 40.0
ROUNDS = 6
_SILENT_DB = -120.0
_GATE_DB = 10.0  # a hop this far below the mean is a pause; BS.1770's relative gate


@dataclass(frozen=True, slots=True, eq=False)
class Mastering:
    """What is done to a chapter.

    Args:
        gain_db: the same for every sample.
        curve: float32 [n_hops + 1], gain at the edges of hops, limiter and `gain_db` included.
        limited_db: deepest that the limiter goes, 0 or negative.
    """

    gain_db: float
    curve: Audio
    limited_db: float

    def apply(self, block: Audio, start: int) -> Audio:
        """The mastered samples of a block that begins at sample `start` of the chapter."""
        positions = np.arange(start, start + block.size, dtype=np.int64)
        hops = np.minimum(positions // HOP, self.curve.size - 2)
        share = ((positions - hops * HOP) / HOP).astype(np.float32)
        before, after = self.curve[hops], self.curve[hops + 1]
        mastered: Audio = block * (before + (after - before) * share)
        return mastered


def plan_mastering(
    envelope: Envelope, lufs: float, target: Target, correction_db: float = 0.0
) -> Mastering:
    """Find gain and limiter for a chapter.

    Args:
        envelope: of the chapter as it is.
        lufs: its integrated loudness; used where the target is in LUFS.
        correction_db: added to the aim, where a first try was heard to miss it.
    """
    ceiling = from_db(target.ceiling_db)
    gain_db = 0.0
    if target.measure is not None and envelope.energies.any():
        for _ in range(ROUNDS):
            curve = limiter_curve(envelope.peaks, from_db(gain_db), ceiling)
            gain_db += target.aim + correction_db - _loudness_after(envelope, curve, lufs, target)
            gain_db = min(max(gain_db, -MAX_GAIN_DB), MAX_GAIN_DB)
    gain = from_db(gain_db)
    curve = limiter_curve(envelope.peaks, gain, ceiling)
    return Mastering(gain_db, curve, min(0.0, to_db(float(curve.min()) / gain)))


def limiter_curve(peaks: Audio, gain: float, ceiling: float) -> Audio:
    """Gain at the edges of hops, such that no hop's peak exceeds the ceiling.

    Args:
        peaks: float32 [n_hops], before the gain.

    Returns:
        float32 [n_hops + 1].
    """
    needed = np.minimum(gain, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    if not needed.size or needed.min() >= gain:
        return np.full(peaks.size + 1, gain, np.float32)
    # The least around an edge looks at LOOK_HOPS hops on either side. The edges averaged over are
    # those whose least contains both hops at the edge in the middle.
    wide = np.pad(needed, 2 * LOOK_HOPS - 1, mode="edge")
    least = np.lib.stride_tricks.sliding_window_view(wide, 2 * LOOK_HOPS).min(axis=1)
    around = np.lib.stride_tricks.sliding_window_view(least, 2 * LOOK_HOPS - 1)
    curve: Audio = around.mean(axis=1, dtype=np.float32)
    return np.minimum(curve, gain, dtype=np.float32)


def to_db(value: float) -> float:
    """A factor in decibels; zero becomes -120."""
    return max(_SILENT_DB, 20.0 * float(np.log10(max(value, 1e-9))))


def from_db(decibels: float) -> float:
    """Decibels as a factor."""
    return float(10.0 ** (decibels / 20.0))


def _loudness_after(envelope: Envelope, curve: Audio, lufs: float, target: Target) -> float:
    """Loudness with a curve applied, estimated from the envelope."""
    energies = envelope.energies.astype(np.float64)
    gains = np.square((curve[:-1] + curve[1:]) / 2, dtype=np.float64)
    if target.measure == "rms":
        return to_db(float(np.sqrt((energies * gains).sum() / max(envelope.samples, 1))))
    loud = energies > energies.mean() * 10 ** (-_GATE_DB / 10)
    change = (energies[loud] * gains[loud]).sum() / energies[loud].sum()
    return lufs + float(10 * np.log10(change))
