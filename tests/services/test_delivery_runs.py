"""Deliveries that go on by themselves, what they are asked for, and their gate."""

import threading
from pathlib import Path

import av
import pytest
import soundfile

from studio.core.staleness import TurnState
from studio.errors import CastError, DeliveryError, JobError, StaleTakes
from studio.services import About, DeliveryOptions, PerformRequest, Project, Workspace, about
from studio.services.delivery_runs import DeliveryRuns

SCRIPT = """# The "First"

Ann: One is here. [pause 3s]

# Second

Bob: Two is there.

Ann: Three as well.

# Third

…
"""
FLAC = DeliveryOptions(formats=("flac",))


@pytest.fixture
def project(workspace: Workspace) -> Project:
    made = workspace.projects.create(SCRIPT, title="Tea")
    perform(workspace, made)
    return made


def perform(workspace: Workspace, project: Project, chapter: int | None = None) -> None:
    request = PerformRequest(project.script, project=project.slug, chapter=chapter)
    assert workspace.jobs.wait(workspace.jobs.start(request), 60).state == "done"


def test_a_delivery_goes_on_by_itself(workspace: Workspace, project, tmp_path: Path) -> None:
    runs, folder = workspace.delivery_runs, tmp_path / "one"
    assert runs.of(project.project_id) is None
    runs.start(project.project_id, FLAC, folder)
    run = runs.wait(project.project_id, 60)
    assert (run.state, run.share, run.error) == ("done", 1.0, "")
    assert run.delivery == runs.made(project.project_id)
    assert len(list(folder.glob("*.flac"))) == 2
    runs.start(project.project_id, FLAC, tmp_path / "two")
    runs.wait(project.project_id, 60)
    assert not folder.exists()  # what replaced it is there


def test_a_stopped_delivery_leaves_nothing_and_the_last_one_stays(
    workspace: Workspace, project, tmp_path: Path, monkeypatch
) -> None:
    runs, at_work = workspace.delivery_runs, threading.Event()
    runs.start(project.project_id, FLAC, tmp_path / "one")
    last = runs.wait(project.project_id, 60).delivery
    deliver = workspace.deliveries.deliver_project

    def slowly(reference, options, folder, tell, cancelled, **more):
        folder.mkdir()
        (folder / "half.part").touch()
        at_work.set()
        while not cancelled():
            at_work.wait(0.01)
        return deliver(reference, options, folder, tell, cancelled, **more)

    monkeypatch.setattr(workspace.deliveries, "deliver_project", slowly)
    runs.start(project.project_id, FLAC, tmp_path / "two")
    assert at_work.wait(30)
    with pytest.raises(JobError, match="already"):
        runs.start(project.project_id, FLAC, tmp_path / "three")
    runs.cancel(project.project_id)
    assert runs.wait(project.project_id, 60).state == "stopped"
    assert not (tmp_path / "two").exists()
    assert runs.made(project.project_id) is last
    assert last.files[0].path.is_file()


def test_a_delivery_that_fails_says_why(workspace: Workspace, project, tmp_path: Path) -> None:
    runs = workspace.delivery_runs
    workspace.projects.save(project.slug, SCRIPT.replace("Two is", "Four is"))
    runs.start(project.project_id, FLAC, tmp_path / "out")
    run = runs.wait(project.project_id, 60)
    assert run.state == "failed"
    assert "1 turn says something else" in run.error
    assert runs.made(project.project_id) is None
    runs.start(project.project_id, FLAC, tmp_path / "out", stale=True)
    assert runs.wait(project.project_id, 60).state == "done"


def test_only_some_deliveries_are_kept(workspace: Workspace, project, tmp_path: Path) -> None:
    runs = DeliveryRuns(workspace.deliveries, max_kept=1)
    other = workspace.projects.duplicate(project.slug)
    for number, one in enumerate((project, other)):
        runs.start(one.project_id, FLAC, tmp_path / str(number))
        runs.wait(one.project_id, 60)
    assert [path.name for path in tmp_path.glob("[01]")] == ["1"]
    assert runs.made(project.project_id) is None


