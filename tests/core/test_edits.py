"""Edits: each does what it says, refuses what does not fit, and is taken back exactly."""

import pytest

from studio.core.change import change_between
from studio.core.edits import (
    AddChapter,
    AddSceneBreak,
    AppendChapter,
    AppendTurn,
    Edit,
    FindReplace,
    InsertTurn,
    MergeTurns,
    MoveTurn,
    Paste,
    RemoveChapter,
    RemoveSceneBreak,
    RemoveTurn,
    RenameSpeaker,
    Retag,
    RetitleChapter,
    Rewrite,
    SetNote,
    SetSpeaker,
    SplitTurn,
)
from studio.core.script_text import print_script
from studio.errors import EditError, PatternError, ScriptError, StudioError
from tests.core.scripts import ids, read

TEXT = """---
title: Tea
cast:
  Ann: Clara
---

# One

Ann: [soft] Good day. How \\[old\\] are you?

Bob: Fine. [pause 0.5s] And Annie?

***

Ann: Fine.

# Two

The end, Ann.
"""


def after(edit: Edit, text: str = TEXT) -> str:
    script = read(text)
    edited = edit.apply(script)
    assert edit.apply(script) == edited  # nothing but the edit and the script decides
    back = edit.inverse(script).apply(edited)
    assert back == script
    assert ids(back) == ids(script)
    return print_script(edited)


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (InsertTurn("n", "Bob", "Tea?", "t0"), "you?\n", "you?\n\nBob: Tea?\n"),
        (InsertTurn("n", "Bob", "Tea?", "t2", "before"), "***\n", "***\n\nBob: Tea?\n"),
        (RemoveTurn("t2"), "***\n\nAnn: Fine.\n\n", ""),
        (RemoveTurn("t3"), "\nThe end, Ann.\n", ""),
        (SplitTurn("t0", 17, "n"), "Good day. How", "Good day.\n\nAnn: How"),
        (SplitTurn("t0", 22, "n"), "How \\[old", "How\n\nAnn: \\[old"),
        (SplitTurn("t1", 5, "n"), "Fine. [pause", "Fine.\n\nBob: [pause"),
        (MergeTurns("t0"), "\n\nBob: Fine. [", " Fine. ["),
        (MoveTurn("t2", "t0", "before"), None, None),
        (MoveTurn("t3", "t1"), None, None),
        (Retag("t0", 0, "loud"), "[soft]", "[loud]"),
        (Retag("t0", None, "sad"), "[soft]", "[sad] [soft]"),
        (Retag("t0", 0, ""), "[soft] ", ""),
        (Retag("t1", 1, "pause 2s"), "0.5s", "2s"),
        (SetSpeaker("t2", "Bob"), "Ann: Fine.", "Bob: Fine."),
        (SetSpeaker("t2", "Narrator"), "Ann: Fine.", "Fine."),
        (RenameSpeaker("Bob", "Rob"), "Bob:", "Rob:"),
        (RenameSpeaker("Ann", "Bob"), "Ann:", "Bob:"),
        (Rewrite("t2", "Not  [sad]\n\n# so"), "Fine.\n\n#", "Not  [sad]\n\\# so\n\n#"),
        (FindReplace("Fine", "Well"), "Fine", "Well"),
        (FindReplace("fine", "Well", exact_case=False, speaker="Bob"), "Bob: Fine", "Bob: Well"),
        (FindReplace("Ann", "Eve", mode="word"), "end, Ann", "end, Eve"),
        (FindReplace(r"F(i)ne", r"[\1]", mode="regex"), "Fine", "\\[i\\]"),
        (AddSceneBreak("t1"), "Bob: Fine", "***\n\nBob: Fine"),
        (RemoveSceneBreak("t2"), "***\n\n", ""),
        (AddChapter("t1", " Half "), "Bob: Fine", "# Half\n\nBob: Fine"),
        (AddChapter("t2", "Half"), "***", "# Half"),
        (RemoveChapter(2), "# Two", "***"),
        (RemoveChapter(1), "# One\n\n", ""),
        (RetitleChapter(2, "Deux"), "# Two", "# Deux"),
        (SetNote("Language", "en"), "cast:", "language: en\ncast:"),
        (SetNote("title", ""), "title: Tea\n", ""),
    ],
)  # fmt: skip
def test_what_an_edit_does(edit: Edit, old: str | None, new: str | None) -> None:
    edited = after(edit)
    if old is not None and new is not None:
        assert old in TEXT
        assert edited == TEXT.replace(old, new)


def test_a_moved_turn_leaves_no_empty_scene_behind() -> None:
    script = MoveTurn("t2", "t3", "before").apply(read(TEXT))
    assert ids(script) == ["t0", "t1", "t2", "t3"]
    assert [len(chapter.scenes) for chapter in script.chapters] == [1, 1]
    assert [len(chapter.scenes[0].turns) for chapter in script.chapters] == [2, 2]


def test_renaming_takes_the_cast_along_and_can_make_two_speakers_one() -> None:
    assert RenameSpeaker("Ann", "Eve").apply(read(TEXT)).cast == (("Eve", "Clara"),)
    both = read(TEXT.replace("cast:", "cast:\n  Bob: Adam"))
    assert RenameSpeaker("Ann", "Bob").apply(both).cast == (("Bob", "Adam"),)


