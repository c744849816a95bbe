"""The page is opened, projects, script, cast and voices, called as Gradio would call them."""

from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest

from studio.services import Progress, begin_with_a_sample, sample_scripts
from studio.settings import Settings
from studio.ui.app import launch_options
from studio.ui.context import Context
from studio.ui.handlers.cast import CastEvents
from studio.ui.handlers.details import DetailEvents
from studio.ui.handlers.projects import ProjectEvents
from studio.ui.handlers.script import ScriptEvents
from studio.ui.handlers.shell import ShellEvents
from studio.ui.handlers.voices import VoiceEvents
from studio.ui.served import Served
from studio.ui.takes import take_requests


def test_a_new_workspace_begins_with_a_sample_once(context: Context) -> None:
    projects = context.workspace.projects
    begin_with_a_sample(projects)
    slug, *_ = ShellEvents(context).open_page("")
    assert projects.open(slug).script == sample_scripts()[0].text
    projects.delete(slug)
    begin_with_a_sample(projects)
    assert projects.list() == ()


@pytest.mark.parametrize("named", ["a-play", "gone", ""])
def test_a_page_opens_what_it_had_or_what_was_changed_last(context, project, named: str) -> None:
    slug, opened, changed, top = ShellEvents(context).open_page(named)
    assert slug == "a-play"
    assert opened == f"a-play {changed}"
    assert changed != ""
    assert "A play" in top.value


def test_a_page_without_projects_has_nothing_open(context: Context) -> None:
    slug, *_ = ShellEvents(context).open_page("gone")
    assert slug == ""
    assert "speakers of your script" in CastEvents(context).show("")
    cards, undo, trash = ProjectEvents(context).show("", "")
    details, *_ = DetailEvents(context).show("")
    assert "No project yet" in cards
    assert (undo, trash, details.visible) == ("", "", False)


def test_a_card_opens_its_project_and_shows_the_script(context, project, event) -> None:
    slug, _, _, top = ProjectEvents(context).open(event(project=project.slug))
    assert slug == project.slug
    assert top.props["visit"]["section"] == "script"


def test_what_the_editor_stores_is_told_to_the_others(context, project, event) -> None:
    events = ScriptEvents(context)
    before = events.saved(event(project=project.slug))
    context.workspace.projects.rename(project.slug, "Another play")
    assert before.startswith(project.slug)
    with pytest.raises(gr.Error, match="no project"):
        events.saved(event(project="gone"))


def test_turns_are_performed_and_heard_from_the_script(context, project, event) -> None:
    events, jobs, takes = ScriptEvents(context), context.workspace.jobs, take_requests(context)
    one, two, _ = (turn.turn_id for turn in context.workspace.projects.turns(project.slug))
    with pytest.raises(gr.Error, match="not been performed yet"):
        events.play(event(project=project.slug, turn=one))
    assert "error" not in takes({"do": "perform", "project": project.slug, "chapter": 1})
    jobs.wait(jobs.latest(project.project_id).job_id, 30)
    shown = takes({"do": "states", "project": project.slug, "chapter": 1})
    assert {turn: one["state"] for turn, one in shown["turns"].items()} == {
        one: "done",
        two: "done",
    }
    assert "<audio" in events.play(event(project=project.slug, turn=two))
    context.workspace.projects.save(project.slug, project.script.replace("Lane: Yes, sir.\n", ""))
    assert "Turn 1" in events.play(event(project=project.slug, turn=two))
    heard = takes({"do": "sound", "project": project.slug, "turn": two})["address"]
    assert heard.startswith("gradio_api/file=")


def test_the_script_says_how_long_a_performance_takes(context, project, monkeypatch) -> None:
    def left(eta: float | None) -> str | None:
        running = Progress("1", "running", "Performing.", 1, 9, eta_seconds=eta)
        monkeypatch.setattr(context.workspace.jobs, "running", lambda _: running)
        answer = take_requests(context)({"do": "states", "project": project.slug, "chapter": 1})
        return answer["job"].get("left")

    assert left(100.4) == "about 1:40 left"
    assert not left(1.2) and not left(None)


def test_an_unforeseen_error_is_a_number_to_look_up(context, monkeypatch) -> None:
    answer = take_requests(context)({"do": "drop"})
    assert answer["error"]["kind"] == "request"
    monkeypatch.setattr("studio.ui.takes.answer_take_request", None)
    answer = take_requests(context)({})
    assert answer["error"]["kind"] == "unexpected" and "log" in answer["error"]["message"]


def test_a_chosen_voice_stays_while_the_script_is_edited(context, project, event) -> None:
    events = CastEvents(context)
    events.settle(project.slug, event(speaker="Lane", what="voice", value="Bea"))
    context.workspace.projects.save(project.slug, project.script.replace("Algernon", "Jack"))
    table = events.show(project.slug)
    assert table.count('data-set="voice"') == 2
    lane = table[table.index('data-speaker="Lane"') :]
    assert lane.index('value="Bea" selected') < lane.index("</select>")


def test_a_voice_is_heard(context: Context, event) -> None:
    assert "<audio" in VoiceEvents(context).audition(event(voice="Bea"))
    assert "<audio" in CastEvents(context).audition(event(voice="Bea"))


def test_an_error_is_one_plain_sentence_and_never_markup(context: Context, event) -> None:
    with pytest.raises(gr.Error) as caught:
        VoiceEvents(context).audition(event(voice="<img src=x onerror=alert(1)>"))
    assert "&lt;img" in caught.value.message
    assert "<img" not in caught.value.message


def test_served_sounds_are_kept_once_and_bounded(tmp_path: Path) -> None:
    served = Served(tmp_path, max_sounds=2)
    tones = [np.full(100, level, dtype=np.float32) for level in (0.1, 0.2, 0.3)]
    urls = [served.sound(tone, 8000) for tone in tones]
    again = served.sound(tones[2], 8000)
    assert again != urls[2]  # else a browser would not play it again
    assert again.partition("#")[0] == urls[2].partition("#")[0]
    assert len(list(tmp_path.rglob("*.wav"))) == 2
    served.sound(tones[0], 8000)  # written anew
    assert len(list(tmp_path.rglob("*.wav"))) == 2


def test_only_a_space_is_open_to_others(tmp_path: Path, monkeypatch) -> None:
    settings = Settings(projects=tmp_path / "projects")
    monkeypatch.delenv("SPACE_HOST", raising=False)
    options = SimpleNamespace(**launch_options(settings, tmp_path / "served"))
    assert options.server_name == "127.0.0.1"
    assert options.blocked_paths == [str(tmp_path / "projects")]
    monkeypatch.setenv("SPACE_HOST", "me-tableread.hf.space")
    options = SimpleNamespace(**launch_options(settings, tmp_path / "served"))
    assert options.server_name == "0.0.0.0"
    assert options.app_kwargs["middleware"][0].kwargs["hosts"] == ["me-tableread.hf.space"]
