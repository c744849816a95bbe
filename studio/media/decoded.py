"""Decoded takes, kept so that a chapter is not decoded again for every delivery.

Is: a cache: any file of it may be deleted at any time, and a damaged one counts as missing.
Is not: where takes live; those are codes in the database.

- Files are FLAC with 16 bits. What is delivered always went through them, so that it is the same
  whether or not it was there.
"""

import os
import uuid
from contextlib import suppress
from pathlib import Path

import soundfile

from studio.core.model import Audio
from studio.media.read import from_flac, to_flac

LARGEST_BYTES = 4 * 2**30
"""About 40 hours of speech."""


class DecodedTakes:
    """A folder of decoded audio by name. Thread-safe: files appear whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> Audio | None:
        """The audio with a name, or None if it is not there or damaged."""
        path = self._path(name)
        try:
            content = path.read_bytes()
            audio, _ = from_flac(content)
        except FileNotFoundError:
            return None
        except (OSError, soundfile.LibsndfileError):
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        return audio

    def put(self, name: str, audio: Audio, sample_rate: int) -> Audio:
        """Keep audio under a name; the result is what `get` will give from now on."""
        content = to_flac(audio, sample_rate)
        path = self._path(name)
        temporary = path.with_name(f".{uuid.uuid4().hex}.part")
        # A full disk costs only the cache: whoever delivers will be told by the delivery itself.
        with suppress(OSError):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(content)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        return from_flac(content)[0]

    def sweep(self, largest_bytes: int = LARGEST_BYTES) -> None:
        """Delete the oldest files until the rest fits."""
        found = []
        with suppress(OSError):
            for entry in self._entries():
                status = entry.stat()
                found.append((status.st_mtime, status.st_size, entry.path))
        left = sum(size for _, size, _ in found) - largest_bytes
        for _, size, path in sorted(found):
            if left <= 0:
                return
            with suppress(OSError):
                Path(path).unlink()
                left -= size

    def _entries(self) -> list[os.DirEntry[str]]:
        entries = []
        for folder in self._folder.iterdir():
            with os.scandir(folder) as listing:
                entries += [entry for entry in listing if entry.is_file()]
        return entries

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.flac"
