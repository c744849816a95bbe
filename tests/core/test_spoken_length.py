"""The length of a text: numbers as words, direction left out, every script, and no surprises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.spoken_length import spoken_length


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It is 12.", "It is twelve."),
        ("Dr. Who paid £5.", "Doctor Who paid five pounds."),
        ("It was exactly 3.7 kg.", "It was exactly three point seven kilograms."),
        ("About 60% of it.", "About sixty percent of it."),
        ("On 5 May 1895 we met.", "On the fifth of May, eighteen ninety-five we met."),
        ("[whispers] Good night.", "Good night."),
    ],
)
def test_what_is_read_out_is_as_long_as_its_words(written: str, said: str) -> None:
    short, long = spoken_length(written), spoken_length(said)
    assert short.letters == pytest.approx(long.letters, abs=2)
    assert short.seconds == pytest.approx(long.seconds, rel=0.15)


def test_a_long_number_may_be_read_in_a_shorter_way() -> None:
    assert spoken_length("Room 203.").doubtful_seconds == pytest.approx(0.5, abs=0.15)
    assert spoken_length("Room 12 of house 7.").doubtful == 0


def test_a_pause_lies_at_a_mark_between_words_and_nowhere_else() -> None:
    assert spoken_length("“Well,” he said, “we shall see…”").stops == 2
    assert spoken_length("Three - no, four.").stops == 1
    assert spoken_length("Oh!!! What?").stops == 1


@pytest.mark.parametrize(
    ("text", "language", "least", "most"),
    [
        ("他慢慢地走过那条长街，什么也没有说。", "zh", 3.0, 6.0),
        ("彼は長い通りをゆっくりと歩いた。", "ja", 2.0, 4.5),
        ("그는 긴 거리를 천천히 걸었다.", "ko", 1.8, 4.0),
        ("Он медленно шёл по длинной улице.", "ru", 1.5, 3.0),
        ("مشى ببطء في الشارع الطويل.", "ar", 1.3, 3.5),
        ("Er ging 25 Schritte weit.", "de", 1.5, 2.5),
        ("Hän käveli 25 askelta.", "fi", 1.0, 2.5),
    ],
)
def test_other_scripts_and_languages_have_a_plausible_length(
    text: str, language: str, least: float, most: float
) -> None:
    assert least < spoken_length(text, language).seconds < most


def test_nothing_to_say_takes_no_time() -> None:
    assert spoken_length("").seconds == spoken_length("[sighs] …").seconds == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_more_text_is_never_shorter_and_any_text_has_a_length(first: str, second: str) -> None:
    joined = spoken_length(f"{first}.\n{second}", "none")
    parts = spoken_length(first, "none"), spoken_length(second, "none")
    if "[" not in first + second and "]" not in first + second:
        assert joined.letters >= sum(part.letters for part in parts) - 1e-9
    assert all(part.seconds >= part.doubtful_seconds >= 0 for part in parts)
