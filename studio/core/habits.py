"""What is usual for a voice, its pace and its level, learned from its takes as they come.

Is: a robust estimate: what is known before the first take, then the median and spread of takes.
Is not: stored here (`studio.store.habits`), and not a verdict (`studio.core.checks`).

- A pace is the natural logarithm of a take's length over that of an ordinary voice
  (`studio.core.spoken_length`): 0.1 is a tenth slower. A level is in dBFS.
- Before the first take there is the prior, and the recording behind the voice where its words fit
  its length. Each take weighs more than that; a single bad one hardly moves a median.
- Takes that were refused for their pace or level alone are learned from as well: otherwise a voice
  far from the prior would be refused for ever.

Source: own; a normal prior, with median and MAD in the place of mean and deviation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

REMEMBERED = 100
"""Newest takes of a voice that count."""
PLAUSIBLE_PACE = 0.5
"""A recording further than this from an ordinary pace does not say its transcript."""
MAD_TO_SPREAD = 1.4826
PRIOR_TAKES = 10
"""How many takes the prior's spread is worth."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual.

    Args:
        center: of takes.
        spread: of takes around the center, as a standard deviation.
        doubt: how far the center itself may be off, as a standard deviation.
    """

    center: float
    spread: float
    doubt: float

    @property
    def deviation(self) -> float:
        """How far the next take may ordinarily be from the center."""
        return float(np.hypot(self.spread, self.doubt))

    def seen(self, value: float, spread: float) -> "Habit":
        """What is believed after one value that is not a take, such as a reference."""
        here, there = self.doubt**-2, spread**-2
        center = (here * self.center + there * value) / (here + there)
        return Habit(center, self.spread, (here + there) ** -0.5)

    def learned(self, values: Sequence[float], least_spread: float) -> "Habit":
        """What is believed after some takes."""
        if not values:
            return self
        median = float(np.median(values))
        mad = MAD_TO_SPREAD * float(np.median(np.abs(np.asarray(values) - median)))
        weights = PRIOR_TAKES * self.spread**2 + len(values) * mad**2
        spread = max(least_spread, (weights / (PRIOR_TAKES + len(values))) ** 0.5)
        here, there = self.doubt**-2, len(values) * spread**-2
        center = (here * self.center + there * median) / (here + there)
        return Habit(center, min(spread, 2 * self.spread), (here + there) ** -0.5)


@dataclass(frozen=True, slots=True)
class Observation:
    """What one take says about its voice. `pace` is None where its length says nothing."""

    pace: float | None
    level: float


@dataclass(frozen=True, slots=True)
class VoiceHabits:
    """What is usual for one voice."""

    pace: Habit
    level: Habit

    def learned(self, takes: Sequence[Observation]) -> "VoiceHabits":
        """What is believed after some takes, oldest first."""
        newest = takes[-REMEMBERED:]
        paces = [take.pace for take in newest if take.pace is not None]
        return VoiceHabits(
            self.pace.learned(paces, LEAST_PACE_SPREAD),
            self.level.learned([take.level for take in newest], LEAST_LEVEL_SPREAD),
        )


LEAST_PACE_SPREAD, LEAST_LEVEL_SPREAD = 0.07, 1.0
"""Below these it is the estimate of the text, not the voice, that varies."""
ENGLISH = VoiceHabits(Habit(0.0, 0.075, 0.15), Habit(-23.0, 2.0, 9.0))
"""Any voice that speaks English: measured on the starter's; other voices differ more."""
OTHER_LANGUAGE = VoiceHabits(Habit(0.0, 0.12, 0.35), ENGLISH.level)
"""In another language the length of a text is a worse estimate."""
_REFERENCE_PACE_SPREAD = 0.09
_REFERENCE_SECONDS = 3.5
"""A reference of this length tells the pace up to the spread above; a longer one tells more."""
_REFERENCE_LEVEL_SPREAD = 6.0
"""A checkpoint need not speak as loud as the recording it was given."""


def expected_of(language: str, reference: Observation | None, seconds: float) -> VoiceHabits:
    """What is expected of a voice before its first take.

    Args:
        reference: what its recording says; None: nothing.
        seconds: how long the recording speaks.
    """
    primary = language.strip().lower().partition("-")[0]
    known = ENGLISH if primary == "en" else OTHER_LANGUAGE
    if reference is None:
        return known
    level = known.level.seen(reference.level, _REFERENCE_LEVEL_SPREAD)
    pace = reference.pace
    if pace is None or abs(pace) > PLAUSIBLE_PACE:
        return VoiceHabits(known.pace, level)
    spread = _REFERENCE_PACE_SPREAD * (_REFERENCE_SECONDS / max(seconds, 0.5)) ** 0.5
    return VoiceHabits(known.pace.seen(pace, spread), level)
