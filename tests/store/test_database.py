"""The workspace database: its settings, its refusals, and what survives."""

import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from studio.core.model import Job, Take, Voice
from studio.errors import Damaged, DiskFull, ReadOnly, WorkspaceError
from studio.store import jobs, takes, turn_takes, voices
from studio.store.database import SCHEMA_VERSION, Database, codes_from_blob, codes_to_blob

CODES = np.arange(30, dtype=np.uint16).reshape(3, 10) * 2000


@pytest.fixture
def database(tmp_path: Path):
    opened = Database(tmp_path / "studio.db")
    yield opened
    opened.close()


def take(key: str = "k", attempt: int = 0, **fields: object) -> Take:
    return Take(key, attempt, 7, CODES, **fields)  # type: ignore[arg-type]


def job(job_id: str = "a" * 32, script: str = "Lane: Yes.") -> Job:
    return Job(job_id, "Tea", script, {"Lane": "Adam"}, 3, None, "starter", "2026-01-01T00:00:00")


def pragma(database: Database, name: str) -> object:
    with database.read() as session:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()


def test_it_is_set_up_to_survive(database: Database) -> None:
    found = {
        name: pragma(database, name)
        for name in ("journal_mode", "synchronous", "foreign_keys", "user_version")
    }
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1,
        "user_version": SCHEMA_VERSION,
    }  # fmt: skip


def test_codes_survive_being_a_blob() -> None:
    assert np.array_equal(codes_from_blob(codes_to_blob(CODES), 3), CODES)
    assert codes_to_blob(CODES)[2:4] == (2000).to_bytes(2, "little")


def test_a_take_comes_back_as_it_was_after_reopening(tmp_path: Path) -> None:
    first = Database(tmp_path / "studio.db")
    takes.add_take(first, take())
    first.close()
    again = Database(tmp_path / "studio.db")
    found = takes.used_take(again, "k")
    again.close()
    assert found is not None and np.array_equal(found.codes, CODES)
    assert (found.attempt, found.seed, found.verdict) == (0, 7, "accepted")


def test_rejected_takes_are_kept_but_not_used(database: Database) -> None:
    takes.add_take(database, take(verdict="rejected", reason="too short", severity=5.0))
    takes.add_take(database, take(attempt=1, verdict="rejected", reason="silent", severity=9.0))
    assert takes.used_take(database, "k") is None
    assert takes.performed_keys(database, ["k"]) == set()
    first, second = takes.takes_of(database, "k")
    assert (first.reason, second.reason) == ("too short", "silent")
    turn_takes.commit_takes(database, None, [], first)
    used = takes.used_take(database, "k")
    assert used is not None and (used.verdict, used.reason) == ("attention", "too short")


def test_the_same_take_twice_is_one_take(database: Database) -> None:
    takes.add_take(database, take())
    takes.add_take(database, take())
    assert len(takes.takes_of(database, "k")) == 1


def test_performed_keys_of_a_long_script(database: Database) -> None:
    for number in range(0, 1200, 100):
        takes.add_take(database, take(key=str(number)))
    found = takes.performed_keys(database, map(str, range(1200)))
    assert found == {str(number) for number in range(0, 1200, 100)}


def test_voices_with_references_and_codes_per_codec(database: Database) -> None:
    voices.add_voice(database, Voice("Old", origin="starter"), "Starter words.")
    voices.add_voice(database, Voice("Adam", "deep", "en", "male", "user", 4.5), "Words.", b"flac")
    assert [voice.name for voice in voices.all_voices(database)] == ["Adam", "Old"]
    assert voices.all_voices(database)[0] == Voice("Adam", "deep", "en", "male", "user", 4.5)
    reference = voices.reference_of(database, "Adam")
    assert (reference.transcript, reference.audio) == ("Words.", b"flac")
    number = reference.reference_id
    assert voices.reference_codes(database, number, "codec-1") is None
    voices.put_reference_codes(database, number, "codec-1", CODES)
    found = voices.reference_codes(database, number, "codec-1")
    assert found is not None and np.array_equal(found, CODES)
    assert voices.reference_codes(database, number, "codec-2") is None


def test_removing_a_voice_removes_its_recording_and_its_codes(database: Database) -> None:
    voices.add_voice(database, Voice("Adam"), "Words.", b"flac")
    number = voices.reference_of(database, "Adam").reference_id
    voices.put_reference_codes(database, number, "codec-1", CODES)
    voices.remove_voice(database, "Adam")
    for table in ("voice", "reference", "reference_codes"):
        with database.read() as session:
            rows = session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
        assert rows == 0
    with pytest.raises(KeyError):
        voices.reference_of(database, "Adam")


