"""The proof that an import changes no word finds what was lost, added or moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.verbatim import CONTEXT, first_difference, visible

WORDS = st.lists(st.text(alphabet="abcdé“”[].\u4e2d", min_size=1), min_size=1)


@given(WORDS, st.data())
def test_white_space_and_invisible_signs_are_nothing(words: list[str], data: st.DataObject) -> None:
    gaps = st.sampled_from([" ", "\n", "\u00a0", "\u2060", "\u00ad \t"])
    spread = "".join(word + data.draw(gaps) for word in words)
    assert first_difference(" ".join(words), spread) is None


@given(WORDS, WORDS)
def test_a_difference_is_found_exactly_where_there_is_one(one: list[str], other: list[str]) -> None:
    before, after = " ".join(one), " ".join(other)
    assert (first_difference(before, after) is None) == (visible(before) == visible(after))


@pytest.mark.parametrize(
    "imported", ["One three two.", "One two", "One two. .", "One  2.", "one two."]
)
def test_lost_added_moved_and_changed_text(imported: str) -> None:
    assert first_difference("One two.", imported) is not None


def test_the_difference_is_shown_with_what_stands_before_it() -> None:
    source = "x" * 500 + "Here it is."
    found = first_difference(source, source.replace("it", "is"))
    assert found is not None
    assert f'behind "{"x" * (CONTEXT - 5)}Herei" the source has "tis."' in found
