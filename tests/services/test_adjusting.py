"""Adjustments of turns: stored with the turn, heard in everything that is assembled."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.core.adjustment import Adjustment
from studio.errors import AdjustmentError, TakeUnknown
from studio.services import DeliveryOptions, PerformRequest, Workspace
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = "Ann: One is here.\n\nBob: Two is there.\n\nAnn: Three is gone."


@pytest.fixture
def job(workspace: Workspace) -> str:
    project = workspace.projects.create(SCRIPT, title="Tea")
    job_id = workspace.jobs.start(PerformRequest(project.script, project=project.slug))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    return job_id


def ids(workspace: Workspace, project: str = "tea") -> list[str]:
    return [turn.turn_id for turn in workspace.projects.turns(project)]


def delivered(workspace: Workspace, folder: Path) -> np.ndarray:
    options = DeliveryOptions(formats=("wav",), room_tone_db=None, match_speakers=False)
    delivery = workspace.deliveries.deliver_project("tea", options, folder)
    audio: np.ndarray = soundfile.read(delivery.files[0].path)[0]
    return audio


def test_a_delivery_and_an_export_have_what_was_adjusted(workspace, job, tmp_path: Path) -> None:
    before, plain = delivered(workspace, tmp_path / "a"), workspace.exports.deliver(job)
    content = workspace.exports.content(job)
    first, second, third = ids(workspace)
    workspace.adjusting.change("tea", first, "pause_after", 2.0)
    workspace.adjusting.change("tea", second, "trim_head", 0.1)
    workspace.adjusting.change("tea", third, "gain", -6.0)
    after, adjusted = delivered(workspace, tmp_path / "b"), workspace.exports.deliver(job)
    longer = 2.0 - 0.45 - 0.1
    rate = 16_000
    assert (after.size - before.size) / rate == pytest.approx(longer, abs=0.002)
    assert adjusted.seconds - plain.seconds == pytest.approx(longer, abs=0.002)
    end = before[-rate * 2 :], after[-rate * 2 :]
    assert np.abs(end[1]).max() == pytest.approx(np.abs(end[0]).max() / 1.995, rel=0.01)
    assert workspace.exports.content(job) != content


def test_flags_change_no_delivery(workspace, job) -> None:
    content = workspace.exports.content(job)
    workspace.adjusting.change("tea", ids(workspace)[0], "flagged", 1)
    assert workspace.exports.content(job) == content


def test_what_is_automatic_again_leaves_nothing(workspace) -> None:
    workspace.projects.create(SCRIPT, title="Tea")
    turn = ids(workspace)[0]
    assert workspace.adjusting.change("tea", turn, "gain", 3.0) == Adjustment(gain_db=3.0)
    changed = workspace.adjusting.change("tea", turn, "pause_after", 0.0)
    assert changed == Adjustment(pause_after_ms=0, gain_db=3.0)
    workspace.adjusting.change("tea", turn, "gain")
    workspace.adjusting.change("tea", turn, "pause_after")
    assert workspace.adjusting.all("tea") == {}


def test_what_cannot_be_is_refused_by_name(workspace) -> None:
    workspace.projects.create(SCRIPT, title="Tea")
    turn = ids(workspace)[0]
    with pytest.raises(AdjustmentError, match="gain of 99 dB"):
        workspace.adjusting.change("tea", turn, "gain", 99.0)
    with pytest.raises(AdjustmentError, match="no pitch"):
        workspace.adjusting.change("tea", turn, "pitch", 1.0)
    with pytest.raises(TakeUnknown, match="no turn gone"):
        workspace.adjusting.change("tea", "gone", "gain", 1.0)


def test_copies_and_bundles_carry_them(
    workspace: Workspace, open_with: OpenWorkspace, tmp_path: Path
) -> None:
    workspace.projects.create(SCRIPT, title="Tea")
    first, second, _ = ids(workspace)
    workspace.adjusting.change("tea", first, "pause_after", 1.25)
    workspace.adjusting.change("tea", second, "flagged", 1)
    expected = workspace.adjusting.all("tea")
    copy = workspace.projects.duplicate("tea")
    assert workspace.adjusting.all(copy.slug) == expected
    workspace.bundles.export("tea", tmp_path / "tea.tableread")
    other = open_with(FakeEngine(), projects="elsewhere")
    report = other.bundles.bring_in(tmp_path / "tea.tableread")
    assert other.adjusting.all(report.project) == expected
    other.bundles.export(report.project, tmp_path / "again.tableread")
    assert (tmp_path / "again.tableread").read_bytes() == (tmp_path / "tea.tableread").read_bytes()


def test_an_edited_turn_keeps_them_and_a_purged_project_has_none(workspace) -> None:
    workspace.projects.create(SCRIPT, title="Tea")
    turn = ids(workspace)[0]
    workspace.adjusting.change("tea", turn, "gain", 3.0)
    workspace.projects.save("tea", SCRIPT.replace("One is here", "One is still here"))
    assert turn in ids(workspace)
    assert list(workspace.adjusting.all("tea")) == [turn]
    workspace.projects.delete("tea")
    workspace.projects.purge("tea")
