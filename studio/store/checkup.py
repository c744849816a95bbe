"""Every row, all codes and every recording of a workspace, looked at one by one.

Is: what is wrong, and the mending of what can be mended from the data itself or from a backup.
Is not: a check of a database that SQLite cannot read (`salvage`).
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from studio.store.backup import backups
from studio.store.salvage import remove_dangling


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
    for (line,) in connection.execute("PRAGMA integrity_check(20)").fetchall():
        if line != "ok":
            yield Problem("the database", line)
    yield from _dangling(connection, repair)
    for blob in BLOBS:
        yield from _blobs(connection, blob, folder, repair)
    for table, column, empty in JSON:
        yield from _json(connection, table, column, empty, repair)
    yield from _voices(connection, repair)
    yield from _scripts(connection)


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
        fits = not books or (content and books > 0 and len(content) % (2 * books) == 0)
        if not fits or hashlib.sha256(content).hexdigest() != digest:
            mended = _mend(connection, blob, rowid, digest, folder) if repair else ""
            yield Problem(name, "its bytes are not what they were", mended)


def _mend(
    connection: sqlite3.Connection, blob: _Blob, rowid: int, digest: str, folder: Path
) -> str:
    """Put back the bytes from a backup, or remove what can be made again."""
    key = connection.execute(f"SELECT {blob.key} FROM {blob.table} WHERE rowid = ?", (rowid,))
    values = key.fetchone()
    for backup in backups(folder):
        content = _from_backup(backup, blob, values)
        if content is not None and hashlib.sha256(content).hexdigest() == digest:
            connection.execute(
                f"UPDATE {blob.table} SET {blob.column} = ? WHERE rowid = ?", (content, rowid)
            )
            return f"restored from {backup.name}"
    if blob.remedy:
        connection.execute(f"DELETE FROM {blob.table} WHERE rowid = ?", (rowid,))
    return blob.remedy


def _from_backup(backup: Path, blob: _Blob, values: tuple[object, ...]) -> bytes | None:
    where = " AND ".join(f"{column.strip()} = ?" for column in blob.key.split(","))
    query = f"SELECT {blob.column} FROM {blob.table} WHERE {where}"
    address = f"{backup.absolute().as_uri()}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as old:
        row = old.execute(query, values).fetchone()
        return row[0] if row else None
    return None


def _json(
    connection: sqlite3.Connection, table: str, column: str, empty: str, repair: bool
) -> Iterator[Problem]:
    for rowid, text in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
        try:
            fits = type(json.loads(text)) is type(json.loads(empty))
        except ValueError:
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
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            yield Problem(f"script {title}", "its text is not what it was")
