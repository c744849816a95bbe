"""The bounds hold speech of every kind, and no runaway."""

import doctest

import pytest

import engine.length
from engine.length import frame_bounds

RATE = 21.5
# text, seconds it may take read fast and read slowly
SPEECH = [
    ("Yes.", 0.3, 1.5),
    ("Good morning, my dear friend.", 1.2, 4.0),
    ("[slow] I have nothing to declare [pause 1s] except my genius.", 2.5, 11.0),
    ("1234567890", 2.0, 6.0),
    ("On 24/12/1895 it cost £1,250.75, or 5% more.", 4.0, 11.0),
    ("我没有什么要申报的，除了我的天才。", 2.5, 6.0),
    ("Мне нечего предъявить, кроме моей гениальности.", 2.5, 7.0),
    ("word " * 60, 14.0, 45.0),
]


@pytest.mark.parametrize(("text", "fast", "slow"), SPEECH)
def test_real_speech_is_within_bounds(text, fast, slow):
    bounds = frame_bounds(text, RATE)
    assert 1 <= bounds.least <= fast * RATE
    assert bounds.most >= slow * RATE


def test_a_runaway_is_not():
    assert frame_bounds("Yes.", RATE).most < 4 * RATE
    assert frame_bounds("word " * 60, RATE).most < 75 * RATE


def test_even_an_empty_text_has_a_first_frame():
    assert frame_bounds("", RATE).least == 1


def test_examples_in_docstrings():
    assert doctest.testmod(engine.length).failed == 0
