"""What a delivery is measured against: named targets with their numbers.

Is: numbers, each from the shop or platform that asks for it (docs/delivery.md names them).
Is not: a judgement (`studio.core.report`) or a way to get there (`studio.core.mastering`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from studio.errors import DeliveryError

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Target:
    """One target. None means that it does not ask.

    Args:
        measure: what loudness is measured as: "rms" (dBFS) or "lufs"; None leaves levels alone.
        aim: the loudness that mastering makes.
        loudness: the loudness that passes.
        ceiling_db: true peak that the limiter holds before encoding; the distance to `peak_db`
            is what a lossy encoder adds.
        peak_db: highest peak that passes; `peak_kind` tells how it is measured.
        floor_db: loudest noise floor that passes (quietest half second, RMS).
        head_seconds, tail_seconds: silence at the ends that passes.
        head_ms, tail_ms: silence at the ends that is made.
        longest_minutes: of one file.
        room_tone: whether digital silence fails.
        mp3_kilobits: an MP3 needs this constant bit rate at least; `sample_rate` in Hz.
    """

    name: str
    description: str
    measure: Literal["rms", "lufs"] | None = None
    aim: float = 0.0
    loudness: Range | None = None
    ceiling_db: float = -0.5
    peak_db: float | None = None
    peak_kind: Literal["sample", "true"] = "true"
    floor_db: float | None = None
    head_seconds: Range | None = None
    tail_seconds: Range | None = None
    head_ms: int = 500
    tail_ms: int = 1000
    longest_minutes: float | None = None
    room_tone: bool = False
    mp3_kilobits: int | None = None
    sample_rate: int | None = None


ACX = Target(
    name="acx", description="Audible and ACX audiobooks",
    measure="rms", aim=-20.0, loudness=(-23.0, -18.0),
    ceiling_db=-4.0, peak_db=-3.0, peak_kind="sample", floor_db=-60.0,
    head_seconds=(0.5, 1.0), tail_seconds=(1.0, 5.0), head_ms=750, tail_ms=2000,
    longest_minutes=120.0, room_tone=True, mp3_kilobits=192, sample_rate=44_100,
)  # fmt: skip
PODCAST = Target(
    name="podcast-16", description="podcasts, -16 LUFS",
    measure="lufs", aim=-16.0, loudness=(-17.0, -15.0), ceiling_db=-2.0, peak_db=-1.0,
)  # fmt: skip
STREAMING = Target(
    name="streaming-14", description="music and video platforms, -14 LUFS",
    measure="lufs", aim=-14.0, loudness=(-15.0, -13.0), ceiling_db=-2.0, peak_db=-1.0,
)  # fmt: skip
NONE = Target(name="none", description="levels stay as the voices have them")

TARGETS: Mapping[str, Target] = {target.name: target for target in (ACX, PODCAST, STREAMING, NONE)}


def target_names() -> tuple[str, ...]:
    """The names of all targets."""
    return tuple(TARGETS)


def find_target(name: str) -> Target:
    """The target with a name.

    Raises:
        DeliveryError: there is none.
    """
    if name not in TARGETS:
        raise DeliveryError(f"There is no target '{name}'. Known: {', '.join(TARGETS)}.")
    return TARGETS[name]
