"""Deliveries, called as Gradio would call them, on a workspace with a fake engine."""

import zipfile

import gradio as gr
import pytest
import soundfile as sf

from studio.services import PerformRequest, Project
from studio.ui.context import Context
from studio.ui.handlers import deliver
from studio.ui.handlers.deliver import DeliverEvents


@pytest.fixture
def performed(context: Context, project: Project) -> Project:
    jobs = context.workspace.jobs
    assert jobs.wait(jobs.start(PerformRequest(project.script, project=project.slug)), 30).finished
    return project


def make(events: DeliverEvents, slug: str, formats: tuple[str, ...] = ("flac",)) -> str:
    return events.deliver(slug, list(formats), "none", ["srt"], ["table"], "Ann", lambda *_: None)


def test_what_is_missing_is_said_before_anything_is_made(context, project) -> None:
    events = DeliverEvents(context)
    ready, button, report = events.show(project.slug)
    assert "Nothing has been performed yet" in ready
    assert not button.interactive
    assert report == ""
    with pytest.raises(gr.Error, match="has not been performed yet"):
        make(events, project.slug)
    job = PerformRequest(project.script, project=project.slug, chapter=2)
    context.workspace.jobs.wait(context.workspace.jobs.start(job), 30)
    assert "2 turns of 3 still to be performed" in events.show(project.slug)[0]


def test_files_come_with_their_report_and_are_found_again(context, performed) -> None:
    events = DeliverEvents(context)
    report = make(events, performed.slug)
    files = list(context.served.folder.rglob("*.flac"))
    assert len(files) == 2
    assert all(sf.info(file).duration > 0.5 for file in files)
    assert all(f'download="{file.name}"' in report for file in files)
    assert report.count("<svg") == 2
    assert 'data-verdict="PASS"' in report
    ready, _, again = events.show(performed.slug)
    assert "Every turn is performed: 3 turns." in ready
    assert again == report


def test_all_files_come_as_one(context: Context, performed: Project) -> None:
    events = DeliverEvents(context)
    make(events, performed.slug)
    fetch = events.archive(performed.slug).props["fetch"]
    [path] = context.served.folder.rglob("*.zip/*.zip")
    assert fetch["name"] == path.name == "a-play.zip"
    names = zipfile.ZipFile(path).namelist()
    assert {name.rpartition(".")[2] for name in names} == {"flac", "srt", "csv", "json", "html"}


def test_only_the_latest_deliveries_are_kept(context, performed, monkeypatch) -> None:
    monkeypatch.setattr(deliver, "MAX_DELIVERIES", 1)
    events = DeliverEvents(context)
    make(events, performed.slug)
    first = set(context.served.folder.rglob("*.flac"))
    make(events, performed.slug)
    assert first.isdisjoint(context.served.folder.rglob("*.flac"))


@pytest.mark.parametrize(("formats", "target"), [(["ogg"], "none"), ([], "none"), (["mp3"], "x")])
def test_what_cannot_be_made_is_said(context, performed, formats, target) -> None:
    events = DeliverEvents(context)
    with pytest.raises(gr.Error):
        events.deliver(performed.slug, formats, target, [], [], "", lambda *_: None)
    assert events.show(performed.slug)[2] == ""
