"""Editing: saved at once, taken back, never overwritten by another window, no takes lost."""

from typing import Any

import pytest
from sqlalchemy import func, select

from studio.core.edits import (
    AddChapter,
    AddSceneBreak,
    InsertTurn,
    MoveTurn,
    RemoveChapter,
    RemoveTurn,
    RenameSpeaker,
    Rewrite,
    SplitTurn,
)
from studio.core.sheet import SheetChange
from studio.errors import DiskFull, EditConflict, EditError, ProjectError, ReadOnly, ScriptError
from studio.services import Entry, Project, Workspace, answer_request, open_script, open_workspace
from studio.services.projects import stored_turns
from studio.settings import Settings
from studio.store.tables import ScriptRow
from tests.services.test_projects import perform

TEXT = (
    "---\ntitle: Tea\n---\n\n# One\n\nAnn: Hello there.\n\nBob: Good day.\n\nAnn: Sit down.\n\n"
    "# Two\n\nBob: Later.\n"
)
CAST = {"Ann": "Adam", "Bob": "Bea"}


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return workspace.projects.create(TEXT, cast=CAST)


def ids(workspace: Workspace) -> list[str]:
    return [turn.turn_id for turn in workspace.projects.turns("tea")]


def edit(workspace: Workspace, *edits: Any, chapter: int = 1, group: str = "") -> SheetChange:
    revision = workspace.editing.open("tea").frame.revision
    return workspace.editing.edit("tea", chapter, revision, edits, group).change


def assert_stored(workspace: Workspace) -> None:
    """What is stored row by row is what reading the stored text gives."""
    found = workspace.projects.open("tea")
    assert workspace.projects.turns("tea") == stored_turns(workspace.projects.script(found))
    [summary] = workspace.projects.list()
    assert summary.chapters == len(workspace.projects.script(found).chapters)


def test_an_edit_is_saved_at_once_and_names_what_changed(
    workspace: Workspace, project: Project
) -> None:
    ann, bob, *_ = ids(workspace)
    change = edit(workspace, Rewrite(bob, "Fine day."), SplitTurn(ann, 5, "new"))
    assert [(row.id, row.text) for row in change.rows] == [
        (ann, "Hello"), ("new", "there."), (bob, "Fine day."),
    ]  # fmt: skip
    assert (change.at, change.removed, change.inserted) == (1, 0, ("new",))
    assert "Bob: Fine day." in workspace.projects.open("tea").script
    assert_stored(workspace)


@pytest.mark.parametrize("chapter", [1, 2])
def test_whatever_is_edited_the_stored_turns_agree_with_the_text(
    workspace: Workspace, project: Project, chapter: int
) -> None:
    one, two, three, four = ids(workspace)
    steps = [
        [MoveTurn(one, four)],
        [InsertTurn("n0", "Cat", "Miaow.", two, "before"), RemoveTurn(three)],
        [AddChapter(one, "Middle")],
        [AddSceneBreak(two)],
        [RemoveChapter(2)],
        [RenameSpeaker("Bob", "Robert")],
        [RemoveTurn(two), RemoveTurn("n0")],
    ]
    texts = [workspace.projects.open("tea").script]
    for step in steps:
        edit(workspace, *step, chapter=chapter)
        assert_stored(workspace)
        texts.append(workspace.projects.open("tea").script)
    for text in reversed(texts[:-1]):
        workspace.editing.undo("tea", chapter)
        assert workspace.projects.open("tea").script == text
        assert_stored(workspace)
    assert ids(workspace) == [one, two, three, four]
    for text in texts[1:]:
        workspace.editing.redo("tea", chapter)
        assert workspace.projects.open("tea").script == text


def test_two_windows_cannot_overwrite_each_other(workspace: Workspace, project: Project) -> None:
    ann, bob, *_ = ids(workspace)
    seen = workspace.editing.open("tea").frame.revision
    workspace.editing.edit("tea", 1, seen, [Rewrite(ann, "Mine.")])
    with pytest.raises(EditConflict, match="another window"):
        workspace.editing.edit("tea", 1, seen, [Rewrite(bob, "Theirs.")])
    assert workspace.editing.open("tea").rows[0].text == "Mine."
    workspace.projects.save("tea", TEXT.replace("Hello", "Farewell"))  # as the command line does
    opened = workspace.editing.open("tea")
    assert opened.rows[0].text == "Farewell there." and opened.rows[0].id == ann
    assert workspace.editing.undo("tea", 1).change.rows[0].text == "Mine."


def test_a_removed_turn_comes_back_with_its_takes(workspace: Workspace, project: Project) -> None:
    perform(workspace, project)
    ann, *_ = ids(workspace)
    edit(workspace, RemoveTurn(ann))
    assert workspace.projects.list()[0].takes == 4
    workspace.editing.undo("tea", 1)
    assert len(workspace.takes.history("tea", ann)) == 1


