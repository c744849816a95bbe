"""How loud a recording is over time, gathered while it streams past.

Is: true peaks and energies of short hops, a thousandth of the audio's size.
Is not: perceived loudness (`studio.media.loudness`).

- True peak: the waveform between the samples, by fourfold oversampling with a windowed sinc of 12
  taps a phase. Source: ITU-R BS.1770-5, annex 2 (its attenuation and decibels left out).
- One phase falls on the samples themselves only nearly, so the samples are looked at as well.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.core.model import Audio

HOP = 256
"""Samples; 6 ms at 44.1 kHz, short against what an ear hears as one event."""
PHASES, TAPS = 4, 12
_BEFORE = TAPS // 2 - 1  # samples of context before and after the one that is looked at
_AFTER = TAPS // 2


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """A recording in hops.

    Args:
        peaks: float32 [n_hops], highest true peak of each.
        energies: float32 [n_hops], sum of squares of each.
        samples: length of the recording; the last hop may be shorter.
    """

    peaks: Audio
    energies: Audio
    samples: int


@dataclass(slots=True)
class EnvelopeBuilder:
    """Takes audio block by block. Not thread-safe; owned by whoever writes the audio.

    Args:
        keep: whether there will be an envelope; without, only `highest` is known.
        highest: the highest true peak so far.
    """

    keep: bool = True
    samples: int = 0
    highest: float = 0.0
    _peaks: list[Audio] = field(default_factory=list)
    _energies: list[Audio] = field(default_factory=list)
    _waiting: Audio = field(default_factory=lambda: np.zeros(_BEFORE, np.float32))

    def add(self, block: Audio) -> None:
        """Take the next samples."""
        self.samples += block.size
        self._waiting = np.concatenate([self._waiting, block])
        self._digest((self._waiting.size - _BEFORE - _AFTER) // HOP * HOP)

    def finish(self) -> Envelope:
        """The envelope of everything added."""
        left = self._waiting.size - _BEFORE
        if left:
            padding = -left % HOP + _AFTER
            self._waiting = np.concatenate([self._waiting, np.zeros(padding, np.float32)])
            self._digest(left + padding - _AFTER)
        none = [np.zeros(0, np.float32)]
        return Envelope(
            np.concatenate(self._peaks or none), np.concatenate(self._energies or none),
            self.samples,
        )  # fmt: skip

    def _digest(self, length: int) -> None:
        if length <= 0:
            return
        audio = self._waiting[_BEFORE : _BEFORE + length]
        peaks = true_peaks(self._waiting[: _BEFORE + length + _AFTER])
        self.highest = max(self.highest, float(peaks.max()))
        if self.keep:
            self._peaks.append(peaks.reshape(-1, HOP).max(axis=1))
            self._energies.append(np.square(audio).reshape(-1, HOP).sum(axis=1))
        self._waiting = self._waiting[length:].copy()


def true_peaks(audio: Audio) -> Audio:
    """The highest magnitude between each sample and the next, itself included.

    Args:
        audio: float32 [n + 11]: 5 samples of context, n samples, 6 of context.

    Returns:
        float32 [n].
    """
    highest: Audio = np.abs(audio[_BEFORE : audio.size - _AFTER])
    for phase in range(PHASES):
        between = np.convolve(audio, _FILTER[phase], mode="valid")
        np.maximum(highest, np.abs(between), out=highest)
    return highest


def _make_filter() -> NDArray[np.float32]:
    """[PHASES, TAPS], each phase with a gain of one."""
    times = np.arange(PHASES * TAPS) - (PHASES * TAPS - 1) / 2
    response = np.sinc(times / PHASES) * np.kaiser(PHASES * TAPS, 5.0)
    phases = response.reshape(TAPS, PHASES).T
    filters: NDArray[np.float32] = (phases / phases.sum(axis=1, keepdims=True)).astype(np.float32)
    return filters


_FILTER = _make_filter()
