"""Voices: consent before the first use, and removal that leaves nothing behind."""

import hashlib
import threading
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from studio.errors import (
    CastError,
    ConsentMissing,
    RecognizerMissing,
    VoiceError,
    VoiceInUse,
)
from studio.media.read import to_flac
from studio.services import PerformRequest, Workspace, open_workspace
from studio.services import voices as module
from studio.settings import Settings
from studio.store import voices as store
from studio.store.backup import back_up, backups
from studio.store.database import SCHEMA_VERSION
from tests.services.conftest import CONSENT
from tests.support.fake_engine import FakeEngine

SCRIPT = "Ann: Hello there.\n\nBob: And hello to you."
CAST = {"Ann": "Adam", "Bob": "Bea"}


def perform(workspace: Workspace, text: str = SCRIPT, cast: dict[str, str] = CAST) -> str:
    job_id = workspace.jobs.start(PerformRequest(text, cast))
    assert workspace.jobs.wait(job_id, 30).state == "done"
    return job_id


def test_a_voice_without_consent_is_refused_until_it_is_given(
    workspace: Workspace, recording: Path
) -> None:
    workspace.voices.add("Cleo", recording, "Words.")
    request = PerformRequest("Ann: Hello.", {"Ann": "Cleo"})
    with pytest.raises(ConsentMissing, match="Cleo may not be performed with yet"):
        workspace.jobs.start(request)
    assert workspace.jobs.list() == ()
    assert workspace.voices.listen("Cleo")[1].size  # to hear the recording needs no clone
    given = workspace.voices.give_consent("cleo", " Cleo  Jones ", "signed release")
    assert given.consent is not None and given.may_perform
    assert (given.consent.who, given.consent.basis) == ("Cleo Jones", "signed release")
    assert given.consent.recorded.startswith("20")
    assert workspace.jobs.wait(workspace.jobs.start(request), 30).state == "done"


def test_the_codes_of_a_voice_without_consent_are_not_made(
    workspace: Workspace, recording: Path, engine: FakeEngine
) -> None:
    workspace.voices.add("Cleo", recording, "Words.")
    with pytest.raises(ConsentMissing):
        workspace.voices.reference("Cleo", engine)  # type: ignore[arg-type]


def test_a_default_cast_passes_over_voices_without_consent(
    workspace: Workspace, recording: Path
) -> None:
    workspace.voices.add("Cleo", recording, "Words.")
    cast = workspace.default_cast("A: One.\n\nB: Two.\n\nC: Three.")
    assert set(cast.values()) == {"Adam", "Bea"}
    assert workspace.default_cast("A: One.", {"A": "Cleo"}) == {"A": "Cleo"}


@pytest.mark.parametrize("consent", [("", "mine"), ("Ann", " "), ("", "")])
def test_a_statement_names_a_person_and_a_basis(
    workspace: Workspace, recording: Path, consent: tuple[str, str]
) -> None:
    with pytest.raises(ConsentMissing, match="who agreed"):
        workspace.voices.add("Cleo", recording, "Words.", consent=consent)
    assert len(workspace.voices.list()) == 2


def test_what_is_written_about_a_voice_can_be_changed(workspace: Workspace) -> None:
    voice = workspace.voices.describe("adam", tags=[" warm", "slow", "warm"], notes="Read in May.")
    assert (voice.tags, voice.notes, voice.gender) == (("warm", "slow"), "Read in May.", "male")
    assert workspace.voices.describe("Adam", description="deep").tags == ("warm", "slow")
    with pytest.raises(CastError, match="Unknown voice"):
        workspace.voices.describe("Nobody", notes="x")


def test_one_name_from_two_threads_is_one_voice(workspace: Workspace, recording: Path) -> None:
    failures: list[Exception] = []

    def add(name: str) -> None:
        try:
            workspace.voices.add(name, recording, "Words.", consent=CONSENT)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(name,)) for name in ("Cleo", "Cleo", "CLEO")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in failures] == [VoiceError, VoiceError]
    assert len(workspace.voices.list()) == 3


def test_a_taken_name_is_a_plain_error_in_the_store_too(workspace: Workspace) -> None:
    with pytest.raises(VoiceError, match="called Adam already"):
        store.add_voice(workspace._database, workspace.voices.get("Adam"), "Words.")


def test_a_voice_in_use_is_not_removed_before_that_was_said(workspace: Workspace) -> None:
    export = workspace.exports.deliver(perform(workspace), "wav")
    uses = workspace.voices.uses("adam")
    assert (uses.takes, uses.jobs, uses.exports) == (1, 1, (export.path,))
    with pytest.raises(VoiceInUse, match=r"in use: 1 take, 1 delivered file\. All of it"):
        workspace.voices.remove("Adam")
    assert workspace.voices.get("Adam") and export.path.exists()


def test_a_removed_voice_takes_its_takes_and_files_and_no_others(
    workspace: Workspace, tmp_path: Path
) -> None:
    job_id = perform(workspace)
    inside = workspace.exports.deliver(job_id, "wav").path
    outside = workspace.exports.deliver(job_id, path=tmp_path / "mine.wav").path
    removal = workspace.voices.remove("Adam", confirmed=True)
    assert removal.outside == (outside,) and outside.exists() and not inside.exists()
    assert removal.uses.takes == 1
    assert workspace.voices.uses("Bea").takes == 1
    assert workspace.exports.list() == ()


