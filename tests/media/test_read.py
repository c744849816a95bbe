"""Reading audio of unknown origin: bounded, mono, and plain refusals."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.errors import AudioFileError
from studio.media.read import from_flac, read_audio, to_flac
from studio.media.resample import resample

TONE = (0.3 * np.sin(np.arange(8000) / 10)).astype(np.float32)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
def test_stereo_files_of_every_kind_become_mono(tmp_path: Path, name: str) -> None:
    soundfile.write(tmp_path / name, np.stack([TONE, TONE], axis=1), 8000)
    audio, rate = read_audio(tmp_path / name, 10)
    assert audio.dtype == np.float32 and audio.ndim == 1 and rate == 8000
    assert abs(audio.size - 8000) < 2500 and abs(float(np.abs(audio).max()) - 0.3) < 0.05


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="no file"):
        read_audio(tmp_path / "none.wav", 10)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"RIFF\x00\x00\x00\x00WAVE", b"#EXTM3U\nhttp://x/y.wav\n"]
)
def test_what_is_no_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioFileError, match=r"a\.wav is no audio"):
        read_audio(tmp_path / "a.wav", 10)


def test_too_long_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.tile(TONE, 12), 8000)
    with pytest.raises(AudioFileError, match="12 s long"):
        read_audio(tmp_path / "a.wav", 10)


def test_a_recording_survives_the_database() -> None:
    audio, rate = from_flac(to_flac(TONE, 8000))
    assert rate == 8000 and np.allclose(audio, TONE, atol=1e-4)


def test_resampling_keeps_pitch_and_level() -> None:
    audio = resample(TONE, 8000, 44_100)
    assert audio.dtype == np.float32 and abs(audio.size - 44_100) <= 1
    assert abs(float(np.sqrt(np.mean(audio**2))) - float(np.sqrt(np.mean(TONE**2)))) < 0.01
    assert resample(TONE, 8000, 8000) is TONE
