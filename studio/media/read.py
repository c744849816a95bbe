"""Audio files of unknown origin -> mono float32, decoded in a process of their own.

Is: the start and the bounds of that process (`read_child`): length, size, memory and time.
Is not: a judge of what the audio is for; it only refuses what is no audio or too much of it.

- A decoder that is tricked by a file dies, or does its worst, with no environment, no more memory
  and no more time than decoding takes; this process goes on.
- libsndfile knows no playlists, so that no file can name others.
"""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from studio.core.model import Audio
from studio.errors import AudioFileError
from studio.media import read_child

MAX_FILE_BYTES = 50 * 2**20
MAX_DECODED_BYTES = 256 * 2**20
MAX_MEMORY_BYTES = 2 * 2**30
"""Address space of the process; libraries map more than they use."""
MAX_DECODING_SECONDS = 30


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
    with TemporaryDirectory() as folder:
        code = _decode_apart(path, Path(folder), max_seconds)
        try:
            facts = json.loads((Path(folder) / read_child.FACTS).read_text(encoding="ascii"))
            seconds, rate = float(facts["seconds"]), int(facts["rate"])
            if code:
                raise AudioFileError(_reason(path.name, code, seconds, max_seconds))
            if rate not in read_child.RATES:
                raise ValueError(rate)
            # Mapped, so that a header which lies about its size is found out by the file's own.
            mapped = np.load(Path(folder) / read_child.SAMPLES, mmap_mode="r", allow_pickle=False)
            return np.array(mapped, np.float32).reshape(-1), rate
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AudioFileError(_reason(path.name, 1, 0, max_seconds)) from error


def read_recording(content: bytes, max_seconds: float) -> tuple[Audio, int]:
    """Read a recording out of the database, which a bundle may have brought in from anywhere.

    Raises:
        AudioFileError: it is no audio, or is too long.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "recording.flac"
        path.write_bytes(content)
        return read_audio(path, max_seconds)


def _decode_apart(path: Path, folder: Path, max_seconds: float) -> int:
    """Run the decoder; its exit code, whatever became of it."""
    caps = [MAX_MEMORY_BYTES, MAX_DECODING_SECONDS, MAX_DECODED_BYTES, int(max_seconds)]
    command = [sys.executable, "-I", read_child.__file__, str(path.resolve()), str(folder)]
    try:
        return subprocess.run(
            [*command, *map(str, caps)], cwd=folder, check=False,
            env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=MAX_DECODING_SECONDS,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1


def _reason(name: str, code: int, seconds: float, max_seconds: float) -> str:
    if code == read_child.TOO_LONG:
        return (
            f"{name} is {seconds:.0f} s long; at most {max_seconds:.0f} s are useful. Cut out the "
            "part you need."
        )
    if code == read_child.TOO_MANY_CHANNELS:
        return f"{name} has more than {read_child.MAX_CHANNELS} channels; use a stereo file."
    return f"{name} is no audio that can be read. Use a WAV, FLAC, OGG or MP3 file."


def to_flac(audio: Audio, sample_rate: int) -> bytes:
    """A whole FLAC file, 16 bits, for keeping a recording in the database."""
    buffer = io.BytesIO()
    soundfile.write(buffer, audio, sample_rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def from_flac(content: bytes) -> tuple[Audio, int]:
    """The audio of a FLAC file that this studio made by `to_flac`, and its sample rate."""
    audio, sample_rate = soundfile.read(io.BytesIO(content), dtype="float32")
    return audio, sample_rate
