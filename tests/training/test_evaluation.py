"""The evaluation's own judgement: tags, stops, voices, targets."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from engine.training.align import Phone
from engine.training.endurance import inspect
from engine.training.evaluate import TARGETS, load_judge, rounded
from engine.training.listener import plain_words
from engine.training.measures import compare
from engine.training.obedience import Pair, effect
from engine.training.performer import Line
from engine.training.phones import PHONE_IDS, PHONES
from engine.training.styles import TAGS
from engine.training.voiceprint import VoiceSpace, describe, nearest

RATE = 22050


def tone(f0: float, seconds: float = 1.0, gain: float = 0.1) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return (gain * sum(np.sin(2 * np.pi * f0 * k * t) / k for k in range(1, 12))).astype(np.float32)


def noise(seconds: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (0.1 * rng.standard_normal(round(seconds * RATE))).astype(np.float32)


GAP = np.zeros(round(0.5 * RATE), np.float32)
PLAIN = tone(150)
DOES = {
    "whisper": noise(), "slow": tone(150, 1.4), "fast": tone(150, 0.7), "high voice": tone(200),
    "low voice": tone(115), "loud": tone(150, gain=0.18), "soft": tone(150, gain=0.05),
    "pause": np.concatenate([tone(150, 0.5), GAP, tone(150, 0.5)]),
}  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_counts_only_when_its_own_effect_is_there(tag: str) -> None:
    for name, audio in DOES.items():
        _, done = effect(tag, Pair(audio, PLAIN, audio, PLAIN))
        allowed = {tag, *({"slow"} if name == "pause" else set())}
        assert done == (name == tag) or name in allowed or (tag, name) == ("slow", "pause")
    assert not effect(tag, Pair(PLAIN, PLAIN, PLAIN, PLAIN))[1]


@dataclass
class FakeBench:
    """A bench whose teacher says ten different phones a sentence, 0.1 s each."""

    heard: list[int]
    text: str = "Abcdefghij. Klmnopqrst."

    def teacher(self, line: Line) -> SimpleNamespace:
        spoken = [i for i, c in enumerate(self.text) if c.isalpha()]
        phones = [Phone(PHONES[1 + k], 0.1 * k, 0.1 * (k + 1), i) for k, i in enumerate(spoken)]
        return SimpleNamespace(phones=phones, audio=np.zeros(2 * RATE, np.float32))

    def phone_edits(self, line: Line, audio: np.ndarray):
        return compare([PHONE_IDS[p.label] for p in self.teacher(line).phones], self.heard)


@pytest.mark.parametrize(
    ("heard", "seconds", "limit", "wrong"),
    [
        (list(range(1, 21)), 2.0, False, set()),
        (list(range(1, 16)), 1.5, False, {"early_stop", "skipped_words"}),
        (list(range(1, 21)), 1.0, False, {"early_stop"}),
        (list(range(1, 21)), 4.0, False, {"runaway"}),
        (list(range(1, 21)), 2.0, True, {"runaway"}),
        ([1, 2, *range(9, 21)], 1.8, False, {"skipped_words"}),
        ([1, *range(9, 21)], 1.8, False, {"skipped_words", "skipped_sentence"}),
        ([*range(1, 21), *range(1, 10)], 3.0, False, {"repeated_words"}),
    ],
)
def test_stops_and_skips_are_told_apart(heard, seconds, limit, wrong) -> None:
    bench = FakeBench(heard)
    audio = np.zeros(round(seconds * RATE), np.float32)
    found = inspect(bench, Line("rms", bench.text), audio, limit)  # type: ignore[arg-type]
    assert {name for name in wrong | {"early_stop", "runaway", "skipped_words",
            "repeated_words", "skipped_sentence"} if getattr(found, name)} == wrong  # fmt: skip


def test_the_voice_space_weighs_what_differs_between_voices() -> None:
    rng = np.random.default_rng(0)
    centers = rng.standard_normal((8, 43)) * ([0.1] * 20 + [1.0] * 23)
    spread = np.array([3.0] * 20 + [0.3] * 23)
    examples = {str(i): [c + rng.standard_normal(43) * spread for _ in range(20)]
                for i, c in enumerate(centers)}  # fmt: skip
    space = VoiceSpace.fit(examples)
    places = {name: np.mean([(r - space.mean) @ space.axes for r in rows], 0)
              for name, rows in examples.items()}  # fmt: skip
    fresh = [(str(i), (c + rng.standard_normal(43) * spread - space.mean) @ space.axes)
             for i, c in enumerate(centers) for _ in range(10)]  # fmt: skip
    assert np.mean([nearest(place, places) == name for name, place in fresh]) > 0.95


def test_a_description_knows_pitch() -> None:
    assert describe(tone(200))[-3] == pytest.approx(np.log(200), abs=0.02)


def test_targets_have_three_verdicts() -> None:
    lower = next(target for target in TARGETS if target.lower and target.must == 0.25)
    assert [lower.verdict(value) for value in (0.05, 0.2, 0.3)] == ["aim", "must", "miss"]
    higher = next(target for target in TARGETS if target.must == 0.85)
    assert [higher.verdict(value) for value in (0.99, 0.9, 0.5)] == ["aim", "must", "miss"]


def test_the_applications_own_check_can_be_the_judge() -> None:
    judge = load_judge("studio.core.checks:check_take")
    assert judge is not None
    take = SimpleNamespace(codes=np.arange(22)[None].repeat(4, 0), stopped="limit")
    spoken = SimpleNamespace(take=take, audio=tone(150), line=Line("rms", "Hello there, friend."))
    assert "limit" in judge(spoken, RATE)  # type: ignore[arg-type]
    assert load_judge("") is None


def test_small_helpers() -> None:
    assert rounded({"a": [1.23456, 2], "b": "x"}) == {"a": [1.2346, 2], "b": "x"}
    assert plain_words("It’s read(2).") == ["its", "read"]
