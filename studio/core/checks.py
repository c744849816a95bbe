"""Is a take acceptable? A verdict with a reason, from its codes and its decoded audio.

Is: a few explainable measurements, each with a limit and a reason for the limit.
Is not: speech recognition (`studio.services.recognizer`); a take can pass and say a wrong word.

- Length and level are judged by what is usual for the voice (`studio.core.habits`); the other
  limits are wide: they catch what nobody would keep, not what is merely weak.
- `severity` orders failed takes, so that the least bad can be kept when every attempt fails.
- What was measured to choose the limits is in docs/checks.md.
"""

import math
from dataclasses import dataclass

import numpy as np

from studio.core.direction_effects import effects_of
from studio.core.habits import ENGLISH, Observation, VoiceHabits
from studio.core.model import Audio, Codes
from studio.core.sound import (
    dropout_seconds,
    frame_peaks,
    level_db,
    longest_gap,
    longest_run,
    speech_seconds,
)
from studio.core.spoken_length import spoken_length
from studio.core.timeline import edge_silence


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """The limits of every check.

    Args:
        short_deviations: how many of the voice's deviations a take may be too short by: 2.5 of
            0.075 are 0.83 of the expected length; one ordinary take of 160 is refused.
        long_deviations: the same for too long; words that are said twice are well above.
        short_slack_seconds: for a text of almost no length; gone at 2 s, where 0.74 of the
            expected length must be refused.
        long_slack_seconds: added to the most.
        least_share: of what an ordinary voice needs for the text; less is no speech, whatever the
            voice's pace, and nothing is learned from it.
        edge_seconds: longest silence at either end; the starter's longest is 0.2 s.
        gap_seconds: longest silence inside; the starter's longest is 0.5 s.
        silent_peak: a take whose peak is below this is silent (0.01 is -40 dBFS).
        level_db: how far from the voice's usual level a take may be at least.
        level_deviations: the same in the voice's deviations; the larger one counts.
        clipped_share: share of samples at full scale.
        dropout_seconds: longest stretch of nothing in the middle of a sound.
        loop_seconds: a pattern of codes repeated without a change for this long.
        accept_limit: whether a take may have run to its length limit.
    """

    short_deviations: float = 2.5
    long_deviations: float = 5.0
    short_slack_seconds: float = 0.3
    long_slack_seconds: float = 0.4
    least_share: float = 0.25
    edge_seconds: float = 1.0
    gap_seconds: float = 2.0
    silent_peak: float = 0.01
    level_db: float = 8.0
    level_deviations: float = 3.0
    clipped_share: float = 0.001
    dropout_seconds: float = 0.015
    loop_seconds: float = 1.2
    accept_limit: bool = False


STANDARD = CheckLimits()
PERMISSIVE = CheckLimits(
    short_deviations=math.inf, long_deviations=math.inf, least_share=0.0, edge_seconds=math.inf,
    gap_seconds=math.inf, silent_peak=0.0, level_db=math.inf, clipped_share=1.0,
    dropout_seconds=math.inf, loop_seconds=math.inf, accept_limit=True,
)  # fmt: skip
"""Only finite audio is asked for. For checkpoints with random weights, which make noise."""

PROFILES = {"standard": STANDARD, "permissive": PERMISSIVE}

LEAST_TOLD_SECONDS = 1.2
"""A shorter text says little about the pace of its voice."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict on one take.

    Args:
        reason: why it is refused; empty for an accepted take.
        severity: 0 for an accepted take, and positive otherwise.
        observation: what the take says about its voice; None: nothing, because it is broken or
            was directed to be unusual.
    """

    reason: str = ""
    severity: float = 0.0
    observation: Observation | None = None

    @property
    def accepted(self) -> bool:
        """Whether every check passed."""
        return not self.reason


def check_take(
    codes: Codes,
    audio: Audio,
    sample_rate: int,
    text: str,
    *,
    hit_limit: bool,
    limits: CheckLimits = STANDARD,
    habits: VoiceHabits = ENGLISH,
    language: str = "en",
) -> CheckResult:
    """Check one take; the worst finding is the result.

    Args:
        codes: the take.
        audio: what the codec makes of it, at `sample_rate`.
        text: what was to be spoken, direction included.
        hit_limit: whether the engine stopped it at its length limit.
        habits: what is usual for the voice.
        language: of the text, such as "en".
    """
    if not audio.size or not np.isfinite(audio).all():
        return CheckResult("it is no finite audio", 100.0)
    if float(np.abs(audio).max()) < limits.silent_peak:
        return CheckResult("it is silent", 50.0)
    broken = [
        CheckResult("it ran to its length limit", 10.0)
        if hit_limit and not limits.accept_limit
        else CheckResult(),
        _check_silence(audio, sample_rate, text, limits),
        _check_clipping(audio, limits),
        _check_dropout(audio, sample_rate, limits),
        _check_loop(codes, audio, sample_rate, limits),
    ]
    spoken = speech_seconds(audio, sample_rate)
    unusual = [
        _check_length(spoken, text, language, habits, limits),
        _check_level(level_db(audio, sample_rate), text, habits, limits),
    ]
    worst = max(broken + unusual, key=lambda finding: finding.severity)
    is_speech = spoken >= _floor(text, language, limits) and not any(b.reason for b in broken)
    told = observe(audio, sample_rate, text, language) if is_speech else None
    return CheckResult(worst.reason, worst.severity, told)


