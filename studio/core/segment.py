"""A turn's text cut into chunks, each small enough for one generation.

Is: the choice of cuts: at sentence ends, else behind a clause, else at a space, else anywhere.
Is not: a change of the text: the chunks joined are the input, character by character.

- The budget counts UTF-8 bytes of what is spoken; `[direction]` costs nothing and is never cut.
- A direction that stands at a cut goes with the words behind it.

Source: sentence ends by syntok; the rest is our own.
"""

import re
from bisect import bisect_right
from itertools import accumulate

from syntok.segmenter import split as split_sentences
from syntok.tokenizer import Tokenizer

DEFAULT_BUDGET = 300
SMALLEST_BUDGET = 16
LEAST_FILL = 0.25
"""A cut inside a sentence leaves at least this share of the budget in front of it."""

_DIRECTION = re.compile(r"\[[^\[\]]*\]")
_FULL_STOP = re.compile("[。！？]+[”’」』）)]*")
_CLAUSE_END = re.compile(r"[,;:—–…][”’\"')]*(?=\s)|—|[，、；：]")
_SPACE = re.compile(r"\s+")


def segment(text: str, budget: int = DEFAULT_BUDGET) -> list[str]:
    """Cut a text into chunks of at most `budget` bytes.

    Every `[...]` in the text is direction; spoken brackets have been replaced before.

    >>> segment("One two. Three four. Five.", 20)
    ['One two. Three four.', ' Five.']
    """
    if budget < SMALLEST_BUDGET:
        raise ValueError(f"a budget of {budget} bytes is below {SMALLEST_BUDGET}")
    cuts = _Cuts(text, budget)
    chunks: list[str] = []
    start = 0
    while start < len(text):
        end = cuts.after(start)
        chunks.append(text[start:end])
        start = end
    return chunks


class _Cuts:
    """Where one text may be cut; all positions are character offsets."""

    def __init__(self, text: str, budget: int) -> None:
        # Directions are blanked, so that nothing inside them looks like an end or a word.
        blanked = _DIRECTION.sub(lambda match: " " * len(match[0]), text)
        self._directions = {match.end(): match.start() for match in _DIRECTION.finditer(text)}
        directed = {at for end, first in self._directions.items() for at in range(first, end)}
        sizes = [0 if at in directed else _bytes(letter) for at, letter in enumerate(text)]
        self._text = text
        self._budget = budget
        self._cost = list(accumulate(sizes, initial=0))
        self._sentences = _sentence_ends(blanked)
        self._clauses = [match.end() for match in _CLAUSE_END.finditer(blanked)]
        self._spaces = [
            match.start() for match in _SPACE.finditer(blanked) if match.start() not in directed
        ]

    def after(self, start: int) -> int:
        """The end of the chunk that begins at `start`."""
        # The furthest offset within the budget. Directions are free, so it is never inside one.
        limit = bisect_right(self._cost, self._cost[start] + self._budget) - 1
        if limit == len(self._text):
            return limit
        least = self._cost[start] + self._budget * LEAST_FILL
        for ends, least_cost in (
            (self._sentences, 0),
            (self._clauses, least),
            (self._spaces, least),
        ):
            end = _last_within(ends, start, limit)
            if end and self._cost[end] >= least_cost:
                return self._before_directions(start, end)
        return self._before_directions(start, limit)

    def _before_directions(self, start: int, end: int) -> int:
        """Move a cut in front of the directions that stand right before it."""
        cut = end
        while cut > start:
            cut = start + len(self._text[start:cut].rstrip())
            if cut not in self._directions:
                break
            cut = self._directions[cut]
        return cut if cut > start else end


def _sentence_ends(text: str) -> list[int]:
    ends = {match.end() for match in _FULL_STOP.finditer(text)}
    for sentence in split_sentences(Tokenizer(replace_not_contraction=False).tokenize(text)):
        ends.add(sentence[-1].offset + len(sentence[-1].value))
    return sorted(ends)


def _last_within(ends: list[int], start: int, limit: int) -> int | None:
    """The largest end with start < end <= limit."""
    index = bisect_right(ends, limit) - 1
    return ends[index] if index >= 0 and ends[index] > start else None


def _bytes(letter: str) -> int:
    return len(letter.encode("utf-8", "surrogatepass"))
