"""D7: a migration killed at any statement leaves the old version, which opens and is brought up.

Is: every version that was ever released, every statement on the way to the newest.
"""

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from studio.store.backup import backups
from studio.store.database import SCHEMA_VERSION, Database
from tests.faults.nursery import Nursery
from tests.store.test_migrations import ROWS, VERSION_1, content, version

OLD = range(1, SCHEMA_VERSION)


@pytest.fixture(scope="module")
def old_databases(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A filled database of every version but the newest."""
    found = {}
    for number in OLD:
        path = tmp_path_factory.mktemp(f"version-{number}") / "studio.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(VERSION_1)
            for table, row in ROWS:
                connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        nursery.run("migrate", path, f"{number:04}")
        assert version(path) == number
        found[number] = path
    return found


def statements_to(newest: Path, nursery: Nursery) -> int:
    """How many statements, and commits, there are on the way from a copy of a database."""
    notes = newest.with_name("notes")
    nursery.run("open_and_die", newest, notes, -1)
    return len(notes.read_text().splitlines())


@pytest.mark.timeout(900)
@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("number", OLD)
def test_a_migration_killed_at_any_statement(
    old_databases: dict[int, Path], nursery: Nursery, tmp_path: Path, number: int, step: int
) -> None:
    old = old_databases[number]
    before = content(old)
    counted = Path(shutil.copy(old, tmp_path / "counted.db"))
    statements = statements_to(counted, nursery)
    assert statements > 3
    for after in range(0, statements, step):
        path = Path(shutil.copytree(old.parent, tmp_path / str(after))) / "studio.db"
        child = nursery.start("open_and_die", path, path.with_name("notes"), after)
        assert child.wait() == -signal.SIGKILL
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert version(path) == number and content(path) == before
        [backup] = backups(path.parent / "backups")
        assert version(backup) == number and content(backup) == before
        Database(path).close()
        assert version(path) == SCHEMA_VERSION and content(path) == before
