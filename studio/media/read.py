"""Audio files of unknown origin -> mono float32.

Is: bounded: length and size are known before anything is decoded.
Is not: a judge of what the audio is for; it only refuses what is no audio or too much of it.
"""

import io
from pathlib import Path

import numpy as np
import soundfile

from studio.core.model import Audio
from studio.errors import AudioFileError

MAX_FILE_BYTES = 100 * 2**20
MAX_CHANNELS = 8


def read_audio(path: Path, max_seconds: float) -> tuple[Audio, int]:
    """Read a file as mono audio.

    Returns:
        float32 [n_samples] and its sample rate in Hz.

    Raises:
        AudioFileError: it does not exist, is no audio, or is too long.
    """
    if not path.is_file():
        raise AudioFileError(f"There is no file {path}.")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise AudioFileError(
            f"{path.name} is larger than {MAX_FILE_BYTES // 2**20} MB. Cut out the part you need."
        )
    try:
        with soundfile.SoundFile(path) as file:
            seconds = file.frames / file.samplerate
            if seconds > max_seconds:
                raise AudioFileError(
                    f"{path.name} is {seconds:.0f} s long; at most {max_seconds:.0f} s are "
                    "useful. Cut out the part you need."
                )
            if file.channels > MAX_CHANNELS:
                raise AudioFileError(
                    f"{path.name} has {file.channels} channels; use a stereo file."
                )
            samples = file.read(dtype="float32", always_2d=True)
            return np.ascontiguousarray(samples.mean(axis=1)), file.samplerate
    except (soundfile.LibsndfileError, OSError) as error:
        raise AudioFileError(
            f"{path.name} is no audio that can be read. Use a WAV, FLAC, OGG or MP3 file."
        ) from error


def to_flac(audio: Audio, sample_rate: int) -> bytes:
    """A whole FLAC file, 16 bits, for keeping a recording in the database."""
    buffer = io.BytesIO()
    soundfile.write(buffer, audio, sample_rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def from_flac(content: bytes) -> tuple[Audio, int]:
    """The audio of a FLAC file made by `to_flac`, and its sample rate."""
    audio, sample_rate = soundfile.read(io.BytesIO(content), dtype="float32")
    return audio, sample_rate
