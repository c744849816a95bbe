"""The download of one checkpoint: a thread of the server, so that a browser's tab may close.

Is: file after file, from where the last attempt stopped; every file is checked before it counts,
and the folder gets its name when everything is there.
Is not: the network (`studio.store.hub`), or the question whether the license was accepted.

- Everything arrives in `<name>.partial`, a file as `<file>.part` until its checksum has been
  seen. A process that was killed loses nothing that had been written.
- A connection that breaks is tried again, a bounded number of times without progress.
- The commit and every checksum are written beside the files, in `installed.json`.
"""

import errno
import hashlib
import logging
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from studio.core.checkpoints import HubCheckpoint
from studio.core.download import DownloadProgress, DownloadState, Speedometer, describe
from studio.errors import DiskFull, DownloadFailed, StudioError
from studio.store.hub import ConnectionBroke, HubFile, HubRepository
from studio.store.model_record import write_json

log = logging.getLogger(__name__)
T = TypeVar("T")

INSTALLED = "installed.json"
ATTEMPTS = 6
"""Tries in a row that bring nothing before a download gives up."""
LONGEST_WAIT_SECONDS = 30.0
SPARE_BYTES = 500_000_000
"""Left on the disk for everything else."""
READ_BYTES = 2**22
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
STOP_SECONDS = 30.0


class Stopped(Exception):
    """The user, or the end of the process, has stopped it."""


