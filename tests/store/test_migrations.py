"""Databases of every released version open, with everything that was in them."""

import hashlib
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from studio.errors import Damaged, DiskFull, ReadOnly
from studio.store import jobs, takes, voices
from studio.store.backup import KEPT, back_up, backups
from studio.store.database import SCHEMA_VERSION, Database, codes_to_blob
from studio.store.project_tables import ProjectRow

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VERSION_1 = (HERE / "version_1.sql").read_text(encoding="utf-8")
CODES = np.arange(40, dtype=np.uint16).reshape(4, 10) * 1000
BLOB = codes_to_blob(CODES)
V1_TABLES = ("voice", "reference", "reference_codes", "script", "job", "take", "export")
JOB = "a" * 32
ROWS = [
    ("voice", (1, "Adam", "deep", "en", "male", "user")),
    ("voice", (2, "Old", "", "en", "", "starter")),
    ("reference", (1, 1, "Words.", b"fLaC", 4.5)),
    ("reference", (2, 2, "Starter words.", None, None)),
    ("reference_codes", (1, "codec-1", 4, BLOB)),
    ("script", ("f" * 64, "Tea", "Lane: Yes.")),
    ("job", (1, JOB, "f" * 64, '{"Lane": "Adam"}', 3, None, "starter", "done", 1, 1, "", "2026")),
    ("take", (1, "k", 0, 7, "rejected", "too short", 5.0, 4, BLOB, "2026")),
    ("take", (2, "k", 1, 8, "accepted", "", 0.0, 4, BLOB, "2026")),
    ("export", (1, JOB, "x.mp3", "mp3", 44_100, 1.5, 1, "2026")),
]


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    """A database as the first released code made and filled it."""
    path = tmp_path / "studio.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(VERSION_1)
    for table, row in ROWS:
        connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    connection.close()
    return path


