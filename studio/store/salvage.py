"""A database that SQLite finds damaged, rebuilt from what of it can still be read.

Is: row by row into a new database, then what is missing from the newest backup.
Is not: run by itself; `check --repair` does it, and the damaged file is kept beside the new one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from studio.errors import Damaged
from studio.store.backup import backups
from studio.store.database import UNREADABLE, Database
from studio.store.project_tables import ProjectRow

TABLES = tuple(ProjectRow.metadata.tables)
Row = tuple[object, ...]


def salvage(path: Path, backup_folder: Path) -> list[str]:
    """Rebuild a damaged database in its place; says what was found where.

    Raises:
        Damaged: nothing can be read, neither of it nor of a backup.
    """
    new = path.with_name("mended.db")
    new.unlink(missing_ok=True)
    Database(new).close()
    found = []
    with closing(sqlite3.connect(new, isolation_level=None)) as target:
        for source in [path, *backups(backup_folder)[:1]]:
            count = _copy_all(source, target)
            found.append(f"{count} rows from {source.name}")
            if source == path and count == 0 and len(backups(backup_folder)) == 0:
                raise Damaged(
                    f"Nothing of {path} can be read, and there is no backup. Move it away to "
                    "start with an empty workspace."
                )
        remove_dangling(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = _aside(path)
    new.rename(path)
    return [*found, f"the damaged file is kept as {kept.name}"]


def remove_dangling(connection: sqlite3.Connection) -> int:
    """Remove rows that point to rows that are gone, and then those that pointed to them."""
    removed = 0
    while broken := connection.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, *_ in broken:
            connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))
        removed += len(broken)
    return removed


def _copy_all(source: Path, target: sqlite3.Connection) -> int:
    count = 0
    # Opening may fail already; what cannot be read is what this is for.
    with suppress(*UNREADABLE), closing(sqlite3.connect(source)) as damaged:
        for table in TABLES:
            with suppress(*UNREADABLE):
                count += _copy(table, damaged, target)
    return count


def _copy(table: str, source: sqlite3.Connection, target: sqlite3.Connection) -> int:
    known = [row[1] for row in source.execute(f'PRAGMA table_info("{table}")')]
    columns = [row[1] for row in target.execute(f'PRAGMA table_info("{table}")') if row[1] in known]
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    count = 0
    for row in _readable(source, f'SELECT rowid, {names} FROM "{table}"'):
        statement = f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})'
        with suppress(sqlite3.IntegrityError):
            count += target.execute(statement, row[1:]).rowcount
    return count


def _readable(source: sqlite3.Connection, query: str) -> Iterator[Row]:
    """Rows from both ends of a table up to the damage, which lies somewhere between."""
    seen: set[object] = set()
    for order in ("ASC", "DESC"):
        with suppress(*UNREADABLE, OverflowError):
            for row in source.execute(f"{query} ORDER BY rowid {order}"):
                if row[0] in seen:
                    return
                seen.add(row[0])
                yield row


def _aside(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"studio-damaged-{number}.db")).exists():
        number += 1
    path.rename(kept)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return kept
