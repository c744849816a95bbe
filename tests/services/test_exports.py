"""Deliveries: complete or not at all, every turn where the timeline says, a full disk survived."""

import errno
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.errors import DeliveryError, DiskFull, JobError
from studio.media import publish
from studio.services import PerformRequest, Workspace
from studio.store import turn_takes
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = "---\ntitle: Tea & Cake\n---\nAnn: One is here.\nBob: Two is there. [pause 2s] And more."


def perform(workspace: Workspace) -> str:
    job_id = workspace.jobs.start(PerformRequest(SCRIPT, {"Ann": "Bea"}))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    return job_id


def test_a_job_becomes_a_file(workspace: Workspace) -> None:
    seen: list[float] = []
    export = workspace.exports.deliver(perform(workspace), "flac", on_progress=seen.append)
    assert export.path.parent == workspace.settings.projects / "exports"
    assert export.path.name.startswith("tea-cake-") and export.path.suffix == ".flac"
    audio, rate = soundfile.read(export.path)
    assert rate == export.sample_rate == 16_000
    assert abs(audio.size / rate - export.seconds) < 1e-6 and export.size_bytes > 1000
    assert seen == pytest.approx([1 / 3, 2 / 3, 1.0]) and export.turns == 2
    assert [item.path for item in workspace.exports.list()] == [export.path]
    export.path.unlink()
    assert workspace.exports.list() == ()


def test_turns_begin_where_the_timeline_says_and_pauses_are_exact(workspace: Workspace) -> None:
    export = workspace.exports.deliver(perform(workspace), "wav")
    audio, rate = soundfile.read(export.path)
    loud = np.abs(audio) > 0.02
    edges = np.flatnonzero(np.diff(loud.astype(int), prepend=0, append=0))
    gaps = [(b - a) / rate for a, b in zip(edges[1::2], edges[2::2], strict=False)]
    long_gaps = [gap for gap in gaps if gap > 0.2]
    assert long_gaps == pytest.approx([0.45, 2.0], abs=0.03)
    assert edges[0] / rate == pytest.approx(export.turn_starts[0], abs=0.05)
    assert (audio.size - edges[-1]) / rate == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3"])
def test_the_same_takes_give_the_same_bytes(
    workspace: Workspace, tmp_path: Path, ending: str
) -> None:
    job_id = perform(workspace)
    first, second = (tmp_path / f"{name}.{ending}" for name in "ab")
    for path in (first, second):
        workspace.exports.deliver(job_id, path=path)
    assert first.read_bytes() == second.read_bytes()


def test_an_unfinished_job_is_not_delivered(
    workspace: Workspace, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.faults = {"And more": ["not finite"] * 3}
    job_id = workspace.jobs.start(PerformRequest(SCRIPT, {"Ann": "Bea"}))
    assert workspace.jobs.wait(job_id, 60).state == "failed"
    with pytest.raises(JobError, match="not been performed yet: turn 2 "):
        workspace.exports.deliver(job_id, path=tmp_path / "a.wav")
    assert not (tmp_path / "a.wav").exists()


def test_a_full_disk_while_delivering_keeps_everything(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = perform(workspace)
    path = tmp_path / "out" / "a.wav"
    workspace.exports.deliver(job_id, path=path)
    before = path.read_bytes()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(publish.os, "fsync", full)
        with pytest.raises(DiskFull, match="Free some space"):
            workspace.exports.deliver(job_id, path=path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["a.wav"]
    workspace.exports.deliver(job_id, path=path)


def test_a_full_disk_while_performing_pauses_the_job_which_then_goes_on(
    open_with: OpenWorkspace, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_with(engine)
    calls = 0
    commit_takes = turn_takes.commit_takes

    def fail_the_second(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise DiskFull("The disk is full.")
        commit_takes(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(turn_takes, "commit_takes", fail_the_second)
    job_id = workspace.jobs.start(PerformRequest(SCRIPT, {"Ann": "Bea"}))
    stopped = workspace.jobs.wait(job_id, 60)
    assert stopped.state == "paused" and "disk is full" in stopped.message
    assert engine.open_chains == 0
    resumed = workspace.jobs.wait(workspace.jobs.resume(job_id), 60)
    assert resumed.state == "done" and resumed.reused_turns == 1


def test_a_name_that_cannot_be_written_is_a_plain_error(
    workspace: Workspace, tmp_path: Path
) -> None:
    with pytest.raises(DeliveryError, match="End it in"):
        workspace.exports.deliver(perform(workspace), path=tmp_path / "a.ogg")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 megabytes in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full_loses_nothing(
    open_with: OpenWorkspace, engine: FakeEngine, small_disk: Path, tmp_path: Path
) -> None:
    workspace = open_with(engine, projects=str(small_disk / "projects"))
    text = "\n".join(f"Ann: {number} {'is a long turn. ' * 9}" for number in range(60))
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - 160_000))
    job_id = workspace.jobs.start(PerformRequest(text, {"Ann": "Bea"}))
    stopped = workspace.jobs.wait(job_id, 60)
    assert stopped.state == "paused" and "full" in stopped.message
    assert 0 < stopped.turns_done < 60
    with pytest.raises(JobError):
        workspace.exports.deliver(job_id, "wav")
    ballast.unlink()
    resumed = workspace.jobs.resume(job_id)
    progress = workspace.jobs.wait(resumed, 60)
    assert progress.state == "done" and progress.reused_turns == stopped.turns_done
    with pytest.raises(DiskFull):
        workspace.exports.deliver(resumed, "wav")
    assert not list((small_disk / "projects" / "exports").iterdir())
    assert workspace.exports.deliver(resumed, path=tmp_path / "elsewhere.wav").turns == 60


def test_the_pauses_are_those_of_the_speakers(workspace: Workspace) -> None:
    project = workspace.projects.create(SCRIPT)
    request = PerformRequest(project.script, {"Ann": "Bea"}, project=project.slug)
    job_id = workspace.jobs.start(request)
    assert workspace.jobs.wait(job_id, 60).state == "done"
    usual, name = workspace.exports.deliver(job_id, "wav"), workspace.exports.content(job_id)
    workspace.casting.choose(project.slug, pauses={"Bob": 2.0})
    longer = workspace.exports.deliver(job_id, "wav")
    while (heard := workspace.listening.chapter(project.slug, 1)).reading:
        time.sleep(0.02)
    assert longer.seconds > usual.seconds + 0.3
    assert longer.seconds == pytest.approx(heard.samples / heard.sample_rate, abs=0.01)
    assert workspace.exports.content(job_id) != name
