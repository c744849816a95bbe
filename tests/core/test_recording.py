"""Recordings with one fault each are told so, and a good one is not complained of."""

import numpy as np
import pytest

from studio.core.recording import NO_SPEECH, examine

RATE = 8000


def speech(seconds: float, level: float = 0.3, noise: float = 0.0005) -> np.ndarray:
    """Bursts of a third of a second whose tone jumps as vowels do, with short gaps, over noise."""
    random = np.random.default_rng(1)
    time = np.arange(int(seconds * RATE)) / RATE
    talking = (time % 0.45) < 0.35
    hertz = np.array([180, 1900, 700, 2600, 360])[(time / 0.06).astype(int) % 5]
    sound = level * np.sin(2 * np.pi * hertz * time) * talking + noise * random.standard_normal(
        time.size
    )
    return np.clip(sound, -1, 1).astype(np.float32)


def test_a_good_recording_is_not_complained_of() -> None:
    found = examine(speech(12), RATE)
    assert found.advice == ()
    assert found.seconds == 12
    assert found.speech_db == pytest.approx(20 * np.log10(0.3 / np.sqrt(2)), abs=0.5)
    assert found.noise_db == pytest.approx(20 * np.log10(0.0005), abs=1.5)
    assert len(found.levels_db) == 240


@pytest.mark.parametrize(
    ("audio", "said"),
    [
        (speech(12, level=1.4), "clipped"),
        (speech(12, level=0.005, noise=0.00001), "very quiet"),
        (speech(12, noise=0.03), "noise behind the voice"),
        (speech(4), "4 s long; 10 to 30 s"),
        (speech(40), "cut out the best"),
        (np.concatenate([speech(6), speech(12, level=0.0)]), "silence"),
    ],
)
def test_a_fault_is_said(audio: np.ndarray, said: str) -> None:
    found = examine(audio, RATE)
    assert [advice for advice in found.advice if said in advice]
    assert len(found.advice) == 1


def test_what_is_no_speech_is_not_called_good() -> None:
    time = np.arange(12 * RATE) / RATE
    buzz = 0.3 * np.sign(np.sin(2 * np.pi * 180 * time)) * (time % 0.5 < 0.4)
    hiss = np.random.default_rng(0).standard_normal(time.size) * 0.1
    for sound in (buzz, hiss):
        assert NO_SPEECH in examine(sound.astype(np.float32), RATE).advice


@pytest.mark.parametrize("samples", [0, 1, 399])
def test_a_recording_of_nearly_nothing_is_measured_too(samples: int) -> None:
    assert np.isfinite(examine(np.zeros(samples, np.float32), RATE).levels_db).all()
