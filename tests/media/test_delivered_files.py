"""Files for listeners: tags survive any title, none forges a chapter, a full disk is survived."""

import errno
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pysubs2
import pytest
import soundfile

from studio.core.caption import Caption
from studio.core.clip import ClipEdit
from studio.core.label import ChapterMark, Label, ai_mark, plain
from studio.errors import DeliveryError, DiskFull
from studio.media import publish
from studio.media import write as module
from studio.media.captions import captions_text
from studio.media.clip_edit import edit_clip
from studio.media.cover import read_cover
from studio.media.decoded import DecodedTakes
from studio.media.measure import measure
from studio.media.room_tone import LOOP_SECONDS, room_tone
from studio.media.sink import Sink
from studio.media.spool import Spool
from studio.media.turns_csv import TurnRow, harmless, turns_table
from studio.media.write import publish_audio

RATE = 44_100
NASTY = "Act =;#\\ [CHAPTER]\ntitle=Forged\x00\x1b \u202eevil é 好 -->"
TONE = (0.25 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)
MARK = ai_mark("starter")


def picture(path: Path) -> Path:
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width = codec.height = 64  # type: ignore[attr-defined]
    codec.pix_fmt = "yuvj420p"  # type: ignore[attr-defined]
    codec.time_base = Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 200, np.uint8), format="rgb24")
    packets = codec.encode(frame.reformat(format="yuvj420p"))  # type: ignore[attr-defined]
    path.write_bytes(b"".join(bytes(packet) for packet in packets))
    return path


def write(path: Path, **fields: object) -> Path:
    label = Label(title=NASTY, artist=NASTY, album="Book", track=3, tracks=9, mark=MARK, **fields)  # type: ignore[arg-type]
    with publish_audio(path, RATE, label) as writer:
        writer.write(TONE)
    return path


def tags_of(path: Path) -> dict[str, str]:
    with av.open(str(path)) as file:
        found = {**file.metadata, **file.streams.audio[0].metadata}
    return {name.lower(): value for name, value in found.items()}


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4b"])
def test_nasty_titles_and_the_ai_mark_are_read_again(tmp_path: Path, kind: str) -> None:
    tags = tags_of(write(tmp_path / f"a.{kind}", description="About tea"))
    assert tags.get("synopsis", "About tea") == "About tea"
    assert "synopsis" in tags or kind in ("wav", "flac")
    assert tags["title"] == tags["artist"] == plain(NASTY)
    assert tags["comment"] == MARK and "trainedAlgorithmicMedia" in tags["comment"]
    if kind == "mp3":
        assert tags["ai_generated"] == "true" and tags["track"] == "3/9"
    if kind == "m4b":
        assert tags["media_type"] == "2" and tags["genre"] == "Audiobook"


@pytest.mark.parametrize("kind", ["mp3", "m4b"])
def test_a_cover_and_chapters_are_where_they_belong(tmp_path: Path, kind: str) -> None:
    cover = read_cover(picture(tmp_path / "cover.jpg"))
    marks = (ChapterMark(NASTY, 0, RATE), ChapterMark("Two", RATE, 2 * RATE))
    path = write(tmp_path / f"a.{kind}", cover=cover, chapters=marks)
    with av.open(str(path)) as file:
        chapters = file.chapters()
        assert [chapter["metadata"]["title"] for chapter in chapters] == [plain(NASTY), "Two"]
        assert [float(c["start"] * c["time_base"]) for c in chapters] == [0.0, 1.0]
        attached = [s for s in file.streams.video if s.disposition & s.disposition.attached_pic]
        assert len(attached) == 1
        assert bytes(next(file.demux(attached[0]))) == cover.content
    assert measure(path).rms_db == pytest.approx(-15.05, abs=0.5)


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4b"])
def test_the_same_samples_and_label_give_the_same_bytes(tmp_path: Path, kind: str) -> None:
    first, second = write(tmp_path / f"a.{kind}"), write(tmp_path / f"b.{kind}")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4b"])