def test_nothing_of_a_removed_voice_is_left_in_the_workspace(
    settings: Settings, tmp_path: Path, engine: FakeEngine, recording: Path
) -> None:
    noise = np.random.default_rng(8).normal(0, 0.2, 24_000).astype(np.float32)
    spoken = tmp_path / "spoken.flac"
    spoken.write_bytes(to_flac(noise, 8000))
    with open_workspace(settings, engine_loader=lambda _: engine) as workspace:  # type: ignore[arg-type, return-value]
        workspace.voices.add("Bea", recording, "Bea speaks.", consent=CONSENT)
        workspace.voices.add("Secret", spoken, "Quite unmistakable words.", consent=CONSENT)
        workspace.exports.deliver(perform(workspace, cast={"Ann": "Secret", "Bob": "Bea"}), "wav")
        database = workspace._database
        with database.raw() as connection:
            back_up(connection, settings.projects / "backups", SCHEMA_VERSION)
        traces = traces_of(workspace, "Secret")
        assert found(settings.projects, traces), "the search must find what is there"
        workspace.voices.remove("Secret", confirmed=True)
        assert found(settings.projects, traces) == []
        assert [path.name for path in backups(settings.projects / "backups")] == [
            f"studio-0002-v{SCHEMA_VERSION}.db"
        ]
        assert workspace.voices.uses("Bea").takes == 1
    assert found(settings.projects, traces) == []


def traces_of(workspace: Workspace, name: str) -> list[bytes]:
    """Pieces and digests of everything that was made of a voice; pages cut blobs into pieces."""
    with workspace._database.read() as session:
        run = session.connection().exec_driver_sql
        blobs = [
            *run("SELECT audio FROM reference r JOIN voice v ON v.id = voice_id WHERE name = ?",
                 (name,)).scalars(),
            *run("SELECT c.codes FROM reference_codes c JOIN reference r ON r.id = reference_id "
                 "JOIN voice v ON v.id = voice_id WHERE name = ?", (name,)).scalars(),
            *run("SELECT codes FROM take WHERE voice = ?", (name,)).scalars(),
        ]  # fmt: skip
    assert len(blobs) == 3
    pieces = [blob[at : at + 24] for blob in blobs for at in range(0, len(blob) - 24, 500)]
    digests = [hashlib.sha256(blob).hexdigest().encode() for blob in blobs]
    return [*pieces, *digests, b"Quite unmistakable words."]


def found(folder: Path, traces: list[bytes]) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(trace in path.read_bytes() for trace in traces)
    ]


def test_what_is_said_is_written_down_where_something_listens(
    workspace: Workspace, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise RecognizerMissing("No speech recognition is installed.")

    class Ear:
        def transcribe(self, audio: np.ndarray, rate: int, language: str) -> str:
            return f"{audio.size / rate:.0f} seconds of {language}"

    monkeypatch.setattr(module, "find_recognizer", missing)
    assert not workspace.voices.can_recognize
    with pytest.raises(RecognizerMissing):
        workspace.voices.recognize(recording)
    monkeypatch.setattr(module, "find_recognizer", Ear)
    assert workspace.voices.can_recognize
    assert workspace.voices.recognize(recording) == "2 seconds of en"


def test_a_renamed_voice_keeps_what_it_has_performed(workspace: Workspace) -> None:
    script = f"---\ncast:\n  Bob: bea\n---\n\n{SCRIPT}"
    project = workspace.projects.create(script, cast={"Ann": "Adam"}).slug
    workspace.projects.cast(project, {"Bob": ""})  # the script alone says who speaks Bob
    job_id = workspace.jobs.start(PerformRequest(script, CAST, project=project))
    assert workspace.jobs.wait(job_id, 30).state == "done"
    workspace.voices.rename("adam", " Adam  Smith ")
    assert workspace.voices.rename("Bea", "bea").name == "bea"
    assert workspace.voices.rename("bea", "Cleo").name == "Cleo"
    assert {line.voice for line in workspace.casting.view(project)} == {"Adam Smith", "Cleo"}
    assert workspace.voices.uses("Cleo").takes == 1
    assert workspace.voices.uses("Adam Smith").jobs == 1
    chapters = workspace.completeness.chapters(project)
    assert not any(chapter.open_turns for chapter in chapters)


@pytest.mark.parametrize(("new", "said"), [("BEA", "called BEA already"), (" ", "1 to 60")])
def test_a_voice_is_not_renamed_to_what_no_voice_can_be_called(
    workspace: Workspace, new: str, said: str
) -> None:
    with pytest.raises(VoiceError, match=said):
        workspace.voices.rename("Adam", new)
    assert workspace.voices.get("Adam")
    with pytest.raises(CastError, match="Unknown voice"):
        workspace.voices.rename("Nobody", "Somebody")


def test_a_voice_is_not_renamed_while_it_is_performed(
    workspace: Workspace, engine: FakeEngine
) -> None:
    job_id = perform(workspace)
    with workspace._database.write() as session:
        session.execute(text("UPDATE job SET state = 'running'"))
    with pytest.raises(VoiceError, match="is being performed"):
        workspace.voices.rename("Adam", "Cleo")
    assert workspace.voices.get("Adam").name == "Adam"
    assert workspace.jobs.get(job_id).cast["Ann"] == "Adam"
