"""Checks: what nobody would keep is found and named; ordinary speech passes."""

import numpy as np
import pytest

from studio.core.checks import PERMISSIVE, STANDARD, CheckLimits, CheckResult, check_take

RATE = 8000
FRAME = 400  # samples; 20 frames a second
TEXT = "It is a truth universally known."  # about 2.1 s


def tone(seconds: float, level: float = 0.3) -> np.ndarray:
    times = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * 200 * times)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


def varied_codes(audio: np.ndarray) -> np.ndarray:
    frames = audio.size // FRAME
    return (np.arange(2 * frames).reshape(2, frames) * 7919 % 1009).astype(np.uint16)


def check(
    audio: np.ndarray,
    codes: np.ndarray | None = None,
    text: str = TEXT,
    hit_limit: bool = False,
    limits: CheckLimits = STANDARD,
) -> CheckResult:
    codes = varied_codes(audio) if codes is None else codes
    return check_take(codes, audio, RATE, text, hit_limit=hit_limit, limits=limits)


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
        (np.concatenate([tone(1), silence(2.2), tone(1)]), "silence inside"),
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
    audio[20 * FRAME : 50 * FRAME] = 0
    assert check(audio, codes).accepted


def test_a_wanted_pause_may_be_long() -> None:
    audio = np.concatenate([tone(1), silence(2.2), tone(1)])
    assert check(audio, text=f"[long pause] {TEXT}").accepted


def test_the_worst_finding_is_the_result() -> None:
    audio = np.concatenate([tone(8), silence(1.8)])
    assert "length limit" in check(audio, hit_limit=True).reason


def test_the_permissive_profile_still_refuses_what_is_not_finite() -> None:
    assert not check(broken(), limits=PERMISSIVE).accepted
    assert check(tone(9), limits=PERMISSIVE).accepted
    assert check(silence(1), limits=PERMISSIVE).accepted
