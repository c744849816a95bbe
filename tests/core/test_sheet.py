"""Sheets: a chapter as rows, the change between two, a chapter as text, and what is pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.chapter_text import chapter_text, put_chapter_text
from studio.core.directions import WELL_KNOWN, suggested_directions
from studio.core.edits import FindReplace, MoveTurn, RemoveTurn, Rewrite
from studio.core.found import found_in
from studio.core.identity import carry_ids
from studio.core.model import Script, Turn
from studio.core.pasted import pasted_items
from studio.core.script_text import print_parts, print_script
from studio.core.sheet import Row, SheetChange, sheet, sheet_change
from studio.errors import EditError, ScriptError
from tests.core.scripts import SCRIPT, counting_ids, ids, read

TEXT = "# One\n\nAnn: A [soft] b.\n\n***\n\nBob: C \\[d\\].\n\nAnn: E.\n\n# Two\n\nF a.\n"


def test_a_sheet_shows_one_chapter_as_it_is_typed() -> None:
    script = read(TEXT)
    assert sheet(script, 1) == (
        Row("t0", "Ann", "A [soft] b.", False),
        Row("t1", "Bob", "C \\[d\\].", True),
        Row("t2", "Ann", "E.", False),
    )
    assert [row.id for row in sheet(script, 2)] == ["t3"]
    assert sheet(script, 3) == ()


def test_a_change_names_only_what_changed() -> None:
    script = read(TEXT)
    before = sheet(script, 1)
    rewritten = sheet(Rewrite("t2", "New.").apply(script), 1)
    assert sheet_change(before, rewritten) == SheetChange(
        3, 0, (), (Row("t2", "Ann", "New.", False),)
    )
    assert sheet_change(before, sheet(RemoveTurn("t0").apply(script), 1)) == SheetChange(
        0, 1, (), (Row("t1", "Bob", "C \\[d\\].", False),)
    )


@given(SCRIPT, st.integers(0, 20), st.integers(0, 20))
def test_a_change_applied_gives_the_other_sheet(script: Script, one: int, other: int) -> None:
    script = carry_ids(Script(()), script, counting_ids())
    known = ids(script)
    turn, anchor = known[one % len(known)], known[other % len(known)]
    if turn == anchor:
        return
    after = MoveTurn(turn, anchor).apply(script)
    for chapter in range(1, len(script.chapters) + 1):
        old, new = sheet(script, chapter), sheet(after, chapter)
        change = sheet_change(old, new)
        names = [row.id for row in old]
        names[change.at : change.at + change.removed] = change.inserted
        rows = {row.id: row for row in (*old, *change.rows)}
        assert tuple(rows[name] for name in names) == new


@given(SCRIPT)
def test_every_chapter_as_text_goes_back_to_where_it_was(script: Script) -> None:
    for chapter in range(1, len(script.chapters) + 1):
        assert put_chapter_text(script, chapter, chapter_text(script, chapter)) == script


def test_a_chapter_typed_over_may_become_two_or_none() -> None:
    script = read(TEXT)
    two = put_chapter_text(script, 2, "# Two\n\nF.\n\n# Three\n\nG.")
    assert [chapter.title for chapter in two.chapters] == ["One", "Two", "Three"]
    assert print_script(put_chapter_text(script, 2, "F.")).endswith("Ann: E.\n\nF.\n")
    with pytest.raises(EditError, match="first chapter"):
        put_chapter_text(script, 2, "---\ntitle: x\n---\nF.")
    with pytest.raises(ScriptError, match="Line 1"):
        put_chapter_text(script, 2, "F [")
    with pytest.raises(EditError, match="no chapter 3"):
        chapter_text(script, 3)


def test_occurrences_are_shown_with_what_is_around_them() -> None:
    script = read(TEXT)
    [one, two] = found_in(script, FindReplace("a", "o", exact_case=False), 10)
    assert (one.turn, one.chapter, one.before, one.match, one.replacement) == (
        "t0",
        1,
        "",
        "A",
        "o",
    )
    assert (two.turn, two.chapter, two.speaker, two.before, two.after) == (
        "t3",
        2,
        "Narrator",
        "F ",
        ".",
    )
    assert len(found_in(script, FindReplace("a", "o", exact_case=False), 1)) == 1
    assert found_in(script, FindReplace("soft", "x"), 10) == ()


def test_directions_are_suggested_by_use() -> None:
    script = read("Ann: [coldly] a [soft] b [warmly] c [warmly] d")
    assert suggested_directions(script) == (*WELL_KNOWN, "warmly", "coldly")


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("One.\nTwo.", [("Ann", "One."), ("Ann", "Two.")]),
        ("One,\r\ntwo.\r\n \r\n\r\nThree.", [("Ann", "One,\ntwo."), ("Ann", "Three.")]),
        ("Bob: One.\nTwo.\n\nThree.", [("Bob", "One.\nTwo."), ("Narrator", "Three.")]),
        ("Bob: [soft] yes [2", [("Bob", "\\[soft\\] yes \\[2")]),
        ("Bob: yes.\n\nCat:\n\nno.", [("Bob", "yes."), ("Ann", "Cat:"), ("Ann", "no.")]),
        ("Bob: yes.\n## No heading", [("Bob", "yes."), ("Ann", "## No heading")]),
        ("\ufeffa\x00b\u2028c", [("Ann", "ab"), ("Ann", "c")]),
        (" \n\t\n", []),
    ],
)  # fmt: skip
def test_what_is_pasted_becomes_turns(text: str, turns: list[tuple[str, str]]) -> None:
    items = pasted_items(text, "Ann")
    assert [(t.speaker, print_parts(t.parts)) for t in items if isinstance(t, Turn)] == turns


@given(st.text(max_size=200))
def test_anything_can_be_pasted_and_no_letter_is_lost(text: str) -> None:
    items = pasted_items(text, "Ann")
    printed = " ".join(
        f"{item.speaker} {print_parts(item.parts)}" for item in items if isinstance(item, Turn)
    )
    letters = [letter for letter in text if letter.isalnum()]
    assert all(
        letter in printed or any(letter in str(item) for item in items) for letter in letters
    )
