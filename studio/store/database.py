"""The connection to the workspace database.

Is: SQLite set up so that what is committed survives, and one transaction at a time.
Is not: a pool. One connection serves all threads behind a lock: SQLite before 3.51.3 can damage a
WAL that two connections write and checkpoint at once, and a transaction takes a few milliseconds.

- WAL, synchronous=FULL, foreign keys, `BEGIN IMMEDIATE`: a write never fails half-way for a lock.
- A full disk is `DiskFull`; the transaction is rolled back and the database stays as it was.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from studio.core.model import Codes
from studio.errors import Damaged, DiskFull, ReadOnly, WorkspaceError
from studio.store.tables import SCHEMA_VERSION, Base

PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "trusted_schema=OFF")
_DISK_ERRORS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


class Database:
    """An open workspace database. Thread-safe: transactions follow each other."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open a database, and make its tables where there are none.

        Raises:
            WorkspaceError: it cannot be opened, is damaged, or was made by a newer version.
        """
        self.path = path
        self.read_only = read_only
        self._lock = threading.RLock()
        self._engine = create_engine("sqlite://", creator=self._connect, poolclass=StaticPool)
        event.listen(self._engine, "begin", self._begin)
        try:
            self._check()
        except DatabaseError as error:
            self.close()
            raise Damaged(
                f"The workspace database {path} cannot be read ({error.orig}). "
                "Restore it from a copy, or move it away to start with an empty one."
            ) from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only looks."""
        with self._lock, Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction; committed and on the disk when the block is left.

        Raises:
            ReadOnly: the workspace was opened for reading only.
            DiskFull: the disk took no more; nothing of the block is kept.
        """
        if self.read_only:
            raise ReadOnly(
                "This workspace is open for reading only, because another Tableread uses it. "
                "Close that one first."
            )
        try:
            with self._lock, Session(self._engine, expire_on_commit=False) as session:
                yield session
                session.commit()
        except DatabaseError as error:
            # The low byte is the kind of error, what is above it the detail.
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _DISK_ERRORS:
                raise DiskFull(
                    f"The disk that holds {self.path.parent} is full or fails ({error.orig}). Free "
                    "some space and start again; everything finished so far is kept."
                ) from error
            raise

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.read_only else "rwc"
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,  # transactions are begun by _begin, not by the driver
            check_same_thread=False,
        )
        if not self.read_only:
            connection.execute("PRAGMA journal_mode=WAL")
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if self.read_only else "BEGIN IMMEDIATE")

    def _check(self) -> None:
        with self._engine.begin() as connection:
            answer = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
            if answer != "ok":
                raise Damaged(
                    f"The workspace database {self.path} is damaged ({answer}). "
                    "Restore it from a copy, or move it away to start with an empty one."
                )
            if version > SCHEMA_VERSION:
                raise WorkspaceError(
                    f"The workspace {self.path.parent} was made by a newer Tableread "
                    f"(version {version}, this one knows {SCHEMA_VERSION}). Update this one."
                )
            if not self.read_only and version < SCHEMA_VERSION:
                Base.metadata.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def now() -> str:
    """The time, for display only."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def codes_to_blob(codes: Codes) -> bytes:
    """Codes [n_codebooks, n_frames] as bytes."""
    return codes.astype("<u2").tobytes()


def codes_from_blob(blob: bytes, n_codebooks: int) -> Codes:
    """The codes that `codes_to_blob` made into bytes."""
    return np.frombuffer(blob, dtype="<u2").astype(np.uint16).reshape(n_codebooks, -1)
