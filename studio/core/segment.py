"""A turn's text cut into chunks, each small enough for one generation.

Is: the choice of cuts: at sentence ends, else behind a clause, else at a space, else anywhere.
Is not: a change of the text: the chunks joined are the input, character by character.

- The budget counts UTF-8 bytes of what is spoken; `[direction]` costs nothing and is never cut.
- A direction that stands at a cut goes with the words behind it.
- What a reader sees as one letter (a letter with its marks, joined emoji, a syllable of Hangul)
  stays in one piece wherever it fits the budget.
- Time is linear in the length of the text.

Source: our own; sentence ends by `sentences`, letters as in UAX #29.
"""

import functools
import re
from bisect import bisect_right
from itertools import accumulate

import regex

from studio.core.sentences import sentence_ends

DEFAULT_BUDGET = 300
SMALLEST_BUDGET = 16
LEAST_FILL = 0.25
"""A cut inside a sentence leaves at least this share of the budget in front of it."""
REMEMBERED = 16_384
"""Texts whose cuts are kept: a long book, planned again after one of its turns was edited."""

_DIRECTION = re.compile(r"\[[^\[\]]*\]")
_UNMARKED = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"  # scripts that end a phrase with a space
_CLAUSE_END = regex.compile(rf"[,;:—–…][”’\"')]*(?=\s)|—|[،؛、，；：၊፣፤៖]|(?<={_UNMARKED})(?=\s)")
# A zero-width space is where a writer of Thai or Khmer shows the end of a word.
_SPACE = re.compile(r"[\s\u200b]+")
_LETTER = regex.compile(r"\X")


def segment(text: str, budget: int = DEFAULT_BUDGET) -> list[str]:
    """Cut a text into chunks of at most `budget` bytes.

    Every `[...]` in the text is direction; spoken brackets have been replaced before.

    >>> segment("One two. Three four. Five.", 20)
    ['One two. Three four.', ' Five.']
    """
    if budget < SMALLEST_BUDGET:
        raise ValueError(f"a budget of {budget} bytes is below {SMALLEST_BUDGET}")
    return list(_segment(text, budget))


@functools.lru_cache(REMEMBERED)
def _segment(text: str, budget: int) -> tuple[str, ...]:
    cuts = _Cuts(text, budget)
    chunks: list[str] = []
    start = 0
    while start < len(text):
        end = cuts.after(start)
        chunks.append(text[start:end])
        start = end
    return tuple(chunks)


class _Cuts:
    """Where one text may be cut; all positions are character offsets."""

    def __init__(self, text: str, budget: int) -> None:
        # Directions are blanked, so that nothing inside them looks like an end or a word.
        blanked = _DIRECTION.sub(lambda match: " " * len(match[0]), text)
        directed = bytearray(len(text))
        for match in _DIRECTION.finditer(text):
            directed[match.start() : match.end()] = b"\1" * len(match[0])
        letters = list(zip(text, directed, strict=True))
        sizes = (0 if hidden else _bytes(letter) for letter, hidden in letters)
        self._length = len(text)
        self._budget = budget
        self._cost = list(accumulate(sizes, initial=0))
        # For each offset, where the directions and the white space right before it begin.
        self._solid = [0]
        for at, (letter, hidden) in enumerate(letters, start=1):
            self._solid.append(self._solid[-1] if hidden or letter.isspace() else at)
        self._sentences = sentence_ends(blanked)
        self._clauses = [match.end() for match in _CLAUSE_END.finditer(blanked)]
        self._spaces = [
            match.start() for match in _SPACE.finditer(blanked) if not directed[match.start()]
        ]
        self._letters = [
            match.end() for match in _LETTER.finditer(text) if not directed[match.end() - 1]
        ]

    def after(self, start: int) -> int:
        """The end of the chunk that begins at `start`."""
        # The furthest offset within the budget. Directions are free, so it is never inside one.
        limit = bisect_right(self._cost, self._cost[start] + self._budget) - 1
        if limit == self._length:
            return limit
        least = self._cost[start] + self._budget * LEAST_FILL
        for ends, least_cost in (
            (self._sentences, 0),
            (self._clauses, least),
            (self._spaces, least),
            (self._letters, 0),
        ):
            end = _last_within(ends, start, limit)
            if end and self._cost[end] >= least_cost:
                return self._before_directions(start, end)
        return self._before_directions(start, limit)

    def _before_directions(self, start: int, end: int) -> int:
        """Move a cut in front of the directions and the white space right before it."""
        cut = self._solid[end]
        return cut if cut > start else end


def _last_within(ends: list[int], start: int, limit: int) -> int | None:
    """The largest end with start < end <= limit."""
    index = bisect_right(ends, limit) - 1
    return ends[index] if index >= 0 and ends[index] > start else None


def _bytes(letter: str) -> int:
    return len(letter.encode("utf-8", "surrogatepass"))