def _floor(text: str, language: str, limits: CheckLimits) -> float:
    """Seconds that no voice stays below, however fast."""
    least = limits.least_share * effects_of(text).least
    return least * spoken_length(text, language).seconds


def observe(audio: Audio, sample_rate: int, text: str, language: str) -> Observation | None:
    """What a recording of a text says about its voice; None where it is directed or silent."""
    if effects_of(text).unusual:
        return None
    spoken, expected = speech_seconds(audio, sample_rate), spoken_length(text, language).seconds
    if not spoken:
        return None
    told = expected >= LEAST_TOLD_SECONDS
    return Observation(math.log(spoken / expected) if told else None, level_db(audio, sample_rate))


def length_bounds(
    text: str,
    habits: VoiceHabits = ENGLISH,
    limits: CheckLimits = STANDARD,
    language: str = "en",
) -> tuple[float, float, float]:
    """Seconds spoken: the least, what is expected, and the most that is accepted."""
    length, effects = spoken_length(text, language), effects_of(text)
    expected = length.seconds * math.exp(habits.pace.center)
    deviation = habits.pace.deviation
    slack = limits.short_slack_seconds * max(0.0, 1 - expected / 2) + length.doubtful_seconds
    least = effects.least * expected * math.exp(-limits.short_deviations * deviation) - slack
    most = effects.most * expected * math.exp(limits.long_deviations * deviation)
    floor = _floor(text, language, limits)
    return max(floor, least), expected, most + limits.long_slack_seconds + effects.extra_seconds


def _check_length(
    seconds: float, text: str, language: str, habits: VoiceHabits, limits: CheckLimits
) -> CheckResult:
    least, expected, most = length_bounds(text, habits, limits, language)
    usual = f"{seconds:.1f} s spoken where this voice needs about {expected:.1f} s"
    if seconds < least:
        return CheckResult(f"it is too short: {usual}", 5.0 + least / max(seconds, 0.01))
    if seconds > most:
        return CheckResult(f"it is too long: {usual}", 4.0 + seconds / most)
    return CheckResult()


def _check_level(level: float, text: str, habits: VoiceHabits, limits: CheckLimits) -> CheckResult:
    usual = habits.level
    most = max(limits.level_db, limits.level_deviations * usual.deviation)
    difference = level - usual.center
    if abs(difference) <= most + effects_of(text).level_db:
        return CheckResult()
    how = "louder" if difference > 0 else "quieter"
    reason = f"it is {abs(difference):.0f} dB {how} than is usual for this voice"
    return CheckResult(reason, 1.5 + abs(difference) / 100)


def _check_silence(audio: Audio, sample_rate: int, text: str, limits: CheckLimits) -> CheckResult:
    lead, tail = (count / sample_rate for count in edge_silence(audio, sample_rate))
    if max(lead, tail) > limits.edge_seconds:
        where = "begins" if lead > tail else "ends"
        return CheckResult(f"it {where} with {max(lead, tail):.1f} s of silence", 2.0)
    gap = longest_gap(audio, sample_rate)
    if gap > limits.gap_seconds and not effects_of(text).pause:
        return CheckResult(f"it holds {gap:.1f} s of silence inside", 2.0 + gap)
    return CheckResult()


def _check_clipping(audio: Audio, limits: CheckLimits) -> CheckResult:
    share = float(np.mean(np.abs(audio) >= 0.999))
    if share > limits.clipped_share:
        return CheckResult(f"{share:.1%} of it is clipped", 1.0 + share)
    return CheckResult()


def _check_dropout(audio: Audio, sample_rate: int, limits: CheckLimits) -> CheckResult:
    seconds = dropout_seconds(audio, sample_rate)
    if seconds > limits.dropout_seconds:
        return CheckResult(f"{1000 * seconds:.0f} ms of its sound are missing", 1.0 + seconds)
    return CheckResult()


def _check_loop(codes: Codes, audio: Audio, sample_rate: int, limits: CheckLimits) -> CheckResult:
    """Look for a pattern of semantic codes that repeats without a change while there is sound."""
    frames = codes.shape[1]
    frame_seconds = audio.size / sample_rate / max(frames, 1)
    if not frame_seconds or math.isinf(limits.loop_seconds):
        return CheckResult()
    wanted = max(3, round(limits.loop_seconds / frame_seconds))
    sounding = frame_peaks(audio, frames) >= 10 ** (-40 / 20)
    for period in range(1, frames // 3 + 1):
        same = (codes[0, period:] == codes[0, :-period]) & sounding[period:]
        # Three rounds at least: a word said twice is no loop.
        if longest_run(same) >= max(wanted, 2 * period):
            seconds = period * frame_seconds
            return CheckResult(f"it is stuck: {seconds:.2f} s of it repeat over and over", 8.0)
    return CheckResult()
