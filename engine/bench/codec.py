"""Mode `codec`: audio of frames, and frames of audio.

Is: streams that are decoded side by side as those of running lanes are, a whole take at once, and
the encoding of a reference.
Is not: the codec's quality.
"""

from collections.abc import Iterator

import numpy as np

from engine.bench import floors
from engine.bench.figures import Figure, timed
from engine.bench.load import PIECE
from engine.bench.rig import Rig
from engine.bench.timing import Deadline, Samples, measure

TAKE_PIECES = 20
"""Length of the take that is decoded and encoded, in pieces: half a minute."""


def codec(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Measure streams, whole takes and encoding."""
    for lanes in (1, *rig.sizes.lanes):
        yield _streams(rig, lanes, Deadline.after(deadline.left / 4))
    engine = rig.engine(1, 256)
    codes = rig.random_codes(TAKE_PIECES * PIECE, 0)
    seconds = codes.shape[1] * rig.frame_seconds
    whole = measure(lambda: engine.decode(codes), rig.device, deadline)
    yield _speed(rig, "decode a take", whole, codes.shape[1])
    noise = np.random.default_rng(0).normal(0, 0.1, round(seconds * rig.codec.sample_rate))
    encoded = measure(lambda: engine.encode(noise, rig.codec.sample_rate), rig.device, deadline)
    yield timed(
        f"encode a reference of {seconds:.0f} s",
        encoded.map(lambda value: value * 1e3),
        "ms",
        details={"audio_seconds": seconds},
    )


def _streams(rig: Rig, lanes: int, deadline: Deadline) -> Figure:
    """Push a piece to each of several streams."""
    engine = rig.engine(1, 256)
    streams = [engine.stream() for _ in range(lanes)]
    pieces = [rig.random_codes(PIECE, i) for i in range(lanes)]

    def push() -> None:
        engine.push_together(streams, pieces)

    return _speed(
        rig, f"decode {lanes} streams", measure(push, rig.device, deadline), lanes * PIECE
    )


def _speed(rig: Rig, name: str, samples: Samples, frames: int) -> Figure:
    least = floors.codec_seconds(rig.probe.card, frames) if rig.sizes.published else None
    audio = frames * rig.frame_seconds
    return timed(
        name,
        samples.map(lambda seconds: audio / seconds),
        "x real time",
        floor=audio / least if least else None,
        more_is_better=True,
        details={"us_per_frame": samples.median / frames * 1e6, "piece_frames": PIECE},
    )
