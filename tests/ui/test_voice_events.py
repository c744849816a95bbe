"""The voice library and the cast, called as Gradio would call them."""

from pathlib import Path

import gradio as gr
import numpy as np
import pytest
import soundfile as sf

from studio.services import PerformRequest, Project
from studio.ui.context import Context
from studio.ui.handlers.cast import CastEvents
from studio.ui.handlers.voices import VoiceEvents


@pytest.fixture
def events(context: Context) -> VoiceEvents:
    return VoiceEvents(context)


@pytest.fixture
def recording(tmp_path: Path) -> str:
    path = tmp_path / "voice.wav"
    time = np.arange(12 * 8000) / 8000
    sf.write(path, 0.3 * np.sin(2 * np.pi * 180 * time) * (time % 0.5 < 0.4), 8000)
    return str(path)


def test_a_voice_is_examined_added_and_heard(events, context, recording, event) -> None:
    assert "12.0 s" in events.examine(recording)
    assert "does not sound like speech" in events.examine(recording)
    assert events.examine(None) == ""
    *empty, new, _, _ = events.add(
        recording, "Cora", "A sentence.", "warm", "Cora", "my voice", True
    )
    assert empty == [None, "", "", "", "", "", False, ""]
    cards, after = events.show(new)
    assert 'data-new data-voice="Cora"' in cards
    assert "Cora is added" in cards
    assert "Cora agreed: my voice (" in cards
    assert "“A sentence.”" in cards
    assert "Cora is added" not in events.show(after)[0]
    consent = context.workspace.voices.get("Cora").consent
    assert (consent.who, consent.basis) == ("Cora", "my voice")
    assert "<audio" in events.audition(event(voice="Cora"))
    assert "as the model hears it" in events.hear_codes(event(voice="Cora"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"path": None}, "Upload a recording"),
        ({"agreed": False}, "needs consent"),
        ({"who": " "}, "needs consent"),
        ({"transcript": ""}, "needs a transcript"),
        ({"name": "adam"}, "already"),
    ],
)
def test_a_voice_is_not_added_without_what_it_needs(events, context, recording, changed, said):
    given = {
        "path": recording, "name": "Cora", "transcript": "A sentence.", "description": "",
        "who": "Cora", "basis": "my voice", "agreed": True,
    }  # fmt: skip
    *kept, told = events.add(**(given | changed))
    assert said in told
    assert kept == [gr.skip()] * 10
    assert {voice.name for voice in context.workspace.voices.list()} == {"Adam", "Bea"}


def test_a_used_voice_is_removed_when_that_is_confirmed(events, context, project, event) -> None:
    jobs = context.workspace.jobs
    context.workspace.projects.cast(project.slug, {"Lane": "Bea"})
    cast = context.workspace.casting.chosen(project.slug)
    jobs.wait(jobs.start(PerformRequest(project.script, cast, project=project.slug)), 30)
    shown, _ = events.show("")
    assert "in A play" in shown
    assert 'data-voice="Bea" data-is="user used"' in shown
    warning, _ = events.remove(event(voice="Bea", confirmed=False))
    assert 'data-voice="Bea"' in events.show("")[0]
    assert "1 project (A play)" in warning
    warning, _ = events.remove(event(voice="Bea", confirmed=True))
    assert 'data-voice="Bea"' not in events.show("")[0]
    assert warning == ""


def test_ones_own_voice_is_renamed_from_its_card(events, context, event) -> None:
    context.workspace.voices.rename("Bea", "Cora")
    events.rename(event(voice="Cora", title="Bea Jones"))
    shown, _ = events.show("")
    assert 'data-voice="Bea Jones"' in shown
    assert shown.count('data-do="rename"') == shown.count('data-is="user')
    with pytest.raises(gr.Error, match="already"):
        events.rename(event(voice="Bea Jones", title="Adam"))


def test_what_is_settled_for_a_speaker_is_kept_or_refused(context, project, event) -> None:
    cast = CastEvents(context)

    def settle(what: str, value: str) -> str:
        cast.settle(project.slug, event(speaker="Lane", what=what, value=value))
        return cast.show(project.slug)

    assert 'value="-2.5"' in settle("gain", "-2.5")
    assert 'value="softly"' in settle("direction", "[softly]")
    assert '<option value="1.5" selected>longer' in settle("pauses", "1.5")
    for what, value in (("gain", "99"), ("direction", "a]b"), ("pauses", "9"), ("gain", "x")):
        with pytest.raises(gr.Error):
            settle(what, value)
    assert "Suggest voices" in cast.show(project.slug)
    cast.accept(project.slug)
    assert set(context.workspace.projects.open(project.slug).cast) == {"Lane", "Algernon"}
    assert "Suggest voices" not in cast.show(project.slug)


def test_a_line_is_auditioned_and_leaves_no_take(context, project: Project, event) -> None:
    dock = CastEvents(context).line(project.slug, event(speaker="Algernon", voice="Bea"))
    assert "Algernon, spoken by Bea" in dock
    assert context.workspace.takes.heard(project.slug) == (frozenset(), frozenset())
    job = context.workspace.jobs.list()[0]
    assert job.script.strip() == "Algernon: Did you hear?"
    with pytest.raises(gr.Error, match="no line"):
        CastEvents(context).line(project.slug, event(speaker="Nobody", voice="Bea"))
