"""Every row, all codes and every recording of a workspace, looked at one by one.

Is: what is wrong, and the mending of what can be mended from the data itself or from a backup.
Is not: a check of a database that SQLite cannot read (`salvage`).

- Each look stands by itself: where SQLite cannot go on, that is a problem of the database, and the
  next look begins.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from studio.store.backup import backups
from studio.store.database import UNREADABLE
from studio.store.salvage import remove_dangling

THE_DATABASE = "the database"
"""Where a problem is that only a new database (`salvage`) can mend."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong.

    Args:
        where: which row or file, in words.
        what: what is wrong with it.
        mended: what was done about it; empty: nothing, or nothing can be done.
    """

    where: str
    what: str
    mended: str = ""


@dataclass(frozen=True, slots=True)
class _Blob:
    """A column of bytes with its digest, and what may be done when they do not agree."""

    table: str
    column: str
    digest: str
    name: str
    key: str
    remedy: str


BLOBS = (
    _Blob(
        "take", "codes", "sha256", "'take ' || id || ' of ' || key", "key, attempt",
        "removed; it is performed again when it is needed",
    ),
    _Blob(
        "reference_codes", "codes", "sha256", "'codes of reference ' || reference_id",
        "reference_id, codec", "removed; they are made again from the recording",
    ),
    _Blob(
        "reference", "audio", "audio_sha256", "'recording of reference ' || id",
        "id, transcript", "",
    ),
)  # fmt: skip
JSON = (
    ("voice", "tags_json", "[]"),
    ("project", "settings_json", "{}"),
    ("job", "cast_json", "{}"),
)


def check_up(connection: sqlite3.Connection, folder: Path, *, repair: bool) -> Iterator[Problem]:
    """Look at everything.

    Args:
        connection: outside of a transaction; foreign keys on.
        folder: of the backups, from which damaged bytes are restored.
        repair: mend what can be mended.
    """
    looks: list[Callable[[], Iterator[Problem]]] = [
        partial(_pages, connection),
        partial(_dangling, connection, repair),
        *(partial(_blobs, connection, blob, folder, repair) for blob in BLOBS),
        *(partial(_json, connection, *where, repair) for where in JSON),
        partial(_voices, connection, repair),
        partial(_scripts, connection),
    ]
    for look in looks:
        try:
            yield from look()
        except UNREADABLE as error:
            yield Problem(THE_DATABASE, f"cannot be read to the end ({error})")


def _pages(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (line,) in connection.execute("PRAGMA integrity_check(20)").fetchall():
        if line != "ok":
            yield Problem(THE_DATABASE, line)


def _dangling(connection: sqlite3.Connection, repair: bool) -> Iterator[Problem]:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    for table, rowid, parent, _ in broken:
        mended = "removed" if repair else ""
        yield Problem(f"row {rowid} of {table}", f"belongs to a {parent} that is gone", mended)
    if broken and repair:
        remove_dangling(connection)


def _blobs(
    connection: sqlite3.Connection, blob: _Blob, folder: Path, repair: bool
) -> Iterator[Problem]:
    rows = connection.execute(
        f"SELECT rowid, {blob.name}, {blob.digest} FROM {blob.table} "
        f"WHERE {blob.column} IS NOT NULL"
    ).fetchall()
    shape = "n_codebooks" if blob.column == "codes" else "0"
    for rowid, name, digest in rows:
        content, books = connection.execute(
            f"SELECT {blob.column}, {shape} FROM {blob.table} WHERE rowid = ?", (rowid,)
        ).fetchone()
        if not _as_it_was(content, books, digest):
            mended = _mend(connection, blob, rowid, digest, folder) if repair else ""
            yield Problem(name, "its bytes are not what they were", mended)


def _as_it_was(content: object, books: object, digest: object) -> bool:
    """Whether bytes are those of their digest; a damaged row may hold values of any type."""
    if not isinstance(content, bytes) or not isinstance(books, int) or books < 0:
        return False
    whole = not books or (content and len(content) % (2 * books) == 0)
    return bool(whole) and hashlib.sha256(content).hexdigest() == digest


def _mend(
    connection: sqlite3.Connection, blob: _Blob, rowid: int, digest: str, folder: Path
) -> str:
    """Put back the bytes from a backup, or remove what can be made again."""
    key = connection.execute(f"SELECT {blob.key} FROM {blob.table} WHERE rowid = ?", (rowid,))
    values = key.fetchone()
    for backup in backups(folder):
        content = _from_backup(backup, blob, values)
        if _as_it_was(content, 0, digest):
            connection.execute(
                f"UPDATE {blob.table} SET {blob.column} = ? WHERE rowid = ?", (content, rowid)
            )
            return f"restored from {backup.name}"
    if blob.remedy:
        connection.execute(f"DELETE FROM {blob.table} WHERE rowid = ?", (rowid,))
    return blob.remedy


def _from_backup(backup: Path, blob: _Blob, values: tuple[object, ...]) -> object:
    where = " AND ".join(f"{column.strip()} = ?" for column in blob.key.split(","))
    query = f"SELECT {blob.column} FROM {blob.table} WHERE {where}"
    address = f"{backup.absolute().as_uri()}?mode=ro"
    with suppress(*UNREADABLE), closing(sqlite3.connect(address, uri=True)) as old:
        row = old.execute(query, values).fetchone()
        return row[0] if row else None
    return None


def _json(
    connection: sqlite3.Connection, table: str, column: str, empty: str, repair: bool
) -> Iterator[Problem]:
    for rowid, text in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
        try:
            fits = type(json.loads(text)) is type(json.loads(empty))
        except (ValueError, TypeError):  # no JSON, or no text at all
            fits = False
        if not fits:
            if repair:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (empty, rowid)
                )
            yield Problem(f"{column} of {table} {rowid}", "cannot be read", "emptied" * repair)


def _voices(connection: sqlite3.Connection, repair: bool) -> Iterator[Problem]:
    bare = connection.execute(
        "SELECT id, name FROM voice WHERE id NOT IN (SELECT voice_id FROM reference)"
    ).fetchall()
    for number, name in bare:
        if repair:
            connection.execute("DELETE FROM voice WHERE id = ?", (number,))
        yield Problem(f"voice {name}", "has no reference", "removed" * repair)
    mute = connection.execute(
        "SELECT name FROM voice v JOIN reference r ON r.voice_id = v.id WHERE audio IS NULL AND "
        "origin = 'user' AND r.id NOT IN (SELECT reference_id FROM reference_codes)"
    ).fetchall()
    for (name,) in mute:
        yield Problem(f"voice {name}", "has neither a recording nor codes; add it anew")
    gone = connection.execute(
        "SELECT DISTINCT speaker, voice, title FROM cast_entry c JOIN project p ON p.id = "
        "c.project_id WHERE trashed IS NULL AND voice NOT IN (SELECT name FROM voice)"
    ).fetchall()
    for speaker, voice, title in gone:
        yield Problem(f"cast of {title}", f"{speaker} has the voice {voice}, which is not here")


def _scripts(connection: sqlite3.Connection) -> Iterator[Problem]:
    for digest, title, text in connection.execute("SELECT sha256, title, text FROM script"):
        if not isinstance(text, str) or hashlib.sha256(text.encode()).hexdigest() != digest:
            yield Problem(f"script {title}", "its text is not what it was")
