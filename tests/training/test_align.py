"""Letters find their phones, in order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.align import (
    Phone,
    append_phones,
    fill_times,
    letter_times,
    match_letters,
    spread,
)
from engine.training.phones import PHONES


@pytest.mark.parametrize(
    ("word", "phones", "pairs"),
    [
        ("though", "DH OW", [0, 0, 1, 1, 1, 1]),
        ("cat", "K AE T", [0, 1, 2]),
        ("ship", "SH IH P", [0, 0, 1, 2]),
        ("quit", "K W IH T", [0, 1, 2, 3]),
    ],
)
def test_letters_go_with_the_phones_they_make(word: str, phones: str, pairs: list[int]) -> None:
    assert match_letters(word, phones.split()) == pairs


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=14),
       st.lists(st.sampled_from(PHONES[1:]), min_size=1, max_size=12))  # fmt: skip
def test_times_rise_and_stay_within_the_word(word: str, labels: list[str]) -> None:
    phones = [Phone(label, 0.1 * i, 0.1 * (i + 1), 0) for i, label in enumerate(labels)]
    times = letter_times(word, phones)
    assert len(times) == len(word)
    assert (np.diff(times) >= 0).all()
    assert times[0] >= 0 and times[-1] < 0.1 * len(labels)


def test_unspoken_characters_begin_with_the_next_sound() -> None:
    times = fill_times(np.array([np.nan, 0.2, np.nan, 0.5, np.nan], np.float32), 0.9)
    assert times == pytest.approx([0.2, 0.2, 0.5, 0.5, 0.9])


def test_spread_is_even() -> None:
    assert spread(4, 1.0, 2.0) == pytest.approx([1.0, 1.25, 1.5, 1.75])


def test_a_phone_that_is_two_is_divided_and_silences_merge() -> None:
    phones: list[Phone] = []
    append_phones(phones, ("AA", "R"), 0.0, 1.0, 3)
    append_phones(phones, ("sil",), 1.0, 1.2, 3)
    append_phones(phones, ("sil",), 1.2, 1.5, 3)
    append_phones(phones, (), 1.5, 1.6, 3)
    assert [(p.label, p.start, p.end, p.char_index) for p in phones] == [
        ("AA", 0.0, 0.6, 3), ("R", 0.6, 1.0, 3), ("sil", 1.0, 1.6, -1)]  # fmt: skip
