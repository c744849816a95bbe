"""Names of delivered files: readable, and safe on every system whatever a title holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.file_names import (
    LONGEST_BYTES,
    chapter_name,
    check_pattern,
    file_name,
    refuse_doubles,
    usual_pattern,
)
from studio.errors import DeliveryError


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (usual_pattern(), "07 Über alles"),
        ("{book} - {number:03}", "A Book - 007"),
        ("{author}, {book}, {number}", "Me, A Book, 7"),
        ("{title}", "Über alles"),
        ("chapter", "chapter"),
        ("//", "07"),
    ],
)
def test_a_pattern_becomes_a_name(pattern: str, name: str) -> None:
    check_pattern(pattern)
    assert chapter_name(pattern, 7, "Über alles", "A Book", "Me") == name


@pytest.mark.parametrize(
    "pattern", ["{chapter}", "{title:02}", "{number:2}", "{", "a}b", "x" * 101]
)
def test_a_pattern_that_says_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(DeliveryError, match="Names of files"):
        check_pattern(pattern)


def test_a_title_cannot_bring_a_field_or_a_folder_along() -> None:
    assert chapter_name("{title}", 1, "{book}/../{number}", "B", "A") == "book .. number"
    assert file_name("a\x00b\n..\\c") == "ab .. c"
    assert file_name("COM1.wav") == "_COM1.wav" and file_name("console") == "console"


def test_two_chapters_never_have_one_name() -> None:
    refuse_doubles(["One", "Two"])
    with pytest.raises(DeliveryError, match="number:02"):
        refuse_doubles(["One", "ONE"])


@given(st.text(max_size=300))
def test_every_text_becomes_a_safe_name_or_none(text: str) -> None:
    name = file_name(text)
    assert len(name.encode()) <= LONGEST_BYTES + 1
    assert not set(name) & set('<>:"/\\|?*{}\n\r\t\x00')
    assert name == name.strip(" .")
    assert file_name(name) == name or name.startswith("_")
