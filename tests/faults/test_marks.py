"""P2: every file that is delivered says, for machines to read, that its speech is AI-generated."""

import json
from pathlib import Path

import av
import pytest

from studio.services import DeliveryOptions, PerformRequest, Workspace

TERM = "digitalSourceType=trainedAlgorithmicMedia"
SCRIPT = "# One\n\nAnn: One is here, and it goes on for a while.\n\n# Two\n\nBob: Two is there."


@pytest.fixture
def job(workspace: Workspace) -> str:
    job_id = workspace.jobs.start(PerformRequest(SCRIPT))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    return job_id


def comment(path: Path) -> str:
    with av.open(str(path)) as file:
        tags = {**file.metadata, **file.streams.audio[0].metadata}
    return {key.lower(): value for key, value in tags.items()}.get("comment", "")


def test_every_delivered_file_is_marked(workspace: Workspace, job: str, tmp_path: Path) -> None:
    options = DeliveryOptions(
        formats=("wav", "flac", "mp3", "m4b"), captions=("vtt",), stems=True, title="A title"
    )
    delivery = workspace.deliveries.deliver(job, options, tmp_path)
    sound = [file for file in delivery.files if file.path.suffix not in {".vtt", ".csv"}]
    assert {file.path.suffix for file in sound} == {".wav", ".flac", ".mp3", ".m4b"}
    assert len(sound) == 2 * 3 + 1 + 2
    for file in sound:
        assert TERM in comment(file.path), file.path.name
    for path in tmp_path.glob("*.vtt"):
        assert TERM in path.read_text(encoding="utf-8")
    assert json.loads(delivery.report_json.read_text(encoding="utf-8"))["ai_generated"] is True
    assert TERM in delivery.report_page.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_every_quick_export_is_marked(
    workspace: Workspace, job: str, tmp_path: Path, kind: str
) -> None:
    export = workspace.exports.deliver(job, path=tmp_path / f"a.{kind}")
    assert TERM in comment(export.path)
