"""Does it sound like the voice asked for? Seen voices, cloned voices, a long conversation."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from engine.training.bench import Audio, Bench
from engine.training.measures import error_rate
from engine.training.performer import Line
from engine.training.sentences import SENTENCES
from engine.training.voiceprint import Vector, VoiceSpace, describe, nearest
from engine.training.voices import Role, voices

_TEXTS = tuple(s for s in SENTENCES if 45 <= len(s) <= 100)
_EXAMPLES = 8  # utterances of each voice that the space is fitted on,
_CODED = 3  # and how many of them are also heard through the codec
_OWN = 5  # sentences of a teacher's voice that say where it lies


def voice_space(bench: Bench) -> VoiceSpace:
    """The space of voices, from the training corpus; kept in the data folder for each codec.

    What the codec changes counts as difference within a voice: the space is to tell whether the
    model took the right voice, not whether it was coded.
    """
    kept = bench.data / f"voice_space-{bench.model.engine.info.codec_fingerprint[:12]}.npz"
    if not kept.exists():
        space = _fit_space(bench)
        np.savez(kept, mean=space.mean, axes=space.axes)
    with np.load(kept) as arrays:
        return VoiceSpace(arrays["mean"], arrays["axes"])


def _fit_space(bench: Bench) -> VoiceSpace:
    corpus = bench.corpus
    seconds, chosen = corpus.seconds, dict[str, list[int]]()
    for index, (voice, text) in enumerate(zip(corpus.voices, corpus.texts, strict=True)):
        rows = chosen.setdefault(voice, [])
        if len(rows) < _EXAMPLES and 2.5 < seconds[index] < 7 and "[" not in text:
            rows.append(index)
    examples = {}
    for voice, rows in chosen.items():
        audios = [corpus[i].audio for i in rows]
        audios += [bench.through_codec(audio) for audio in audios[:_CODED]]
        examples[voice] = [describe(audio) for audio in audios]
    return VoiceSpace.fit({voice: rows for voice, rows in examples.items() if len(rows) > 2})


def seen_voices(bench: Bench, space: VoiceSpace) -> dict[str, Any]:
    """How often a sentence in a headline voice is nearest to that voice among them."""
    return _matches(bench, space, "headline", 6)


def unseen_voices(bench: Bench, space: VoiceSpace) -> dict[str, Any]:
    """How often a clone is nearest to the voice of its own reference, of fifteen."""
    return _matches(bench, space, "unseen", 4)


def _matches(bench: Bench, space: VoiceSpace, role: Role, count: int) -> dict[str, Any]:
    """Teacher (another set of sentences), codec and model against the places of the voices."""
    slugs = [voice.slug for voice in voices(role)]
    own, texts = _TEXTS[:_OWN], _TEXTS[_OWN : _OWN + (2 if bench.quick else count)]
    places = {
        slug: _center(space, [bench.teacher(Line(slug, text)).audio for text in own])
        for slug in slugs
    }
    lines = [Line(slug, text, i) for slug in slugs for i, text in enumerate(texts)]
    teacher = [bench.teacher(line).audio for line in lines]
    codec = [bench.through_codec(audio) for audio in teacher]
    model = [spoken.audio for spoken in bench.speak(lines)]
    result: dict[str, Any] = {"voices": len(slugs), "sentences": len(lines)}
    for name, audios in (("teacher", teacher), ("codec", codec), ("model", model)):
        found = [nearest(space.place(audio), places) for audio in audios]
        result[name] = fmean(f == line.voice for f, line in zip(found, lines, strict=True))
        if name == "model":
            result["taken_for"] = _confusion(lines, found)
            result["voice_wins"] = _by_voice(space, lines, audios, places)
    return result


def _center(space: VoiceSpace, audios: Sequence[Audio]) -> Vector:
    return np.asarray(np.mean([space.place(audio) for audio in audios], 0))


def _confusion(lines: Sequence[Line], found: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each voice that was missed: whom it was taken for, and how often."""
    table: dict[str, dict[str, int]] = {}
    for line, name in zip(lines, found, strict=True):
        if name != line.voice:
            row = table.setdefault(line.voice, {})
            row[name] = row.get(name, 0) + 1
    return table


def _by_voice(
    space: VoiceSpace, lines: Sequence[Line], audios: Sequence[Audio], places: Mapping[str, Vector]
) -> float:
    """Share of voices whose mean over all its sentences is nearest to itself."""
    wins = []
    for slug in places:
        own = [a for line, a in zip(lines, audios, strict=True) if line.voice == slug]
        wins.append(nearest(_center(space, own), places) == slug)
    return fmean(wins)


def speaker_choice(bench: Bench, space: VoiceSpace) -> dict[str, Any]:
    """Of two voices in one conversation, does the one speak whose tag is in the text?

    Every headline voice meets the next one; the turns are nearest to one of the two.
    """
    slugs = [voice.slug for voice in voices("headline")]
    pairs = list(zip(slugs, slugs[1:] + slugs[:1], strict=True))[: 4 if bench.quick else None]
    own, texts = _TEXTS[:_OWN], _TEXTS[_OWN : _OWN + 6]
    result: dict[str, Any] = {"pairs": len(pairs), "turns": len(pairs) * len(texts)}
    right, missed = list[bool](), dict[str, int]()
    for pair in pairs:
        places = {
            slug: _center(space, [bench.teacher(Line(slug, text)).audio for text in own])
            for slug in pair
        }
        lines = [Line(pair[i % 2], text, i) for i, text in enumerate(texts)]
        for spoken in bench.model.converse(pair, lines):
            right.append(nearest(space.place(spoken.audio), places) == spoken.line.voice)
            if not right[-1]:
                missed[" ".join(pair)] = missed.get(" ".join(pair), 0) + 1
    return result | {"model": fmean(right), "missed": missed}


def conversation(bench: Bench, space: VoiceSpace) -> dict[str, Any]:
    """Two voices take turns in one chain: do voice and clarity hold to the end?"""
    pair, count = ("rms", "belle"), 12 if bench.quick else 60
    lines = [Line(pair[i % 2], SENTENCES[(40 + i) % 200], i) for i in range(count)]
    spoken = bench.model.converse(pair, lines)
    places = {
        slug: _center(space, [bench.teacher(Line(slug, t)).audio for t in _TEXTS[:_OWN]])
        for slug in (voice.slug for voice in voices("headline"))
    }
    result: dict[str, Any] = {"turns": count}
    third = count // 3
    for name, part in (("first_third", spoken[:third]), ("last_third", spoken[-third:])):
        result[name] = {
            "voice_kept": fmean(
                nearest(space.place(s.audio), places) == s.line.voice for s in part
            ),
            "phone_errors": error_rate([bench.phone_edits(s.line, s.audio) for s in part]),
        }
    return result
