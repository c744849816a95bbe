"""Deliveries: what arrives is complete, measured, marked, and as the options ask."""

import csv
import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from studio.core.report import Verdict
from studio.errors import DeliveryStopped, DiskFull, JobError
from studio.services import ClipEdit, DeliveryOptions, Pauses, PerformRequest, Workspace
from studio.services import deliveries as module
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = """---
title: Tea & Cake
author: A. Writer
---
# The =;#[first]

Ann: One is here, and it goes on for a while.
Bob: Two is there. [pause 2s] And more.

***

Ann: After the break.

# Second

Bob: It all ends well.
"""


def perform(workspace: Workspace, script: str = SCRIPT) -> str:
    job_id = workspace.jobs.start(PerformRequest(script, {"Ann": "Bea"}))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    return job_id


@pytest.fixture
def studio(open_with: OpenWorkspace, engine: FakeEngine) -> Workspace:
    """At the rate that shops ask for."""
    return open_with(engine, delivery_rate=44_100)


def test_everything_that_is_asked_for_arrives(studio: Workspace, tmp_path: Path) -> None:
    seen: list[tuple[float, str]] = []
    options = DeliveryOptions(
        formats=("mp3", "m4b", "wav"), target="acx", captions=("srt", "vtt"), table=True, stems=True
    )
    delivery = studio.deliveries.deliver(
        perform(studio), options, tmp_path / "out", lambda share, doing: seen.append((share, doing))
    )
    names = sorted(
        path.relative_to(delivery.folder).as_posix() for path in delivery.folder.rglob("*.*")
    )
    assert names == sorted([
        "01-the-first.mp3", "01-the-first.wav", "01-the-first.srt", "01-the-first.vtt",
        "02-second.mp3", "02-second.wav", "02-second.srt", "02-second.vtt", "tea-cake.m4b",
        "tea-cake.srt", "tea-cake.vtt", "turns.csv", "report.json", "report.html",
        "stems/01-the-first/01-ann.flac", "stems/01-the-first/02-bob.flac",
        "stems/02-second/01-bob.flac",
    ])  # fmt: skip
    assert delivery.report.passed, delivery.report.as_json()
    shares = [share for share, _ in seen]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    assert {doing for _, doing in seen} >= {"reading takes", "assembling", "writing", "measuring"}
    content = json.loads(delivery.report_json.read_text())
    assert content["passed"] and content["target"] == "acx" and content["ai_generated"]
    assert "Tea &amp; Cake" in delivery.report_page.read_text()
    with av.open(str(delivery.folder / "tea-cake.m4b")) as book:
        titles = [chapter["metadata"]["title"] for chapter in book.chapters()]
        assert titles == ["The =;#[first]", "Second"]
        assert book.metadata["artist"] == "A. Writer"
        assert "AI-generated" in book.metadata["comment"]


