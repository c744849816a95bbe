"""Audio files written piece by piece, which appear under their name only when complete.

Is: WAV, FLAC and MP3 through libsndfile, over a sink that keeps the operating system's own error.
Is not: holding the audio; memory does not grow with the length of the file.

- A file is written beside its final place, flushed to the disk and renamed; whatever goes wrong
  before, the name keeps what it had, and nothing half-written stays behind. Only a killed process
  leaves its hidden `.part` file, which the next delivery to that name sweeps away.
- MP3 is 192 kb/s with a constant bit rate, mono, as audiobook shops ask for.
"""

import errno
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import numpy as np
import soundfile

from studio.core.model import Audio
from studio.errors import DeliveryError, DiskFull

AudioFormat = Literal["wav", "flac", "mp3"]
FORMATS: tuple[str, ...] = get_args(AudioFormat)

MP3_KILOBITS = 192
# libsndfile maps a level of 0 to 1 onto 320 down to 32 kb/s and LAME takes the nearest step.
_MP3_LEVEL = (320 - MP3_KILOBITS) / (320 - 32)

_ENCODERS: dict[str, dict[str, Any]] = {
    "wav": {"format": "WAV", "subtype": "PCM_16"},
    "flac": {"format": "FLAC", "subtype": "PCM_16"},
    "mp3": {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "bitrate_mode": "CONSTANT",
        "compression_level": _MP3_LEVEL,
    },
}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BLOCK = 65_536

ABANDONED_SECONDS = 600
"""A part file that has not grown for so long belongs to nobody; a writer appends all the time."""


def format_of(path: Path) -> AudioFormat:
    """The format that a file's name asks for.

    Raises:
        DeliveryError: none that can be written.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise DeliveryError(
            f"'{path.name}' names no format that can be written. End it in .wav, .flac or .mp3."
        )
    return suffix  # type: ignore[return-value]


@dataclass(slots=True)
class AudioWriter:
    """One file being written. `position` is the number of samples so far."""

    _file: soundfile.SoundFile
    _sink: "_Sink"
    position: int = 0

    def write(self, audio: Audio) -> None:
        """Append samples; what exceeds full scale is clipped, not wrapped around."""
        self._guarded(lambda: self._file.write(np.clip(audio, -1.0, 1.0)))
        self.position += audio.size

    def write_silence(self, samples: int) -> None:
        """Append silence, block by block."""
        for start in range(0, samples, _BLOCK):
            self.write(np.zeros(min(_BLOCK, samples - start), dtype=np.float32))

    def close(self) -> None:
        """Write what the encoder still holds."""
        self._guarded(self._file.close)

    def _guarded(self, action: Callable[[], object]) -> None:
        """Raise the operating system's error instead of libsndfile's, which does not know it."""
        try:
            action()
        except (soundfile.LibsndfileError, AssertionError):  # soundfile asserts a full write
            if self._sink.error is None:
                raise
        if self._sink.error is not None:
            raise self._sink.error


@contextmanager
def publish_audio(path: Path, sample_rate: int) -> Iterator[AudioWriter]:
    """Write a file that appears under its name when the block is left without an error.

    Raises:
        DiskFull: the disk took no more.
        DeliveryError: the file cannot be written for another reason.
    """
    encoder = _ENCODERS[format_of(path)]
    prefix = f".{path.stem[:40]}."
    temporary = path.with_name(f"{prefix}{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent, prefix)
        with temporary.open("xb+") as raw:
            sink = _Sink(raw)
            file = soundfile.SoundFile(sink, "w", sample_rate, channels=1, **encoder)
            writer = AudioWriter(file, sink)
            try:
                yield writer
                writer.close()
            finally:
                with suppress(soundfile.LibsndfileError):
                    file.close()
            raw.flush()
            os.fsync(raw.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _delivery_problem(path, error) from error
    except soundfile.LibsndfileError as error:
        raise DeliveryError(f"{path} cannot be encoded: {error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


class _Sink:
    """The file that libsndfile writes through.

    An error inside its callbacks would be printed and forgotten; it is kept here instead, and
    everything after it is refused.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.error: OSError | None = None

    def write(self, content: bytes) -> int:
        if self.error is not None:
            return 0
        try:
            return self._raw.write(content)
        except OSError as error:
            self.error = error
            return 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self._raw.seek(offset, whence)
        except OSError as error:  # a seek flushes what is buffered, so the disk may fill here
            self.error = self.error or error
            return 0

    def tell(self) -> int:
        return self._raw.tell()

    def read(self, size: int = -1) -> bytes:
        return self._raw.read(size)

    def flush(self) -> None:
        self._raw.flush()


def _sweep(folder: Path, prefix: str) -> None:
    """Remove what killed processes left, unless it may still be somebody's work."""
    for part in folder.iterdir():
        if part.name.startswith(prefix) and part.suffix == ".part":
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > ABANDONED_SECONDS:
                    part.unlink()


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; not every system can, and none needs it for the file's content."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _delivery_problem(path: Path, error: OSError) -> DiskFull | DeliveryError:
    if error.errno in _NO_SPACE:
        return DiskFull(
            f"The disk that holds {path.parent} is full, so {path.name} was not written. Free "
            "some space and deliver again; all takes are kept."
        )
    return DeliveryError(f"{path} cannot be written: {error.strerror or error}.")
