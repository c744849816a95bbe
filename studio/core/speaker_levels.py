"""Bringing speakers to one level: a single gain for each, never one per turn.

Is: measured on all that a speaker says, so that a whisper stays quieter than a shout.
Is not: loudness of the chapter, which mastering sets afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from studio.core.model import Audio

MOST_DB = 6.0
"""A voice further off than this is meant to be, or has a bad reference."""
_WINDOW_MS = 50
_GATE_DB = -50.0
_GATE = 10 ** (_GATE_DB / 10)


@dataclass(slots=True)
class SpeakerLevels:
    """Takes every take once, in any order. Not thread-safe."""

    sample_rate: int
    _energy: dict[str, float] = field(default_factory=dict)
    _windows: dict[str, int] = field(default_factory=dict)

    def add(self, speaker: str, audio: Audio) -> None:
        """Count a take's sound; its silences do not count."""
        length = self.sample_rate * _WINDOW_MS // 1000
        usable = audio[: audio.size // length * length]
        powers = np.square(usable).reshape(-1, length).mean(axis=1, dtype=np.float64)
        loud = powers[powers > _GATE]
        self._energy[speaker] = self._energy.get(speaker, 0.0) + float(loud.sum())
        self._windows[speaker] = self._windows.get(speaker, 0) + int(loud.size)

    def gains_db(self) -> Mapping[str, float]:
        """A gain for each speaker that brings all to the level of the middle one."""
        levels = {
            speaker: 10 * float(np.log10(energy / self._windows[speaker]))
            for speaker, energy in self._energy.items()
            if self._windows[speaker]
        }
        if len(levels) < 2:
            return {}
        middle = float(np.median(list(levels.values())))
        return {
            speaker: min(max(middle - level, -MOST_DB), MOST_DB)
            for speaker, level in levels.items()
        }
