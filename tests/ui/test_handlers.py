"""The events of the page, called as Gradio would call them, on a workspace with a fake engine."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
import soundfile as sf

from studio.services import Workspace, open_workspace
from studio.settings import Settings
from studio.ui.app import launch_options
from studio.ui.handlers import NO_JOB, Handlers, PageJob
from tests.support.fake_engine import FakeEngine

SCRIPT = "# One\n\nLane: Yes, sir.\n\nAlgernon: Did you hear?\n\n# Two\n\nLane: No, sir.\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    recording = tmp_path / "recording.wav"
    sf.write(recording, 0.3 * np.sin(np.arange(16_000) / 9), 8000)
    settings = Settings(projects=tmp_path / "projects", voices=tmp_path / "none")
    with open_workspace(settings, engine_loader=lambda _: FakeEngine()) as opened:
        for name in ("Adam", "Bea"):
            opened.voices.add(name, recording, "Somebody speaks.", consent=("Ann", "a test"))
        yield opened


@pytest.fixture
def handlers(workspace: Workspace, tmp_path: Path) -> Handlers:
    served = tmp_path / "served"
    served.mkdir()
    return Handlers(workspace, served)


def event(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def finish(handlers: Handlers, job: PageJob) -> tuple:
    """Tick until the job has ended, as the page's timer does."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        shown = handlers.tick(job)
        if not shown[2].active:
            return shown
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def test_a_script_is_read_into_turns_cast_and_chapters(handlers: Handlers) -> None:
    turns, cast, chapter, perform = handlers.read(SCRIPT, {}, 0)
    assert turns.count('class="tr-turn"') == 3
    assert cast.count("<select") == 2
    assert [number for _, number in chapter.choices] == [0, 1, 2]
    assert chapter.visible
    assert perform.interactive


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("Lane: [softly Yes.", "Line 1"),
        ("   ", "Paste a script"),
        ("---\ncast:\n  Lane: Nobody\n---\nLane: Yes.\n", "Nobody"),
    ],
)
def test_a_script_that_cannot_be_performed_says_why(handlers, script: str, said: str) -> None:
    turns, _, chapter, perform = handlers.read(script, {}, 0)
    assert said in turns
    assert not perform.interactive
    assert not chapter.visible


def test_a_chosen_voice_stays_while_the_script_is_edited(handlers: Handlers) -> None:
    chosen = handlers.recast(event(cast={"Lane": "Bea", "Algernon": "Bea"}))
    _, cast, _, _ = handlers.read(SCRIPT.replace("Algernon", "Jack"), chosen, 0)
    lane = cast[cast.index('data-speaker="Lane"') :]
    assert lane.index('value="Bea" selected') < lane.index("</select>")


@pytest.mark.parametrize(("chosen", "kept"), [(2, 2), (3, 0), (-1, 0)])
def test_a_chosen_chapter_stays_while_there_is_one(handlers, chosen: int, kept: int) -> None:
    _, _, chapter, _ = handlers.read(SCRIPT, {}, chosen)
    assert chapter.value == kept


def test_a_performance_is_followed_to_its_file(handlers: Handlers, workspace: Workspace) -> None:
    job, _, _, timer, perform, cancel, finished, _ = handlers.perform(SCRIPT, {"Lane": "Bea"}, 0, 7)
    assert timer.active
    assert not perform.visible
    assert cancel.visible
    assert not finished
    progress, turns, _, perform, cancel, finished, _ = finish(handlers, job)
    assert "3 of 3 turns" in progress
    assert sorted(turns.props["marks"]["done"]) == [0, 1, 2]
    assert perform.visible
    assert not cancel.visible
    player, row, download, marks = handlers.deliver(finished, "flac", job, lambda *_: None)
    [file] = handlers.served.rglob("*.flac")
    assert sf.info(file).duration > 0.5
    assert download.value["path"].endswith(file.name)
    assert row.visible
    assert f"gradio_api/file={file}" in player
    starts = marks.props["marks"]["starts"]
    assert [turn for turn, _ in starts] == [0, 1, 2]
    assert [seconds for _, seconds in starts] == sorted(seconds for _, seconds in starts)
    assert workspace.jobs.list()[0].seed == 7


def test_one_chapter_can_be_performed_alone(handlers: Handlers) -> None:
    job, *_ = handlers.perform(SCRIPT, {}, 2, 0)
    shown = finish(handlers, job)
    assert shown[1].props["marks"]["done"] == [2]


def test_a_finished_turn_and_a_voice_can_be_heard(handlers: Handlers) -> None:
    job, *_ = handlers.perform(SCRIPT, {}, 0, 0)
    finish(handlers, job)
    assert handlers.listen(job, event(turn=1)).visible
    assert handlers.audition(event(voice="Bea")).visible


def test_an_error_is_one_plain_sentence_and_never_markup(handlers: Handlers) -> None:
    with pytest.raises(gr.Error) as caught:
        handlers.audition(event(voice="<img src=x onerror=alert(1)>"))
    assert "&lt;img" in caught.value.message
    assert "<img" not in caught.value.message


def test_an_unexpected_error_is_a_number_in_the_log(handlers: Handlers, caplog) -> None:
    with pytest.raises(gr.Error) as caught:
        handlers.listen(NO_JOB, event(turn="none"))
    number = caught.value.message.rpartition("number ")[2].strip(".")
    assert number in caplog.text


def test_a_reloaded_page_finds_its_script_and_its_job(handlers: Handlers) -> None:
    job, *_ = handlers.perform(SCRIPT, {}, 0, 0)
    script, sample, found, timer = handlers.open_page(SCRIPT, job)
    assert (script, sample, found, timer.active) == (SCRIPT, None, job, True)


def test_a_page_with_a_job_of_another_workspace_starts_afresh(handlers: Handlers) -> None:
    script, sample, found, timer = handlers.open_page("", {"id": "gone", "script": ""})
    assert sample == "first-sound"
    assert script == handlers.choose_sample(sample)
    assert (found, timer.active) == (NO_JOB, False)


def test_a_lost_job_is_said_once(handlers: Handlers) -> None:
    shown = handlers.tick({"id": "gone", "script": ""})
    assert "There is no job" in shown[0]
    assert not shown[2].active


def test_only_the_latest_files_are_kept(handlers: Handlers, monkeypatch) -> None:
    monkeypatch.setattr("studio.ui.handlers.MAX_SERVED", 2)
    job, *_ = handlers.perform(SCRIPT, {}, 0, 0)
    finished = finish(handlers, job)[5]
    for audio_format in ("wav", "flac", "mp3"):
        handlers.deliver(finished, audio_format, job, lambda *_: None)
    assert {path.suffix for path in handlers.served.rglob("*.*")} == {".flac", ".mp3"}


def test_a_job_from_before_a_restart_is_still_delivered(
    handlers: Handlers, workspace: Workspace, monkeypatch
) -> None:
    job, *_ = handlers.perform(SCRIPT, {}, 0, 0)
    finished = finish(handlers, job)[5]
    monkeypatch.setattr(workspace.jobs, "events", lambda *_: ())
    player, *_, marks = handlers.deliver(finished, "wav", job, lambda *_: None)
    assert "<audio" in player
    assert marks.props["marks"]["starts"] == []


def test_a_text_file_is_opened_as_a_script(handlers: Handlers, tmp_path: Path) -> None:
    path = tmp_path / "play.txt"
    path.write_text(SCRIPT, encoding="utf-8")
    script, notes = handlers.open_file(str(path))
    assert "Algernon: Did you hear?" in script
    assert not notes.visible


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
