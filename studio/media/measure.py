"""Measuring a delivered file: it is decoded again, as a listener's player would do it.

Is: one pass in blocks; what it keeps is a number for every 10 ms.
Is not: a verdict (`studio.core.report`).

- The noise floor is the RMS of the quietest half second, as the ACX check of audio editors has it.
- Silence at the ends is what lies below -50 dBFS RMS in windows of 10 ms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer

from studio.core.envelope import EnvelopeBuilder
from studio.core.mastering import to_db
from studio.core.model import Audio
from studio.core.report import CURVE_SECONDS, Measured
from studio.errors import DeliveryError
from studio.media.loudness import SILENT_LUFS, LoudnessMeter

Spans = Mapping[int, tuple[float, float]]
"""Turn -> the seconds between which it has to be heard."""

_DEMUXERS = "wav,w64,flac,mp3,mov"
_WINDOW = 0.01
_FLOOR_WINDOWS = 50
_SILENT = 10 ** (-50 / 10)


@dataclass(slots=True)
class _Listener:
    """Everything that is gathered while the samples pass."""

    sample_rate: int
    powers: list[Audio] = field(default_factory=list)
    peak: float = 0.0
    samples: int = 0
    energy: float = 0.0
    _rest: Audio = field(default_factory=lambda: np.zeros(0, np.float32))

    def add(self, audio: Audio) -> None:
        self.samples += audio.size
        self.peak = max(self.peak, float(np.abs(audio).max(initial=0.0)))
        self.energy += float(np.square(audio, dtype=np.float64).sum())
        length = int(self.sample_rate * _WINDOW)
        waiting = np.concatenate([self._rest, audio])
        whole = waiting.size // length * length
        self.powers.append(np.square(waiting[:whole]).reshape(-1, length).mean(axis=1))
        self._rest = waiting[whole:].copy()


def measure(path: Path, spans: Spans | None = None) -> Measured:
    """Decode a file and measure it.

    Args:
        spans: where each turn is expected.

    Raises:
        DeliveryError: it cannot be decoded.
    """
    try:
        options = {"format_whitelist": _DEMUXERS}
        with av.open(str(path), "r", container_options=options) as file:
            return _measure(path, file, spans or {})
    except (av.FFmpegError, OSError, IndexError) as error:
        raise DeliveryError(f"{path} was written but cannot be decoded again: {error}") from error


def _measure(path: Path, file: InputContainer, spans: Spans) -> Measured:
    stream = file.streams.audio[0]
    rate, channels = stream.rate, stream.channels
    listener, meter, envelope = _Listener(rate), LoudnessMeter(rate), EnvelopeBuilder(keep=False)
    sizes: set[int] = set()
    for audio in _decoded(file, stream, sizes):
        listener.add(audio)
        meter.add(audio)
        envelope.add(audio)
    seconds = listener.samples / rate
    envelope.finish()
    n_bytes = path.stat().st_size
    powers = np.concatenate([*listener.powers, np.zeros(0, np.float32)])
    head, tail = _ends(powers, seconds)
    kilobits = (stream.bit_rate or (n_bytes * 8 / max(seconds, 1e-9))) / 1000
    return Measured(
        kind=path.suffix.lower().removeprefix("."), seconds=seconds, sample_rate=rate,
        channels=channels, kilobits=kilobits, constant=bool(sizes) and max(sizes) - min(sizes) <= 1,
        rms_db=to_db((listener.energy / max(listener.samples, 1)) ** 0.5), lufs=meter.finish(),
        peak_db=to_db(listener.peak), true_peak_db=to_db(max(envelope.highest, listener.peak)),
        floor_db=_floor_db(powers), head_seconds=head, tail_seconds=tail,
        silent_turns=_silent_turns(powers, spans), lufs_curve=tuple(meter.curve),
        rms_curve=_rms_curve(powers),
    )  # fmt: skip


def _decoded(file: InputContainer, stream: av.AudioStream, sizes: set[int]) -> Iterator[Audio]:
    """The samples in blocks of about a second, mono; the sizes of the packets on the way."""
    waiting: list[Audio] = []
    for packet in file.demux(stream):
        if packet.size:
            sizes.add(packet.size)
        for frame in packet.decode():
            waiting.append(_mono(frame))
        if sum(block.size for block in waiting) >= stream.rate:
            yield np.concatenate(waiting)
            waiting = []
    if waiting:
        yield np.concatenate(waiting)


def _mono(frame: av.AudioFrame) -> Audio:
    samples = frame.to_ndarray()
    if samples.dtype.kind == "i":
        samples = samples / np.float32(2 ** (8 * samples.dtype.itemsize - 1))
    if not frame.format.is_planar:
        samples = samples.reshape(-1, len(frame.layout.channels)).T
    mono: Audio = samples.astype(np.float32, copy=False).mean(axis=0)
    return mono


def _ends(powers: Audio, seconds: float) -> tuple[float, float]:
    loud = np.flatnonzero(powers >= _SILENT)
    if not loud.size:
        return seconds, 0.0
    return float(loud[0] * _WINDOW), float(seconds - (loud[-1] + 1) * _WINDOW)


def _rms_curve(powers: Audio) -> tuple[float, ...]:
    """RMS in dBFS of the `CURVE_SECONDS` from each second on; silence as the loudness has it."""
    sums = np.cumsum(np.concatenate([[0.0], powers.astype(np.float64)]))
    each, length = round(1 / _WINDOW), round(CURVE_SECONDS / _WINDOW)
    means = (sums[length:] - sums[:-length])[::each] / length
    levels = 10 * np.log10(np.maximum(means, 10 ** (SILENT_LUFS / 10)))
    return tuple(np.round(levels, 1).tolist())


def _floor_db(powers: Audio) -> float:
    if powers.size < _FLOOR_WINDOWS:
        return to_db(float(np.sqrt(powers.mean()))) if powers.size else to_db(0.0)
    sums = np.cumsum(np.concatenate([[0.0], powers.astype(np.float64)]))
    quietest = float((sums[_FLOOR_WINDOWS:] - sums[:-_FLOOR_WINDOWS]).min()) / _FLOOR_WINDOWS
    return to_db(max(quietest, 0.0) ** 0.5)


def _silent_turns(powers: Audio, spans: Spans) -> tuple[int, ...]:
    silent = []
    for turn, (start, end) in spans.items():
        heard = powers[int(start / _WINDOW) : int(end / _WINDOW) + 1]
        if not heard.size or float(heard.max()) < _SILENT:
            silent.append(turn)
    return tuple(silent)