def test_letters_typed_in_one_go_are_taken_back_together(
    workspace: Workspace, project: Project
) -> None:
    ann, bob, *_ = ids(workspace)
    for text in ("H", "He", "Hey"):
        edit(workspace, Rewrite(ann, text), group="typing 1")
    edit(workspace, Rewrite(bob, "What?"), group="typing 2")
    workspace.editing.undo("tea", 1)
    undone = workspace.editing.undo("tea", 1)
    assert [row.text for row in undone.change.rows] == ["Hello there."]
    assert (undone.frame.can_undo, undone.frame.can_redo) == (False, True)


def test_what_happens_in_another_chapter_is_named(workspace: Workspace, project: Project) -> None:
    *_, last = ids(workspace)
    edit(workspace, Rewrite(last, "Soon."), chapter=2)
    undone = workspace.editing.undo("tea", 1)
    assert undone.elsewhere == 2
    assert undone.change == SheetChange(3, 0, (), ())


def test_a_renamed_speaker_keeps_pronunciations_and_settings(
    workspace: Workspace, project: Project
) -> None:
    entry = Entry("day", "die", scope="speaker", speaker="Bob")
    workspace.pronunciations.add(entry, "tea")
    workspace.casting.choose("tea", directions={"Bob": "loud"}, pauses={"Bob": 2.0})
    edit(workspace, RenameSpeaker("Bob", " Robert "))
    entries = {(entry.speaker, entry.spoken) for entry in workspace.pronunciations.list("tea")}
    assert entries == {("Bob", "die"), ("Robert", "die")}
    line = workspace.casting.view("tea")[1]
    assert (line.speaker, line.direction, line.pauses) == ("Robert", "loud", 2.0)
    workspace.editing.undo("tea", 1)
    line = workspace.casting.view("tea")[1]
    assert (line.speaker, line.direction) == ("Bob", "loud")
    edit(workspace, RenameSpeaker("Bob", "Robert"))
    assert len(workspace.pronunciations.list("tea")) == 2


def test_a_renamed_speaker_keeps_the_voice(workspace: Workspace, project: Project) -> None:
    edit(workspace, RenameSpeaker("Ann", "Anna"))
    assert workspace.projects.open("tea").cast["Anna"] == "Adam"
    workspace.editing.undo("tea", 1)
    assert workspace.projects.open("tea").cast["Ann"] == "Adam"


def test_autosave_leaves_no_copies_of_the_book(workspace: Workspace, project: Project) -> None:
    perform(workspace, project)
    ann, *_ = ids(workspace)
    for number in range(5):
        edit(workspace, Rewrite(ann, f"Version {number}."))
    with workspace._database.read() as session:
        texts = session.scalar(select(func.count()).select_from(ScriptRow))
    assert texts == 2  # the one that was performed, and the one that is


def test_a_chapter_is_typed_over_as_text(workspace: Workspace, project: Project) -> None:
    before = ids(workspace)
    revision, text = workspace.editing.text("tea", 1)
    assert text.startswith("---\ntitle: Tea\n---\n\n# One")
    typed = text.replace("Good", "Fine").replace("# One", "# First").replace("Tea", "Coffee")
    answer = workspace.editing.put_text("tea", 1, revision, typed)
    assert answer.frame.chapters[0].title == "First"
    assert ids(workspace) == before
    assert workspace.editing.text("tea", 1)[1] == typed
    assert workspace.projects.open("tea").title == "Coffee"
    with pytest.raises(ScriptError, match="Line 3"):
        workspace.editing.put_text("tea", 1, answer.frame.revision, "Ann: a\n\n[b")
    with pytest.raises(EditConflict):
        workspace.editing.put_text("tea", 1, revision, text)
    same = workspace.editing.put_text("tea", 1, answer.frame.revision, typed + "\n")
    assert same.frame.revision == answer.frame.revision


