"""Written text is read as people read it, and every word knows its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.spoken import cardinal, ordinal, plain_text, spoken_words, year


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mr. Smith’s car—in 1847—cost $3.50.",
         "mister Smith's car, in eighteen forty seven, cost three dollars and fifty cents."),
        ("At 7:05 p.m. it rained.", "At seven oh five pee em it rained."),
        ("The 22nd of May, 15,000 men.", "The twenty second of May, fifteen thousand men."),
        ("£2 & 60%", "two pounds and sixty percent"),
        ("He weighs 3.7 kg.", "He weighs three point seven kilograms."),
        ("STOP! The FBI came.", "stop! The f b i came."),
        ("“Oh... well,” she said", "Oh, well, she said"),
        ("J. R. Ward", "j r Ward"),
    ],
)  # fmt: skip
def test_text_is_read_aloud(text: str, said: str) -> None:
    assert plain_text(spoken_words(text)) == said


@pytest.mark.parametrize(
    ("number", "words"), [(0, "zero"), (19, "nineteen"), (80, "eighty"), (101, "one hundred one"),
                          (1_000_000, "one million"), (2_015, "two thousand fifteen")]
)  # fmt: skip
def test_cardinals(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_ordinals_and_years() -> None:
    assert [ordinal(n) for n in (1, 12, 20, 43)] == ["first", "twelfth", "twentieth", "forty third"]
    assert [year(n) for n in (1900, 1066, 2004)] == [
        "nineteen hundred", "ten sixty six", "two thousand four"]  # fmt: skip


@given(st.text(alphabet="abcXYZ '’,.!?—-0159$%:&“”", max_size=60))
def test_words_lie_in_order_and_are_plain(text: str) -> None:
    words = spoken_words(text)
    ends = [0, *(word.end for word in words)]
    assert all(end <= word.start < word.end for end, word in zip(ends, words, strict=False))
    assert all(set(word.said) <= set("abcdefghijklmnopqrstuvwxyzXYZ ' ") for word in words)
