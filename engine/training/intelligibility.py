"""Can it be understood? Error rates of teacher, codec and model; voicing and pitch."""

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from engine.training.bench import Audio, Bench
from engine.training.listener import Listener
from engine.training.measures import SAMPLE_RATE, Edits, compare, error_rate, voicing
from engine.training.performer import Line
from engine.training.sentences import PLAIN_SENTENCES, SENTENCES
from engine.training.voices import voices

BEST_UNDERSTOOD = "rms"
_MEDIUM = tuple(s for s in SENTENCES if 25 <= len(s) <= 100)


def word_errors(bench: Bench) -> dict[str, float]:
    """Pocketsphinx word error rates on everyday sentences in the voice it understands best."""
    lines = [
        Line(BEST_UNDERSTOOD, text, i) for i, text in enumerate(bench.some(PLAIN_SENTENCES, 40, 6))
    ]
    listener = Listener()
    teacher = [bench.teacher(line).audio for line in lines]
    renderings: Mapping[str, list[Audio]] = {
        "teacher": teacher,
        "codec": [bench.through_codec(audio) for audio in teacher],
        "model": [spoken.audio for spoken in bench.speak(lines)],
    }
    return {
        name: error_rate(
            [
                listener.compare(audio, SAMPLE_RATE, line.text)
                for line, audio in zip(lines, audios, strict=True)
            ]
        )
        for name, audios in renderings.items()
    }


def phone_errors(bench: Bench) -> dict[str, dict[str, Any]]:
    """Phone error rates, voicing and pitch of every headline voice.

    ``control`` is the model's speech against the text of the sentence before it: what a recogniser
    that hears nothing useful would get.
    """
    return {
        voice.slug: _one_voice(bench, voice.slug, offset)
        for offset, voice in enumerate(voices("headline"))
    }


def _one_voice(bench: Bench, voice: str, offset: int) -> dict[str, Any]:
    """Each voice has sentences of its own, so that all of them are used."""
    texts = [_MEDIUM[(12 * offset + i) % len(_MEDIUM)] for i in range(3 if bench.quick else 12)]
    lines = [Line(voice, text, i) for i, text in enumerate(texts)]
    teacher = [bench.teacher(line).audio for line in lines]
    codec = [bench.through_codec(audio) for audio in teacher]
    model = [spoken.audio for spoken in bench.speak(lines)]
    row: dict[str, Any] = {
        "phone_errors": {
            name: error_rate(
                [bench.phone_edits(line, audio) for line, audio in zip(lines, audios, strict=True)]
            )
            for name, audios in (("teacher", teacher), ("codec", codec), ("model", model))
        },
        "voicing": {
            name: _voicing(audios)
            for name, audios in (("teacher", teacher), ("codec", codec), ("model", model))
        },
    }
    row["phone_errors"]["control"] = error_rate(_wrong_text(bench, lines, model))
    measured = row["voicing"]
    row["voiced_fraction_ratio"] = _ratio(measured, "fraction")
    row["f0_ratio"] = _ratio(measured, "f0")
    return row


def _wrong_text(bench: Bench, lines: list[Line], audios: list[Audio]) -> list[Edits]:
    return [
        compare(bench.true_phones(lines[i - 1]), bench.recogniser.phones(audio))
        for i, audio in enumerate(audios)
    ]


def _voicing(audios: list[Audio]) -> dict[str, float]:
    rows = [voicing(audio) for audio in audios]
    pitched = [row.f0 for row in rows if row.f0]
    return {
        "fraction": fmean(row.fraction for row in rows),
        "f0": fmean(pitched) if pitched else 0.0,
    }


def _ratio(measured: dict[str, dict[str, float]], key: str) -> float:
    return measured["model"][key] / max(measured["teacher"][key], 1e-6)
