"""Spoken parts put one after the other, with the times of phones and characters.

A part is trimmed to its first and last phone, styled, and set behind a short silence. Owns no
synthesizer; ``teachers.py`` feeds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.training.align import Phone, append_phones, fill_times, letter_times, spread
from engine.training.backends import SAMPLE_RATE, Audio, Raw
from engine.training.phones import SILENCE
from engine.training.spoken import Word
from engine.training.styles import PAUSE_SECONDS, Part, apply_style

_EDGE_S = 0.012  # kept around the first and last phone of a part


@dataclass
class Speech:
    """What a teacher said.

    Args:
        audio: float32 [L] at 22050 Hz.
        phones: cover the whole utterance, silence included.
        char_times: float32 [n_chars], the second at which each character begins; monotone.
    """

    audio: Audio
    phones: list[Phone]
    char_times: NDArray[np.float32]


class EmptySpeech(ValueError):
    """The text has nothing a synthesizer would say."""


class Joiner:
    """Collects the parts of one text; ``finish`` gives the speech."""

    def __init__(self, text: str, rng: np.random.Generator) -> None:
        self._text, self._rng = text, rng
        self._pieces: list[Audio] = []
        self._length = 0
        self._phones: list[Phone] = []
        self._times = np.full(len(text), np.nan, np.float32)
        self._paused = False
        self._silence(float(rng.uniform(0.05, 0.12)), 0)

    @property
    def _now(self) -> float:
        return self._length / SAMPLE_RATE

    def _silence(self, seconds: float, char: int) -> None:
        start = self._now
        self._put(np.zeros(round(seconds * SAMPLE_RATE), np.float32))
        append_phones(self._phones, (SILENCE,), start, self._now, 0)
        last = self._phones[-1]
        self._phones[-1] = replace(last, char_index=max(0, min(char, len(self._text) - 1)))

    def _put(self, audio: Audio) -> None:
        self._pieces.append(audio)
        self._length += len(audio)

    def pause(self, part: Part) -> None:
        """The silence of a [pause] tag; its characters begin with it."""
        tag = self._text.find("[pause]", part.lead, part.start)
        self._times[tag : tag + len("[pause]")] = self._now
        self._silence(PAUSE_SECONDS, max(tag, 0))
        self._paused = True

    def add(self, part: Part, words: Sequence[Word], raw: Raw) -> None:
        """Append a spoken part: trimmed, styled, with a natural gap before it."""
        if self._length and len(self._pieces) > 1 and not self._paused:
            gap = (0.25, 0.5) if part.new_sentence else (0.06, 0.16)
            self._silence(float(self._rng.uniform(*gap)), part.lead)
        self._paused = False
        audio, phones = _trim(raw)
        audio = apply_style(_fade(audio), part.style, SAMPLE_RATE, self._rng)
        shift = self._now
        phones = [replace(p, start=p.start + shift, end=p.end + shift) for p in phones]
        self._put(audio)
        self._time_words(part, words, phones)

    def _time_words(self, part: Part, words: Sequence[Word], phones: list[Phone]) -> None:
        for group, members in _groups(words, phones):
            times = _group_times(self._text[part.start : part.end], group, members)
            for index, time in times.items():
                self._times[part.start + index] = time
            after = part.start + group[-1].end
            if after < part.end:  # punctuation owns the silence that follows the word
                self._times[after] = members[-1].end
        starts = [(part.start + word.start, part.start + word.end) for word in words]
        for phone in phones:
            if phone.char_index < 0:  # a silence belongs to what follows the word before it
                done = [
                    b
                    for a, b in starts
                    if not np.isnan(self._times[a]) and self._times[a] <= phone.start
                ]
                char = max(done, default=part.lead)
            else:
                a, b = starts[phone.char_index]
                inside = self._times[a:b]
                char = a + max(0, int(np.sum(inside <= phone.start + 1e-4)) - 1)
            _extend(self._phones, replace(phone, char_index=min(char, len(self._text) - 1)))

    def finish(self) -> Speech:
        """Close with a short silence.

        Raises:
            EmptySpeech: nothing was said.
        """
        if all(phone.label == SILENCE for phone in self._phones):
            raise EmptySpeech(f"nothing to say in {self._text!r}")
        end = self._now
        self._silence(float(self._rng.uniform(0.1, 0.2)), len(self._text) - 1)
        return Speech(
            np.concatenate(self._pieces), _touching(self._phones), fill_times(self._times, end)
        )


def _extend(phones: list[Phone], phone: Phone) -> None:
    """Append, closing the gap of a trimmed edge; silences merge."""
    previous = phones[-1]
    if previous.label == SILENCE and phone.label == SILENCE:
        phones[-1] = replace(previous, end=phone.end)
        return
    phones[-1] = replace(previous, end=phone.start)
    phones.append(phone)


def _touching(phones: Sequence[Phone]) -> list[Phone]:
    """Each phone ends exactly where the next one starts."""
    return [replace(phone, end=following.start) for phone, following in pairwise(phones)] + [
        phones[-1]
    ]


def _trim(raw: Raw) -> tuple[Audio, list[Phone]]:
    """Cut silence before the first and after the last phone; times become the part's own."""
    sounding = [phone for phone in raw.phones if phone.label != SILENCE]
    if not sounding:
        raise EmptySpeech("the synthesizer reported no phone")
    length = len(raw.audio) / SAMPLE_RATE
    start = max(0.0, sounding[0].start - _EDGE_S)
    end = min(length, sounding[-1].end + _EDGE_S)
    audio = raw.audio[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
    first, last = (
        raw.phones.index(sounding[0]),
        len(raw.phones) - raw.phones[::-1].index(sounding[-1]),
    )
    phones = [
        replace(p, start=p.start - start, end=min(p.end, end) - start)
        for p in raw.phones[first:last]
    ]
    phones[-1] = replace(phones[-1], end=len(audio) / SAMPLE_RATE)
    return audio, phones


def _fade(audio: Audio, seconds: float = 0.006) -> Audio:
    count = min(round(seconds * SAMPLE_RATE), len(audio) // 2)
    if count == 0:
        return audio
    faded = audio.copy()
    ramp = np.linspace(0, 1, count, dtype=np.float32)
    faded[:count] *= ramp
    faded[-count:] *= ramp[::-1]
    return faded


def _groups(words: Sequence[Word], phones: Sequence[Phone]) -> list[tuple[list[Word], list[Phone]]]:
    """Words with their phones; a word without any joins the one before it (or the first)."""
    per_word: list[list[Phone]] = [[] for _ in words]
    for phone in phones:
        if phone.char_index >= 0:
            per_word[phone.char_index].append(phone)
    groups: list[tuple[list[Word], list[Phone]]] = []
    waiting: list[Word] = []
    for word, own in zip(words, per_word, strict=True):
        if own:
            groups.append(([*waiting, word], own))
            waiting = []
        elif groups:
            groups[-1][0].append(word)
        else:
            waiting.append(word)
    return groups


def _group_times(text: str, words: Sequence[Word], phones: Sequence[Phone]) -> dict[int, float]:
    """Times of the characters of words that share these phones."""
    places = [i for word in words for i in range(word.start, word.end) if text[i].isalnum()]
    letters = "".join(text[i] for i in places)
    said = "".join(c for word in words for c in word.said if c.isalnum())
    if not places:
        places = list(range(words[0].start, words[-1].end))
    if letters and letters.lower() == said.lower():
        times = letter_times(letters, phones)
    else:
        times = spread(len(places), phones[0].start, phones[-1].end)
    return dict(zip(places, times.tolist(), strict=True))
