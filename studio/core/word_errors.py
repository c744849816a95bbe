"""How many words of a text were heard otherwise: a word error rate.

Is: two texts made plain (numbers as words, no punctuation, no capitals) and their edit distance.
Is not: a recognizer (`studio.media.recognizer`).

Source: Levenshtein's distance over words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from studio.core.spoken_length import DIRECTION, in_words

_APOSTROPHE = regex.compile(r"(?<=\p{L})['’](?=\p{L})")
_WORD = regex.compile(r"\p{Han}|[\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True, slots=True)
class WordErrors:
    """What was heard of a text.

    Args:
        transcript: the words that were heard.
        wrong: words changed, left out or added.
        words: of the text.
    """

    transcript: str
    wrong: int
    words: int

    @property
    def rate(self) -> float:
        """Share of the words that are wrong; more than 1 where more was heard than written."""
        return self.wrong / self.words if self.words else float(self.wrong > 0)


def word_errors(text: str, transcript: str, language: str = "en") -> WordErrors:
    """Compare what should be said, direction left out, with what was heard.

    >>> word_errors("[softly] He's 12, Mr. Hyde!", "hes twelve mister hide").wrong
    1
    """
    said = plain_words(DIRECTION.sub(" ", text), language)
    heard = plain_words(transcript, language)
    return WordErrors(transcript, _distance(said, heard), len(said))


def plain_words(text: str, language: str = "en") -> list[str]:
    """The words of a text in lower case, numbers and abbreviations spoken out.

    >>> plain_words("Don’t pay £5!")
    ['dont', 'pay', 'five', 'pounds']
    """
    plain = _APOSTROPHE.sub("", in_words(text, language)).lower()
    return [found[0] for found in _WORD.finditer(plain)]


def _distance(said: Sequence[str], heard: Sequence[str]) -> int:
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]
