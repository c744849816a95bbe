"""W3: audio of unknown origin is decoded apart, within bounds; whatever it does, we go on."""

import json
import random
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.errors import AudioFileError
from studio.media import read, read_child
from studio.media.read import read_audio, read_recording, to_flac

resource = pytest.importorskip("resource", reason="the decoder's bounds are those of POSIX")
TONE = (0.3 * np.sin(np.arange(8000) / 10)).astype(np.float32)
PLAYLISTS = {
    "hls.wav": "#EXTM3U\n#EXTINF:1,\nother.wav\n",
    "concat.wav": "ffconcat version 1.0\nfile other.wav\n",
    "dash.wav": '<?xml version="1.0"?><MPD><BaseURL>other.wav</BaseURL></MPD>',
    "subfile.wav": "subfile,,start,0,end,0,,:other.wav",
    "sdp.mp3": "v=0\nm=audio 5004 RTP/AVP 0\n",
    "scheme.flac": "http://127.0.0.1/other.wav",
    "raw.raw": "\x01\x02\x03\x04" * 1000,
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_in_disguise_opens_no_other_file(tmp_path: Path, name: str) -> None:
    soundfile.write(tmp_path / "other.wav", TONE, 8000)
    (tmp_path / name).write_text(PLAYLISTS[name])
    with pytest.raises(AudioFileError, match="is no audio"):
        read_audio(tmp_path / name, 120)


def test_length_channels_rate_and_size_are_bounded_before_anything_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((100, 9), np.float32), 8000)
    with pytest.raises(AudioFileError, match="more than 8 channels"):
        read_audio(path, 120)
    soundfile.write(path, TONE, 800_000)
    with pytest.raises(AudioFileError, match="is no audio"):
        read_audio(path, 120)
    with path.open("r+b") as file:  # a few bytes on the disk, gigabytes to whoever believes them
        file.truncate(read.MAX_FILE_BYTES + 1)
    with pytest.raises(AudioFileError, match="larger than 50 MB"):
        read_audio(path, 120)


def test_an_hour_of_silence_in_a_few_kilobytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.flac"
    with soundfile.SoundFile(path, "w", 8000, 1) as file:
        for _ in range(3600):
            file.write(np.zeros(8000, np.float32))
    assert path.stat().st_size < 2**20
    began = time.monotonic()
    with pytest.raises(AudioFileError, match="3600 s long"):
        read_audio(path, 120)
    assert time.monotonic() - began < 20


SPY = """
import json, os, sys
seen = {"environment": sorted(os.environ), "isolated": sys.flags.isolated}
json.dump(seen, open(os.path.join(sys.argv[2], "..", "seen.json"), "w"))
sys.exit(7)
"""


def test_the_decoder_has_no_secrets_and_nowhere_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    spy = tmp_path / "spy.py"
    spy.write_text(SPY)
    monkeypatch.setattr(read_child, "__file__", str(spy))
    folder = tmp_path / "folder"
    folder.mkdir()
    assert read._decode_apart(tmp_path / "a.wav", folder, 120) == 7
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["isolated"] == 1 and "HF_TOKEN" not in seen["environment"]
    assert set(seen["environment"]) <= {"PATH", "OPENBLAS_NUM_THREADS", "LC_CTYPE"}


@pytest.mark.parametrize(
    ("end", "code"), [("os.abort()", -6), ("sys.exit(0)", 0), ("os.kill(os.getpid(), 9)", -9)]
)
def test_a_decoder_that_dies_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, code: int
) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text(f"import os, sys\n{end}\n")
    monkeypatch.setattr(read_child, "__file__", str(dying))
    soundfile.write(tmp_path / "a.wav", TONE, 8000)
    assert read._decode_apart(tmp_path / "a.wav", tmp_path, 120) == code
    with pytest.raises(AudioFileError, match="is no audio"):
        read_audio(tmp_path / "a.wav", 120)


@pytest.mark.parametrize("cap", ["memory", "time"])
def test_a_decoder_that_takes_too_much_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cap: str
) -> None:
    greedy = {"memory": "bytearray(4 * 2**30)", "time": "[None for _ in iter(int, 1)]"}[cap]
    source = Path(read_child.__file__).read_text(encoding="utf-8")
    child = tmp_path / "greedy.py"
    child.write_text(source.replace("    with soundfile", f"    {greedy}\n    with soundfile"))
    monkeypatch.setattr(read_child, "__file__", str(child))
    monkeypatch.setattr(read, "MAX_DECODING_SECONDS", 1)
    soundfile.write(tmp_path / "a.wav", TONE, 8000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(AudioFileError, match="is no audio"):
        read_audio(tmp_path / "a.wav", 120)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 2**10


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("files", [12, pytest.param(500, marks=pytest.mark.slow)])
def test_any_changed_bytes_are_read_or_refused(tmp_path: Path, files: int) -> None:
    chance, kinds = random.Random(files), ("wav", "flac", "ogg", "mp3")
    for number in range(files):
        path = tmp_path / f"{number}.{kinds[number % 4]}"
        soundfile.write(path, TONE, 8000)
        content = bytearray(path.read_bytes())
        for _ in range(chance.randrange(1, 12)):
            content[chance.randrange(min(len(content), 600))] = chance.randrange(256)
        path.write_bytes(bytes(content[: chance.randrange(1, len(content) + 1)]))
        try:
            audio, rate = read_audio(path, 120)
        except AudioFileError:
            continue
        assert audio.dtype == np.float32 and audio.ndim == 1 and audio.size <= 120 * rate


def test_a_recording_that_a_bundle_brought_is_decoded_apart_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    audio, rate = read_recording(to_flac(TONE, 8000), 120)
    assert rate == 8000 and np.allclose(audio, TONE, atol=1e-4)
    with pytest.raises(AudioFileError):
        read_recording(b"fLaC" + bytes(100), 120)
