"""Which of several takes of one text is the best.

Is: the checks' verdict first, then how ordinary the take's pace is.
Is not: a matter of taste; all candidates are kept, and a listener may choose another.

- Words that were skipped or invented show in the length before they show in any check. The usual
  length is the median of the candidates' lengths and of what the text should take: with one odd
  candidate among several the others say what is usual, with two the text decides.
"""

from collections.abc import Sequence
from math import log
from statistics import median

from studio.core.model import Take
from studio.core.spoken_length import spoken_length


def best_take(takes: Sequence[Take], frame_rate: float) -> Take:
    """The best of at least one take of the same text; the earlier one where two are as good."""
    lengths = [max(take.codes.shape[1], 1) / frame_rate for take in takes]
    expected = max(spoken_length(takes[0].text).seconds, 1 / frame_rate)
    usual = median([*lengths, expected])

    def badness(place: int) -> tuple[bool, float, float]:
        take = takes[place]
        return take.verdict == "rejected", take.severity, abs(log(lengths[place] / usual))

    return takes[min(range(len(takes)), key=badness)]