def test_what_cannot_be_saved_was_not_done(
    workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, *_ = ids(workspace)

    def full(*_: object) -> bool:
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(open_script, "save_edit", full)
        with pytest.raises(DiskFull):
            edit(workspace, Rewrite(ann, "Lost?"))
    opened = workspace.editing.open("tea")
    assert opened.rows[0].text == "Hello there." and not opened.frame.can_undo
    with pytest.raises(EditError):
        edit(workspace, Rewrite(ann, "Half."), RemoveTurn("unknown"))
    assert workspace.editing.open("tea").rows[0].text == "Hello there."
    edit(workspace, Rewrite(ann, "Kept."))
    assert_stored(workspace)


def test_a_reader_cannot_edit(workspace: Workspace, project: Project, settings: Settings) -> None:
    with open_workspace(settings, read_only=True) as reader:
        opened = reader.editing.open("tea")
        with pytest.raises(ReadOnly):
            reader.editing.edit("tea", 1, opened.frame.revision, [RemoveTurn(opened.rows[0].id)])
    with pytest.raises(ProjectError):
        workspace.editing.open("coffee")


def test_requests_do_what_they_say(workspace: Workspace, project: Project) -> None:
    def ask(do: str, **more: object) -> dict[str, Any]:
        return answer_request(workspace.editing, {"do": do, "project": "tea", **more})

    opened = ask("open", chapter=7)
    assert (opened["chapter"], [row["text"] for row in opened["rows"]]) == (2, ["Later."])
    assert opened["frame"]["speakers"] == ("Ann", "Bob") and "whisper" in opened["directions"]
    ann, bob, sit, later = ids(workspace)
    kinds: list[dict[str, object]] = [
        {"kind": "rewrite", "turn": ann, "text": "Hello [soft] there."},
        {"kind": "split", "turn": bob, "at": 5, "new": "n1"},
        {"kind": "join", "turn": bob},
        {"kind": "insert", "turn": "n2", "speaker": "Cat", "text": "Miaow.", "chapter": 2},
        {"kind": "insert", "turn": "n3", "speaker": "Cat", "text": "Purr.", "anchor": sit},
        {"kind": "paste", "turn": "n4", "speaker": "Cat", "text": "a\nb", "anchor": later},
        {"kind": "speaker", "turn": sit, "speaker": "Dog"},
        {"kind": "move", "turn": "n3", "anchor": ann, "side": "before"},
        {"kind": "begin_scene", "turn": bob},
        {"kind": "end_scene", "turn": bob},
        {"kind": "remove", "turn": "n2"},
        {"kind": "rename", "speaker": "Dog", "to": "Wolf"},
        {"kind": "chapter", "what": "begin", "turn": sit, "title": "Middle"},
        {"kind": "chapter", "what": "title", "chapter": 2, "title": "Center"},
        {"kind": "chapter", "what": "dissolve", "chapter": 2},
        {"kind": "chapter", "what": "add", "title": "Last"},
        {"kind": "replace", "find": "there", "replacement": "here", "turns": [ann]},
    ]
    edited = ask("edit", revision=opened["frame"]["revision"], edits=kinds)
    assert edited["frame"]["chapters"][-1]["title"] == "Last"
    assert ask("text")["text"] == (
        "---\ntitle: Tea\n---\n\n# One\n\nCat: Purr.\n\nAnn: Hello [soft] here.\n\n"
        "Bob: Good day.\n\n***\n\nWolf: Sit down.\n"
    )
    [found] = ask("find", search={"find": "purr"})["found"]
    assert (found["turn"], found["match"]) == ("n3", "Purr")
    ask("undo")
    assert ask("text")["text"] == TEXT[: TEXT.index("# Two") - 1]
    ask("redo")
    text = ask("text")
    put = ask("put_text", revision=text["revision"], text=text["text"] + "\nBob: ]")
    assert (put["error"]["kind"], put["error"]["line"]) == ("script", 17)


@pytest.mark.parametrize(
    "request_",
    [
        None, [], "open", {"do": "open"}, {"do": "drop", "project": "tea"},
        {"do": "open", "project": "tea", "chapter": 0},
        {"do": "open", "project": "tea", "extra": 1},
        {"do": "open", "project": "../tea", "chapter": "1"},
        {"do": "edit", "project": "tea", "revision": "x", "edits": []},
        {"do": "edit", "project": "tea", "revision": "x", "edits": [{"kind": "eval"}]},
        {"do": "edit", "project": "tea", "revision": "x",
         "edits": [{"kind": "remove", "turn": "<script>"}]},
        {"do": "put_text", "project": "tea", "revision": "x", "text": "x" * 2_000_001},
    ],
)  # fmt: skip
def test_a_request_of_another_shape_is_refused(workspace: Workspace, request_: object) -> None:
    assert answer_request(workspace.editing, request_)["error"]["kind"] == "request"


def test_errors_are_sentences(workspace: Workspace, project: Project) -> None:
    def error(**request: object) -> dict[str, Any]:
        return answer_request(workspace.editing, {"project": "tea", **request})["error"]

    remove = [{"kind": "remove", "turn": "nobody"}]
    revision = workspace.editing.open("tea").frame.revision
    assert error(do="edit", revision="old", edits=remove)["kind"] == "conflict"
    refused = error(do="edit", revision=revision, edits=remove)
    assert refused["kind"] == "edit" and "not in the script" in refused["message"]
    assert error(do="open", project="coffee")["message"].startswith("There is no project coffee")
