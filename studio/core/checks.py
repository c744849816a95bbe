"""Is a take acceptable? A verdict with a reason, from its codes and its decoded audio.

Is: a few explainable measurements in numpy, each with a limit and a reason for the limit.
Is not: speech recognition; a take can pass and still say a wrong word.

- The limits are wide: they catch what nobody would keep (46 ms for a sentence, a stuck loop, a
  runaway, silence), not what is merely weak.
- `severity` orders failed takes, so that the least bad can be kept when every attempt fails.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.model import Audio, Codes
from studio.core.timeline import edge_silence

READ_OUT_BYTES = 7
"""What a digit or a symbol is spelled out to, on average ("7" is "seven", "%" is "percent")."""

_DIRECTION = re.compile(r"\[[^\[\]]*\]")
_READ_OUT = re.compile(r"[0-9%$€£&+=#@/°]")


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """The limits of every check.

    Args:
        bytes_per_second: ordinary English speech is about 15 letters a second.
        least_of_expected: shorter than this share of the expected length: words are missing.
        most_of_expected: longer than this share (plus the slack): invented or drawn out. Slow
            direction takes 1.6 times the ordinary length.
        slack_seconds: short texts vary more; added to the upper bound.
        direction_seconds: room for what a direction adds, such as a pause or a laugh.
        edge_seconds: longest silence at either end.
        gap_seconds: longest silence inside.
        silent_peak: a take whose peak is below this is silent (0.01 is -40 dBFS).
        clipped_share: share of samples at full scale.
        loop_seconds: a pattern of codes repeated without a change for this long.
        accept_limit: whether a take may have run to its length limit.
    """

    bytes_per_second: float = 15.0
    least_of_expected: float = 0.4
    most_of_expected: float = 2.2
    slack_seconds: float = 1.0
    direction_seconds: float = 1.0
    edge_seconds: float = 1.5
    gap_seconds: float = 2.0
    silent_peak: float = 0.01
    clipped_share: float = 0.001
    loop_seconds: float = 1.2
    accept_limit: bool = False


STANDARD = CheckLimits()
PERMISSIVE = CheckLimits(
    least_of_expected=0.0, most_of_expected=1e9, edge_seconds=1e9, gap_seconds=1e9,
    silent_peak=0.0, clipped_share=1.0, loop_seconds=1e9, accept_limit=True,
)  # fmt: skip
"""Only finite audio is asked for. For checkpoints with random weights, which make noise."""

PROFILES = {"standard": STANDARD, "permissive": PERMISSIVE}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`reason` is empty for an accepted take; `severity` is 0 then, and positive otherwise."""

    reason: str = ""
    severity: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether every check passed."""
        return not self.reason


def check_take(
    codes: Codes, audio: Audio, sample_rate: int, text: str, *, hit_limit: bool, limits: CheckLimits
) -> CheckResult:
    """Check one take; the worst finding is the result.

    Args:
        codes: the take.
        audio: what the codec makes of it, at `sample_rate`.
        text: what was to be spoken, direction included.
        hit_limit: whether the engine stopped it at its length limit.
    """
    if not audio.size or not np.isfinite(audio).all():
        return CheckResult("it is no finite audio", 100.0)
    peak = float(np.abs(audio).max())
    if peak < limits.silent_peak:
        return CheckResult("it is silent", 50.0)
    findings = [
        CheckResult("it ran to its length limit", 10.0)
        if hit_limit and not limits.accept_limit
        else CheckResult(),
        _check_length(audio.size / sample_rate, text, limits),
        _check_silence(audio, sample_rate, text, limits),
        _check_clipping(audio, limits),
        _check_loop(codes, audio, sample_rate, limits),
    ]
    return max(findings, key=lambda finding: finding.severity)


def expected_seconds(text: str, limits: CheckLimits = STANDARD) -> float:
    """How long a text usually takes; direction is not spoken, and numbers are read out."""
    spoken = _DIRECTION.sub("", text).strip()
    n_bytes = len(spoken.encode()) + (READ_OUT_BYTES - 1) * len(_READ_OUT.findall(spoken))
    return n_bytes / limits.bytes_per_second


def _check_length(seconds: float, text: str, limits: CheckLimits) -> CheckResult:
    expected = expected_seconds(text, limits)
    least = expected * limits.least_of_expected
    extra = limits.slack_seconds + limits.direction_seconds * len(_DIRECTION.findall(text))
    most = expected * limits.most_of_expected + extra
    if seconds < least:
        reason = f"it is too short: {seconds:.1f} s where at least {least:.1f} s are needed"
        return CheckResult(reason, 5.0 + least / max(seconds, 0.01))
    if seconds > most:
        reason = f"it is too long: {seconds:.1f} s where at most {most:.1f} s make sense"
        return CheckResult(reason, 4.0 + seconds / most)
    return CheckResult()


def _check_silence(audio: Audio, sample_rate: int, text: str, limits: CheckLimits) -> CheckResult:
    lead, tail = (count / sample_rate for count in edge_silence(audio, sample_rate))
    if max(lead, tail) > limits.edge_seconds:
        where = "begins" if lead > tail else "ends"
        return CheckResult(f"it {where} with {max(lead, tail):.1f} s of silence", 2.0)
    gap = _longest_gap(audio, sample_rate)
    wanted = any("pause" in direction.lower() for direction in _DIRECTION.findall(text))
    if gap > limits.gap_seconds and not wanted:
        return CheckResult(f"it holds {gap:.1f} s of silence inside", 2.0 + gap)
    return CheckResult()


def _check_clipping(audio: Audio, limits: CheckLimits) -> CheckResult:
    share = float(np.mean(np.abs(audio) >= 0.999))
    if share > limits.clipped_share:
        return CheckResult(f"{share:.1%} of it is clipped", 1.0 + share)
    return CheckResult()


def _check_loop(codes: Codes, audio: Audio, sample_rate: int, limits: CheckLimits) -> CheckResult:
    """Look for a pattern of semantic codes that repeats without a change while there is sound."""
    frames = codes.shape[1]
    frame_seconds = audio.size / sample_rate / max(frames, 1)
    wanted = max(3, round(limits.loop_seconds / frame_seconds)) if frame_seconds else frames
    sounding = _frame_peaks(audio, frames) >= 10 ** (-40 / 20)
    for period in range(1, frames // 3 + 1):
        same = (codes[0, period:] == codes[0, :-period]) & sounding[period:]
        # Three rounds at least: a word said twice is no loop.
        if _longest_run(same) >= max(wanted, 2 * period):
            seconds = period * frame_seconds
            return CheckResult(f"it is stuck: {seconds:.2f} s of it repeat over and over", 8.0)
    return CheckResult()


def _frame_peaks(audio: Audio, frames: int) -> Audio:
    length = max(1, audio.size // max(frames, 1))
    peaks: Audio = np.abs(audio[: frames * length]).reshape(frames, length).max(axis=1)
    return peaks


def _longest_gap(audio: Audio, sample_rate: int) -> float:
    """Seconds of the longest stretch below the silence threshold, in steps of 20 ms."""
    length = max(1, sample_rate // 50)
    peaks = _frame_peaks(audio, audio.size // length)
    return _longest_run(peaks < 10 ** (-50 / 20)) * length / sample_rate


def _longest_run(flags: NDArray[np.bool_]) -> int:
    """Length of the longest stretch of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))
