"""Arithmetic of errors, and instruments checked on sounds whose truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.measures import compare, error_rate, level, silences, voicing

RATE = 22050


def tone(f0: float, seconds: float = 1.0, harmonics: int = 12) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    parts = [np.sin(2 * np.pi * f0 * k * t) / k for k in range(1, harmonics + 1)]
    return (0.1 * np.sum(parts, 0)).astype(np.float32)


@pytest.mark.parametrize(
    ("true", "heard", "errors", "missing", "extra"),
    [
        ("abc", "abc", 0, (), ()),
        ("abcdef", "af", 4, ((1, 4),), ()),
        ("af", "abcdef", 4, (), (4,)),
        ("abc", "axc", 1, (), ()),
        ("", "ab", 2, (), (2,)),
        ("ab", "", 2, ((0, 2),), ()),
    ],
)
def test_edits_are_counted_and_placed(true, heard, errors, missing, extra) -> None:
    edits = compare(true, heard)
    assert (edits.errors, edits.missing, edits.extra) == (errors, missing, extra)
    assert edits.length == len(true)


def plain_distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, last = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(row[-1] + 1, last[j] + 1, last[j - 1] + (x != y)))
    return row[-1]


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_the_distance_is_the_textbook_one(a: str, b: str) -> None:
    assert compare(a, b).errors == plain_distance(a, b)


def test_rates_are_pooled_over_items() -> None:
    assert error_rate([compare("abcd", "abcd"), compare("ab", "xy")]) == pytest.approx(2 / 6)
    assert error_rate([]) == 0


@pytest.mark.parametrize("f0", [75.0, 120.0, 220.0, 400.0])
def test_pitch_of_tones_is_found(f0: float) -> None:
    found = voicing(tone(f0))
    assert found.f0 == pytest.approx(f0, rel=0.02)
    assert found.fraction > 0.9


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(0).standard_normal(RATE).astype(np.float32) * 0.1
    assert voicing(noise).fraction < 0.1
    assert voicing(np.zeros(RATE, np.float32)).fraction == 0


def test_level_is_that_of_the_sounding_part() -> None:
    sine = (0.1 * np.sqrt(2) * np.sin(np.arange(RATE) / 10)).astype(np.float32)
    assert level(sine) == pytest.approx(-20, abs=0.1)
    assert level(np.concatenate([sine, np.zeros(3 * RATE, np.float32)])) == pytest.approx(
        -20, abs=0.3)  # fmt: skip


def test_silences_before_inside_and_after() -> None:
    gap = lambda seconds: np.zeros(round(seconds * RATE), np.float32)  # noqa: E731
    found = silences(np.concatenate([gap(0.3), tone(150, 0.5), gap(0.6), tone(150, 0.5), gap(0.2)]))
    assert found.before == pytest.approx(0.3, abs=0.03)
    assert found.inside == pytest.approx(0.6, abs=0.03)
    assert found.after == pytest.approx(0.2, abs=0.03)