def test_chapters_are_chosen_and_a_pause_at_the_end_of_another_stays_there(
    workspace: Workspace, project, tmp_path: Path
) -> None:
    deliver = workspace.deliveries.deliver_project
    whole = deliver(project.slug, FLAC, tmp_path / "whole")
    seen: list[int] = []
    second = deliver(project.slug, FLAC, tmp_path / "second", chapters=(2,), on_chapter=seen.append)
    assert [file.chapter for file in second.files] == [2]
    assert set(seen) == {2}
    lengths = [soundfile.info(made.files[-1].path).frames for made in (whole, second)]
    assert lengths[0] == lengths[1]
    assert (tmp_path / "second" / "02-second.flac").is_file()
    for number in (3, 4):
        with pytest.raises(CastError):
            deliver(project.slug, FLAC, tmp_path, chapters=(number,))


def test_files_are_named_by_a_pattern(workspace: Workspace, project, tmp_path: Path) -> None:
    options = DeliveryOptions(formats=("flac", "m4b"), naming="{number:02} {title}")
    workspace.deliveries.deliver_project(project.slug, options, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"01 The First.flac", "02 Second.flac", "Tea.m4b"} <= names
    with pytest.raises(DeliveryError, match="Two chapters would be called “Tea”"):
        options = DeliveryOptions(formats=("flac",), naming="{book}")
        workspace.deliveries.deliver_project(project.slug, options, tmp_path)
    with pytest.raises(DeliveryError, match="Names of files"):
        DeliveryOptions(naming="{shelf}")


def test_the_words_about_a_project_reach_its_files(
    workspace: Workspace, project, tmp_path: Path
) -> None:
    words = {"narrator": "Ann\nOther", "date": "2026", "description": "Of tea.", "copyright": "Me"}
    workspace.projects.describe(project.slug, author="A. Writer", language="en", **words)
    workspace.projects.describe(project.slug, copyright="", date=None)
    delivered = workspace.deliveries.deliver_project(
        project.slug, DeliveryOptions(formats=("m4b",)), tmp_path
    )
    with av.open(str(delivered.files[0].path)) as file:
        tags = {name.lower(): word for name, word in file.metadata.items()}
    assert (tags["artist"], tags["composer"]) == ("A. Writer", "Ann Other")
    assert (tags["date"], tags["synopsis"]) == ("2026", "Of tea.")
    assert "copyright" not in tags
    workspace.projects.configure(project.slug, {"about": {"narrator": 7, "date": ["x"]}})
    assert about(workspace.projects.open(project.slug)) == About()


def test_what_stands_in_the_way_is_known_by_chapter(workspace: Workspace) -> None:
    project = workspace.projects.create(SCRIPT, title="Tea")
    view = workspace.completeness.chapters
    assert [chapter.turns for chapter in view(project.slug, load=False)] == [1, 2, 0]
    assert not any(chapter.deliverable for chapter in view(project.slug, load=False))
    assert not workspace.completeness.is_exact(project.slug)
    perform(workspace, project)
    workspace.projects.save(project.slug, SCRIPT.replace("Two is", "Four is") + "\nBob: Five.")
    one, two, three = view(project.slug, load=False)
    assert workspace.completeness.is_exact(project.slug)
    assert one.deliverable and two.deliverable and not three.deliverable
    assert (one.open_turns, two.count(TurnState.STALE)) == ((), 1)
    [stale], [missing] = two.open_turns, three.open_turns
    assert (stale.number, stale.beginning) == (2, "Four is there.")
    assert (missing.speaker, missing.state) == ("Bob", TurnState.MISSING)
    assert workspace.projects.turns(project.slug)[1].turn_id == stale.turn_id
    with pytest.raises(StaleTakes):
        workspace.deliveries.deliver_project(project.slug, chapters=(2,))
    with pytest.raises(JobError, match="1 turn has not been performed yet"):
        workspace.deliveries.deliver_project(project.slug, chapters=(3,))
