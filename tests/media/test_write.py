"""Writing audio: the right format, all or nothing under the final name, a disk that fills up."""

import errno
import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import soundfile

from studio.errors import DeliveryError, DiskFull
from studio.media import write
from studio.media.write import FORMATS, format_of, publish_audio

RATE = 44_100
NOISE = np.random.default_rng(1).uniform(-0.5, 0.5, RATE).astype(np.float32)


def write_noise(path: Path, seconds: int = 3) -> None:
    with publish_audio(path, RATE) as writer:
        for _ in range(seconds):
            writer.write(NOISE)


def mpeg_headers(content: bytes) -> list[tuple[int, int]]:
    """(kilobits, sample rate) of every frame of an MPEG-1 layer III file."""
    kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    rates = [44_100, 48_000, 32_000]
    found, at = [], content.index(b"\xff\xfb")
    while at + 4 <= len(content) and content[at : at + 2] == b"\xff\xfb":
        bits = kilobits[content[at + 2] >> 4]
        rate = rates[content[at + 2] >> 2 & 3]
        found.append((bits, rate))
        at += 144 * bits * 1000 // rate + (content[at + 2] >> 1 & 1)
    return found


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_holds_what_was_written(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "new folder" / f"a.{kind}"
    with publish_audio(path, RATE) as writer:
        writer.write_silence(RATE)
        writer.write(NOISE)
        assert writer.position == 2 * RATE
    audio, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE and audio.ndim == 1
    assert abs(audio.size - 2 * RATE) < (1 if kind != "mp3" else 3000)
    assert np.abs(audio[: RATE // 2]).max() < 0.01
    assert abs(np.sqrt(np.mean(audio[-RATE // 2 :] ** 2)) - 0.289) < 0.03
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_mp3_has_a_constant_rate_of_192_kilobits(tmp_path: Path) -> None:
    write_noise(tmp_path / "a.mp3")
    headers = mpeg_headers((tmp_path / "a.mp3").read_bytes())
    assert len(headers) > 110
    assert set(headers) == {(192, RATE)}


def test_what_exceeds_full_scale_is_clipped(tmp_path: Path) -> None:
    with publish_audio(tmp_path / "a.wav", RATE) as writer:
        writer.write(np.full(100, 3.0, np.float32))
    audio, _ = soundfile.read(tmp_path / "a.wav")
    assert np.all(audio > 0.99)


def test_nothing_has_the_name_before_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"the old file")
    with publish_audio(path, RATE) as writer:
        writer.write(NOISE)
        assert path.read_bytes() == b"the old file"
    assert path.stat().st_size > RATE


def test_an_error_while_writing_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"the old file")
    with pytest.raises(ZeroDivisionError), publish_audio(path, RATE) as writer:
        writer.write(NOISE)
        raise ZeroDivisionError
    assert path.read_bytes() == b"the old file"
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp3"]


def test_what_a_killed_process_left_is_swept_and_what_is_being_written_is_not(
    tmp_path: Path,
) -> None:
    left, other = tmp_path / ".a.1.part", tmp_path / ".b.1.part"
    for part in (left, other):
        part.write_bytes(b"half")
    with publish_audio(tmp_path / "a.wav", RATE) as slow:
        slow.write(NOISE)
        [mine] = tmp_path.glob(".a.*.part")
        os.utime(mine, (0, 0))  # what the clock says does not matter
        write_noise(tmp_path / "a.wav", seconds=1)
        assert sorted(tmp_path.iterdir()) == sorted([mine, other, tmp_path / "a.wav"])
        slow.write(NOISE)
    assert soundfile.info(tmp_path / "a.wav").frames == 2 * NOISE.size
    assert sorted(tmp_path.iterdir()) == sorted([other, tmp_path / "a.wav"])


class FailingFile:
    """A file whose n-th write or flush fails as on a full disk."""

    def __init__(self, raw: BinaryIO, fail_at: int) -> None:
        self._raw = raw
        self._left = fail_at
        self.failed = False

    def write(self, content: bytes) -> int:
        self._count()
        return self._raw.write(content)

    def flush(self) -> None:
        self._count()
        self._raw.flush()

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            self.failed = True
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> object:
        return getattr(self._raw, name)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_disk_that_is_full_at_any_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / f"a.{kind}"
    failures = 0
    for fail_at in range(200):
        files: list[FailingFile] = []

        def sink(raw: BinaryIO, at: int = fail_at, opened: list[FailingFile] = files) -> object:
            opened.append(FailingFile(raw, at))
            return SINK(opened[0])  # type: ignore[arg-type]

        monkeypatch.setattr(write, "Sink", sink)
        try:
            write_noise(path, seconds=1)
        except DiskFull as error:
            failures += 1
            assert "full" in str(error) and path.name in str(error)
            assert list(tmp_path.iterdir()) == []
        else:
            assert not files[0].failed, "a write failed and nobody noticed"
            break
    assert failures >= 3
    assert soundfile.info(path).frames >= RATE


SINK = write.Sink


def test_a_real_full_disk(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("wb", buffering=0) as full:
        sink = SINK(full)  # type: ignore[arg-type]
        assert sink.write(b"x") == 0
        assert sink.error is not None and sink.error.errno == errno.ENOSPC


def test_a_folder_that_cannot_be_made_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DeliveryError, match="cannot be written"):
        write_noise(tmp_path / "file" / "a.wav")


def test_an_unknown_ending_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"\.wav, \.flac or \.mp3"):
        write_noise(tmp_path / "a.txt")
    assert format_of(Path("A.MP3")) == "mp3"
