"""The two synthesizers behind one face: plain words, a voice and a style -> one spoken part.

They do rate and pitch; whatever else a style asks for is done on the waveform (``styles.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.training.align import Phone, append_phones
from engine.training.espeak import Espeak, Mark
from engine.training.flite import Flite
from engine.training.phones import from_espeak, from_flite
from engine.training.spoken import Word, plain_text
from engine.training.styles import Style, move_formants
from engine.training.voices import Voice, all_voices, variant_text

SAMPLE_RATE = 22050
Audio = NDArray[np.float32]
_PITCHES = {"": 1.0, "-high": 1.4, "-low": 0.72}


@dataclass
class Raw:
    """One part as a synthesizer gives it: phones carry the index of their word (-1: none)."""

    audio: Audio
    phones: list[Phone]


class Backend(Protocol):
    """A synthesizer behind one face."""

    def speak(self, words: Sequence[Word], voice: Voice, style: Style) -> Raw:
        """Speak words in a voice and style (rate and pitch only)."""
        ...


class EspeakBackend:
    """espeak-ng; every voice has three variant files (neutral, high, low)."""

    def __init__(self, folder: Path) -> None:
        """Prepare the data folder under ``folder`` and load the library."""
        variants = {
            voice.slug + suffix: variant_text(voice, pitch)
            for voice in all_voices().values()
            if voice.synth == "espeak"
            for suffix, pitch in _PITCHES.items()
        }
        self._espeak = Espeak(folder, variants)

    def speak(self, words: Sequence[Word], voice: Voice, style: Style) -> Raw:
        """See ``Backend``."""
        suffix = "-high" if style.pitch > 1 else "-low" if style.pitch < 1 else ""
        samples, marks = self._espeak.speak(
            plain_text(list(words)), f"{voice.base}+{voice.slug}{suffix}", voice.tempo * style.rate
        )
        audio = samples.astype(np.float32) / np.float32(32768)
        rate = self._espeak.sample_rate
        phones = _phones_of_marks(marks, _word_offsets(words), len(samples), rate)
        return Raw(audio, phones)


def _word_offsets(words: Sequence[Word]) -> NDArray[np.int64]:
    """Character at which each word starts in ``plain_text(words)``."""
    lengths = [len(word.said) + len(word.mark) + 1 for word in words]
    return np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)


def _phones_of_marks(
    marks: Sequence[Mark], offsets: NDArray[np.int64], n_samples: int, rate: int
) -> list[Phone]:
    phones: list[Phone] = []
    word = 0
    for index, mark in enumerate(marks):
        if mark.is_word:
            found = int(np.searchsorted(offsets, mark.text_position, side="right")) - 1
            word = max(word, found)
            continue
        labels = from_espeak(mark.phone)
        end = next((m.sample for m in marks[index + 1 :] if not m.is_word), n_samples)
        append_phones(phones, labels, mark.sample / rate, end / rate, word)
    return phones


class FliteBackend:
    """flite; formants are scaled by resampling, with pitch and duration matched before."""

    def __init__(self) -> None:
        """Load the library."""
        self._flite = Flite()

    def speak(self, words: Sequence[Word], voice: Voice, style: Style) -> Raw:
        """See ``Backend``."""
        # resampling by ``scale`` moves pitch, formants and duration; features undo what is not
        # wanted. rms cannot shift its pitch by itself: there resampling shifts it, and the
        # formants are put back.
        shift = voice.f0 / _natural_f0(voice.base) * style.pitch
        scale = shift if voice.base == "rms" else voice.formant_scale
        features = _flite_features(voice, style.pitch / scale, scale / (voice.tempo * style.rate))
        samples, rate, segments = self._flite.speak(plain_text(list(words)), voice.base, features)
        owner = [i for i, word in enumerate(words) for _ in word.said.split()]
        phones: list[Phone] = []
        for segment in segments:
            word = owner[min(segment.token, len(owner) - 1)] if segment.token >= 0 else -1
            append_phones(
                phones, from_flite(segment.phone), segment.start / scale, segment.end / scale, word
            )
        audio = soxr.resample(samples.astype(np.float32) / 32768, rate * scale, SAMPLE_RATE)
        audio = np.asarray(audio, np.float32)
        if scale != voice.formant_scale:
            audio = move_formants(audio, scale / voice.formant_scale, SAMPLE_RATE)
        return Raw(audio, phones)


def _flite_features(voice: Voice, pitch: float, stretch: float) -> dict[str, float]:
    """Voice features for a pitch factor relative to the voice's own ``f0``."""
    natural = _natural_f0(voice.base)
    if voice.base.startswith("kal"):  # diphones: targets in Hz
        target = voice.f0 * pitch
        return {
            "duration_stretch": stretch,
            "int_f0_target_mean": target,
            "int_f0_target_stddev": 11.0 * target / natural,
        }
    return {"duration_stretch": stretch, "f0_shift": voice.f0 / natural * pitch}


def _natural_f0(base: str) -> float:
    return {
        voice.base: voice.f0 for voice in all_voices().values() if voice.slug == voice.base
    }.get(base, 105.0)
