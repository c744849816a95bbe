"""Audio files written piece by piece, which appear under their name only when complete.

Is: WAV and FLAC through libsndfile, MP3 and M4B through FFmpeg, with their metadata.
Is not: holding the audio; memory does not grow with the length of the file.

- MP3 is 192 kb/s with a constant bit rate, mono, as audiobook shops ask for.
- A WAV file that would exceed 4 GiB becomes RF64, which needs its length to be told beforehand.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import av
import numpy as np
import soundfile

from studio.core.label import Label
from studio.core.model import Audio
from studio.errors import DeliveryError
from studio.media.encoded import MP3_KILOBITS, EncodedFile
from studio.media.publish import publish_file, write_problem
from studio.media.sink import Sink

__all__ = ["FORMATS", "MP3_KILOBITS", "AudioFormat", "AudioWriter", "format_of", "publish_audio"]

AudioFormat = Literal["wav", "flac", "mp3"]
FORMATS: tuple[str, ...] = get_args(AudioFormat)

_BLOCK = 65_536
_LARGEST_WAV = 2**32 - 2**20
_SOUNDFILE_TAGS = {
    "title": "title", "artist": "artist", "album": "album", "date": "date",
    "copyright": "copyright", "genre": "genre", "comment": "comment",
}  # fmt: skip


class Encoder(Protocol):
    """What a writer writes to."""

    def write(self, audio: Audio) -> object:
        """Append samples within -1 to 1."""

    def close(self) -> None:
        """Finish the file. A second call does nothing."""


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

    _encoder: Encoder
    _sink: Sink
    position: int = 0

    def write(self, audio: Audio) -> None:
        """Append samples; what exceeds full scale is clipped, not wrapped around."""
        self._guarded(lambda: self._encoder.write(np.clip(audio, -1.0, 1.0)))
        self.position += audio.size

    def write_silence(self, samples: int) -> None:
        """Append silence, block by block."""
        for start in range(0, samples, _BLOCK):
            self.write(np.zeros(min(_BLOCK, samples - start), dtype=np.float32))

    def close(self) -> None:
        """Write what the encoder still holds."""
        self._guarded(self._encoder.close)

    def _guarded(self, action: Callable[[], object]) -> None:
        """Raise the operating system's error instead of a library's, which does not know it."""
        try:
            action()
        except (soundfile.LibsndfileError, AssertionError, av.FFmpegError):
            if self._sink.error is None:  # soundfile asserts that all was written
                raise
        if self._sink.error is not None:
            raise self._sink.error


@contextmanager
def publish_audio(
    path: Path, sample_rate: int, label: Label | None = None, samples: int = 0
) -> Iterator[AudioWriter]:
    """Write a file that appears under its name when the block is left without an error.

    Args:
        path: its ending decides the format: .wav, .flac, .mp3 or .m4b.
        label: what the file says about itself.
        samples: how many there will be, if that is known.

    Raises:
        DiskFull: the disk took no more.
        DeliveryError: the file cannot be written for another reason.
    """
    kind = "m4b" if path.suffix.lower() == ".m4b" else format_of(path)
    with publish_file(path) as raw:
        sink = Sink(raw)
        try:
            encoder = _open(kind, sink, sample_rate, label or Label(), samples)
            writer = AudioWriter(encoder, sink)
            try:
                yield writer
                writer.close()
            finally:
                with suppress(soundfile.LibsndfileError, av.FFmpegError):
                    encoder.close()
        except (soundfile.LibsndfileError, av.FFmpegError) as error:
            if sink.error is not None:
                raise write_problem(path, sink.error) from error
            raise DeliveryError(f"{path} cannot be encoded: {error}") from error


def _open(kind: str, sink: Sink, sample_rate: int, label: Label, samples: int) -> Encoder:
    if kind in ("mp3", "m4b"):
        return EncodedFile(sink, kind, sample_rate, label)
    container = kind.upper()
    if kind == "wav" and samples * 2 > _LARGEST_WAV:
        container = "RF64"
    file: Any = soundfile.SoundFile(
        sink, "w", sample_rate, channels=1, format=container, subtype="PCM_16"
    )
    tags = label.tags()
    for name, attribute in _SOUNDFILE_TAGS.items():
        if name in tags:
            setattr(file, attribute, tags[name])
    if label.track and kind == "flac":
        file.tracknumber = str(label.track)
    encoder: Encoder = file
    return encoder
