"""How long a text is when it is spoken, before anything is known of the voice.

Is: letters of the spoken form and the pauses between them, as seconds of an ordinary voice.
Is not: a duration model: how fast a voice is, is learned from its takes (`studio.core.habits`).

- Numbers, dates and abbreviations count as the words they are read as, where the language's rules
  are known (`studio.core.spoken_numbers`); else a digit counts as a word.
- A number of three digits or more can be read in several ways (203: two hundred and three, two oh
  three), so a part of it is doubtful.
- Scripts differ in how much one character says; the weights are estimates, and a wrong one becomes
  part of the learned pace.

Source: own; seconds and weights fitted to takes of the starter's voices (docs/checks.md).
"""

from dataclasses import dataclass
from functools import cache

import regex

from studio.core.spoken import settle, speak
from studio.core.spoken_numbers import NumberReader, kinds_of
from studio.errors import PronunciationError

SECONDS_PER_LETTER, SECONDS_PER_STOP, SECONDS_AROUND = 0.061, 0.22, 0.16
DOUBTFUL_SHARE = 0.45
"""What the shortest way to read a long number saves ("two oh three": 10 letters of 18)."""

DIRECTION = regex.compile(r"\[[^\[\]]*\]")
_UNIT = regex.compile(r"(?<=\d)\s?(?:kg|km|cm|mm|mph|lbs?|oz|ft|min|sec|hrs?)\b")
_UNIT_LETTERS = 8
"""What a unit behind a number says beyond its own letters."""
_WORDS_FOR = (
    (regex.compile(r"[%$€£&+=#@/°]|(?<=\d)[.,](?=\d)"), 6),
    (regex.compile(r"\b[B-DF-HJ-NP-TV-XZ]{2,5}\b"), 6),  # BBC: letters said one by one
    (regex.compile(r"\d"), 4),
)
"""What is read out as words, and how many letters that adds to the characters themselves."""
_WEIGHTS = (
    (regex.compile(r"\p{Han}"), 4.0),
    (regex.compile(r"\p{Hangul}"), 2.7),
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), 2.2),
    (regex.compile(r"[\p{Arabic}\p{Hebrew}]"), 1.5),  # short vowels are not written
)
_LETTER = regex.compile(r"[\p{L}\d]")
_STOP = regex.compile(r"[.!?…;:,—–。！？、，；：،؛؟।]+(?=[\"“”‘’'()\]「」『』\s]*[\p{L}\d])")
_LONG_NUMBER = regex.compile(r"\d{3,}|\d+[.,]\d{3}\b")


@dataclass(frozen=True, slots=True)
class SpokenLength:
    """The length of a text, in what takes time to say.

    Args:
        letters: of the spoken form, as many as letters of an alphabet would take as long.
        stops: pauses at marks inside.
        doubtful: of the letters, those that another way of reading would leave out.
    """

    letters: float
    stops: int
    doubtful: float = 0.0

    @property
    def seconds(self) -> float:
        """How long an ordinary voice speaks, without silence at the ends."""
        if not self.letters:
            return 0.0
        stops = SECONDS_PER_STOP * self.stops
        return SECONDS_PER_LETTER * self.letters + stops + SECONDS_AROUND

    @property
    def doubtful_seconds(self) -> float:
        """How much of them may be missing although everything is said."""
        return SECONDS_PER_LETTER * self.doubtful


def spoken_length(text: str, language: str = "en") -> SpokenLength:
    """Measure a text; direction is not spoken.

    >>> spoken_length("[softly] Room 12.").letters
    10.0
    """
    written = DIRECTION.sub("", text)
    said = in_words(written, language)
    letters = float(len(_LETTER.findall(said)))
    letters += sum((weight - 1) * len(script.findall(said)) for script, weight in _WEIGHTS)
    letters += _UNIT_LETTERS * len(_UNIT.findall(written))
    letters += sum(words * len(found.findall(said)) for found, words in _WORDS_FOR)
    return SpokenLength(letters, len(_STOP.findall(said)), _doubtful(written, language))


def _doubtful(written: str, language: str) -> float:
    numbers = (found[0] for found in _LONG_NUMBER.finditer(written))
    said = (len(_LETTER.findall(in_words(number, language))) for number in numbers)
    return DOUBTFUL_SHARE * sum(said)


def in_words(text: str, language: str) -> str:
    """A text with its numbers and abbreviations as words, where the language is known."""
    reader = _reader(language.strip().lower().partition("-")[0])
    return text if reader is None else speak(text, settle(reader.readings(text, "")))


@cache
def _reader(language: str) -> NumberReader | None:
    try:
        return NumberReader(language, kinds_of(language))
    except PronunciationError:
        return None
