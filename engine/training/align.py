"""Times of phones -> times of the characters of the text, for guided attention.

Inside a word that is spoken as written, letters and phones are matched by a small monotone
dynamic program over "which letter usually makes which phone"; what is spoken otherwise
(numbers, abbreviations) is spread evenly. Not a forced aligner: the phones' times are the
synthesizer's own.

Source: own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.training.phones import SILENCE

_MAKES = {
    "a": "AA AE AH AO AW AX AY EH EY IH",
    "b": "B",
    "c": "K S CH SH",
    "d": "D T JH",
    "e": "AX EH ER EY IH IY UW Y AH",
    "f": "F V",
    "g": "G JH ZH F NG",
    "h": "HH TH DH SH CH",
    "i": "AY AX IH IY Y ER AH",
    "j": "JH Y",
    "k": "K",
    "l": "L",
    "m": "M",
    "n": "N NG",
    "o": "AA AH AO AW AX OW OY UH UW W ER",
    "p": "P F",
    "q": "K",
    "r": "R ER",
    "s": "S Z SH ZH",
    "t": "T DH TH CH SH D",
    "u": "AH AX UH UW W Y IH ER AW AO",
    "v": "V",
    "w": "W AW OW UW",
    "x": "K S G Z",
    "y": "AY IH IY Y OY EY",
    "z": "Z S ZH T",
}
_LETTER_PHONES = {letter: frozenset(phones.split()) for letter, phones in _MAKES.items()}
_SKIP_LETTER, _SKIP_PHONE, _WRONG = 0.6, 0.7, 1.5


@dataclass(frozen=True)
class Phone:
    """A phone of the common set in seconds, with the character it belongs to."""

    label: str
    start: float
    end: float
    char_index: int


def match_letters(letters: str, phones: Sequence[str]) -> list[int]:
    """For each letter, the phone it goes with (monotone, 0-based).

    >>> match_letters("though", ["DH", "OW"])
    [0, 0, 1, 1, 1, 1]
    """
    n, m = len(letters), len(phones)
    cost = [[0.0] * (m + 1) for _ in range(n + 1)]
    back = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i or j:
                cost[i][j], back[i][j] = _best(cost, letters, phones, i, j)
    pair, i, j = [-1] * n, n, m
    while i or j:
        step = back[i][j]
        if step == 0:
            i, j = i - 1, j - 1
            pair[i] = j
        elif step == 1:
            i -= 1
        else:
            j -= 1
    return _fill(pair)


def _best(
    cost: list[list[float]], letters: str, phones: Sequence[str], i: int, j: int
) -> tuple[float, int]:
    best = (1e9, 0)
    if i and j:
        fits = phones[j - 1] in _LETTER_PHONES.get(letters[i - 1], ())
        best = (cost[i - 1][j - 1] + (0.0 if fits else _WRONG), 0)
    if i:
        best = min(best, (cost[i - 1][j] + _SKIP_LETTER, 1))
    if j:
        best = min(best, (cost[i][j - 1] + _SKIP_PHONE, 2))
    return best


def _fill(pair: list[int]) -> list[int]:
    """Give unmatched letters the phone before them (leading ones the first phone)."""
    last = 0
    for i, phone in enumerate(pair):
        last = phone if phone >= 0 else last
        pair[i] = last
    return pair


def letter_times(letters: str, phones: Sequence[Phone]) -> NDArray[np.float32]:
    """Start second of each letter of one word from its phones; letters of one phone share it.

    A phone's letters are spread evenly over it. float32 [len(letters)], monotone.
    """
    owner = match_letters(letters.lower(), [phone.label for phone in phones])
    times = np.empty(len(letters), np.float32)
    for index in set(owner):
        members = [i for i, phone in enumerate(owner) if phone == index]
        begin, end = phones[index].start, phones[index].end
        for k, i in enumerate(members):
            times[i] = begin + (end - begin) * k / len(members)
    return times


def spread(count: int, start: float, end: float) -> NDArray[np.float32]:
    """``count`` start times spread evenly over an interval."""
    return (start + (end - start) * np.arange(count) / max(count, 1)).astype(np.float32)


def fill_times(times: NDArray[np.float32], end: float) -> NDArray[np.float32]:
    """Give characters without a time (NaN) the next known one, then make all monotone.

    Unspoken characters (spaces, quotes) begin where the next sound begins; trailing ones at
    ``end``.
    """
    filled, following = times.copy(), np.float32(end)
    for i in range(len(filled) - 1, -1, -1):
        if np.isnan(filled[i]):
            filled[i] = following
        following = filled[i]
    return np.maximum.accumulate(filled) if len(filled) else filled


def append_phones(
    phones: list[Phone], labels: Sequence[str], start: float, end: float, word: int
) -> None:
    """Append phones that share an interval; none extends the last one, silences merge."""
    if not labels:
        if phones:
            phones[-1] = replace(phones[-1], end=end)
        return
    if labels[0] == SILENCE:
        word = -1
        if phones and phones[-1].label == SILENCE:
            phones[-1] = replace(phones[-1], end=end)
            return
    middle = start + (end - start) * (0.6 if len(labels) > 1 else 1.0)
    phones.append(Phone(labels[0], start, middle, word))
    if len(labels) > 1:
        phones.append(Phone(labels[1], middle, end, word))
