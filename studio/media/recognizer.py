"""What hears words in a recording: one small interface, and the recognizers that may be there.

Is: audio in, words out. Is not: needed by anything; neither library comes with the studio.

- pocketsphinx (English, a few megabytes, no download) is taken unless faster-whisper is there,
  which knows many languages and loads its weights from the Hub when it is first used.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from studio.core.model import Audio
from studio.errors import RecognizerMissing
from studio.media.resample import resample

RATE = 16_000
PADDING = RATE // 5
WHISPER_SIZE = "base"
HOW = "Install one: pip install pocketsphinx (English), or pip install faster-whisper."


class Recognizer(Protocol):
    """Hears words. Not thread-safe."""

    @property
    def name(self) -> str:
        """Of the library, as it is stored with what was heard."""

    def transcribe(self, audio: Audio, sample_rate: int, language: str) -> str:
        """The words heard in mono audio.

        Raises:
            RecognizerMissing: it does not know the language.
        """


class Pocketsphinx:
    """CMU's recognizer with its American model: hears plain narration, and knows no other."""

    name = "pocketsphinx"

    def __init__(self) -> None:
        decoder: Any = import_module("pocketsphinx").Decoder
        self._decoder = decoder(samprate=RATE, loglevel="FATAL")

    def transcribe(self, audio: Audio, sample_rate: int, language: str) -> str:
        """See `Recognizer`."""
        if language.partition("-")[0].lower() != "en":
            raise RecognizerMissing(
                f"pocketsphinx hears English only, not '{language}'. "
                "For other languages: pip install faster-whisper."
            )
        speech = np.pad(resample(audio, sample_rate, RATE), PADDING)
        samples = (np.clip(speech, -1, 1) * 32767).astype(np.int16)
        self._decoder.start_utt()
        self._decoder.process_raw(samples.tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return str(found.hypstr) if found else ""


class Whisper:
    """faster-whisper, where it is installed."""

    name = "faster-whisper"

    def __init__(self) -> None:
        model: Any = import_module("faster_whisper").WhisperModel
        self._model = model(WHISPER_SIZE, compute_type="int8")

    def transcribe(self, audio: Audio, sample_rate: int, language: str) -> str:
        """See `Recognizer`."""
        speech = resample(audio, sample_rate, RATE).astype(np.float32)
        segments, _ = self._model.transcribe(speech, language=language.partition("-")[0] or None)
        return " ".join(segment.text.strip() for segment in segments)


def find_recognizer() -> Recognizer:
    """The best recognizer that is installed.

    Raises:
        RecognizerMissing: none is.
    """
    if find_spec("faster_whisper"):
        return Whisper()
    if find_spec("pocketsphinx"):
        return Pocketsphinx()
    raise RecognizerMissing(f"No speech recognition is installed. {HOW}")
