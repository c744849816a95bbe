"""The delivery report: what was measured on a file, line by line, against a target.

Is: a judgement of numbers that were measured on the encoded file, decoded again.
Is not: the measuring (`studio.media.measure`) or the page (`studio.core.report_page`).

- A line that a target does not ask for is INFO; so is what is asked of MP3 files only, elsewhere.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from studio.core.targets import Range, Target

NO_SOUND_DB = -120.0
DIGITAL_SILENCE_DB = -100.0
"""A floor below this is no room tone: 16 bits end at -98 dB."""
CURVE_SECONDS = 3.0
"""What each value of a curve is measured over; EBU R128 calls that short-term."""
_SILENCE_ALLOWED = 0.02  # seconds; how exactly silence at the ends is measured


class Verdict(StrEnum):
    """What a line says."""

    PASS = "PASS"
    FAIL = "FAIL"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was heard in a decoded file.

    Args:
        kind: its ending, such as "mp3".
        peak_db: highest sample; `true_peak_db` between samples too.
        floor_db: RMS of the quietest half second.
        head_seconds, tail_seconds: silence at the ends.
        kilobits: bits a second in thousands; `constant` whether every packet has the same size.
        silent_turns: numbers of turns at whose place nothing is heard.
        lufs_curve, rms_curve: loudness (LUFS) and RMS (dBFS) of the `CURVE_SECONDS` that begin at
            every multiple of `curve_step` seconds and end within the file.
    """

    kind: str
    seconds: float
    sample_rate: int
    channels: int
    kilobits: float
    constant: bool
    rms_db: float
    lufs: float
    peak_db: float
    true_peak_db: float
    floor_db: float
    head_seconds: float
    tail_seconds: float
    silent_turns: tuple[int, ...] = ()
    lufs_curve: tuple[float, ...] = ()
    rms_curve: tuple[float, ...] = ()
    curve_step: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how much, how much is wanted, and the verdict."""

    name: str
    value: float
    unit: str
    wanted: str
    verdict: Verdict

    @property
    def amount(self) -> str:
        """The value with its unit, as it is read: "44100 Hz", "-3.20 dBFS", "0:08 min"."""
        if self.unit == "min":
            minutes, seconds = divmod(round(self.value * 60), 60)
            return f"{minutes}:{seconds:02} min"
        is_whole = self.unit in {"", "Hz"} or self.unit.startswith("kb/s")
        number = f"{self.value:.0f}" if is_whole else f"{self.value:.2f}"
        return f"{number} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's lines, and notes about its turns.

    Args:
        attention: turns whose take failed its checks and is used anyway.
        stale: turns whose take says something else than the script.
        soft_stale: turns whose take was performed after hearing takes that have been replaced.
        curve: of `Measured`, in the unit that the target has: "LUFS", or "dBFS" for RMS.
    """

    file: str
    title: str
    turns: int
    lines: tuple[Line, ...]
    attention: tuple[int, ...] = ()
    curve: tuple[float, ...] = ()
    curve_step: float = 1.0
    curve_unit: str = "LUFS"
    stale: tuple[int, ...] = ()
    soft_stale: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no line fails."""
        return all(line.verdict != Verdict.FAIL for line in self.lines)


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one delivery. `mark` says that the speech is AI-generated."""

    title: str
    target: str
    created: str
    mark: str
    files: tuple[FileReport, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether no line of any file fails."""
        return all(file.passed for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        files = [{**asdict(file), "passed": file.passed} for file in self.files]
        return {**asdict(self), "ai_generated": True, "passed": self.passed, "files": files}


def curve_for(measured: Measured, target: Target) -> tuple[tuple[float, ...], str]:
    """The curve that can be held against a target, and its unit."""
    if target.measure == "rms":
        return measured.rms_curve, "dBFS"
    return measured.lufs_curve, "LUFS"


def judge(measured: Measured, target: Target, turns: int) -> tuple[Line, ...]:
    """Hold a measured file against a target; every line of the report, in reading order."""
    return (
        *_levels(measured, target),
        *_silence(measured, target),
        *_container(measured, target),
        _completeness(measured, turns),
    )


def _levels(measured: Measured, target: Target) -> Iterator[Line]:
    rms = target.loudness if target.measure == "rms" else None
    lufs = target.loudness if target.measure == "lufs" else None
    yield _within("RMS", measured.rms_db, "dBFS", rms)
    yield _within("Loudness", measured.lufs, "LUFS", lufs)
    sample = target.peak_db if target.peak_kind == "sample" else None
    true = target.peak_db if target.peak_kind == "true" else None
    yield _at_most("Peak", measured.peak_db, "dBFS", sample)
    yield _at_most("True peak", measured.true_peak_db, "dBTP", true)
    yield _at_most("Noise floor", measured.floor_db, "dBFS", target.floor_db)
    if target.room_tone:
        there = measured.floor_db > DIGITAL_SILENCE_DB
        wanted = "room tone instead of digital silence"
        yield Line("Quietest half second", measured.floor_db, "dBFS", wanted, _verdict(there))


def _silence(measured: Measured, target: Target) -> Iterator[Line]:
    yield _within("Head", measured.head_seconds, "s", target.head_seconds, _SILENCE_ALLOWED)
    yield _within("Tail", measured.tail_seconds, "s", target.tail_seconds, _SILENCE_ALLOWED)


def _container(measured: Measured, target: Target) -> Iterator[Line]:
    whole_book = measured.kind == "m4b"
    longest = None if whole_book or not target.longest_minutes else target.longest_minutes
    yield _at_most("Length", measured.seconds / 60, "min", longest)
    rate = target.sample_rate
    wanted = f"{rate} Hz" if rate else ""
    verdict = _verdict(measured.sample_rate == rate) if rate else Verdict.INFO
    yield Line("Sample rate", measured.sample_rate, "Hz", wanted, verdict)
    channels = _verdict(measured.channels in (1, 2)) if target.mp3_kilobits else Verdict.INFO
    yield Line("Channels", measured.channels, "", "mono or stereo" if rate else "", channels)
    yield _bit_rate(measured, target)


def _bit_rate(measured: Measured, target: Target) -> Line:
    unit = "kb/s, constant" if measured.constant else "kb/s"
    if measured.kind != "mp3" or target.mp3_kilobits is None:
        wanted = f"MP3 only: {target.mp3_kilobits} constant" if target.mp3_kilobits else ""
        return Line("Bit rate", measured.kilobits, unit, wanted, Verdict.INFO)
    good = measured.constant and round(measured.kilobits) >= target.mp3_kilobits
    wanted = f"at least {target.mp3_kilobits}, constant"
    return Line("Bit rate", measured.kilobits, unit, wanted, _verdict(good))


def _completeness(measured: Measured, turns: int) -> Line:
    heard = turns - len(measured.silent_turns)
    wanted = f"{turns} of {turns}"
    if measured.silent_turns:
        wanted += f"; nothing heard of turn {', '.join(map(str, measured.silent_turns[:10]))}"
    return Line("Turns heard", heard, "", wanted, _verdict(heard == turns))


def _within(name: str, value: float, unit: str, wanted: Range | None, slack: float = 0.0) -> Line:
    if wanted is None:
        return Line(name, value, unit, "", Verdict.INFO)
    low, high = wanted
    verdict = _verdict(low - slack <= value <= high + slack)
    return Line(name, value, unit, f"{low:g} to {high:g}", verdict)


def _at_most(name: str, value: float, unit: str, most: float | None) -> Line:
    if most is None:
        return Line(name, value, unit, "", Verdict.INFO)
    return Line(name, value, unit, f"at most {most:g}", _verdict(value <= most))


def _verdict(good: bool) -> Verdict:
    return Verdict.PASS if good else Verdict.FAIL