def test_jobs_and_what_a_dead_process_leaves(database: Database) -> None:
    jobs.add_job(database, job())
    jobs.add_job(database, job("b" * 32))
    jobs.update_job(database, "b" * 32, "done", 1)
    jobs.mark_interrupted(database)
    newest, oldest = jobs.latest_jobs(database, 10)
    assert (newest.state, newest.turns_done, oldest.state) == ("done", 1, "interrupted")
    assert dict(oldest.cast) == {"Lane": "Adam"} and oldest.script == "Lane: Yes."
    assert jobs.get_job(database, "c" * 32) is None


def test_exports_are_remembered(database: Database, tmp_path: Path) -> None:
    jobs.add_job(database, job())
    jobs.add_export(database, jobs.Export("a" * 32, tmp_path / "x.mp3", "mp3", 44_100, 1.5, 1))
    [export] = jobs.latest_exports(database, 10)
    assert (export.path, export.seconds) == (tmp_path / "x.mp3", 1.5)


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        session.connection().exec_driver_sql("INSERT INTO script VALUES ('a', 'b', 'c')")
        raise ZeroDivisionError
    with database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM script").scalar() == 0


def test_threads_take_turns(database: Database) -> None:
    def add(number: int) -> None:
        for attempt in range(20):
            takes.add_take(database, take(key=str(number), attempt=attempt))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(takes.takes_of(database, str(number))) for number in range(5)) == 100


def test_read_only_looks_and_does_not_touch(tmp_path: Path) -> None:
    writer = Database(tmp_path / "studio.db")
    takes.add_take(writer, take())
    reader = Database(tmp_path / "studio.db", read_only=True)
    assert takes.used_take(reader, "k") is not None
    with pytest.raises(ReadOnly, match="reading only"):
        takes.add_take(reader, take(key="other"))
    takes.add_take(writer, take(key="later"))
    assert takes.used_take(reader, "later") is not None
    reader.close()
    writer.close()


def test_a_file_that_is_no_database_is_refused_plainly(tmp_path: Path) -> None:
    (tmp_path / "studio.db").write_bytes(b"not a database at all " * 100)
    with pytest.raises(Damaged, match="cannot be read"):
        Database(tmp_path / "studio.db")


def test_a_damaged_page_is_found_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    opened = Database(path)
    for number in range(50):
        takes.add_take(opened, take(key=f"{number:064}"))
    opened.close()
    content = bytearray(path.read_bytes())
    for start in range(8192, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(bytes(content))
    with pytest.raises(Damaged):
        Database(path)


def test_a_newer_workspace_is_refused(tmp_path: Path) -> None:
    Database(tmp_path / "studio.db").close()
    connection = sqlite3.connect(tmp_path / "studio.db")
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(WorkspaceError, match="newer"):
        Database(tmp_path / "studio.db")


def test_a_full_disk_is_said_and_what_was_there_stays(database: Database) -> None:
    takes.add_take(database, take())
    pages = pragma(database, "page_count")
    pragma(database, f"max_page_count={pages}")
    with pytest.raises(DiskFull, match="full"):
        takes.add_take(database, Take("big", 0, 1, np.zeros((10, 20_000), np.uint16)))
    assert takes.used_take(database, "k") is not None
    assert takes.used_take(database, "big") is None
    pragma(database, "max_page_count=100000")
    takes.add_take(database, Take("big", 0, 1, np.zeros((10, 20_000), np.uint16)))
    assert takes.used_take(database, "big") is not None


def test_the_moment_of_a_table_passes_when_it_is_written_to(database: Database) -> None:
    before = database.moment("voice", "reference"), database.moment("job")
    voices.add_voice(database, Voice("Ann"), "I am Ann.")
    assert database.moment("voice", "reference") != before[0]
    assert database.moment("job") == before[1]
    with pytest.raises(RuntimeError), database.write() as session:  # taken back: nothing changed
        session.connection().exec_driver_sql("DELETE FROM job")
        raise RuntimeError
    assert database.moment("job") == before[1]


def test_what_another_may_write_to_is_always_old(database: Database) -> None:
    with_reader = Database(database.path, read_only=True)
    try:
        assert with_reader.moment("voice") != with_reader.moment("voice")
    finally:
        with_reader.close()
