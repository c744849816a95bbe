"""Measurements of a take's sound, on sounds whose numbers are known."""

import numpy as np
import pytest

from studio.core.sound import dropout_seconds, level_db, longest_gap, speech_seconds

RATE = 8000


def tone(seconds: float, level: float = 0.5) -> np.ndarray:
    times = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * 200 * times)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def test_speech_is_counted_without_edges_and_with_short_pauses() -> None:
    parts = [silence(0.4), tone(1), silence(0.06), tone(1), silence(0.5), tone(1), silence(0.3)]
    assert speech_seconds(np.concatenate(parts), RATE) == pytest.approx(3.16, abs=0.03)
    assert speech_seconds(silence(1), RATE) == speech_seconds(silence(0), RATE) == 0


def test_level_is_that_of_the_speech() -> None:
    quiet = np.concatenate([silence(3), tone(1, 0.5), silence(3)])
    assert level_db(quiet, RATE) == pytest.approx(20 * np.log10(0.5) - 3.01, abs=0.1)
    assert level_db(silence(1), RATE) == -120


def test_the_longest_gap_is_found() -> None:
    parts = [tone(1), silence(0.3), tone(1), silence(0.7), tone(1)]
    assert longest_gap(np.concatenate(parts), RATE) == pytest.approx(0.7, abs=0.04)


def test_a_dropout_has_hard_edges_on_both_sides() -> None:
    hole = tone(2)
    hole[8010:8210] = 0
    assert dropout_seconds(hole, RATE) == pytest.approx(0.025, abs=0.001)
    fade = np.linspace(1, 0, 400, dtype=np.float32) ** 2
    hole[7610:8010] *= fade
    assert dropout_seconds(hole, RATE) == 0
    assert dropout_seconds(np.concatenate([silence(1), tone(1), silence(1)]), RATE) == 0
    assert dropout_seconds(silence(0), RATE) == 0