def test_what_is_measured_is_what_was_written(tmp_path: Path, kind: str) -> None:
    silence = room_tone(0, RATE, RATE, -70)
    path = tmp_path / f"a.{kind}"
    with publish_audio(path, RATE) as writer:
        for piece in (silence, TONE, silence, silence):
            writer.write(piece)
    heard = measure(path, {1: (1.0, 3.0), 2: (3.2, 4.8)})
    assert heard.seconds == pytest.approx(5, abs=0.06) and heard.kind == kind
    assert (heard.sample_rate, heard.channels) == (RATE, 1)
    assert heard.rms_db == pytest.approx(-15.05 - 3.98, abs=0.4)
    assert heard.peak_db == pytest.approx(-12.04, abs=0.5)
    assert heard.floor_db == pytest.approx(-70, abs=1.5)
    assert heard.head_seconds == pytest.approx(1, abs=0.06)
    assert heard.tail_seconds == pytest.approx(2, abs=0.1)
    assert heard.silent_turns == (2,)
    if kind == "mp3":
        assert heard.constant and heard.kilobits == pytest.approx(192)


def test_loudness_is_that_of_the_standard(tmp_path: Path) -> None:
    # EBU Tech 3341: 1 kHz at -23 dBFS peak is -23 LUFS in stereo, 3 dB less in one channel.
    sine = np.sin(2 * np.pi * 1000 * np.arange(5 * RATE) / RATE) * 10 ** (-23 / 20)
    with publish_audio(tmp_path / "a.wav", RATE) as writer:
        writer.write(sine.astype(np.float32))
    heard = measure(tmp_path / "a.wav")
    assert heard.lufs == pytest.approx(-26.0, abs=0.15)
    assert heard.true_peak_db == pytest.approx(-23, abs=0.1)
    assert heard.lufs_curve == pytest.approx((-26.0,) * 3, abs=0.15)  # whole three seconds
    assert heard.rms_curve == pytest.approx((-26.0,) * 3, abs=0.15)


@pytest.mark.parametrize("kind", ["mp3", "m4b"])
def test_a_disk_that_is_full_at_any_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / f"a.{kind}"
    failures = 0
    for fail_at in range(0, 900, 13):

        class FailingSink(Sink):
            writes_left = fail_at

            def write(self, content: bytes) -> int:
                self.writes_left -= 1
                if self.writes_left < 0:
                    self.error = OSError(errno.ENOSPC, "No space left on device")
                return super().write(content)

        monkeypatch.setattr(module, "Sink", FailingSink)
        try:
            write(path)
        except DiskFull:
            failures += 1
            assert list(tmp_path.iterdir()) == []
        else:
            break
    assert 2 <= failures < 60
    assert measure(path).seconds == pytest.approx(2, abs=0.1)


def test_a_file_that_is_no_audio_any_more_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"\0" * 2000)
    with pytest.raises(DeliveryError, match="cannot be decoded"):
        measure(tmp_path / "a.mp3")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xffgarbage", b"\x89PNG\r\n\x1a\n"])
def test_a_cover_that_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.jpg").write_bytes(content)
    with pytest.raises(DeliveryError, match="picture"):
        read_cover(tmp_path / "c.jpg")


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_captions_keep_every_word_and_forge_no_cue(kind: str) -> None:
    nasty = "a {b} \\N <i>c</i> & 00:00:01.000 --> 00:00:02.000\n\n2\n\nNOTE x"
    given = [
        Caption(0, "Ann", nasty, RATE, 2 * RATE),
        Caption(1, "Bob", "End.", 2 * RATE, RATE * 3),
    ]
    content = captions_text(given, RATE, kind, MARK)  # type: ignore[arg-type]
    cues = [line for line in content.splitlines() if " --> " in line]
    assert len(cues) == 2 and cues[0].startswith("00:00:01") and len(content.split("\n\n")) <= 6
    for word in ("{b}", "NOTE x", "End.", "Bob:"):
        assert word in content
    assert ("NOTE AI-generated" in content) == (kind == "vtt")
    read = pysubs2.SSAFile.from_string(content, format_=kind)
    assert [(event.start, event.end) for event in read] == [(1000, 2000), (2000, 3000)]


