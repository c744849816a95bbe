"""What is kept is made once, until it is old, and never more than so many of it."""

from studio.services import Workspace, answer_request
from studio.services.kept import Kept


def test_an_answer_is_made_once_for_its_moment() -> None:
    kept: Kept[int] = Kept(2)
    made = iter(range(10))
    assert [kept.get("a", moment, lambda: next(made)) for moment in (1, 1, 2, 2, 1)] == [
        0, 0, 1, 1, 2,
    ]  # fmt: skip


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    kept: Kept[int] = Kept(2)
    made = iter(range(10))
    for name in ("a", "b", "a", "c"):  # b goes
        kept.get(name, 1, lambda: next(made))
    assert kept.get("a", 1, lambda: next(made)) == 0
    assert kept.get("b", 1, lambda: next(made)) == 3


def test_what_an_editor_stored_is_kept_as_it_would_be_parsed(workspace: Workspace) -> None:
    project = workspace.projects.create("Lane: Yes.\n\nJack: No.")
    asked = {"project": project.slug, "chapter": 1}
    opened = answer_request(workspace.editing, {**asked, "do": "open"})
    turn = opened["rows"][0]["id"]
    rewrite = {"kind": "rewrite", "turn": turn, "text": "[soft] Perhaps."}
    edit = {**asked, "do": "edit", "revision": opened["frame"]["revision"], "edits": [rewrite]}
    assert "error" not in answer_request(workspace.editing, edit)
    saved = workspace.projects.open(project.slug)
    kept = workspace.projects.script(saved)
    workspace.projects.save(project.slug, saved.script)  # this one does parse
    assert workspace.projects.script(workspace.projects.open(project.slug)) == kept
