"""Backups of the workspace database: whole copies in `backups/`, made by SQLite itself.

Is: `VACUUM INTO`, which copies a consistent state and leaves out everything deleted.
Is not: a copy of the live file, which could tear.

- A backup appears under its name only when complete. The names count up; no clock decides.
"""

import os
import re
import sqlite3
from contextlib import suppress
from pathlib import Path

from studio.errors import DiskFull

KEPT = 7
_NAME = re.compile(r"studio-(\d{4,})-v\d+\.db")


def back_up(connection: sqlite3.Connection, folder: Path, version: int) -> Path:
    """Write a backup and let go of all but the newest seven.

    Args:
        connection: outside of a transaction.
        folder: made where it is missing.
        version: of the schema; part of the name.

    Raises:
        DiskFull: it cannot be written; older backups stay as they are.
    """
    part = folder / "unfinished.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(part),))
        _sync(part)
        last = max((number for number, _ in _numbered(folder)), default=0)
        path = folder / f"studio-{last + 1:04}-v{version}.db"
        part.rename(path)
        _sync(folder)
    except (sqlite3.OperationalError, OSError) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise DiskFull(
            f"The backup in {folder} cannot be written ({error}), so nothing was changed. "
            "Free some space there and start again."
        ) from error
    for old in backups(folder)[KEPT:]:
        old.unlink()
    return path


def backups(folder: Path) -> list[Path]:
    """All backups, newest first."""
    return [path for _, path in sorted(_numbered(folder), reverse=True)]


def _numbered(folder: Path) -> list[tuple[int, Path]]:
    found = ((_NAME.fullmatch(path.name), path) for path in folder.glob("studio-*.db"))
    return [(int(match[1]), path) for match, path in found if match]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