def content(path: Path, tables: tuple[str, ...] = V1_TABLES) -> dict[str, list[tuple[object, ...]]]:
    """What was in the columns of version 1, by table."""
    connection = sqlite3.connect(path)
    try:
        old = sqlite3.connect(":memory:")
        old.executescript(VERSION_1)
        columns = {
            table: ", ".join(f'"{row[1]}"' for row in old.execute(f"PRAGMA table_info({table})"))
            for table in tables
        }
        old.close()
        return {
            table: connection.execute(f"SELECT {columns[table]} FROM {table}").fetchall()
            for table in tables
        }
    finally:
        connection.close()


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def schema(path: Path) -> set[str]:
    """Every statement that made something, white space evened out."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    finally:
        connection.close()
    return {re.sub(r"\s+", "", sql) for (sql,) in rows}


def test_a_database_of_version_1_keeps_every_row(version_1: Path) -> None:
    before = content(version_1)
    database = Database(version_1)
    try:
        assert content(version_1) == before
        assert [voice.name for voice in voices.all_voices(database)] == ["Adam", "Old"]
        used = takes.used_take(database, "k")
        assert used is not None and np.array_equal(used.codes, CODES)
        job = jobs.get_job(database, JOB)
        assert job is not None and (job.title, job.state) == ("Tea", "done")
        assert [export.seconds for export in jobs.latest_exports(database, 5)] == [1.5]
    finally:
        database.close()
    assert version(version_1) == SCHEMA_VERSION


def test_a_migration_puts_digests_beside_blobs(version_1: Path) -> None:
    Database(version_1).close()
    connection = sqlite3.connect(version_1)
    codes = hashlib.sha256(BLOB).hexdigest()
    assert connection.execute("SELECT DISTINCT sha256 FROM take").fetchall() == [(codes,)]
    assert connection.execute("SELECT sha256 FROM reference_codes").fetchall() == [(codes,)]
    audio = connection.execute("SELECT audio_sha256 FROM reference ORDER BY id").fetchall()
    assert audio == [(hashlib.sha256(b"fLaC").hexdigest(),), (None,)]
    connection.close()


def test_there_is_a_backup_from_before(version_1: Path) -> None:
    before, folder = content(version_1), version_1.parent / "backups"
    Database(version_1).close()
    [backup] = backups(folder)
    assert backup.name == "studio-0001-v1.db"
    assert version(backup) == 1 and content(backup) == before
    Database(version_1).close()
    assert backups(folder) == [backup]


def test_a_new_database_has_no_backup_and_the_same_tables(version_1: Path, tmp_path: Path) -> None:
    new = tmp_path / "new" / "studio.db"
    new.parent.mkdir()
    Database(new).close()
    Database(version_1).close()
    assert schema(new) == schema(version_1)
    assert not (new.parent / "backups").exists()


def structure(connection: sqlite3.Connection) -> dict[str, object]:
    """Columns, indexes and foreign keys of every table, however their statements are written."""
    found: dict[str, object] = {}
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
    )
    for (table,) in tables.fetchall():
        indexes = [
            (unique, partial, connection.execute(f"PRAGMA index_info('{name}')").fetchall())
            for _, name, unique, _, partial in connection.execute(f"PRAGMA index_list({table})")
        ]
        found[table] = (
            connection.execute(f"PRAGMA table_info({table})").fetchall(),
            sorted(indexes),
            sorted(row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({table})")),
        )
    return found


def test_the_tables_in_the_code_are_the_tables_of_the_last_step(
    version_1: Path, tmp_path: Path
) -> None:
    Database(version_1).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'code.db'}", poolclass=NullPool)
    ProjectRow.metadata.create_all(engine)
    with (
        closing(sqlite3.connect(version_1)) as migrated,
        closing(sqlite3.connect(tmp_path / "code.db")) as from_code,
    ):
        assert structure(migrated) == structure(from_code)


def test_the_seven_newest_backups_are_kept(version_1: Path) -> None:
    connection = sqlite3.connect(version_1, isolation_level=None)
    folder = version_1.parent / "copies"
    for _ in range(KEPT + 3):
        back_up(connection, folder, 1)
    connection.close()
    names = [path.name for path in backups(folder)]
    assert names == [f"studio-{number:04}-v1.db" for number in range(10, 3, -1)]
    assert len(list(folder.iterdir())) == KEPT


def test_a_backup_that_cannot_be_written_changes_nothing(version_1: Path) -> None:
    before = content(version_1)
    (version_1.parent / "backups").write_text("a file where the folder should be")
    with pytest.raises(DiskFull, match="nothing was changed"):
        Database(version_1)
    assert version(version_1) == 1 and content(version_1) == before


def test_rows_that_point_nowhere_stop_a_migration(version_1: Path) -> None:
    connection = sqlite3.connect(version_1, isolation_level=None)
    connection.execute("INSERT INTO export SELECT 2, 'gone', path, format, 1, 1, 1, '' FROM export")
    connection.close()
    with pytest.raises(Damaged, match="in the table export"):
        Database(version_1)
    assert version(version_1) == 1


def test_reading_does_not_migrate(version_1: Path) -> None:
    with pytest.raises(ReadOnly, match="older version"):
        Database(version_1, read_only=True)
    assert version(version_1) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from alembic.operations import Operations
from studio.store.database import Database

left, execute = int(sys.argv[2]), Operations.execute
def killed(self, *args, **kwargs):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, *args, **kwargs)
Operations.execute = killed
Database(Path(sys.argv[1])).close()
"""


def open_and_kill(path: Path, after: int) -> int:
    """The exit status of a process that is killed before a migration's nth statement."""
    arguments = [sys.executable, "-c", KILLED, str(path), str(after)]
    return subprocess.run(arguments, cwd=ROOT, timeout=60).returncode


def killed_and_opened(path: Path, after: int) -> None:
    before = content(path)
    assert open_and_kill(path, after) == -signal.SIGKILL
    assert version(path) == 1 and content(path) == before
    assert schema(path) == {re.sub(r"\s+|;$", "", part) for part in made(VERSION_1)}
    Database(path).close()
    assert version(path) == SCHEMA_VERSION and content(path) == before


def made(sql: str) -> list[str]:
    found = re.findall(r"^CREATE .*?;$", sql, re.DOTALL | re.MULTILINE)
    return [statement.removesuffix(";") for statement in found]


def test_a_killed_migration_leaves_the_old_version(version_1: Path) -> None:
    killed_and_opened(version_1, 12)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 5, 10, 11, 14, 15, 16, 17])
def test_a_migration_may_be_killed_at_any_statement(version_1: Path, after: int) -> None:
    killed_and_opened(version_1, after)
