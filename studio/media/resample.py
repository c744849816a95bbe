"""Audio at another sample rate, by soxr.

Is: for one take at a time; takes begin and end in silence, so they can be resampled one by one.
Is not: the exact resampler that the engine uses for references.
"""

import numpy as np
import soxr

from studio.core.model import Audio


def resample(audio: Audio, from_rate: int, to_rate: int) -> Audio:
    """float32 [n_samples] at another rate; unchanged where the rates are equal."""
    if from_rate == to_rate:
        return audio
    resampled: Audio = soxr.resample(audio, from_rate, to_rate, quality="HQ").astype(np.float32)
    return resampled
