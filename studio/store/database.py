"""The connection to the workspace database.

Is: SQLite set up so that what is committed survives, and one transaction at a time.
Is not: a pool. One connection serves all threads behind a lock: SQLite before 3.51.3 can damage a
WAL that two connections write and checkpoint at once, and a transaction takes a few milliseconds.

- WAL, synchronous=FULL, foreign keys, `BEGIN IMMEDIATE`: a write never fails half-way for a lock.
- An older database is backed up and then migrated in one transaction (`studio.store.migrations`).
- A full disk is `DiskFull`; the transaction is rolled back and the database stays as it was.
"""

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from studio import paths
from studio.core.model import Codes
from studio.errors import Damaged, DiskFull, ReadOnly, WorkspaceBusy, WorkspaceError
from studio.store.backup import back_up

SCHEMA_VERSION = 8
"""Goes into SQLite's `user_version`; the newest step in `studio.store.migrations`."""

PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "trusted_schema=OFF")
UNREADABLE = (DatabaseError, sqlite3.DatabaseError, UnicodeDecodeError)
"""What a damaged file raises; the last where a name in SQLite's own message is damaged."""

WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)

_DISK_ERRORS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


class Database:
    """An open workspace database. Thread-safe: transactions follow each other."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open a database; a new or old one is brought up to date first.

        Raises:
            WorkspaceError: it cannot be opened, is damaged, or was made by a newer version.
            DiskFull: the disk refuses what opening has to write.
        """
        self.path = path
        self.read_only = read_only
        self.writes = 0
        """Transactions that have been committed here: while it stays, so does what was read."""
        self._written: Counter[str] = Counter()
        self._touched: set[str] = set()
        self._lock = threading.RLock()
        self._engine = create_engine("sqlite://", creator=self._connect, poolclass=StaticPool)
        event.listen(self._engine, "begin", self._begin)
        event.listen(self._engine, "before_cursor_execute", self._note)
        try:
            with disk_errors(path):
                self._check()
        except UNREADABLE as error:
            self.close()
            raise Damaged(
                f"The workspace database {path} cannot be read "
                f"({getattr(error, 'orig', error)}). Mend it with: python app.py check --repair"
            ) from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only looks."""
        with disk_errors(self.path), self._lock, Session(self._engine) as session:
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
        with (
            disk_errors(self.path),
            self._lock,
            Session(self._engine, expire_on_commit=False) as session,
        ):
            self._touched.clear()
            yield session
            session.commit()
            self.writes += 1
            self._written.update(self._touched)

    def moment(self, *tables: str) -> object:
        """Equal as long as nothing was written to any of these tables here.

        Where the workspace is open for reading only, another process may write: never equal.
        """
        return object() if self.read_only else tuple(self._written[table] for table in tables)

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """The driver's connection outside of any transaction, for what SQLite allows only there."""
        with self._lock:
            connection = self._engine.raw_connection()
            try:
                driver = connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                yield driver
            finally:
                connection.close()

    def scrub(self) -> None:
        """Rewrite the file, so that nothing deleted is left in free pages or in the log.

        Raises:
            DiskFull: there is no room for the copy; the rows are deleted all the same.
            WorkspaceBusy: another process reads, so that the log cannot be emptied yet.
        """
        with self.raw() as connection:
            try:
                connection.execute("VACUUM")
                [busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                raise DiskFull(
                    f"The database cannot be rewritten ({error}). What was removed may still lie "
                    "in its free pages; free some space, then run: python app.py check --repair"
                ) from error
        if busy:
            raise WorkspaceBusy(
                "Another Tableread reads this workspace, so what was removed may still lie in the "
                "database's log. Close it, then run: python app.py check --repair"
            )

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
        try:
            for pragma in PRAGMAS if self.read_only else ("journal_mode=WAL", *PRAGMAS):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if self.read_only else "BEGIN IMMEDIATE")

    def _note(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if found := WRITES.match(statement):
            self._touched.add(found[1])

    def _check(self) -> None:
        with self.raw() as connection:
            [answer] = connection.execute("PRAGMA quick_check(1)").fetchone()
            [version] = connection.execute("PRAGMA user_version").fetchone()
        if answer != "ok":
            raise Damaged(
                f"The workspace database {self.path} is damaged ({answer}). "
                "Mend it with: python app.py check --repair"
            )
        if version > SCHEMA_VERSION:
            raise WorkspaceError(
                f"The workspace {self.path.parent} was made by a newer Tableread "
                f"(version {version}, this one knows {SCHEMA_VERSION}). Update this one."
            )
        if version < SCHEMA_VERSION:
            self._migrate(version)

    def _migrate(self, version: int) -> None:
        """Back up what is there, then take the missing steps in one transaction."""
        if self.read_only:
            raise ReadOnly(
                f"The workspace {self.path.parent} is of an older version. Close the other "
                "Tableread and open it once for writing, which brings it up to date."
            )
        from studio.store.migrations.steps import migrate  # Alembic costs a quarter of a second

        with self.raw() as connection:
            if version:
                back_up(connection, paths.backups_folder(self.path.parent), version)
            # A rebuilt table is dropped first, which must not delete what points to it.
            connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with disk_errors(self.path), self._engine.begin() as transaction:
                migrate(transaction, version)
        finally:
            with self.raw() as connection:
                connection.execute("PRAGMA foreign_keys=ON")


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Say a full or failing disk as what it is; other errors pass."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        said = error.orig if isinstance(error, DatabaseError) else error
        # The low byte is the kind of error, what is above it the detail.
        if getattr(said, "sqlite_errorcode", 0) & 0xFF in _DISK_ERRORS:
            raise DiskFull(
                f"The disk that holds {path.parent} is full or fails ({said}). Free "
                "some space and start again; everything finished so far is kept."
            ) from error
        raise


def now() -> str:
    """The time, for display only."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def codes_to_blob(codes: Codes) -> bytes:
    """Codes [n_codebooks, n_frames] as bytes."""
    return codes.astype("<u2").tobytes()


def codes_from_blob(blob: bytes, n_codebooks: int) -> Codes:
    """The codes that `codes_to_blob` made into bytes."""
    return np.frombuffer(blob, dtype="<u2").astype(np.uint16).reshape(n_codebooks, -1)