class ModelDownload:
    """The download of a checkpoint. Thread-safe; goes on after a restart when it is started again.

    Args:
        folder: of all checkpoints.
        repository: where from.
        first_wait: seconds before the first new try; each further wait is twice as long.
    """

    def __init__(
        self,
        checkpoint: HubCheckpoint,
        folder: Path,
        repository: HubRepository,
        first_wait: float = 1.0,
    ) -> None:
        self._checkpoint = checkpoint
        self.folder = folder / checkpoint.name
        self.partial = folder / f"{checkpoint.name}.partial"
        self._repository = repository
        self._first_wait = first_wait
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._state: DownloadState = "none"
        self._message = ""
        self._file = ""
        self._bytes = 0
        self._total = checkpoint.download_bytes
        self._speed = Speedometer()

    @property
    def installed(self) -> bool:
        """Whether everything is there and was checked."""
        return (self.folder / INSTALLED).is_file()

    @property
    def missing_bytes(self) -> int:
        """About what is still to be downloaded."""
        return 0 if self.installed else max(0, self._total - self._there())

    def start(self) -> None:
        """Begin, or go on where it stopped; nothing happens where it runs or is done."""
        with self._lock:
            if self.installed or (self._thread is not None and self._thread.is_alive()):
                return
            self._stop.clear()
            self._speed = Speedometer()
            self._state, self._message = "running", ""
            self._thread = threading.Thread(target=self._run, name="download", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Stop it; what has arrived is kept for the next start."""
        self._stop.set()

    def discard(self) -> None:
        """Stop it and delete what has arrived."""
        self.close()
        shutil.rmtree(self.partial, ignore_errors=True)
        with self._lock:
            self._state, self._message = "none", ""

    def close(self) -> None:
        """Stop it and wait for its end."""
        self.cancel()
        self.wait(STOP_SECONDS)

    def wait(self, timeout: float | None = None) -> DownloadProgress:
        """Wait until it has ended, or for some seconds."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self.progress()

    def progress(self) -> DownloadProgress:
        """How far it is."""
        with self._lock:
            state, message = self._state, self._message
            if state == "none":
                state = self._found()
            n_bytes = self._bytes if state in ("running", "checking", "waiting") else self._there()
            speed = self._speed.bytes_per_second(time.monotonic()) if state == "running" else 0.0
            left = max(0, self._total - n_bytes)
            return DownloadProgress(
                state, message or describe(state, self._checkpoint.title), n_bytes, self._total,
                speed, left / speed if speed > 0 else None, self._file,
            )  # fmt: skip

    def _found(self) -> DownloadState:
        if self.installed:
            return "done"
        return "interrupted" if self._there() else "none"

    def _there(self) -> int:
        """Bytes on the disk."""
        folder = self.folder if self.installed else self.partial
        return sum(path.stat().st_size for path in folder.glob("*")) if folder.is_dir() else 0

    def _run(self) -> None:
        """The thread: one of the places that may catch everything."""
        state: DownloadState = "failed"
        message = ""
        try:
            self._download()
            state = "done"
        except Stopped:
            state = "cancelled"
        except StudioError as error:
            message = str(error)
        except OSError as error:
            message = str(_disk_problem(self.partial, error))
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("download failed unforeseen (%s)", number)
            message = f"Something went wrong inside Tableread; the log has it as {number}."
        with self._lock:
            self._state, self._message, self._file = state, message, ""

    def _download(self) -> None:
        files = wanted(self._checkpoint, self._trying(self._repository.files))
        self.partial.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._total = sum(file.n_bytes for file in files)
        self._refuse_full_disk()
        for file in files:
            self._fetch(file)
        content = {
            "repository": self._checkpoint.repository,
            "commit": self._checkpoint.revision,
            "files": {file.name: file.sha256 or f"git {file.blob_id}" for file in files},
        }
        write_json(self.partial / INSTALLED, content)
        self.partial.replace(self.folder)

    def _refuse_full_disk(self) -> None:
        needed = self._total - self._there() + SPARE_BYTES
        free = shutil.disk_usage(self.partial).free
        if free < needed:
            raise DiskFull(
                f"The download still needs {needed / 1e9:.1f} GB and the disk that holds "
                f"{self.partial.parent} has {free / 1e9:.1f} GB left. Free some space and start it "
                "again; what has arrived is kept."
            )

    def _fetch(self, file: HubFile) -> None:
        """Have a file arrive whole, and check it."""
        path = self.partial / file.name
        if path.is_file() and path.stat().st_size == file.n_bytes:
            return self._at(file.name, "running")
        part = path.with_name(f"{file.name}.part")
        self._trying(lambda: self._read(file, part), lambda: _size(part))
        self._at(file.name, "checking")
        if checksum(part, file, self._check_stop) != (file.sha256 or file.blob_id):
            part.unlink()
            raise DownloadFailed(
                f"{file.name} arrived damaged: its checksum is another than the Hub's. Start the "
                "download again; the other files are kept."
            )
        part.replace(path)

    def _read(self, file: HubFile, part: Path) -> None:
        start = _size(part)
        if start > file.n_bytes:
            part.unlink()
            start = 0
        if start == file.n_bytes and part.exists():
            return
        part.touch()
        with (
            self._repository.read(file.name, start) as (begins, pieces),
            part.open("r+b", buffering=0) as target,
        ):
            target.seek(begins)
            target.truncate()
            for piece in pieces:
                target.write(piece)
                self._check_stop()
                self._at(file.name, "running")
            os.fsync(target.fileno())
        if _size(part) < file.n_bytes:
            raise ConnectionBroke(f"{file.name} ended too early")

    def _trying(self, act: Callable[[], T], got: Callable[[], int] = lambda: 0) -> T:
        """Do something that may fail for a while; as long as it gets on, it is tried again."""
        failures, before = 0, got()
        while True:
            self._check_stop()
            try:
                return act()
            except ConnectionBroke as error:
                failures = 0 if got() > before else failures + 1
                before = got()
                if failures >= ATTEMPTS:
                    raise DownloadFailed(
                        f"The Hub cannot be reached ({error}). Check the connection and start the "
                        "download again; what has arrived is kept."
                    ) from error
                self._at(self._file, "waiting")
                self._stop.wait(min(self._first_wait * 2**failures, LONGEST_WAIT_SECONDS))

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def _at(self, file: str, state: DownloadState) -> None:
        """Note what is happening, and how many bytes there are."""
        with self._lock:
            self._file, self._state = file, state
            self._bytes = self._there()
            self._speed.note(time.monotonic(), self._bytes)


def wanted(checkpoint: HubCheckpoint, offered: tuple[HubFile, ...]) -> list[HubFile]:
    """The files to fetch: what is needed, and the license, which goes with the weights.

    Raises:
        DownloadFailed: a file is missing, or is another than it should be.
    """
    known = {file.name: file for file in offered if Path(file.name).name == file.name}
    if missing := [name for name in checkpoint.needed if name not in known]:
        raise DownloadFailed(
            f"{checkpoint.repository} has no {', '.join(missing)} on the Hub. "
            "Look for a newer Tableread."
        )
    for name, sha256 in checkpoint.pinned.items():
        if known[name].sha256 != sha256:
            raise DownloadFailed(
                f"The Hub has another {name} than the one that Tableread was made for. Nothing "
                "was installed. Look for a newer Tableread."
            )
    licenses = [name for name in known if name.lower().startswith(("license", "notice"))]
    return [known[name] for name in (*licenses, *checkpoint.needed)]


def checksum(path: Path, file: HubFile, check_stop: Callable[[], None]) -> str:
    """The checksum of what has arrived, of the kind that the Hub has of the file."""
    digest = hashlib.sha256() if file.sha256 else hashlib.sha1(usedforsecurity=False)
    if not file.sha256:  # a blob as git names it
        digest.update(b"blob %d\0" % path.stat().st_size)
    with path.open("rb") as content:
        while block := content.read(READ_BYTES):
            digest.update(block)
            check_stop()
    return digest.hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _disk_problem(folder: Path, error: OSError) -> StudioError:
    if error.errno in NO_SPACE:
        return DiskFull(
            f"The disk that holds {folder.parent} is full. Free some space and start the download "
            "again; what has arrived is kept."
        )
    return DownloadFailed(
        f"The download cannot be written to {folder.parent}: {error.strerror}. Let Tableread write "
        "there, and start it again."
    )
