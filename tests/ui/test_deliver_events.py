"""Deliveries, called as Gradio would call them, on a workspace with a fake engine."""

import re
import time
import zipfile
from dataclasses import replace
from typing import Any

import pytest
import soundfile as sf

from studio.services import PerformRequest, Project
from studio.store.database import now
from studio.ui.boundary import answering
from studio.ui.context import Context
from studio.ui.handlers.deliver import DeliverEvents
from studio.ui.markup import deliver as markup

WAIT = 60


@pytest.fixture
def performed(context: Context, project: Project) -> Project:
    jobs = context.workspace.jobs
    assert jobs.wait(jobs.start(PerformRequest(project.script, project=project.slug)), 30).finished
    return project


@pytest.fixture
def events(context: Context) -> DeliverEvents:
    return DeliverEvents(context)


def ask(events: DeliverEvents, project: Project, **request: Any) -> dict[str, Any]:
    return answering(events.answer)({"project": project.slug, **request})


def make(context: Context, events: DeliverEvents, project: Project, **choices: Any) -> str:
    given = {"formats": ["flac"], "captions": ["srt"], "extras": ["table", "stems"], **choices}
    assert "error" not in ask(events, project, do="start", naming="{number:02} {title}", **given)
    context.workspace.delivery_runs.wait(project.project_id, WAIT)
    return events.show(project.slug)[1]


def test_what_is_missing_is_said_before_anything_is_made(context, events, project) -> None:
    form, report = events.show(project.slug)
    assert 'data-nothing="true"' in form.value
    assert "finished files appear here" in report
    assert 'data-go="listen"' in form.value
    assert 'data-exact="false"' in form.value
    assert 'data-exact="true"' in events.look(project.slug)[0].value
    job = PerformRequest(project.script, project=project.slug, chapter=2)
    context.workspace.jobs.wait(context.workspace.jobs.start(job), 30)
    form = events.show(project.slug)[0].value
    assert 'data-chapter="1" data-turns="2" data-missing="2" data-stale="0"' in form
    assert 'data-chapter="2" data-turns="1" data-missing="0" data-stale="0"' in form
    assert "2 turns, not performed" in form and "data-open-of" not in form
    first = context.workspace.projects.turns(project.slug)[0]
    listed = ask(events, project, do="turns", chapters=[1])
    name, why = "Turn 1, Lane: “Yes, sir.”", "not performed yet"
    assert listed["turns"][0] == {"id": first.turn_id, "name": name, "why": why}
    assert (len(listed["turns"]), listed["more"]) == (2, "")
    ask(events, project, do="start", formats=["flac"], target="none")
    run = context.workspace.delivery_runs.wait(project.project_id, WAIT)
    assert ask(events, project, do="progress")["failed"] == run.error
    assert "2 turns have not been performed yet" in run.error


def test_files_come_with_their_report_and_are_found_again(context, events, performed) -> None:
    assert ask(events, performed, do="progress") == {"state": "none"}
    report = make(context, events, performed)
    assert ask(events, performed, do="progress")["state"] == "done"
    files = [*context.served.folder.glob("*/*/*.flac")]
    assert {file.name for file in files} == {"01 One.flac", "02 Two.flac"}
    assert all(sf.info(file).duration > 0.5 for file in files)
    assert all(f'download="{file.name}"' in report for file in files)
    assert report.count("<audio") == 2
    assert "<svg" not in report  # there is no course of three seconds
    assert 'data-verdict="PASS"' in report
    form, again = DeliverEvents(context).show(performed.slug)
    assert form.value.count('data-missing="0" data-stale="0" data-attention="0"') == 2
    assert again == report
    assert "data-old" not in report
    assert "digitalSourceType" not in report


def test_the_loudness_stands_beside_what_is_wanted(context, events, performed) -> None:
    make(context, events, performed, target="acx")
    made = context.workspace.delivery_runs.made(performed.project_id)
    files = [replace(file, curve=(-20.0, -21.0)) for file in made.report.files]
    longer = replace(made, report=replace(made.report, files=tuple(files)))
    shown = markup.delivery(longer, str, "")
    assert shown.count("<svg") == 2
    assert {file.curve_unit for file in files} == {"dBFS"}
    assert "dBFS RMS; wanted are -23 to -18 on the whole" in shown
    assert re.search(r"RMS of the whole file -[0-9.]+ dBFS, wanted -23 to -18", shown)