def test_the_table_captions_and_audio_agree_on_when_a_turn_is_heard(
    studio: Workspace, tmp_path: Path
) -> None:
    options = DeliveryOptions(formats=("wav",), table=True, room_tone_db=None)
    delivery = studio.deliveries.deliver(perform(studio), options, tmp_path)
    with (tmp_path / "turns.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["speaker"] for row in rows] == ["Ann", "Bob", "Ann", "Bob"]
    audio, rate = soundfile.read(tmp_path / "01-the-first.wav")
    edges = [0.0, *(float(row[name]) for row in rows[:3] for name in ("start", "end"))]
    spans = [audio[int(a * rate) + 45 : int(b * rate) - 45] for a, b in pairwise(edges)]
    for pause, turn in zip(spans[::2], spans[1::2], strict=True):
        assert pause.size and not pause.any()
        assert np.abs(turn).max() > 0.05
    assert float(rows[3]["book_start"]) > len(audio) / rate
    assert {file.kind for file in delivery.files} == {"wav", "csv"}


def test_captions_and_table_have_the_words_that_are_heard(
    studio: Workspace, tmp_path: Path
) -> None:
    project = studio.projects.create(SCRIPT, cast={"Ann": "Adam", "Bob": "Bea"})
    job_id = studio.jobs.start(PerformRequest(SCRIPT, project.cast, project=project.slug))
    assert studio.jobs.wait(job_id, 60).state == "done"
    [take] = studio.takes.history(project.slug, 1)
    studio.takes.lock(project.slug, 1, take.number)
    changed = SCRIPT.replace("One is here", "Nobody is here").replace("And more", "And less")
    studio.projects.save(project.slug, changed)
    options = DeliveryOptions(formats=("wav",), captions=("srt",), table=True)
    studio.deliveries.deliver_project(project.slug, options, tmp_path, stale=True)
    with (tmp_path / "turns.csv").open(newline="") as file:
        rows = [(row["text"], row["take"]) for row in csv.DictReader(file)]
    assert rows[:3] == [
        ("One is here, and it goes on for a while.", "locked, changed since"),
        ("Two is there. And more.", "changed since"),
        ("After the break.", "accepted"),
    ]
    captions = (tmp_path / "01-the-first.srt").read_text()
    assert "One is here" in captions and "And more." in captions
    assert "Nobody" not in captions and "less" not in captions


def test_stems_add_up_to_the_chapter(studio: Workspace, tmp_path: Path) -> None:
    options = DeliveryOptions(
        formats=("wav",), stems=True, room_tone_db=None, target="acx", gains_db={"Bob": -3.0}
    )
    studio.deliveries.deliver(perform(studio), options, tmp_path)
    mix, _ = soundfile.read(tmp_path / "01-the-first.wav")
    stems = [soundfile.read(path)[0] for path in (tmp_path / "stems/01-the-first").iterdir()]
    assert len(stems) == 2 and all(stem.size == mix.size for stem in stems)
    assert np.abs(sum(stems) - mix).max() <= 3 / 32768


def test_room_tone_is_under_everything_and_can_be_left_out(
    studio: Workspace, tmp_path: Path
) -> None:
    job_id = perform(studio)
    heads = {}
    for level in (-72.0, None):
        options = DeliveryOptions(formats=("wav",), target="acx", room_tone_db=level)
        delivery = studio.deliveries.deliver(job_id, options, tmp_path)
        audio, rate = soundfile.read(tmp_path / "01-the-first.wav")
        heads[level] = (audio[: rate // 2], delivery.report.passed)
    tone, passed = heads[-72.0]
    assert passed and 20 * np.log10(np.sqrt(np.mean(tone**2))) == pytest.approx(-72, abs=1.5)
    silence, passed = heads[None]
    assert not passed and not silence.any()


def test_pauses_and_edits_are_those_that_were_asked_for(studio: Workspace, tmp_path: Path) -> None:
    job_id = perform(studio)
    lengths = {}
    for name, options in {
        "usual": DeliveryOptions(formats=("wav",)),
        "longer": DeliveryOptions(formats=("wav",), pauses=Pauses(scene=2500)),
        "trimmed": DeliveryOptions(formats=("wav",), edits={0: ClipEdit(trim_end_ms=500)}),
    }.items():
        studio.deliveries.deliver(job_id, options, tmp_path / name)
        lengths[name] = soundfile.info(tmp_path / name / "01-the-first.wav").frames
    assert lengths["longer"] - lengths["usual"] == 44_100
    assert lengths["usual"] - lengths["trimmed"] == pytest.approx(22_050, abs=100)


def test_the_same_takes_give_the_same_bytes_with_and_without_the_cache(
    studio: Workspace, tmp_path: Path
) -> None:
    job_id, options = perform(studio), DeliveryOptions(formats=("mp3", "m4b"), target="podcast-16")
    for folder in ("a", "b"):
        studio.deliveries.deliver(job_id, options, tmp_path / folder)
        for path in (studio.settings.projects / "cache").rglob("*.flac"):
            path.unlink()
    for path in (tmp_path / "a").glob("*.m*"):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_report_of_a_file_that_misses_its_target_says_so(
    studio: Workspace, tmp_path: Path
) -> None:
    options = DeliveryOptions(formats=("mp3",), target="acx", pauses=Pauses(head=100))
    delivery = studio.deliveries.deliver(perform(studio), options, tmp_path)
    failed = {line.name for line in delivery.report.files[0].lines if line.verdict == Verdict.FAIL}
    assert failed == {"Head"} and not delivery.report.passed


def test_a_turn_that_is_missing_is_named_and_nothing_is_written(
    studio: Workspace, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.faults = {"And more": ["not finite"] * 3}
    job_id = studio.jobs.start(PerformRequest(SCRIPT, {"Ann": "Bea"}))
    assert studio.jobs.wait(job_id, 60).state == "failed"
    with pytest.raises(JobError, match=r"turn 2 \(chapter 1, Bob: 'Two is there"):
        studio.deliveries.deliver(job_id, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(JobError, match="no job"):
        studio.deliveries.deliver("nowhere")


def test_a_take_that_needs_attention_is_in_the_report(
    studio: Workspace, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.faults = {"ends well": ["short"] * 3}
    delivery = studio.deliveries.deliver(perform(studio), folder=tmp_path)
    assert [file.attention for file in delivery.report.files] == [(), (4,)]
    assert "1 turn (4): failed a check" in delivery.report_page.read_text()


@pytest.mark.parametrize("stop_at", [1, 6, 9])
def test_a_delivery_that_is_stopped_leaves_whole_files_and_the_old_book(
    studio: Workspace, tmp_path: Path, stop_at: int
) -> None:
    job_id, options = perform(studio), DeliveryOptions(formats=("mp3", "m4b"))
    (tmp_path / "tea-cake.m4b").write_bytes(b"the old book")
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > stop_at

    with pytest.raises(DeliveryStopped):
        studio.deliveries.deliver(job_id, options, tmp_path, cancelled=cancelled)
    assert (tmp_path / "tea-cake.m4b").read_bytes() == b"the old book"
    for path in tmp_path.glob("*.mp3"):
        assert soundfile.info(path).frames > 44_100
    assert not list(tmp_path.glob(".*"))


def test_a_disk_that_will_be_full_is_named_before_anything_is_written(
    studio: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = perform(studio)
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match="needs about"):
        studio.deliveries.deliver(job_id, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


KILLED = """
import sys
from itertools import pairwise
from pathlib import Path
from studio.core.label import Label
from studio.media.write import publish_audio
import numpy as np
noise = np.random.default_rng(1).uniform(-0.3, 0.3, 44_100).astype(np.float32)
print("ready", flush=True)
while True:
    with publish_audio(Path(sys.argv[1]), 44_100, Label("Book")) as writer:
        for _ in range(3):
            writer.write(noise)
"""


def test_a_killed_delivery_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "book.m4b"
    for kill in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONPATH": "."},
        )  # fmt: skip
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
        try:
            child.wait(0.25 + kill * 0.13)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        if path.exists():
            with av.open(str(path)) as book:
                samples = sum(frame.samples for frame in book.decode(audio=0))
            assert samples >= 3 * 44_100
    assert path.exists()
