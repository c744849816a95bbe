"""A file that appears under its name when it is complete, and not before.

Is: the one way in which anything is delivered: written beside its final place, flushed to the
disk, renamed.
Is not: aware of what is in the file.

- Whatever goes wrong before the end, the name keeps what it had, and nothing half-written stays
  behind. Only a killed process leaves its hidden `.part` file, which the next delivery to that
  name sweeps away.
- Whether a part file is somebody's work is told by the lock on it, which ends with its process; no
  clock decides.
"""

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from studio.errors import DeliveryError, DiskFull

try:
    import fcntl
except ImportError:  # Windows refuses by itself to delete a file that is open
    fcntl = None  # type: ignore[assignment]

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def publish_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears under its name when the block is left without an error.

    Raises:
        DiskFull: the disk took no more.
        DeliveryError: the file cannot be written for another reason.
    """
    prefix = f".{path.stem[:40]}."
    temporary = path.with_name(f"{prefix}{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent, prefix)
        with _open_part(temporary) as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise write_problem(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def publish_text(path: Path, text: str) -> None:
    """Write a small text file, UTF-8, all or nothing."""
    with publish_file(path) as raw:
        raw.write(text.encode("utf-8", "replace"))


def write_problem(path: Path, error: OSError) -> DiskFull | DeliveryError:
    """The studio's error for the operating system's."""
    if error.errno in _NO_SPACE:
        return DiskFull(
            f"The disk that holds {path.parent} is full, so {path.name} was not written. Free "
            "some space and deliver again; all takes are kept."
        )
    return DeliveryError(f"{path} cannot be written: {error.strerror or error}.")


def _open_part(path: Path) -> BinaryIO:
    """A new file that is locked as long as it is open."""
    while True:
        raw = path.open("xb+")
        with suppress(OSError):  # where the file system knows no locks, nothing is swept either
            _lock(raw, wait=True)
        if os.fstat(raw.fileno()).st_nlink:
            return raw
        raw.close()  # swept between its making and its lock


def _sweep(folder: Path, prefix: str) -> None:
    """Remove what killed processes left."""
    for part in folder.iterdir():
        if part.name.startswith(prefix) and part.suffix == ".part":
            with suppress(OSError), part.open("rb+") as raw:
                _lock(raw, wait=False)
                part.unlink()


def _lock(file: BinaryIO, *, wait: bool) -> None:
    """Lock a file until it is closed, by whatever end of its process.

    Raises:
        OSError: somebody else has it and nobody waits, or the file system knows no locks.
    """
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; not every system can, and none needs it for the file's content."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
