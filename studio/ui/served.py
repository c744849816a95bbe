"""Files that browsers may fetch: finished ones, and short sounds to listen to.

Is: one folder outside the projects, bounded by letting the oldest files go.
Is not: a store; whatever is here can be made again.
"""

import hashlib
import itertools
import threading
import wave
import zipfile
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]  # [n_samples], mono, -1 to 1

MAX_SOUNDS = 200
"""Sounds kept: enough that going back and forth in a chapter finds them again."""


class Served:
    """The served folder of one app. Thread-safe."""

    def __init__(self, folder: Path, max_sounds: int = MAX_SOUNDS) -> None:
        self.folder = folder
        self._max_sounds = max_sounds
        self._sounds: dict[str, Path] = {}
        self._pictures: dict[tuple[Path, int, int], Path] = {}
        self._lock = threading.Lock()
        self._plays = itertools.count(1)

    def sound(self, audio: Audio, sample_rate: int) -> str:
        """Serve a sound as a WAV file, at its own level; returns its address.

        The address ends in a number of its own, so that the same sound plays when asked for again.
        """
        return f"{self.address(self.sound_file(audio, sample_rate))}#{next(self._plays)}"

    def sound_file(self, audio: Audio, sample_rate: int) -> Path:
        """Serve a sound as a WAV file, at its own level."""
        pcm = np.round(np.clip(audio, -1, 1) * 32767).astype("<i2")
        name = hashlib.sha256(pcm.tobytes() + str(sample_rate).encode()).hexdigest()[:32]
        with self._lock:
            path = self._sounds.pop(name, None) or self._write(name, pcm.tobytes(), sample_rate)
            self._sounds[name] = path  # the last used is the last to go
            while len(self._sounds) > self._max_sounds:
                self._sounds.pop(next(iter(self._sounds))).unlink(missing_ok=True)
        return path

    def picture(self, path: Path) -> Path:
        """Serve a copy of a picture, under a name that another picture does not get."""
        found = path.stat()
        seen = (path, found.st_mtime_ns, found.st_size)
        with self._lock:
            known = self._pictures.get(seen)
        if known and known.exists():
            return known
        content = path.read_bytes()
        name = hashlib.sha256(content).hexdigest()[:32]
        copy = self.folder / "pictures" / f"{name}{path.suffix}"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(content)
        with self._lock:
            self._pictures[seen] = copy
        return copy

    def archive(self, folder: Path, name: str) -> Path:
        """Pack the files of a served folder into one; its name is a slug."""
        path = folder.with_suffix(".zip") / f"{name}.zip"
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as packed:  # sound does not become smaller
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                packed.write(file, file.relative_to(folder))
        return path

    def address(self, path: Path) -> str:
        """Where a browser finds a file of the served folder."""
        return f"gradio_api/file={quote(path.as_posix())}"

    def _write(self, name: str, pcm: bytes, sample_rate: int) -> Path:
        path = self.folder / "sounds" / f"{name}.wav"
        path.parent.mkdir(exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sample_rate)
            file.writeframes(pcm)
        return path
