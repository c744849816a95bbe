"""Word errors: numbers, punctuation and direction do not count, words do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.word_errors import plain_words, word_errors


@pytest.mark.parametrize(
    ("text", "heard", "wrong", "words"),
    [
        ("It is 12 o’clock, Mr. Hyde!", "it is twelve oclock mister hyde", 0, 6),
        ("[whispers] Don't go.", "dont go", 0, 2),
        ("One two three four.", "one three for", 2, 4),
        ("One two.", "one and two and more", 3, 2),
        ("One two.", "", 2, 2),
        ("…", "", 0, 0),
    ],
)
def test_words_are_counted(text: str, heard: str, wrong: int, words: int) -> None:
    found = word_errors(text, heard)
    assert (found.wrong, found.words, found.transcript) == (wrong, words, heard)


def test_scripts_without_spaces_are_counted_by_character() -> None:
    assert word_errors("他走了。", "他走啦", "zh").wrong == 1


words = st.lists(st.sampled_from(["one", "two", "red", "blue"]), max_size=8)


@given(words, words)
def test_it_is_a_distance(said: list[str], heard: list[str]) -> None:
    there = word_errors(" ".join(said), " ".join(heard)).wrong
    assert there == word_errors(" ".join(heard), " ".join(said)).wrong
    assert (there == 0) == (said == heard)
    assert abs(len(said) - len(heard)) <= there <= max(len(said), len(heard))
    assert plain_words(" ".join(said)) == said
