"""Performing and listening, called as Gradio would call it, on a workspace with a fake engine."""

import threading
import time
from functools import partial
from types import SimpleNamespace

import gradio as gr
import pytest
import soundfile as sf

from studio.services import Project
from studio.ui.context import Context
from studio.ui.handlers import quick_file
from studio.ui.handlers.perform import PerformEvents
from studio.ui.handlers.quick_file import QuickFileEvents
from studio.ui.served import Served
from tests.support.fake_engine import FakeEngine


@pytest.fixture
def events(context: Context) -> PerformEvents:
    return PerformEvents(context)


def read(shown: tuple) -> SimpleNamespace:
    """The outputs of a state by their names."""
    sheet, progress, timer, perform, pause, resume, cancel, finished = shown
    return SimpleNamespace(**locals())


def finish(events: PerformEvents, slug: str) -> SimpleNamespace:
    """Tick until the job has ended, as the page's timer does."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        *state, told = events.tick(slug)
        shown = read(tuple(state))
        assert isinstance(told, str) == (not shown.timer.active)
        if not shown.timer.active:
            return shown
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def test_a_performance_is_followed_to_its_file(events, context: Context, project: Project) -> None:
    context.workspace.projects.cast(project.slug, {"Lane": "Bea"})
    shown = read(events.perform(project.slug, None, 7))
    assert shown.timer.active
    assert not shown.perform.visible
    assert shown.cancel.visible
    assert not shown.finished
    shown = finish(events, project.slug)
    assert "3 of 3 turns" in shown.progress
    assert shown.sheet.props["performed"]
    assert shown.perform.visible
    assert not shown.cancel.visible
    link, formats = QuickFileEvents(context).deliver(
        shown.finished, "flac", project.slug, lambda *_: None
    )
    [file] = context.served.folder.rglob("*.flac")
    assert sf.info(file).duration > 0.5
    assert context.served.address(file) in link
    assert f"#{project.slug}/deliver" in link
    assert formats.visible
    job = context.workspace.jobs.get(shown.finished)
    assert (job.seed, job.cast["Lane"]) == (7, "Bea")


def test_one_chapter_can_be_performed_alone(events, project: Project) -> None:
    events.perform(project.slug, 2, 0)
    assert "1 of 1 turn" in finish(events, project.slug).progress


def test_all_chapters_are_offered_where_there_are_several(events, project, workspace) -> None:
    single = workspace.projects.create("Lane: Yes, sir.", title="Short")
    assert [events.show(one.slug)[0].visible for one in (single, project, single)] == [
        False,
        True,
        False,
    ]
    events.perform_all(project.slug, 0)
    assert "3 of 3 turns" in finish(events, project.slug).progress


def test_a_performance_is_known_after_a_restart(events, project, opened, context) -> None:
    events.perform(project.slug, None, 0)
    finish(events, project.slug)
    restarted = PerformEvents(Context(opened(), Served(context.served.folder)))
    sheet, progress, timer, perform, *_ = restarted.show(project.slug)[1:]
    assert sheet.props["project"] == project.slug
    assert "All 3 turns are performed" in progress
    assert (timer.active, perform.visible) == (False, True)


@pytest.fixture
def slow(context: Context, project) -> threading.Event:
    """Lets the fake engine step only once this is set."""
    gate = threading.Event()
    with context.workspace._host.use() as engine:
        engine.on_step = lambda: gate.wait(20) and None
    return gate


def test_a_performance_rests_and_goes_on(events, project, slow) -> None:
    assert read(events.perform(project.slug, None, 0)).pause.visible
    events.pause(project.slug)
    slow.set()
    shown = finish(events, project.slug)
    assert "Paused after" in shown.progress
    assert (shown.resume.visible, shown.cancel.visible, shown.perform.visible) == (
        True,
        True,
        False,
    )
    assert read(events.show(project.slug)[1:]).resume.visible
    assert read(events.resume(project.slug)).timer.active
    assert "All 3 turns" in finish(events, project.slug).progress


def test_what_waits_is_named_and_can_be_dropped(events, project, context, slow, event) -> None:
    events.perform(project.slug, 1, 0)
    page = read(events.perform(project.slug, 2, 0)).progress
    [waiting] = context.workspace.jobs.waiting()
    assert f'data-drop="{waiting}"' in page and "chapter 2" in page
    assert f'data-job="{waiting}"' not in page
    page = read(events.drop(project.slug, event(job=waiting))).progress
    assert "data-drop" not in page
    slow.set()
    assert "2 of 2 turns" in finish(events, project.slug).progress


def test_a_turn_is_performed_again_by_its_id(events, project, context, event) -> None:
    events.perform(project.slug, None, 0)
    finish(events, project.slug)
    turn = context.workspace.projects.turns(project.slug)[1].turn_id
    events.again(event(project=project.slug, turn=turn))
    shown = finish(events, project.slug)
    assert not shown.finished  # no file of a single turn
    assert len(context.workspace.takes.history(project.slug, turn)) == 2


def test_a_page_that_comes_back_finds_the_performance(events, project) -> None:
    events.perform(project.slug, None, 0)
    shown = read(events.show(project.slug)[1:])
    assert 'data-job="' in shown.progress
    assert shown.sheet.props["performed"]
    finish(events, project.slug)


def test_a_cancelled_performance_can_be_started_again(events, project) -> None:
    events.perform(project.slug, None, 0)
    events.cancel(project.slug)
    shown = finish(events, project.slug)
    assert shown.perform.visible
    assert "Stopped after" in shown.progress
    assert "of sound" not in shown.progress
    events.perform(project.slug, None, 0)
    assert "All 3 turns" in finish(events, project.slug).progress


def test_what_needs_attention_is_asked_of_the_project(
    opened, workspace, project, tmp_path, monkeypatch
) -> None:
    engine = partial(FakeEngine, faults={"Yes": ["silent"] * 9, "No": ["silent"] * 9})
    monkeypatch.setattr("tests.ui.conftest.FakeEngine", engine)
    context = Context(opened(), Served(tmp_path))
    events = PerformEvents(context)
    events.perform(project.slug, None, 0)
    assert finish(events, project.slug).progress.count("data-number") == 2
    context.workspace.takes.accept(project.slug, 1)
    context.workspace.projects.save(project.slug, project.script.replace("Lane", "Merriman"))
    [line] = read(events.show(project.slug)[1:]).progress.split("data-number")[1:]
    assert "Merriman" in line and "Lane" not in line


def test_a_lost_project_is_said_once(events) -> None:
    _, problem, timer, *_ = events.tick("gone")
    assert "There is no project gone" in problem
    assert not timer.active


def test_an_unexpected_error_is_a_number_in_the_log(events, project, event, caplog) -> None:
    with pytest.raises(gr.Error) as caught:
        events.perform(project.slug, "none", "none")
    number = caught.value.message.rpartition("number ")[2].strip(".")
    assert number in caplog.text


def test_only_the_latest_files_are_kept(events, context, project, monkeypatch) -> None:
    monkeypatch.setattr(quick_file, "MAX_SERVED", 2)
    events.perform(project.slug, None, 0)
    finished = finish(events, project.slug).finished
    delivery = QuickFileEvents(context)
    for audio_format in ("wav", "flac", "mp3"):
        delivery.deliver(finished, audio_format, project.slug, lambda *_: None)
    assert {path.suffix for path in context.served.folder.rglob("*.*")} == {".flac", ".mp3"}
