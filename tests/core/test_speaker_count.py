"""Two people in one recording are suspected, and one is not."""

import numpy as np
import pytest
import soundfile as sf

from studio import paths
from studio.core.recording import SEVERAL, examine
from studio.core.speaker_count import SUSPECT, distance

RATE = 16_000


def voice(pitch_hz: float, formants: tuple[float, ...], seconds: float, seed: int) -> np.ndarray:
    """A buzz with resonances whose pitch wanders, in syllables."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    wander = np.interp(
        time,
        np.arange(0, seconds + 1),
        random.normal(0, 0.06, int(seconds) + 2)[: len(np.arange(0, seconds + 1))],
    )
    phase = 2 * np.pi * np.cumsum(pitch_hz * np.exp(wander)) / RATE
    sound = np.zeros_like(time)
    for harmonic in range(1, int(4000 / pitch_hz)):
        hertz = harmonic * pitch_hz
        gain = sum(1 / (1 + ((hertz - formant) / 120) ** 2) for formant in formants)
        sound += gain * np.sin(harmonic * phase)
    sound *= (time % 0.4) < 0.33
    return (0.2 * sound / np.abs(sound).max()).astype(np.float32)


LOW, HIGH = (110.0, (500.0, 1400.0, 2400.0)), (205.0, (700.0, 1900.0, 2900.0))


def test_one_voice_is_one_and_two_are_two() -> None:
    one = voice(*LOW, 14, 1)
    assert 0 < distance(one, RATE) < SUSPECT
    both = np.concatenate([voice(*LOW, 7, 2), voice(*HIGH, 7, 3)])
    assert distance(both, RATE) > SUSPECT
    assert SEVERAL in examine(both, RATE).advice and examine(both, RATE).several
    assert not examine(one, RATE).several


def test_what_is_too_short_or_silent_is_not_judged() -> None:
    for audio in (np.zeros(0), np.zeros(10 * RATE), voice(*LOW, 3, 1)):
        assert distance(audio.astype(np.float32), RATE) == 0.0


@pytest.mark.parametrize("names", [("boris", "beatrice"), ("pip", "walter")])
def test_the_voices_that_come_along_are_told_apart(names: tuple[str, str]) -> None:
    audio = []
    for name in names:
        sound, rate = sf.read(paths.STARTER_VOICES / f"{name}.flac", dtype="float32")
        audio += [sound, sound]
    assert distance(np.concatenate(audio), rate) > SUSPECT
    assert distance(np.concatenate(audio[:2]), rate) < SUSPECT