def test_the_first_half_keeps_the_id_and_the_second_gets_the_new_one() -> None:
    assert ids(SplitTurn("t0", 17, "n").apply(read(TEXT))) == ["t0", "n", "t1", "t2", "t3"]
    assert ids(MergeTurns("t0").apply(read(TEXT))) == ["t0", "t2", "t3"]


@pytest.mark.parametrize(
    ("edit", "error", "words"),
    [
        (RemoveTurn("x"), EditError, "not in the script"),
        (RemoveTurn(""), EditError, "not in the script"),
        (InsertTurn("t1", "Bob", "a", "t0"), EditError, "taken"),
        (InsertTurn("", "Bob", "a", "t0"), EditError, "empty"),
        (InsertTurn("n", "bob", "a", "t0"), EditError, "speaker's name"),
        (InsertTurn("n", "Bob", " \n ", "t0"), ScriptError, "says nothing"),
        (InsertTurn("n", "Bob", "a\n  [b", "t0"), ScriptError, "Line 2, column 3"),
        (SplitTurn("t0", 3, "n"), EditError, "cannot be cut"),
        (SplitTurn("t0", 0, "n"), EditError, "no text"),
        (SplitTurn("t0", 999, "n"), EditError, "no text"),
        (MergeTurns("t1"), EditError, "no turn behind"),
        (MergeTurns("t3"), EditError, "no turn behind"),
        (MoveTurn("t1", "t1"), EditError, "beside itself"),
        (Retag("t0", 1, "loud"), EditError, "no direction"),
        (Retag("t0", 9, "loud"), EditError, "no direction"),
        (Retag("t0", 0, "a] b [c"), EditError, "more than one"),
        (Retag("t0", 0, "a [b"), ScriptError, "inside a bracket"),
        (RenameSpeaker("Cat", "Dog"), EditError, "no speaker 'Cat'"),
        (RenameSpeaker("Ann", "he said"), EditError, "speaker's name"),
        (FindReplace("zebra", "x"), EditError, "not found"),
        (FindReplace("", "x"), PatternError, "nothing to look for"),
        (FindReplace("Fine.", "", speaker="Ann"), EditError, "would be empty"),
        (FindReplace("Fine", "\x00"), ScriptError, "U\\+0000"),
        (AppendTurn("n", "Ann", "Hi.", 3), EditError, "no chapter 3"),
        (AppendTurn("t0", "Ann", "Hi.", 1), EditError, "empty or taken"),
        (Paste("n", " \n\x07", "Ann", "t0"), EditError, "no text"),
        (AppendChapter(" "), ScriptError, "no title"),
        (AddSceneBreak("t0"), EditError, "already"),
        (AddSceneBreak("t2"), EditError, "already"),
        (RemoveSceneBreak("t1"), EditError, "no scene break"),
        (AddChapter("t0", "x"), EditError, "already"),
        (AddChapter("t1", "x\ny"), ScriptError, "no title"),
        (AddChapter("t1", " "), ScriptError, "no title"),
        (RemoveChapter(3), EditError, "no heading of a chapter 3"),
        (SetNote("title", "a\nb"), EditError, "one line"),
        (SetNote("cast", "a"), EditError, "not the cast"),
        (SetNote("two words", "a"), ScriptError, "key: value"),
    ],
)
def test_what_does_not_fit_is_refused(edit: Edit, error: type[StudioError], words: str) -> None:
    with pytest.raises(error, match=words):
        edit.apply(read(TEXT))


def test_a_script_keeps_its_last_turn() -> None:
    with pytest.raises(EditError, match="at least one turn"):
        RemoveTurn("t0").apply(read("Only this."))


def test_a_change_is_small_and_fits_only_its_own_script() -> None:
    script = read(TEXT)
    change = change_between(script, SetSpeaker("t2", "Bob").apply(script))
    assert (change.at, len(change.removed), len(change.inserted)) == (4, 1, 1)
    with pytest.raises(EditError, match="in the meantime"):
        change.apply(RemoveTurn("t2").apply(script))
    with pytest.raises(EditError, match="in the meantime"):
        change.apply(SetNote("title", "Coffee").apply(script))


def test_a_turn_goes_to_the_end_of_a_chapter_even_of_an_empty_one() -> None:
    script = AppendChapter("Three").apply(read(TEXT))
    script = AppendTurn("n0", "Bob", "New.", 3).apply(script)
    script = AppendTurn("n1", "Bob", "Also new.", 1).apply(script)
    assert print_script(script).endswith(
        "Ann: Fine.\n\nBob: Also new.\n\n# Two\n\nThe end, Ann.\n\n# Three\n\nBob: New.\n"
    )


def test_a_pasted_script_keeps_its_structure_and_pasted_prose_its_speaker() -> None:
    pasted = "# Middle\n\nCat: Miaow.\n\n***\n\nSilence."
    text = after(Paste("n0", pasted, "Ann", "t1"))
    assert "[pause 0.5s] And Annie?\n\n# Middle\n\nCat: Miaow.\n\n***\n\nSilence.\n\n***" in text
    script = Paste("n0", "One.\r\nTwo.", "Ann", chapter=2).apply(read(TEXT))
    assert print_script(script).endswith("The end, Ann.\n\nAnn: One.\n\nAnn: Two.\n")
    assert len(set(ids(script))) == 6


def test_find_and_replace_keeps_to_the_turns_it_is_given() -> None:
    text = after(FindReplace("Fine", "Well", turn_ids=frozenset({"t2"})))
    assert "Bob: Fine." in text
    assert "Ann: Well." in text
