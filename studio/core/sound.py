"""What can be measured in the sound of one take.

Is: a few numbers from samples: how long is spoken, how loud, where it is silent, where it breaks.
Is not: a judgement (`studio.core.checks`).
"""

import numpy as np
from numpy.typing import NDArray

from studio.core.model import Audio

STEPS_PER_SECOND = 50
SPOKEN = 10 ** (-40 / 20)
"""A step of 20 ms whose peak is this far below the take's own lies between sounds."""
COUNTED_GAP_STEPS = 5
"""What a gap is longer than this is a pause, which says nothing about the pace."""
SILENT = 10 ** (-50 / 20)
LOUD = 10 ** (-30 / 10)
"""Steps below this share of the loudest one's power do not count for the level."""

DROPOUT_MS, EDGE_MS = 15, 8
NOTHING = 10 ** (-70 / 20)
BESIDE = 10 ** (-18 / 20)


def speech_seconds(audio: Audio, sample_rate: int) -> float:
    """Seconds spoken: without the silence at both ends, pauses cut to the length of a gap."""
    peaks = step_peaks(audio, sample_rate)
    if not peaks.size or not peaks.max():
        return 0.0
    quiet = peaks < SPOKEN * peaks.max()
    inside = np.flatnonzero(~quiet)
    starts, ends = runs(quiet[inside[0] : inside[-1] + 1])
    too_long = np.maximum(ends - starts - COUNTED_GAP_STEPS, 0).sum()
    return float(inside[-1] + 1 - inside[0] - too_long) / STEPS_PER_SECOND


def level_db(audio: Audio, sample_rate: int) -> float:
    """Level of what is spoken, in dBFS; silence does not count."""
    steps = _steps(audio, sample_rate).astype(np.float64)
    power = (steps**2).mean(axis=1)
    if not power.size or not power.max():
        return -120.0
    return float(10 * np.log10(power[power >= LOUD * power.max()].mean()))


def longest_gap(audio: Audio, sample_rate: int) -> float:
    """Seconds of the longest stretch of silence."""
    starts, ends = runs(step_peaks(audio, sample_rate) < SILENT)
    return float((ends - starts).max(initial=0)) / STEPS_PER_SECOND


def dropout_seconds(audio: Audio, sample_rate: int) -> float:
    """Seconds of the longest stretch of nothing that begins and ends in the middle of sound.

    A pause fades out or in over some milliseconds; where samples are lost, it does neither.
    """
    level = np.abs(audio)
    starts, ends = runs(level < NOTHING * level.max(initial=0.0))
    edge = max(1, sample_rate * EDGE_MS // 1000)
    loud = BESIDE * level.max(initial=0.0)
    longest = 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start >= max(sample_rate * DROPOUT_MS // 1000, longest) and (
            level[max(0, start - edge) : start].max(initial=0.0) >= loud
            and level[end : end + edge].max(initial=0.0) >= loud
        ):
            longest = end - start
    return longest / sample_rate


def step_peaks(audio: Audio, sample_rate: int) -> Audio:
    """The peak of every 20 ms."""
    peaks: Audio = np.abs(_steps(audio, sample_rate)).max(axis=1, initial=0.0)
    return peaks


def frame_peaks(audio: Audio, frames: int) -> Audio:
    """The peak of every one of some frames of equal length."""
    length = max(1, audio.size // max(frames, 1))
    peaks: Audio = np.abs(audio[: frames * length]).reshape(frames, length).max(axis=1)
    return peaks


def runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where stretches of true values start, and where they end (behind the last one)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return edges[::2], edges[1::2]


def longest_run(flags: NDArray[np.bool_]) -> int:
    """Length of the longest stretch of true values."""
    starts, ends = runs(flags)
    return int((ends - starts).max(initial=0))


def _steps(audio: Audio, sample_rate: int) -> Audio:
    length = max(1, sample_rate // STEPS_PER_SECOND)
    return audio[: audio.size // length * length].reshape(-1, length)
