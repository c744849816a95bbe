"""What is kept is made once, until it is old, and never more than so many of it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from studio.services import Workspace, answer_request
from studio.services.kept import Kept
from studio.store import projects as store


def test_an_answer_is_made_once_for_its_moment() -> None:
    kept: Kept[int] = Kept(2)
    made = iter(range(10))
    assert [kept.get("a", moment, lambda: next(made)) for moment in (1, 1, 2, 2, 1)] == [
        0, 0, 1, 1, 2,
    ]  # fmt: skip


def test_one_makes_an_answer_while_the_others_wait() -> None:
    kept: Kept[int] = Kept(2)
    asked, made = threading.Barrier(8), []

    def make() -> int:
        made.append(threading.get_ident())
        threading.Event().wait(0.05)
        return len(made)

    def ask(_: int) -> int:
        asked.wait(5)
        return kept.get("name", "moment", make)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [1] * 8
    assert kept.get("name", "later", make) == 2


def test_who_fails_leaves_nothing_and_keeps_nobody_waiting() -> None:
    kept: Kept[int] = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.get("name", 1, lambda: 1 // 0)
    assert kept.get("name", 1, lambda: 5) == 5


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


def test_a_project_is_read_once_until_something_of_it_is_stored(
    workspace: Workspace, monkeypatch
) -> None:
    asked, find = [], store.find_project
    monkeypatch.setattr(
        store, "find_project", lambda database, name: asked.append(name) or find(database, name)
    )
    projects, slug = workspace.projects, workspace.projects.create("Lane: Yes.").slug
    asked.clear()
    for look in (projects.open, projects.open, projects.turns):
        look(slug)
    assert asked == [slug]
    projects.rename(slug, "Another")
    assert projects.open(slug).title == "Another"
    workspace.casting.choose(slug, {"Lane": workspace.voices.list()[0].name})
    assert projects.open(slug).cast
    projects.save(slug, "Lane: No.")
    assert projects.open(slug).script == "Lane: No."
    projects.delete(slug)
    assert projects.find(slug).trashed
