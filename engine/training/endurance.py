"""Does it say all of it, once, and stop? Two hundred sentences, and what the bounds catch.

- An *early stop* loses the end: less than 0.6 of the teacher's time, or the last five phones.
- A *runaway* reaches its length bound, or takes more than 1.7 times the teacher's time.
- *Skipped words* are five or more phones in a row that are not heard, *repeated words* five or
  more that nobody wrote; a *skipped sentence* is one of several of which most is not heard.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import numpy as np

from engine.training.bench import Audio, Bench
from engine.training.measures import SAMPLE_RATE, Edits
from engine.training.performer import Line, Spoken
from engine.training.phones import PHONE_IDS
from engine.training.recogniser import collapse
from engine.training.sentences import SENTENCES
from engine.training.styles import sentence_spans
from engine.training.voices import voices

Judge = Callable[[Spoken, int], str]
"""A take and its sample rate -> why the application rejects it, or nothing."""

EARLY, LATE = 0.6, 1.7
WORD_PHONES = 5


@dataclass(frozen=True)
class Finding:
    """What is wrong with a take."""

    early_stop: bool
    runaway: bool
    skipped_words: bool
    repeated_words: bool
    skipped_sentence: bool

    @property
    def grave(self) -> bool:
        """Whether nobody would keep it."""
        return self.early_stop or self.runaway or self.skipped_sentence


def stops_and_skips(bench: Bench, judge: Judge | None) -> dict[str, Any]:
    """Count findings over the sentences, and grave ones that the application does not catch."""
    slugs = [voice.slug for voice in voices("headline")]
    order = np.random.default_rng(7).permutation(len(SENTENCES))[: 24 if bench.quick else 200]
    lines = [Line(slugs[i % len(slugs)], SENTENCES[k], i) for i, k in enumerate(order)]
    spoken = bench.speak(lines)
    findings = [
        inspect(bench, line, s.audio, s.take.stopped == "limit")
        for line, s in zip(lines, spoken, strict=True)
    ]
    control = [
        inspect(bench, line, bench.through_codec(bench.teacher(line).audio), False)
        for line in lines
    ]
    ratios = [
        len(s.audio) / len(bench.teacher(line).audio) for line, s in zip(lines, spoken, strict=True)
    ]
    result: dict[str, Any] = {
        "sentences": len(lines),
        "model": _count(findings),
        "codec": _count(control),
        "duration_ratio": {"mean": fmean(ratios), "least": min(ratios), "most": max(ratios)},
    }
    if judge is not None:
        verdicts = [judge(s, bench.model.sample_rate) for s in spoken]
        result["rejected"] = sum(bool(verdict) for verdict in verdicts)
        result["rejected_reasons"] = [v for v in verdicts if v]
        missed = [i for i, f in enumerate(findings) if f.grave and not verdicts[i]]
        result["grave_not_caught"] = len(missed)
        result["grave_not_caught_lines"] = [
            {
                "voice": lines[i].voice,
                "text": lines[i].text,
                "ratio": round(ratios[i], 2),
                **asdict(findings[i]),
            }
            for i in missed
        ]
    return result


def inspect(bench: Bench, line: Line, audio: Audio, hit_limit: bool) -> Finding:
    """Judge one take against its teacher."""
    edits = bench.phone_edits(line, audio)
    ratio = len(audio) / SAMPLE_RATE / (len(bench.teacher(line).audio) / SAMPLE_RATE)
    lost_end = any(
        length >= WORD_PHONES and start + length >= edits.length - 1
        for start, length in edits.missing
    )
    return Finding(
        early_stop=ratio < EARLY or lost_end,
        runaway=hit_limit or ratio > LATE,
        skipped_words=any(length >= WORD_PHONES for _, length in edits.missing),
        repeated_words=any(length >= WORD_PHONES for length in edits.extra),
        skipped_sentence=_skips_a_sentence(bench, line, edits),
    )


def _skips_a_sentence(bench: Bench, line: Line, edits: Edits) -> bool:
    spans = sentence_spans(line.text)
    if len(spans) < 2:
        return False
    missing = {start + k for start, length in edits.missing for k in range(length)}
    speech, first = bench.teacher(line), 0
    for begin, end in spans:
        own = [PHONE_IDS[p.label] for p in speech.phones if begin <= p.char_index < end]
        last = first + len(collapse(own))
        if last > first and sum(i in missing for i in range(first, last)) > 0.6 * (last - first):
            return True
        first = last
    return False


def _count(findings: list[Finding]) -> dict[str, int]:
    return {
        name: sum(bool(asdict(f)[name]) for f in findings)
        for name in ("early_stop", "runaway", "skipped_words", "repeated_words", "skipped_sentence")
    }
