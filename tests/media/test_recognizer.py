"""The recognizer hears the starter's clearest voice, and says what is missing."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.core.word_errors import word_errors
from studio.errors import RecognizerMissing
from studio.media import recognizer
from studio.media.recognizer import Pocketsphinx, find_recognizer

VOICES = Path(__file__).parents[2] / "assets" / "starter" / "voices"
RIGHT = "The gray horses were drinking quietly from the shallow pool."
WRONG = "Every Thursday my cousin brings us fresh bread and a jar of honey."


@pytest.fixture(scope="module")
def ear() -> Pocketsphinx:
    pytest.importorskip("pocketsphinx")
    return Pocketsphinx()


def test_the_right_text_has_far_fewer_word_errors_than_a_wrong_one(ear: Pocketsphinx) -> None:
    audio, rate = soundfile.read(VOICES / "walter.flac", dtype="float32")
    heard = ear.transcribe(audio, rate, "en-US")
    assert word_errors(RIGHT, heard).rate <= 0.4
    assert word_errors(WRONG, heard).rate >= 0.8


def test_silence_has_no_words_that_matter(ear: Pocketsphinx) -> None:
    assert len(ear.transcribe(np.zeros(8000, np.float32), 8000, "en").split()) <= 1


def test_a_language_it_does_not_know_is_said(ear: Pocketsphinx) -> None:
    with pytest.raises(RecognizerMissing, match="English only, not 'de'"):
        ear.transcribe(np.zeros(8000, np.float32), 8000, "de")


def test_without_any_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "find_spec", lambda _: None)
    with pytest.raises(RecognizerMissing, match="pip install pocketsphinx"):
        find_recognizer()
