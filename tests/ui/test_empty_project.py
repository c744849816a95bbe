"""A project that is begun: nothing is written yet, and everything answers."""

import pytest

from studio.services import Project, answer_request, answer_take_request
from studio.ui.context import Context
from studio.ui.handlers.cast import CastEvents
from studio.ui.handlers.perform import PerformEvents
from studio.ui.handlers.projects import ProjectEvents
from studio.ui.timeline import timeline
from studio.ui.words import text


@pytest.fixture
def begun(context: Context) -> Project:
    slug, *_ = ProjectEvents(context).create()
    return context.workspace.projects.open(slug)


def test_a_new_project_has_no_turn_and_is_saved_untouched(context: Context, begun: Project) -> None:
    ask = {"project": begun.slug, "chapter": 1}
    opened = answer_request(context.workspace.editing, {**ask, "do": "open"})
    assert (opened["rows"], opened["frame"]["speakers"]) == ((), ())
    told = answer_request(context.workspace.editing, {**ask, "do": "text"})
    assert told["text"] == text.NEW_SCRIPT
    put = {**ask, "do": "put_text", "revision": told["revision"], "text": told["text"]}
    assert "error" not in answer_request(context.workspace.editing, put)
    assert context.workspace.projects.save(begun.slug, text.NEW_SCRIPT).script == text.NEW_SCRIPT


def test_its_first_turn_is_written_and_taken_back(context: Context, begun: Project) -> None:
    ask = {"project": begun.slug, "chapter": 1}
    editing = context.workspace.editing
    revision = answer_request(editing, {**ask, "do": "open"})["frame"]["revision"]
    first = {"kind": "insert", "turn": "t1", "speaker": "Ann", "text": "Hello.", "chapter": 1}
    made = answer_request(editing, {**ask, "do": "edit", "revision": revision, "edits": [first]})
    assert context.workspace.projects.open(begun.slug).script == "# Chapter 1\n\nAnn: Hello.\n"
    back = answer_request(editing, {**ask, "do": "undo"})
    assert (made["change"]["inserted"], back["change"]["removed"]) == (("t1",), 1)


def test_nothing_to_perform_is_said_plainly(context: Context, begun: Project) -> None:
    for request in ({"do": "perform", "chapter": 1}, {"do": "perform", "turns": ["t1"]}):
        answer = answer_take_request(context.workspace, {**request, "project": begun.slug})
        assert answer["error"]["message"]
    chapter = {"do": "perform", "chapter": 1, "project": begun.slug}
    refused = answer_take_request(context.workspace, chapter)["error"]["message"]
    assert "no text to perform. Write at least one line" in refused


def test_the_other_sections_show_it(context: Context, begun: Project) -> None:
    ask = {"project": begun.slug}
    states = answer_take_request(context.workspace, {**ask, "do": "states", "chapter": 1})
    assert states["turns"] == {}
    assert answer_take_request(context.workspace, {**ask, "do": "problems"})["problems"] == []
    heard = timeline(context).ask({**ask, "do": "open", "chapter": 1})
    assert (heard["rows"], heard["hues"]) == ([], {})
    PerformEvents(context).show(begun.slug)
    assert context.workspace.casting.view(begun.slug) == ()
    CastEvents(context).show(begun.slug)
