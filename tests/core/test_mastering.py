"""Mastering: true peaks between samples, a limiter that holds, a loudness that is reached."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.envelope import HOP, Envelope, EnvelopeBuilder
from studio.core.mastering import from_db, limiter_curve, plan_mastering, to_db
from studio.core.targets import ACX, NONE, PODCAST

RATE = 44_100


def envelope_of(audio: np.ndarray, block: int = 10_000) -> Envelope:
    builder = EnvelopeBuilder()
    for start in range(0, audio.size, block):
        builder.add(audio[start : start + block])
    return builder.finish()


def speech_like(seconds: float, level: float = 0.1, seed: int = 1) -> np.ndarray:
    """Noise in syllables of uneven loudness, with pauses."""
    rng = np.random.default_rng(seed)
    syllables = np.repeat(rng.uniform(0, 1, int(seconds * 5) + 1) ** 2, RATE // 5)
    noise = rng.standard_normal(int(seconds * RATE))
    return (noise * syllables[: noise.size] * level).astype(np.float32)


def test_a_peak_between_the_samples_is_found() -> None:
    # A sine at a quarter of the rate, shifted by an eighth: its samples are all at 0.707.
    times = np.arange(RATE)
    sine = np.sin(np.pi / 2 * times + np.pi / 4).astype(np.float32)
    assert np.abs(sine).max() < 0.71
    inner = envelope_of(sine).peaks[1:-1]
    assert inner == pytest.approx(1.0, abs=0.03)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 3000), max_size=8), st.integers(0, 9))
def test_the_envelope_does_not_depend_on_how_the_audio_is_cut(cuts: list[int], seed: int) -> None:
    audio = np.random.default_rng(seed).uniform(-1, 1, 3000).astype(np.float32)
    whole = envelope_of(audio)
    builder = EnvelopeBuilder()
    edges = [0, *sorted(cuts), audio.size]
    for start, end in pairwise(edges):
        builder.add(audio[start:end])
    pieces = builder.finish()
    assert pieces.samples == whole.samples == 3000
    assert np.allclose(pieces.peaks, whole.peaks) and np.allclose(pieces.energies, whole.energies)
    assert whole.energies.sum() == pytest.approx(np.square(audio).sum(), rel=1e-4)


@given(st.lists(st.floats(0, 4), min_size=1, max_size=60), st.floats(0.1, 20))
def test_the_limiter_gives_no_hop_more_than_it_may_have(peaks: list[float], gain: float) -> None:
    loud = np.array(peaks, np.float32)
    curve = limiter_curve(loud, gain, 0.5)
    assert curve.size == loud.size + 1
    for edge in (curve[:-1], curve[1:]):
        assert np.all(edge * loud <= 0.5 * 1.0001)
        assert np.all(edge <= gain * 1.0001)


def test_far_from_a_peak_the_gain_is_untouched() -> None:
    peaks = np.full(100, 0.1, np.float32)
    peaks[50] = 0.9
    curve = limiter_curve(peaks, 2.0, 0.5)
    assert curve[50] * 0.9 <= 0.5
    assert np.all(curve[:40] == 2.0) and np.all(curve[60:] == 2.0)


@pytest.mark.parametrize("level", [0.003, 0.03, 0.3])
def test_acx_loudness_is_reached_and_the_ceiling_holds(level: float) -> None:
    audio = speech_like(20, level)
    mastering = plan_mastering(envelope_of(audio), -30, ACX)
    mastered = np.concatenate(
        [mastering.apply(audio[at : at + 9000], at) for at in range(0, audio.size, 9000)]
    )
    assert to_db(float(np.sqrt(np.mean(mastered**2)))) == pytest.approx(ACX.aim, abs=0.1)
    assert to_db(float(envelope_of(mastered).peaks.max())) <= ACX.ceiling_db + 0.15


def test_lufs_moves_by_the_gain_where_nothing_is_limited() -> None:
    audio = speech_like(5, 0.01)
    assert plan_mastering(envelope_of(audio), -40, PODCAST).gain_db == pytest.approx(24, abs=1.5)


def test_without_a_target_only_overs_are_limited() -> None:
    quiet = speech_like(2, 0.05)
    untouched = plan_mastering(envelope_of(quiet), -30, NONE)
    assert np.array_equal(untouched.apply(quiet, 0), quiet)
    loud = np.full(HOP * 40, 1.5, np.float32)
    assert np.abs(plan_mastering(envelope_of(loud), 0, NONE).apply(loud, 0)).max() < 1


def test_silence_and_nothing_at_all_are_mastered_to_themselves() -> None:
    silence = np.zeros(5000, np.float32)
    assert not plan_mastering(envelope_of(silence), -70, ACX).apply(silence, 0).any()
    assert plan_mastering(envelope_of(silence[:0]), -70, ACX).gain_db == 0


def test_decibels() -> None:
    assert to_db(1.0) == 0 and to_db(0.0) == -120
    assert from_db(-6.0206) == pytest.approx(0.5, abs=1e-4)