def test_no_cell_of_the_table_is_a_formula() -> None:
    row = TurnRow(1, "=cmd", 1, "@Ann", 0.5, 1.0, 0.5, '+1 or -1\nsaid "she"', "accepted")
    content = turns_table([row])
    assert "'=cmd" in content and "'@Ann" in content and "'+1 or -1" in content
    assert harmless(" =1") == "' =1" and harmless("fine = yes") == "fine = yes"


def test_edits_of_a_take_are_exact() -> None:
    rate = 1000
    take = np.full(1000, 0.5, np.float32)
    edited = edit_clip(take, rate, ClipEdit(100, 200, gain_db=-6.0206, fade_in_ms=100))
    assert edited.size == 700 and edited.dtype == np.float32
    assert edited[0] == pytest.approx(0, abs=0.01) and edited[350] == pytest.approx(0.25, abs=1e-3)
    assert np.all(take == 0.5)
    with pytest.raises(DeliveryError, match="trims a whole take away"):
        edit_clip(take, rate, ClipEdit(600, 600))
    with pytest.raises(DeliveryError, match="at most 600 s"):
        edit_clip(np.zeros(601 * rate, np.float32), rate, ClipEdit())


def test_room_tone_is_even_seamless_and_the_same_wherever_it_is_cut() -> None:
    tone = room_tone(0, RATE * (LOOP_SECONDS + 1), RATE, -60)
    assert 20 * np.log10(np.sqrt(np.mean(tone**2))) == pytest.approx(-60, abs=0.3)
    assert np.array_equal(tone[RATE:], room_tone(RATE, RATE * LOOP_SECONDS, RATE, -60))
    seam = LOOP_SECONDS * RATE
    steps = np.abs(np.diff(tone))
    assert steps[seam - 1] <= steps.max() and np.abs(tone).max() < 10 ** (-45 / 20)


def test_a_spool_gives_back_what_was_written_and_knows_how_loud_it_was(tmp_path: Path) -> None:
    with Spool(tmp_path / "scratch", RATE) as spool:
        spool.write_silence(1000)
        spool.write(TONE * 3)  # beyond full scale: levels are set later
        envelope, lufs = spool.finish()
        read = np.concatenate([block for _, block in spool.read()])
    assert np.array_equal(read, np.concatenate([np.zeros(1000, np.float32), TONE * 3]))
    assert envelope.samples == spool.samples == 1000 + TONE.size
    assert -8 < lufs < -4
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_cache_may_lose_damage_or_forget_anything(tmp_path: Path) -> None:
    cache = DecodedTakes(tmp_path)
    assert cache.get("ab12") is None
    kept = cache.put("ab12", TONE, RATE)
    assert np.array_equal(cache.get("ab12"), kept)
    [path] = tmp_path.rglob("*.flac")
    path.write_bytes(path.read_bytes()[:100])
    assert cache.get("ab12") is None and not path.exists()
    cache.put("ab12", TONE, RATE)
    cache.sweep(largest_bytes=0)
    assert cache.get("ab12") is None


def test_text_files_are_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.srt"
    publish.publish_text(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publish.os, "fsync", full)
    with pytest.raises(DiskFull):
        publish.publish_text(path, "new")
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["a.srt"]


def test_a_book_of_more_than_four_gigabytes_is_rf64(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with publish_audio(path, RATE, samples=2**31) as writer:
        writer.write(TONE)
    assert path.read_bytes()[:4] == b"RF64"
    assert soundfile.info(path).frames == TONE.size
