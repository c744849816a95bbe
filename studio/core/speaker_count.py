"""Does more than one person speak in a recording? A suspicion, from pitch and timbre.

Is: two numbers for every stretch of a few seconds, pitch and the shape of the spectrum, and whether
they fall into two groups that lie further apart than one voice wanders.
Is not: a speaker recognizer: two similar voices pass for one, and an actor who plays two for two.
What that means in numbers is measured (docs/voices.md).

- Stretches are of speech alone, so that pauses do not count. Each dimension is weighed by how much
  it wanders within one voice.

Source: own; autocorrelation pitch after Rabiner 1977, mel cepstra after Davis and Mermelstein 1980.
"""

import numpy as np
from numpy.typing import NDArray

from studio.core.model import Audio

Rows = NDArray[np.float64]

WINDOW_SECONDS, HOP_SECONDS = 0.05, 0.02
STRETCH_FRAMES, STRETCH_HOP = 120, 60
"""2.4 s of speech, every 1.2 s of it."""
LOWEST_HZ, HIGHEST_HZ = 70.0, 400.0
VOICED = 0.5
N_BANDS, N_CEPSTRA = 24, 12
TOP_HZ = 4000.0
LEAST_STRETCHES = 4
SMALLER_GROUP = 0.2
WANDERING = np.array(
    [0.54, 0.14, 0.145, 0.10, 0.11, 0.08, 0.076, 0.057, 0.052, 0.05, 0.04, 0.035, 0.035]
)
"""How much pitch (semitones) and cepstra of stretches wander in one voice: the mean deviation over
72 synthetic voices."""
LIVELY = 0.095
"""Speech changes more than this from moment to moment: the shipped voices 0.11 to 0.29, tones,
buzzes and noise 0.00 to 0.08."""
SUSPECT = 7.0
"""Beyond this two groups are taken for two people."""


def distance(audio: Audio, sample_rate: int) -> float:
    """How far apart the two groups are into which a recording falls best; 0: too short to say."""
    rows = stretches(audio, sample_rate)
    if len(rows) < LEAST_STRETCHES:
        return 0.0
    return _apart(rows / WANDERING)


def liveliness(audio: Audio, sample_rate: int) -> float | None:
    """How much the sound changes from moment to moment where it is loud; None: too short to say.

    The median over neighboring frames of the mean change of their cepstra.
    """
    frames = _frames(audio, sample_rate)
    power = np.mean(np.square(frames), axis=1)
    frames = frames[power > np.quantile(power, 0.9) * 1e-2] if power.size else frames
    if len(frames) < STRETCH_FRAMES // 2:
        return None
    changes = np.abs(np.diff(_cepstra(frames, sample_rate), axis=0)).mean(axis=1)
    return float(np.median(changes))


def stretches(audio: Audio, sample_rate: int) -> Rows:
    """Pitch in semitones and cepstra of every stretch: [n_stretches, 1 + N_CEPSTRA]."""
    frames = _frames(audio, sample_rate)
    power = np.mean(np.square(frames), axis=1)
    loud = power > np.quantile(power, 0.9) * 1e-3 if power.size else np.zeros(0, bool)
    frames = frames[loud]
    pitch, cepstra = _pitch(frames, sample_rate), _cepstra(frames, sample_rate)
    found = []
    for start in range(0, len(frames) - STRETCH_FRAMES + 1, STRETCH_HOP):
        inside = slice(start, start + STRETCH_FRAMES)
        voiced = pitch[inside][pitch[inside] > 0]
        if voiced.size >= STRETCH_FRAMES // 10:
            found.append([12 * np.log2(np.median(voiced)), *cepstra[inside].mean(axis=0)])
    return np.array(found).reshape(-1, 1 + N_CEPSTRA)


def _frames(audio: Audio, sample_rate: int) -> Rows:
    length, hop = round(WINDOW_SECONDS * sample_rate), round(HOP_SECONDS * sample_rate)
    if audio.size < length:
        return np.zeros((0, length))
    windows = np.lib.stride_tricks.sliding_window_view(audio.astype(np.float64), length)[::hop]
    return windows * np.hanning(length)


def _pitch(frames: Rows, sample_rate: int) -> NDArray[np.float64]:
    """Hertz of every frame; 0: unvoiced."""
    if not len(frames):
        return np.zeros(0)
    size = 2 * frames.shape[1]
    correlation = np.fft.irfft(np.abs(np.fft.rfft(frames, size)) ** 2)
    window = np.hanning(frames.shape[1])
    own = np.fft.irfft(np.abs(np.fft.rfft(window, size)) ** 2)
    shortest, longest = int(sample_rate / HIGHEST_HZ), int(sample_rate / LOWEST_HZ)
    lags = slice(shortest, longest)
    fair = correlation[:, lags] / (correlation[:, :1] + 1e-12) * (own[0] / own[lags])
    best = fair.argmax(axis=1)
    strength = fair[np.arange(len(fair)), best]
    return np.where(strength > VOICED, sample_rate / (best + shortest), 0.0)


def _cepstra(frames: Rows, sample_rate: int) -> Rows:
    spectrum = np.abs(np.fft.rfft(frames)) ** 2
    hertz = np.fft.rfftfreq(frames.shape[1], 1 / sample_rate)
    mel = 2595 * np.log10(1 + hertz / 700)
    edges = np.linspace(0, 2595 * np.log10(1 + TOP_HZ / 700), N_BANDS + 2)
    rising = (mel[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - mel[None]) / np.diff(edges)[1:, None]
    bands = spectrum @ np.clip(np.minimum(rising, falling), 0, None).T
    levels = np.log(bands + 1e-9)
    order = np.arange(1, N_CEPSTRA + 1)[:, None]
    cosines = np.cos(np.pi * order * (np.arange(N_BANDS) + 0.5) / N_BANDS)
    cepstra: Rows = levels @ cosines.T / N_BANDS
    return cepstra


def _apart(rows: Rows) -> float:
    """The distance of the means of two groups, the best that two-means finds."""
    centered = rows - rows.mean(axis=0)
    axis = np.linalg.svd(centered, full_matrices=False)[2][0]
    second = centered @ axis > np.median(centered @ axis)
    for _ in range(20):
        if not _both(second):
            return 0.0
        means = rows[~second].mean(axis=0), rows[second].mean(axis=0)
        nearer = ((rows - means[1]) ** 2).sum(axis=1) < ((rows - means[0]) ** 2).sum(axis=1)
        if (nearer == second).all():
            break
        second = nearer
    if not _both(second):
        return 0.0
    return float(np.linalg.norm(rows[second].mean(axis=0) - rows[~second].mean(axis=0)))


def _both(second: NDArray[np.bool_]) -> bool:
    return bool(min(second.mean(), 1 - second.mean()) >= SMALLER_GROUP)
