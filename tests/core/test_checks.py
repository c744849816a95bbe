"""Checks: what nobody would keep is found and named; ordinary speech passes."""

import math

import numpy as np
import pytest

from studio.core.checks import (
    PERMISSIVE,
    STANDARD,
    CheckLimits,
    CheckResult,
    check_take,
    length_bounds,
)
from studio.core.habits import ENGLISH, Habit, Observation, VoiceHabits
from studio.core.spoken_length import spoken_length

RATE = 8000
FRAME = 400  # samples; 20 frames a second
TEXT = "It is a truth universally known."  # about 2.1 s


def tone(seconds: float, level: float = 0.3) -> np.ndarray:
    times = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * 200 * times)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def faded(audio: np.ndarray) -> np.ndarray:
    """Audio that begins and ends as speech does, not in the middle of a wave."""
    ramp = np.linspace(0, 1, RATE // 20, dtype=np.float32)
    audio = audio.copy()
    audio[: ramp.size] *= ramp**2
    audio[-ramp.size :] *= ramp[::-1] ** 2
    return audio


def varied_codes(audio: np.ndarray) -> np.ndarray:
    frames = audio.size // FRAME
    return (np.arange(2 * frames).reshape(2, frames) * 7919 % 1009).astype(np.uint16)


def check(
    audio: np.ndarray,
    codes: np.ndarray | None = None,
    text: str = TEXT,
    hit_limit: bool = False,
    limits: CheckLimits = STANDARD,
    habits: VoiceHabits = ENGLISH,
) -> CheckResult:
    codes = varied_codes(audio) if codes is None else codes
    return check_take(codes, audio, RATE, text, hit_limit=hit_limit, limits=limits, habits=habits)


def broken() -> np.ndarray:
    audio = tone(2)
    audio[100] = np.nan
    return audio


@pytest.mark.parametrize(
    ("audio", "reason"),
    [
        (tone(0)[:0], "no finite audio"),
        (broken(), "no finite audio"),
        (tone(2, 0.001), "silent"),
        (tone(0.05), "too short"),
        (tone(9), "too long"),
        (np.concatenate([silence(1.8), tone(1.5)]), "begins with 1.8 s of silence"),
        (np.concatenate([tone(1.5), silence(1.8)]), "ends with 1.8 s of silence"),
        (np.concatenate([faded(tone(1)), silence(2.2), faded(tone(1))]), "silence inside"),
        (np.clip(tone(2, 3.0), -1, 1), "clipped"),
    ],
)
def test_bad_audio_is_named(audio: np.ndarray, reason: str) -> None:
    result = check(audio)
    assert reason in result.reason
    assert not result.accepted and result.severity > 0


def test_ordinary_speech_passes() -> None:
    assert check(np.concatenate([silence(0.2), tone(1.8), silence(0.3)])).accepted


def test_a_take_that_ran_to_its_limit_is_refused_unless_that_is_allowed() -> None:
    assert "length limit" in check(tone(2), hit_limit=True).reason
    assert check(tone(2), hit_limit=True, limits=PERMISSIVE).accepted


def test_a_stuck_loop_is_found_and_silence_is_not_one() -> None:
    audio = tone(3)
    codes = varied_codes(audio)
    codes[0, 20:50] = np.resize([5, 6, 7], 30)
    assert "stuck" in check(audio, codes).reason
    parts = [faded(tone(1)), silence(1.5), faded(tone(0.5))]
    assert check(np.concatenate(parts), codes).accepted


def test_a_wanted_pause_may_be_long() -> None:
    audio = np.concatenate([faded(tone(1)), silence(2.2), faded(tone(1))])
    assert "silence inside" in check(audio).reason
    assert check(audio, text=f"[long pause] {TEXT}").accepted


def test_the_worst_finding_is_the_result() -> None:
    audio = np.concatenate([tone(8), silence(1.8)])
    assert "length limit" in check(audio, hit_limit=True).reason


def test_the_permissive_profile_still_refuses_what_is_not_finite() -> None:
    assert not check(broken(), limits=PERMISSIVE).accepted
    assert check(tone(9), limits=PERMISSIVE).accepted
    assert check(silence(1), limits=PERMISSIVE).accepted


LONG = "The captain folded his map and said nothing for a long time, and then he laughed."
OWN_PACE = VoiceHabits(Habit(0.3, 0.075, 0.02), Habit(-13.5, 1.0, 0.2))
"""A voice a third slower than others; `tone` is at -13.5 dBFS."""


def spoken(share: float, habits: VoiceHabits = OWN_PACE, text: str = LONG) -> CheckResult:
    """A take of a share of the length that is expected of a voice."""
    return check(tone(share * length_bounds(text, habits)[1]), text=text, habits=habits)


def test_a_brisk_exclamation_of_one_word_passes_and_a_lost_number_does_not() -> None:
    learned = VoiceHabits(Habit(0.0, 0.075, 0.02), Habit(-13.5, 1.0, 0.2))
    assert length_bounds("Passionately!", learned)[1] == pytest.approx(0.9, abs=0.1)
    assert check(tone(0.62), text="Passionately!", habits=learned).accepted
    assert "too short" in check(tone(0.3), text="Passionately!", habits=learned).reason
    stopped = "The parcel from the station weighs exactly 3.7 kg."
    share = 1 - length_bounds("3.7 kg.", learned)[1] / length_bounds(stopped, learned)[1]
    assert "too short" in spoken(share, learned, stopped).reason


@pytest.mark.parametrize("text", [LONG, "She put the letter back in the drawer.", LONG * 3])
def test_an_early_stop_at_three_quarters_is_caught_and_an_ordinary_take_is_not(text: str) -> None:
    assert length_bounds(text, OWN_PACE)[1] > 2
    assert spoken(0.74, text=text).reason.startswith("it is too short")
    for share in (0.86, 1.0, 1.2, 1.35):
        assert spoken(share, text=text).accepted, share
    assert spoken(1.7, text=text).reason.startswith("it is too long")


def test_a_voice_is_judged_by_its_own_pace() -> None:
    slow = tone(length_bounds(LONG, OWN_PACE)[1])
    slower = VoiceHabits(Habit(0.9, 0.075, 0.02), OWN_PACE.level)
    assert check(slow, text=LONG, habits=OWN_PACE).accepted
    assert "too short" in check(slow, text=LONG, habits=slower).reason
    assert "about 10.5 s" in check(slow, text=LONG, habits=slower).reason


def test_a_take_far_too_short_is_refused_whatever_was_learned_and_teaches_nothing() -> None:
    taught = ENGLISH.learned([Observation(math.log(0.05), -23.0)] * 50)
    result = check(tone(0.1 * length_bounds(LONG)[1]), text=LONG, habits=taught)
    assert "too short" in result.reason and result.observation is None


def test_pauses_do_not_make_a_take_long_enough() -> None:
    part = faded(tone(0.35 * length_bounds(LONG, OWN_PACE)[1]))
    audio = np.concatenate([part, silence(1.5), part])
    assert "too short" in check(audio, text=LONG, habits=OWN_PACE).reason


def test_direction_shifts_the_bounds() -> None:
    plain, slow, fast, pause, other = (
        length_bounds(f"{tag}{LONG}", OWN_PACE)
        for tag in ("", "[slowly] ", "[fast] ", "[pause] ", "[laughs] ")
    )
    assert slow[0] == plain[0] and slow[2] > 1.5 * plain[2] - 1
    assert fast[0] < 0.8 * plain[0] and fast[2] == plain[2]
    assert pause == plain
    assert other[0] < plain[0] and other[2] > plain[2] + 1
    assert all(bounds[1] == plain[1] for bounds in (slow, fast, pause, other))


def test_level_is_judged_by_the_voices_own_unless_direction_changes_it() -> None:
    seconds = length_bounds(LONG, OWN_PACE)[1]
    quiet = tone(seconds, 0.3 * 10 ** (-10 / 20))
    assert check(quiet, text=LONG, habits=OWN_PACE).reason.startswith("it is 10 dB quieter")
    assert check(quiet, text=f"[whispers] {LONG}", habits=OWN_PACE).accepted
    assert check(tone(seconds, 0.9), text=LONG, habits=OWN_PACE).reason.startswith("it is 10 dB lo")
    assert check(tone(seconds, 0.2), text=LONG, habits=OWN_PACE).accepted


def test_lost_samples_are_found_and_a_closed_mouth_is_not() -> None:
    audio = tone(2)
    audio[8000:8200] = 0
    assert check(audio).reason == "25 ms of its sound are missing"
    assert check(np.concatenate([faded(tone(1)), silence(0.06), faded(tone(1))])).accepted


def test_a_take_tells_its_pace_unless_it_is_broken_directed_or_short() -> None:
    fine = check(tone(2))
    assert fine.observation is not None and fine.observation.pace is not None
    assert np.exp(fine.observation.pace) == pytest.approx(2 / spoken_length(TEXT).seconds)
    assert fine.observation.level == pytest.approx(-13.5, abs=0.1)
    too_long = check(tone(6))
    assert not too_long.accepted and too_long.observation is not None
    assert check(tone(2), hit_limit=True).observation is None
    assert check(tone(2), text=f"[slow] {TEXT}").observation is None
    short = check(tone(0.4), text="Come in!").observation
    assert short is not None and short.pace is None
