"""`check`: what is wrong is found, named and mended where it can be; the rest is left alone."""

import random
import sqlite3
from pathlib import Path

import pytest

from studio.errors import StudioError, WorkspaceBusy, WorkspaceError
from studio.services import PerformRequest, check_workspace, open_workspace
from studio.settings import Settings
from studio.store.backup import back_up
from studio.store.checkup import THE_DATABASE
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = "Ann: Hello there.\n\nBob: Good day to you."


@pytest.fixture
def closed(open_with: OpenWorkspace, settings: Settings) -> sqlite3.Connection:
    """The database of a closed workspace with a performed project and one backup."""
    workspace = open_with(FakeEngine())
    project = workspace.projects.create(SCRIPT, title="Tea", cast={"Ann": "Adam", "Bob": "Bea"})
    request = PerformRequest(SCRIPT, project.cast, project="tea")
    assert workspace.jobs.wait(workspace.jobs.start(request), 30).state == "done"
    workspace.close()
    connection = sqlite3.connect(settings.projects / "studio.db", isolation_level=None)
    yield connection
    connection.close()


def test_a_healthy_workspace_has_no_problems(closed: object, settings: Settings) -> None:
    for repair in (False, True):
        report = check_workspace(settings, repair=repair)
        assert report.healthy and report.problems == ()
    assert not (settings.projects / "backups").exists()


def test_a_flipped_byte_is_found_and_restored_from_a_backup(
    closed: sqlite3.Connection, settings: Settings
) -> None:
    back_up(closed, settings.projects / "backups", 3)
    before = closed.execute("SELECT codes FROM take").fetchall()
    closed.execute("UPDATE take SET codes = zeroblob(length(codes)) WHERE id = 1")
    report = check_workspace(settings)
    assert [problem.what for problem in report.problems] == ["its bytes are not what they were"]
    assert report.problems[0].where.startswith("take 1 of ") and not report.healthy
    report = check_workspace(settings, repair=True)
    assert report.problems[0].mended == "restored from studio-0001-v3.db" and report.healthy
    assert closed.execute("SELECT codes FROM take").fetchall() == before
    assert check_workspace(settings).problems == ()


def test_what_can_be_made_again_is_removed(closed: sqlite3.Connection, settings: Settings) -> None:
    closed.execute("UPDATE take SET codes = x'01' WHERE id = 1")
    closed.execute("UPDATE reference_codes SET codes = x'0102' WHERE rowid = 1")
    report = check_workspace(settings, repair=True)
    assert [problem.mended.partition(";")[0] for problem in report.problems] == ["removed"] * 2
    engine = FakeEngine()
    with open_workspace(settings, engine_loader=lambda _: engine) as workspace:  # type: ignore[arg-type, return-value]
        project = workspace.projects.open("tea")
        job = workspace.jobs.start(PerformRequest(SCRIPT, project.cast, project="tea"))
        assert workspace.jobs.wait(job, 30).state == "done" and len(engine.spoken) == 1


def test_what_cannot_be_mended_is_named_and_left(
    closed: sqlite3.Connection, settings: Settings
) -> None:
    closed.execute("UPDATE reference SET audio = x'01' WHERE id = 1")
    closed.execute("UPDATE script SET text = 'Ann: Something else.'")
    closed.execute("UPDATE cast_entry SET voice = 'Zoe' WHERE speaker = 'Ann'")
    report = check_workspace(settings, repair=True)
    assert not report.healthy and not any(problem.mended for problem in report.problems)
    assert [problem.where for problem in report.problems] == [
        "recording of reference 1", "cast of Tea", "script Tea",
    ]  # fmt: skip


def test_dangling_rows_bare_voices_and_bad_json(
    closed: sqlite3.Connection, settings: Settings
) -> None:
    closed.execute("DELETE FROM take WHERE id = 1")
    closed.execute("DELETE FROM reference WHERE voice_id = 2")
    closed.execute("UPDATE voice SET tags_json = '{}' WHERE id = 1")
    closed.execute("UPDATE project SET settings_json = 'not json'")
    report = check_workspace(settings, repair=True)
    left = [problem.where for problem in report.problems if not problem.mended]
    assert left == ["cast of Tea"] and len(report.problems) >= 4  # Bea is gone, and that is said
    assert [problem.where for problem in check_workspace(settings).problems] == left


def test_the_check_only_looks_while_the_workspace_is_in_use(
    closed: object, settings: Settings
) -> None:
    with open_workspace(settings):
        assert check_workspace(settings).healthy
        with pytest.raises(WorkspaceBusy):
            check_workspace(settings, repair=True)
    with pytest.raises(WorkspaceError, match="no workspace"):
        check_workspace(settings.model_copy(update={"projects": settings.projects / "none"}))


def test_a_damaged_database_is_rebuilt_with_what_a_backup_has(
    closed: sqlite3.Connection, settings: Settings
) -> None:
    back_up(closed, settings.projects / "backups", 3)
    closed.close()
    path = settings.projects / "studio.db"
    content = bytearray(path.read_bytes())
    for start in range(4096 * 3, len(content), 4096 * 4):
        content[start : start + 100] = b"\xff" * 100
    path.write_bytes(bytes(content))
    assert "is damaged" in check_workspace(settings).problems[0].what
    report = check_workspace(settings, repair=True)
    assert report.healthy and report.problems[0].mended.startswith("rebuilt: ")
    assert (settings.projects / "studio-damaged-1.db").exists()
    with open_workspace(settings) as workspace:
        assert [voice.name for voice in workspace.voices.list()] == ["Adam", "Bea"]
        assert workspace.projects.list()[0].takes == 2


def damage(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(content))


def flip_and_mend(settings: Settings, good: bytes, seed: int) -> None:
    """Whatever bit is flipped: fine, or a typed refusal, or mended; never anything else."""
    path = settings.projects / "studio.db"
    path.write_bytes(good)
    damage(path, random.Random(seed))
    try:
        check_workspace(settings)
        check_workspace(settings, repair=True)
    except StudioError:
        return
    assert not [p for p in check_workspace(settings).problems if p.where == THE_DATABASE]


@pytest.mark.parametrize(
    "seeds", [range(12), pytest.param(range(12, 1000), marks=pytest.mark.slow)]
)
def test_any_flipped_bit_is_survived(
    closed: sqlite3.Connection, settings: Settings, seeds: range
) -> None:
    closed.close()
    good = (settings.projects / "studio.db").read_bytes()
    for seed in seeds:
        flip_and_mend(settings, good, seed)
        for ending in ("-wal", "-shm"):
            (settings.projects / f"studio.db{ending}").unlink(missing_ok=True)
