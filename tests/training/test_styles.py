"""Tags cut a text where they should, and effects on the waveform do what they are for."""

import numpy as np
import pytest

from engine.training.measures import level, voicing
from engine.training.styles import (
    STYLES,
    apply_style,
    limit,
    move_formants,
    sentence_spans,
    split_parts,
    tags_in,
    untag,
    whisper,
)
from engine.training.texts import add_tags

RATE = 22050


def buzz(f0: float = 120.0, seconds: float = 1.5) -> np.ndarray:
    """Pulses through one resonance: enough of a voice for the effects."""
    pulses = np.zeros(round(seconds * RATE))
    pulses[(np.arange(0, seconds, 1 / f0) * RATE).astype(int)] = 1.0
    t = np.arange(600) / RATE
    ring = np.exp(-t * 300) * np.sin(2 * np.pi * 700 * t)
    return (0.3 * np.convolve(pulses, ring)[: len(pulses)]).astype(np.float32)


def test_sentences_end_at_marks_but_not_at_abbreviations() -> None:
    text = "“Stop!” he said. Mr. J. Smith left. Really?"
    assert [text[a:b].strip() for a, b in sentence_spans(text)] == [
        "“Stop!” he said.", "Mr. J. Smith left.", "Really?"]  # fmt: skip


def test_a_tag_holds_to_the_end_of_its_sentence() -> None:
    text = "He said, [whisper] come here. [pause] [slow] Now then. Yes."
    parts = [(text[p.start : p.end].strip(), p.style.name, p.pause_before)
             for p in split_parts(text)]  # fmt: skip
    assert parts == [
        ("He said,", "neutral", False), ("come here.", "whisper", False),
        ("Now then.", "slow", True), ("Yes.", "neutral", False)]  # fmt: skip


def test_an_unknown_tag_is_named() -> None:
    with pytest.raises(ValueError, match=r"\[sings\]"):
        split_parts("[sings] La la.")


def test_tags_can_be_added_and_taken_away() -> None:
    rng, text = np.random.default_rng(0), "He came in, and she left. “Why?” asked Tom, and sat."
    for _ in range(50):
        tagged = add_tags(text, rng)
        assert tags_in(tagged)
        assert untag(tagged) == text
        assert split_parts(tagged)


def test_a_whisper_is_not_voiced_and_a_voice_is() -> None:
    voice = buzz()
    assert voicing(voice).fraction > 0.9
    assert voicing(whisper(voice, RATE, np.random.default_rng(0))).fraction < 0.1


def test_loud_and_soft_set_the_level() -> None:
    rng = np.random.default_rng(0)
    levels = {name: level(apply_style(buzz(), STYLES[name], RATE, rng))
              for name in ("neutral", "loud", "soft")}  # fmt: skip
    assert levels["neutral"] == pytest.approx(-23, abs=0.5)
    assert levels["loud"] - levels["neutral"] == pytest.approx(6, abs=1)
    assert levels["soft"] - levels["neutral"] == pytest.approx(-8, abs=1)


def test_formants_move_and_the_pitch_stays() -> None:
    voice = buzz(150)
    moved = move_formants(voice, 1.4, RATE)
    assert voicing(moved).f0 == pytest.approx(voicing(voice).f0, rel=0.03)

    def center(audio: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(audio)) ** 2
        return float((power * np.fft.rfftfreq(len(audio), 1 / RATE)).sum() / power.sum())

    assert center(moved) < 0.85 * center(voice)


def test_the_limiter_leaves_quiet_samples_alone_and_bounds_the_rest() -> None:
    audio = np.linspace(-4, 4, 801, dtype=np.float32)
    limited = limit(audio)
    assert np.abs(limited).max() <= 0.941
    quiet = np.abs(audio) < 0.6
    assert (limited[quiet] == audio[quiet]).all()
    assert (np.diff(limited) >= 0).all()
