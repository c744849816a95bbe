"""Habits of a voice: the prior first, its own takes then, single bad ones never."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.habits import (
    ENGLISH,
    LEAST_PACE_SPREAD,
    OTHER_LANGUAGE,
    Observation,
    VoiceHabits,
    expected_of,
)


def after(paces: list[float], before: VoiceHabits = ENGLISH) -> VoiceHabits:
    return before.learned([Observation(pace, -20.0) for pace in paces])


def test_without_takes_there_is_the_prior() -> None:
    assert after([]) == ENGLISH
    assert expected_of("en-GB", None, 0) == ENGLISH
    assert expected_of("fi", None, 0) == OTHER_LANGUAGE


def test_a_voices_own_pace_takes_over() -> None:
    rng = np.random.default_rng(1)
    paces = list(0.35 + 0.06 * rng.standard_normal(60))
    found = [after(paces[:n]).pace for n in (1, 3, 10, 60)]
    errors = [abs(habit.center - 0.35) for habit in found]
    assert errors[1] < 0.1 and errors[2] < 0.05 and errors[3] < 0.02
    doubts = [habit.doubt for habit in [ENGLISH.pace, *found]]
    assert doubts == sorted(doubts, reverse=True) and doubts[-1] < 0.02


@pytest.mark.parametrize("bad", [-1.2, 1.6])
def test_a_tenth_of_bad_takes_hardly_moves_it(bad: float) -> None:
    rng = np.random.default_rng(2)
    fine = list(0.1 + 0.06 * rng.standard_normal(36))
    clean, dirty = after(fine).pace, after([*fine, *[bad] * 4]).pace
    assert dirty.center == pytest.approx(clean.center, abs=0.02)
    assert dirty.deviation < 1.3 * clean.deviation


def test_takes_that_agree_do_not_make_it_blind() -> None:
    assert after([0.1] * 100).pace.spread == LEAST_PACE_SPREAD


def test_only_the_newest_takes_count() -> None:
    assert after([0.0] * 100 + [0.5] * 100).pace == after([0.5] * 100).pace


def test_a_reference_tells_the_pace_unless_its_words_do_not_fit() -> None:
    slow = expected_of("en", Observation(0.3, -30.0), 3.5)
    longer = expected_of("en", Observation(0.3, -30.0), 20.0)
    assert 0.15 < slow.pace.center < longer.pace.center < 0.3
    assert longer.pace.doubt < slow.pace.doubt < ENGLISH.pace.doubt
    assert -30 < slow.level.center < ENGLISH.level.center
    assert expected_of("en", Observation(0.9, -30.0), 3.5).pace == ENGLISH.pace
    assert expected_of("en", Observation(None, -30.0), 3.5).pace == ENGLISH.pace


paces = st.lists(st.floats(-3, 3), max_size=120)


@given(paces)
def test_an_estimate_lies_among_what_was_seen_and_the_prior(values: list[float]) -> None:
    habit = after(values).pace
    assert min([*values, ENGLISH.pace.center]) - 1e-9 <= habit.center
    assert habit.center <= max([*values, ENGLISH.pace.center]) + 1e-9
    assert LEAST_PACE_SPREAD <= habit.spread <= 2 * ENGLISH.pace.spread
    assert 0 < habit.doubt <= ENGLISH.pace.doubt
