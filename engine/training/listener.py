"""An independent listener: pocketsphinx with its default American model, words only.

It reads plain narration of flite's rms well and espeak's voices badly, so it is used for the
voice that it understands best, beside our own phone recogniser.
"""

import re
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.training.measures import Edits, compare
from engine.training.spoken import spoken_words

_RATE = 16000


class Listener:
    """A pocketsphinx decoder. Needs the package ``pocketsphinx`` (requirements-dev.txt)."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder  # not needed by anything else, and slow to load

        self._decoder: Any = Decoder(samprate=_RATE, loglevel="FATAL")

    def words(self, audio: NDArray[np.float32], sample_rate: int) -> list[str]:
        """The words heard, in lower case."""
        speech = soxr.resample(np.pad(audio, sample_rate // 5), sample_rate, _RATE)
        samples = (np.clip(speech, -1, 1) * 32767).astype(np.int16)
        self._decoder.start_utt()
        self._decoder.process_raw(samples.tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return plain_words(found.hypstr) if found else []

    def compare(self, audio: NDArray[np.float32], sample_rate: int, text: str) -> Edits:
        """Word edits between a text as it is spoken and what is heard."""
        true = plain_words(" ".join(word.said for word in spoken_words(text)))
        return compare(true, self.words(audio, sample_rate))


def plain_words(text: str) -> list[str]:
    """Words without punctuation, apostrophes and alternative-pronunciation marks.

    >>> plain_words("Don't read(2) it!")
    ['dont', 'read', 'it']
    """
    plain = re.sub(r"\(\d+\)|['’]", "", text.lower())
    return re.findall(r"[a-z]+", plain)
