"""Workspaces: one writer, starter voices, what a dead process left, jobs of an earlier time."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio import paths
from studio.errors import (
    AudioFileError,
    CastError,
    Damaged,
    ReadOnly,
    VoiceError,
    WorkspaceBusy,
    WorkspaceError,
)
from studio.media.read import to_flac
from studio.services import PerformRequest, Workspace, open_workspace, voices
from studio.services.samples import sample_scripts
from studio.services.scripts import read_script
from studio.settings import Settings
from studio.store.jobs import update_job
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine


def test_a_second_process_gets_a_clear_refusal_and_may_look(
    workspace: Workspace, settings: Settings
) -> None:
    with pytest.raises(WorkspaceBusy, match="Another Tableread is using"):
        open_workspace(settings)
    with open_workspace(settings, read_only=True) as looking:
        assert looking.read_only
        assert [voice.name for voice in looking.voices.list()] == ["Adam", "Bea"]
        with pytest.raises(ReadOnly):
            looking.jobs.start(PerformRequest("Ann: Hello."))


def test_a_workspace_can_be_opened_again_when_it_is_closed(
    workspace: Workspace, settings: Settings
) -> None:
    workspace.close()
    open_workspace(settings).close()


def test_a_refused_workspace_is_not_kept_locked(settings: Settings) -> None:
    settings.projects.mkdir(parents=True)
    (settings.projects / "studio.db").write_bytes(b"no database" * 100)
    for _ in range(2):
        with pytest.raises(Damaged):
            open_workspace(settings)


def test_a_folder_that_cannot_be_made_is_a_plain_error(settings: Settings) -> None:
    settings.projects.write_text("a file")
    with pytest.raises(WorkspaceError, match="cannot be used"):
        open_workspace(settings)


def test_an_earlier_process_that_died_leaves_an_interrupted_job_that_can_go_on(
    open_with: OpenWorkspace,
) -> None:
    first = open_with(FakeEngine())
    job_id = first.jobs.start(PerformRequest("Ann: Hello there.", {"Ann": "Bea"}))
    first.jobs.wait(job_id, 30)
    update_job(first._database, job_id, "running", 0)  # as if it had been killed now
    first.close()
    engine = FakeEngine()
    again = open_with(engine)
    progress = again.jobs.progress(job_id)
    assert progress.state == "interrupted" and "go on" in progress.message
    resumed = again.jobs.resume(job_id)
    assert again.jobs.wait(resumed, 30).state == "done" and engine.spoken == []


def test_jobs_of_an_earlier_time_can_be_heard_and_delivered(
    open_with: OpenWorkspace, tmp_path: Path
) -> None:
    first = open_with(FakeEngine())
    job_id = first.jobs.start(PerformRequest("Ann: Hello there.", {"Ann": "Bea"}))
    first.jobs.wait(job_id, 30)
    sound = first.jobs.turn_audio(job_id, 0)[1]
    first.close()
    again = open_with(FakeEngine())
    assert np.array_equal(again.jobs.turn_audio(job_id, 0)[1], sound)
    assert again.exports.deliver(job_id, path=tmp_path / "a.wav").turns == 1


def starter_file(
    folder: Path, name: str, transcript: str = "I am a starter.", **extra: str
) -> None:
    folder.mkdir(exist_ok=True)
    reference = {"transcript": transcript, "codes": [[1] * 30, [2] * 30], **extra}
    content = {"name": name, "language": "en", "gender": "F", "references": [reference]}
    (folder / f"{name.lower()}.json").write_text(json.dumps(content))


def test_starter_voices_are_there_on_first_start_and_follow_their_files(
    open_with: OpenWorkspace, settings: Settings
) -> None:
    starter_file(settings.voices, "Ida")
    (settings.voices / "cleo.flac").write_bytes(to_flac(np.full(8000, 0.1, np.float32), 8000))
    starter_file(settings.voices, "Cleo", audio="cleo.flac")
    workspace = open_with(FakeEngine())
    assert [(v.name, v.gender, v.origin) for v in workspace.voices.list()] == [
        ("Cleo", "female", "starter"), ("Ida", "female", "starter"),
    ]  # fmt: skip
    starter_file(settings.voices, "Ida", "New words.")
    workspace.close()
    workspace = open_with(FakeEngine())
    engine = FakeEngine()
    assert workspace.voices.reference("Ida", engine)[0] == "New words."  # type: ignore[arg-type]
    assert workspace.voices.listen("Cleo")[0] == 8000
    with pytest.raises(VoiceError, match="starter voices, which stay"):
        workspace.voices.remove("ida")


def test_a_starter_voice_is_performed_with_its_own_codes(
    open_with: OpenWorkspace, settings: Settings
) -> None:
    starter_file(settings.voices, "Ida")
    engine = FakeEngine()
    _, codes = open_with(engine).voices.reference("Ida", engine)  # type: ignore[arg-type]
    assert codes.tolist() == [[1] * 30, [2] * 30] and codes.dtype == np.uint16


def test_a_users_voice_of_the_same_name_stays_itself(
    open_with: OpenWorkspace, settings: Settings
) -> None:
    open_with(FakeEngine()).close()
    starter_file(settings.voices, "Adam")
    engine = FakeEngine()
    workspace = open_with(engine)
    transcript, codes = workspace.voices.reference("Adam", engine)  # type: ignore[arg-type]
    assert transcript == "Adam speaks." and codes.shape[1] > 30
    assert workspace.voices.list()[0].origin == "user"


def test_a_starter_voice_without_a_recording_serves_another_checkpoint(
    open_with: OpenWorkspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter_file(settings.voices, "Ida")
    asked: list[str] = []

    def load(given: Settings) -> FakeEngine:
        asked.append(given.checkpoint)
        return FakeEngine()

    monkeypatch.setattr(voices, "load_engine", load)
    workspace = open_with(FakeEngine(), checkpoint="elsewhere")
    engine = FakeEngine()
    _, first = workspace.voices.reference("Ida", engine)  # type: ignore[arg-type]
    _, second = workspace.voices.reference("Ida", engine)  # type: ignore[arg-type]
    assert first.tolist() != [[1] * 30, [2] * 30] and np.array_equal(first, second)
    assert asked == ["starter"]


def test_a_damaged_starter_voice_is_named(settings: Settings) -> None:
    settings.voices.mkdir(parents=True)
    (settings.voices / "ida.json").write_text('{"name": "Ida", "references": []}')
    with pytest.raises(VoiceError, match=r"ida\.json is no starter voice"):
        open_workspace(settings)


def test_codes_are_made_once_and_kept(workspace: Workspace, engine: FakeEngine) -> None:
    first = workspace.voices.reference("Adam", engine)  # type: ignore[arg-type]
    engine.encode = None  # type: ignore[assignment, method-assign]
    second = workspace.voices.reference("Adam", engine)  # type: ignore[arg-type]
    assert first[0] == second[0] == "Adam speaks." and np.array_equal(first[1], second[1])


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [(0.5, 0.3, "0.5 s long"), (130, 0.3, "130 s long"), (3, 0.001, "is silent")],
)
def test_recordings_that_cannot_serve_are_refused(
    workspace: Workspace, tmp_path: Path, seconds: float, level: float, words: str
) -> None:
    path = tmp_path / "new.wav"
    soundfile.write(path, level * np.sin(np.arange(int(seconds * 4000)) / 9), 4000)
    with pytest.raises(AudioFileError, match=words):
        workspace.voices.add("New", path, "Words.")
    assert len(workspace.voices.list()) == 2


def test_names_and_transcripts_are_checked(workspace: Workspace, recording: Path) -> None:
    with pytest.raises(VoiceError, match="called adam already"):
        workspace.voices.add(" adam ", recording, "Words.")
    with pytest.raises(VoiceError, match="transcript"):
        workspace.voices.add("New", recording, " ")
    with pytest.raises(VoiceError, match="needs a name"):
        workspace.voices.add("", recording, "Words.")
    (recording.parent / "no.wav").write_text("no audio")
    with pytest.raises(AudioFileError, match="no audio"):
        workspace.voices.add("New", recording.parent / "no.wav", "Words.")


def test_a_users_voice_can_be_removed(workspace: Workspace) -> None:
    workspace.voices.remove("ADAM")
    assert [voice.name for voice in workspace.voices.list()] == ["Bea"]
    with pytest.raises(CastError, match="Unknown voice 'Adam'"):
        workspace.voices.remove("Adam")


def test_a_job_whose_voice_has_been_removed_says_so(workspace: Workspace) -> None:
    job_id = workspace.jobs.start(PerformRequest("Ann: Hello there.", {"Ann": "Bea"}))
    workspace.jobs.wait(job_id, 30)
    workspace.voices.remove("Bea", confirmed=True)
    with pytest.raises(CastError, match="Unknown voice 'Bea'"):
        workspace.jobs.resume(job_id)
    workspace.jobs._runner.live.clear()  # as after a new start
    with pytest.raises(VoiceError, match="no voice Bea any more"):
        workspace.exports.deliver(job_id)


def test_the_engine_is_loaded_when_it_is_asked_for(workspace: Workspace) -> None:
    assert workspace.engine_info() is None
    info = workspace.engine_info(load=True)
    assert info is not None and workspace.engine_info() == info


def test_the_samples_are_scripts() -> None:
    short, scene = sample_scripts()
    assert (short.slug, scene.slug) == ("first-sound", "earnest")
    view = read_script(scene.text)
    assert len(view.turns) >= 60 and len(view.speakers) >= 4
    assert {kind for turn in read_script(short.text).turns for kind, _ in turn.parts} == {
        "words", "direction", "pause",
    }  # fmt: skip


def test_the_samples_are_cast_with_different_starter_voices() -> None:
    voices = {json.loads(path.read_bytes())["name"] for path in paths.STARTER_VOICES.glob("*.json")}
    for sample in sample_scripts():
        view = read_script(sample.text)
        assert set(view.cast) == {speaker.name for speaker in view.speakers}
        assert len(set(view.cast.values())) == len(view.cast)
        assert set(view.cast.values()) <= voices


def test_a_script_as_it_is_shown() -> None:
    view = read_script("# A\n\nAnn: [softly] Hi \\[you\\]. [pause 0.5s]\n***\nYes, it is.")
    first, second = view.turns
    assert first.text == "[softly] Hi \\[you\\]. [pause 0.5s]"
    assert first.parts == (
        ("direction", "softly"), ("words", " Hi [you]. "), ("pause", "0.5 s"),
    )  # fmt: skip
    assert (second.speaker, second.scene, second.line) == ("Narrator", 2, 5)
    assert [(s.name, s.turns, s.words) for s in view.speakers] == [
        ("Ann", 1, 2),
        ("Narrator", 1, 3),
    ]
    assert [(c.number, c.title, c.turns) for c in view.chapters] == [(1, "A", 2)]
