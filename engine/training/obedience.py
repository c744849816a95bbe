"""Does it do what the tags say? Each tag is measured by what it names.

A sentence is spoken with and without the tag in the same voice from the same seed; the tag does
what it says when the difference is at least half of what the teacher makes (of its logarithm for
ratios). Before a phrase inside a sentence, only what is spoken from there on counts; where that
begins is found by forced alignment.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from engine.training.bench import Audio, Bench
from engine.training.measures import SAMPLE_RATE, level, silences, voicing
from engine.training.performer import Line
from engine.training.phones import PHONE_IDS
from engine.training.recogniser import HOP, align
from engine.training.sentences import TAG_SENTENCES
from engine.training.styles import STYLES, TAGS
from engine.training.voices import voices


@dataclass(frozen=True)
class Pair:
    """The part a tag rules, tagged and untagged, and the whole takes around it."""

    tagged: Audio
    plain: Audio
    whole_tagged: Audio
    whole_plain: Audio


def _seconds(audio: Audio) -> float:
    edges = silences(audio)
    return max(len(audio) / SAMPLE_RATE - edges.before - edges.after, 0.05)


def _log_ratio(tagged: float, plain: float) -> float:
    return math.log(max(tagged, 1e-6) / max(plain, 1e-6))


def _pitch(pair: Pair) -> float:
    tagged, plain = voicing(pair.tagged).f0, voicing(pair.plain).f0
    return _log_ratio(tagged, plain) if tagged and plain else 0.0


def _pause(pair: Pair) -> float:
    """By how much the longest silence (leading ones included) grows."""
    tagged, plain = silences(pair.whole_tagged), silences(pair.whole_plain)
    return max(tagged.before, tagged.inside) - max(plain.before, plain.inside)


_EFFECTS: dict[str, tuple[Callable[[Pair], float], float]] = {
    "whisper": (lambda p: voicing(p.tagged).fraction - voicing(p.plain).fraction, -0.3),
    "slow": (
        lambda p: _log_ratio(_seconds(p.tagged), _seconds(p.plain)),
        -0.5 * math.log(STYLES["slow"].rate),
    ),
    "fast": (
        lambda p: _log_ratio(_seconds(p.tagged), _seconds(p.plain)),
        -0.5 * math.log(STYLES["fast"].rate),
    ),
    "high voice": (_pitch, 0.5 * math.log(STYLES["high voice"].pitch)),
    "low voice": (_pitch, 0.5 * math.log(STYLES["low voice"].pitch)),
    "loud": (lambda p: level(p.tagged) - level(p.plain), 0.5 * STYLES["loud"].gain_db),
    "soft": (lambda p: level(p.tagged) - level(p.plain), 0.5 * STYLES["soft"].gain_db),
    "pause": (_pause, 0.3),
}
"""For each tag what is measured, and how much of it is asked for (the sign tells the direction)."""


def effect(tag: str, pair: Pair) -> tuple[float, bool]:
    """How strong a tag's effect is, and whether it does what it says."""
    measure, wanted = _EFFECTS[tag]
    value = measure(pair)
    return value, value >= wanted if wanted > 0 else value <= wanted


def tag_activation(bench: Bench) -> dict[str, Any]:
    """Share of takes in which the tag does what it says: by tag, by place, by voice, in all."""
    rows = [row for place in ("front", "inside") for row in _trials(bench, place)]
    model = [done for _, _, _, done, _ in rows]
    result: dict[str, Any] = {
        "trials": len(rows),
        "model": fmean(model),
        "teacher": fmean(done for *_, done in rows),
    }
    for name, column in (("by_tag", 0), ("by_place", 1), ("by_voice", 2)):
        groups: dict[str, list[bool]] = {}
        for row in rows:
            groups.setdefault(str(row[column]), []).append(row[3])
        result[name] = {group: fmean(values) for group, values in groups.items()}
    return result


Trial = tuple[str, str, str, bool, bool]  # tag, place, voice, model did it, teacher did it


def _trials(bench: Bench, place: str) -> list[Trial]:
    chosen = voices("headline")[: 3 if bench.quick else 12]
    lines = [
        Line(voice.slug, TAG_SENTENCES[i % len(TAG_SENTENCES)], i) for i, voice in enumerate(chosen)
    ]
    if not bench.quick:
        lines += [
            Line(line.voice, TAG_SENTENCES[(i + 5) % len(TAG_SENTENCES)], i)
            for i, line in enumerate(lines)
        ]
    plain = bench.speak([Line(line.voice, line.text.replace("|", ""), line.seed) for line in lines])
    trials: list[Trial] = []
    for tag in TAGS:
        tagged = [Line(line.voice, _with_tag(line.text, tag, place), line.seed) for line in lines]
        for line, with_tag, take, without in zip(
            lines, tagged, bench.speak(tagged), plain, strict=True
        ):
            done = _does(bench, tag, place, line, take.audio, without.audio)
            taught = _does(
                bench,
                tag,
                place,
                line,
                bench.teacher(with_tag).audio,
                bench.teacher(without.line).audio,
            )
            trials.append((tag, place, line.voice, done, taught))
    return trials


def _with_tag(text: str, tag: str, place: str) -> str:
    if place == "front":
        return f"[{tag}] " + text.replace("|", "")
    return text.replace("|", f"[{tag}] ")


def _does(bench: Bench, tag: str, place: str, line: Line, tagged: Audio, plain: Audio) -> bool:
    parts = [
        audio if place == "front" else _from_phrase(bench, line, audio) for audio in (tagged, plain)
    ]
    return effect(tag, Pair(parts[0], parts[1], tagged, plain))[1]


def _from_phrase(bench: Bench, line: Line, audio: Audio) -> Audio:
    """What is spoken from the bar on."""
    text = line.text.replace("|", "")
    speech = bench.teacher(Line(line.voice, text))
    spoken = [phone for phone in speech.phones if phone.label != "sil"]
    first = sum(phone.char_index < line.text.index("|") for phone in spoken)
    log_probabilities = bench.recogniser.log_probabilities(audio)
    starts = align(log_probabilities, [PHONE_IDS[phone.label] for phone in spoken])
    return np.asarray(audio[int(starts[min(first, len(starts) - 1)]) * HOP :], np.float32)
