"""A chapter's audio between assembling and encoding: on disk, as 32-bit floats.

Is: a nameless temporary file, gone when it is closed or the process ends.
Is not: limited to full scale; levels are set when it is read.
"""

import errno
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np

from studio.core.envelope import Envelope, EnvelopeBuilder
from studio.core.model import Audio
from studio.errors import DeliveryError, DiskFull
from studio.media.loudness import LoudnessMeter

BLOCK = 65_536


class Spool:
    """Written once from the beginning, then read. Not thread-safe; a context manager."""

    def __init__(self, folder: Path, sample_rate: int) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Buffered by more than one take's length, so that a write is one call to the system.
            self._file = tempfile.TemporaryFile(dir=folder, buffering=2**20)  # noqa: SIM115
        except OSError as error:
            raise _problem(folder, error) from error
        self._folder = folder
        self._envelope = EnvelopeBuilder()
        self._meter = LoudnessMeter(sample_rate)

    @property
    def samples(self) -> int:
        """How many have been written."""
        return self._envelope.samples

    def write(self, audio: Audio) -> None:
        """Append samples; the envelope and the loudness are gathered on the way."""
        for start in range(0, audio.size, BLOCK):
            block = np.ascontiguousarray(audio[start : start + BLOCK], dtype=np.float32)
            try:
                self._file.write(block.data)
            except OSError as error:
                raise _problem(self._folder, error) from error
            self._envelope.add(block)
            self._meter.add(block)

    def write_silence(self, samples: int) -> None:
        """Append silence."""
        for start in range(0, samples, BLOCK):
            self.write(np.zeros(min(BLOCK, samples - start), np.float32))

    def finish(self) -> tuple[Envelope, float]:
        """The envelope and the integrated loudness (LUFS) of everything written."""
        return self._envelope.finish(), self._meter.finish()

    def read(self) -> Iterator[tuple[int, Audio]]:
        """Blocks from the beginning, each with the sample at which it starts."""
        self._file.seek(0)
        start = 0
        while content := self._file.read(BLOCK * 4):
            block = np.frombuffer(content, np.float32)
            yield start, block
            start += block.size

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _problem(folder: Path, error: OSError) -> DeliveryError | DiskFull:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"The disk that holds {folder} is full, so the chapter cannot be assembled. Free some "
            "space (an hour takes 0.7 GB while it is made) and deliver again; all takes are kept."
        )
    return DeliveryError(f"{folder} cannot be written to: {error.strerror or error}.")