def test_files_from_before_a_change_say_so(context, events, performed) -> None:
    make(context, events, performed)
    changed = performed.script.replace("No, sir.", "Never, sir.")
    made = context.workspace.delivery_runs.made(performed.project_id).report.created
    while now() <= made:  # a second is the least that is told apart
        time.sleep(0.05)
    saved = context.workspace.projects.save(performed.slug, changed)
    report = events.show(performed.slug)[1]
    assert "data-old" in report
    assert f'datetime="{made}"' in report
    assert f'datetime="{saved.changed}"' in report
    assert "Files from before your last change" in report
    assert 'data-flag="stale"' in events.show(performed.slug)[0].value


def test_one_chapter_and_what_is_stale_are_choices(context, events, performed) -> None:
    text = performed.script.replace("No, sir.", "Never, sir.")
    context.workspace.projects.save(performed.slug, text)
    form = events.show(performed.slug)[0].value
    assert 'data-chapter="2" data-turns="1" data-missing="0" data-stale="1"' in form
    assert '<details data-open-of="2"><summary>1 changed since</summary>' in form
    [turn] = ask(events, performed, do="turns", chapters=[2])["turns"]
    assert "No, sir" not in turn["name"] and "Never, sir." in turn["name"]
    assert turn["why"] == "has changed since it was performed"
    assert 'data-flag="stale"' in form
    assert "02 Two.flac" not in make(context, events, performed, chapters=[1])
    assert "02 Two.flac" not in make(context, events, performed)
    assert "something else than the script" in ask(events, performed, do="progress")["failed"]
    report = make(context, events, performed, stale=True)
    assert "02 Two.flac" in report
    assert 'tr-problem">Turn 3 has changed since it was performed' in report


def test_what_sounds_as_good_is_no_alarm(context, events, performed) -> None:
    make(context, events, performed, captions=["srt"])
    made = context.workspace.delivery_runs.made(performed.project_id)
    first, *others = made.report.files
    noted = replace(first, soft_stale=(1, 2), attention=(2,))
    noted_report = replace(made.report, files=(noted, *others))
    page = markup.delivery(replace(made, report=noted_report), str, "")
    assert 'tr-hint">2 turns were performed before a change in front of them' in page
    assert 'tr-problem">Turn 2 failed a check' in page
    assert f"{len(made.files)} files" in page and len(made.files) > len(made.report.files)
    assert "<td>0:0" in page and ".00 Hz" not in page


def test_all_files_come_as_one(context, events, performed) -> None:
    make(context, events, performed)
    fetch = events.archive(performed.slug).props["fetch"]
    [path] = context.served.folder.rglob("*.zip/*.zip")
    assert fetch["name"] == path.name == "a-play.zip"
    names = zipfile.ZipFile(path).namelist()
    assert {name.rpartition(".")[2] for name in names} == {"flac", "srt", "csv", "json", "html"}
    assert "stems/01 One/01-lane.flac" in names


def test_names_are_shown_before_they_are_made(events, project) -> None:
    named = ask(
        events, project, do="names", naming="{book}: {number}", chapters=[2], formats=["m4b", "wav"]
    )
    assert named == {"names": ["A play 02.wav"]}
    refused = ask(events, project, do="names", naming="{shelf}", chapters=[1])
    assert "{shelf}" in refused["error"]["message"]


@pytest.mark.parametrize("wrong", [{"formats": ["ogg"]}, {"formats": []}, {"naming": "{x}"}])
def test_what_cannot_be_made_is_said(events, performed, wrong: dict[str, Any]) -> None:
    request = {"do": "start", "formats": ["mp3"], "target": "none", **wrong}
    assert ask(events, performed, **request)["error"]["kind"] == "refused"
    assert "finished files appear here" in events.show(performed.slug)[1]


def test_what_no_form_sends_is_refused(events, project) -> None:
    for request in ({"do": "delete"}, {"do": "start", "folder": "/"}):
        assert "Something went wrong inside" in ask(events, project, **request)["error"]["message"]
    gone = answering(events.answer)({"do": "start", "project": "gone"})
    assert "no project" in gone["error"]["message"]
