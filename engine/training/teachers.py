"""Synthesizers as teachers: tagged text and a voice -> speech with the times of all it says.

The text may hold tags (see ``styles.py``): it is cut into parts of one style, each part is
synthesized by itself, trimmed, and the parts are joined with short pauses. Gaps and whispers
are drawn from the caller's generator: same generator state, same speech.

Not for run time: the engine never needs a synthesizer.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.training.backends import SAMPLE_RATE, Backend, EspeakBackend, FliteBackend
from engine.training.joining import EmptySpeech, Joiner, Speech
from engine.training.spoken import spoken_words
from engine.training.styles import split_parts
from engine.training.voices import Voice

__all__ = ["SAMPLE_RATE", "EmptySpeech", "Speech", "Teachers"]


@dataclass
class Teachers:
    """Both synthesizers, loaded when first needed. One per process."""

    folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / "starter-espeak")
    _backends: dict[str, Backend] = field(default_factory=dict, repr=False)

    def backend(self, synth: str) -> Backend:
        """The synthesizer by name."""
        if synth not in self._backends:
            self._backends[synth] = (
                EspeakBackend(self.folder) if synth == "espeak" else FliteBackend()
            )
        return self._backends[synth]

    def synthesize(self, text: str, voice: Voice, rng: np.random.Generator) -> Speech:
        """Speak a text with tags.

        Raises:
            EmptySpeech: no word in the text.
            ValueError: an unknown tag.
        """
        join = Joiner(text, rng)
        for part in split_parts(text):
            words = spoken_words(text[part.start : part.end])
            if part.pause_before:
                join.pause(part)
            if words:
                raw = self.backend(voice.synth).speak(words, voice, part.style)
                join.add(part, words, raw)
        return join.finish()
