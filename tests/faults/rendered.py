"""What a process left in its workspace, looked at from outside.

Is: questions to a copy of the database, so that looking changes nothing, not even the log.
Is not: the studio's own way to read it.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile

from studio.settings import Settings

TAKES = "SELECT key, attempt, seed, verdict, reason, codes, sha256 FROM take ORDER BY id"
SELECTED = """SELECT turn_id, chunk, key, attempt FROM turn_take
    JOIN turn ON turn.id = turn_row JOIN take ON take.id = take_id WHERE selected"""
Take = tuple[str, int, int, str, str, bytes, str]


@dataclass(frozen=True)
class Rendered:
    """A workspace in a folder, the notes of the processes that worked in it, and their export."""

    settings: Settings

    @property
    def folder(self) -> Path:
        return self.settings.projects.parent

    @property
    def out(self) -> Path:
        return self.folder / "out" / "tea.wav"

    @property
    def arguments(self) -> tuple[str, str, str]:
        """Of `children.render`."""
        return self.settings.model_dump_json(), str(self.folder / "notes"), str(self.out)

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """A copy of the database as it lies on the disk, its log included."""
        with TemporaryDirectory() as folder:
            for ending in ("", "-wal"):
                path = self.settings.projects / f"studio.db{ending}"
                if path.exists():
                    shutil.copy(path, folder)
            with closing(sqlite3.connect(Path(folder) / "studio.db")) as connection:
                yield connection

    def takes(self) -> list[Take]:
        """Every take, oldest first; the database is whole and every digest is right."""
        with self.database() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            takes = connection.execute(TAKES).fetchall()
        assert all(hashlib.sha256(codes).hexdigest() == digest for *_, codes, digest in takes)
        return takes

    def kept(self) -> list[Take]:
        """Every take as it will stay: a rejected one may yet be the least bad, and be used."""
        return [
            (*take[:3], take[3].replace("attention", "rejected"), *take[4:])
            for take in self.takes()
        ]

    def selected(self) -> set[tuple[str, int, str, int]]:
        """Which take of which chunk of which turn is heard."""
        with self.database() as connection:
            return set(connection.execute(SELECTED).fetchall())

    def noted(self, word: str) -> list[str]:
        """What was acknowledged, or asked for, under a word."""
        path = self.folder / "notes"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.partition(" ")[2] for line in lines if line.split(" ")[0] == word]

    def no_partial_file(self, whole: "Rendered") -> None:
        """No file has its final name before it is complete."""
        if self.out.exists():
            assert self.out.read_bytes() == whole.out.read_bytes()
            assert self.noted("delivered") or len(self.takes()) == len(whole.takes())
        for path in self.settings.projects.rglob("*.flac"):
            assert soundfile.info(path).frames > 0, path
