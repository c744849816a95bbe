"""Room tone: a very quiet, even noise under everything, instead of digital silence.

Is: the same samples at every call; two deliveries of the same takes are the same bytes.
Is not: the noise of any real room, and not switched on and off between takes, which would be heard.

- Shaped like the noise of a quiet room: falling with frequency, nothing below 40 Hz.
- Made by an inverse Fourier transform, so that its end runs into its beginning without a seam.
"""

from functools import lru_cache

import numpy as np

from studio.core.model import Audio

LOOP_SECONDS = 13
_SEED = 20_260_401
_LOWEST_HZ = 40.0
_KNEE_HZ = 400.0


def room_tone(start: int, samples: int, sample_rate: int, level_db: float) -> Audio:
    """The room tone from sample `start` on: float32 [samples], at `level_db` dBFS RMS."""
    loop = _loop(sample_rate)
    positions = np.arange(start, start + samples) % loop.size
    tone: Audio = loop[positions] * np.float32(10 ** (level_db / 20))
    return tone


@lru_cache(maxsize=4)
def _loop(sample_rate: int) -> Audio:
    """One round, at an RMS of one."""
    size = LOOP_SECONDS * sample_rate
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate)
    shape = np.where(frequencies >= _LOWEST_HZ, 1 / np.sqrt(1 + frequencies / _KNEE_HZ), 0.0)
    angles = np.random.default_rng(_SEED).uniform(0, 2 * np.pi, frequencies.size)
    loop = np.fft.irfft(shape * np.exp(1j * angles), size)
    level: Audio = (loop / np.sqrt(np.mean(np.square(loop)))).astype(np.float32)
    return level
