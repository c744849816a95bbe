"""Pronunciations below the cast, called as Gradio would call them."""

import gradio as gr
import pytest

from studio.ui.handlers.pronunciations import PronunciationEvents


@pytest.fixture
def events(context) -> PronunciationEvents:
    return PronunciationEvents(context)


def test_an_entry_is_tried_added_and_removed(events, context, project, event) -> None:
    entry = {"written": "sir", "spoken": "<sör>", "scope": "project", "regex": False}
    tried = events.preview(project.slug, event(entry=entry))
    assert "Turn 1, Lane" in tried and "<ins>&lt;sör&gt;</ins>" in tried
    assert "Turn 2" not in tried
    assert context.workspace.pronunciations.list(project.slug) == ()
    listed, spoken, _ = events.add(project.slug, event(entry=entry))
    assert "&lt;sör&gt;" in listed and "this project" in listed
    assert spoken == ""
    [kept] = context.workspace.pronunciations.list(project.slug)
    everything = events.preview(project.slug, event(entry={"written": ""}))
    assert everything.count("<li>") == 2
    listed, *_ = events.remove(project.slug, event(number=kept.number))
    assert "written “Siobhan”, spoken “Shivawn”" in listed
    assert "Nothing in this script" in events.preview(project.slug, event(entry={}))


def test_entries_are_for_a_speaker_or_everywhere(events, context, project, event) -> None:
    other = context.workspace.projects.create(project.script, title="Other")
    for scope in ("speaker:Lane", "workspace"):
        entry = {"written": f"no {scope[0]}", "spoken": "x", "scope": scope}
        events.add(project.slug, event(entry=entry))
    listed = events.show(project.slug)
    assert "Lane alone" in listed and "every project" in listed
    assert "Lane alone</small>" not in events.show(other.slug)
    for wrong in ({"written": "(", "regex": True}, {"written": "x", "scope": "speaker:Nobody"}):
        with pytest.raises(gr.Error):
            events.add(project.slug, event(entry=wrong))
    assert events.show("") == ""
