"""MP3 and M4B files through FFmpeg (PyAV), with tags, chapters and a cover.

Is: an encoder that is fed samples and writes to a sink as it goes.
Is not: the ffmpeg program; nothing has to be installed.

- Titles reach the container as values and are never written as text that is parsed again, so they
  cannot forge a chapter or a tag.
- M4B is written by the `mp4` muxer: the `ipod` muxer refuses a cover that is no MPEG-4 video.
"""

from fractions import Fraction

import av
import numpy as np

from studio.core.label import Cover, Label, plain
from studio.core.model import Audio
from studio.media.sink import Sink

MP3_KILOBITS = 192
AAC_KILOBITS = 96
"""Mono speech at 44.1 kHz; what audiobook shops deliver is 64."""

_MILLISECONDS = Fraction(1, 1000)
_MUXERS = {"mp3": "mp3", "m4b": "mp4"}
_CODECS = {"mp3": "libmp3lame", "m4b": "aac"}
_KILOBITS = {"mp3": MP3_KILOBITS, "m4b": AAC_KILOBITS}
# LAME's effort, 0 (most) to 9: 5 is its own usual one and costs a third less than FFmpeg's.
# AAC's "fast" quantizer costs a third of the usual one and raises peaks by 0.5 dB where that raises
# them by up to 1.8 (measured on speech at 96 kb/s).
_EFFORT: dict[str, dict[str, str]] = {
    "mp3": {"compression_level": "5"},
    "m4b": {"aac_coder": "fast"},
}


class EncodedFile:
    """One file being encoded, mono. Not thread-safe."""

    def __init__(self, sink: Sink, kind: str, sample_rate: int, label: Label) -> None:
        # "bitexact" leaves the version of FFmpeg out, so that the same takes give the same bytes.
        options = {"fflags": "+bitexact"}
        self._container = av.open(sink, "w", format=_MUXERS[kind], container_options=options)
        self._open = True
        self._position = 0
        stream = self._container.add_stream(
            _CODECS[kind], rate=sample_rate, layout="mono", options=dict(_EFFORT[kind])
        )
        if not isinstance(stream, av.AudioStream):
            raise TypeError(f"{_CODECS[kind]} is no audio codec")
        self._stream = stream
        self._sample_rate = sample_rate
        self._stream.bit_rate = _KILOBITS[kind] * 1000
        self._stream.codec_context.format = av.AudioFormat("fltp")
        self._container.metadata.update(_tags(kind, label))
        self._chapters(label, sample_rate)
        self._begin(label.cover)

    def write(self, audio: Audio) -> None:
        """Append samples."""
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(audio[None, :], dtype=np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = self._sample_rate
        frame.pts = self._position
        self._position += audio.size
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what the encoder still holds and the container's end; once."""
        if not self._open:
            return
        self._open = False
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def _chapters(self, label: Label, sample_rate: int) -> None:
        marks = [
            {
                "id": number,
                "start": mark.start * 1000 // sample_rate,
                "end": mark.end * 1000 // sample_rate,
                "time_base": _MILLISECONDS,
                "metadata": {"title": plain(mark.title) or f"Chapter {number}"},
            }
            for number, mark in enumerate(label.chapters, start=1)
        ]
        if marks:
            self._container.set_chapters(marks)  # type: ignore[arg-type]

    def _begin(self, cover: Cover | None) -> None:
        """Write the header, and the picture, which has to come before the sound."""
        if cover is None:
            self._container.start_encoding()
            return
        picture = self._container.add_stream(cover.codec)
        picture.width, picture.height = cover.width, cover.height  # type: ignore[union-attr]
        picture.pix_fmt = "yuvj420p" if cover.codec == "mjpeg" else "rgb24"  # type: ignore[union-attr]
        picture.disposition = av.stream.Disposition.attached_pic
        self._container.start_encoding()
        packet = av.Packet(cover.content)
        packet.stream = picture
        packet.time_base = _MILLISECONDS
        packet.pts = packet.dts = 0
        packet.is_keyframe = True
        self._container.mux(packet)


def _tags(kind: str, label: Label) -> dict[str, str]:
    tags = label.tags()
    if kind == "mp3" and label.mark:
        tags["AI_GENERATED"] = "true"  # a TXXX frame; MP4 drops names it does not know
    if kind == "m4b":
        tags["media_type"] = "2"  # "audiobook" to players
        tags["genre"] = "Audiobook"
        if label.mark:
            tags["description"] = plain(label.mark)
    return tags
