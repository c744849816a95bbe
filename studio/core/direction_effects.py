"""What a direction may do to the length and the level of a take.

Is: a table of words in `[direction]`, with what the starter does at them and room for others.
Is not: a check that a direction was followed.

- Directions are free text; one that is not in the table gets room in both ways.
- Where a direction rules only the end of a text, its effect is smaller: the bounds are intervals.
"""

import re
from dataclasses import dataclass

from studio.core.spoken_length import DIRECTION

SLOW = re.compile(r"slow|drawl|weary|wearily|drows|sleepy|hesita", re.IGNORECASE)
FAST = re.compile(r"fast|quick|hurr|rapid|rush|breathless|urgent", re.IGNORECASE)
PAUSE = re.compile(r"pause|silence|beat|wait", re.IGNORECASE)

LEAST_FAST, MOST_SLOW = 0.75, 1.55
"""Medians of the starter: [fast] 0.74, [slow] 1.46 of the ordinary length."""
LEAST_OTHER, MOST_OTHER = 0.9, 1.2
"""[whisper], [soft] and [loud] are at 1.06, 0.95 and 1.02 of it."""
OTHER_SECONDS = 1.0
"""Room for what a direction adds: a laugh, a sigh, a breath."""
LEVEL_DB = 10.0
"""The starter's [soft] is up to 8 dB below the ordinary level, its [loud] as much above."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What the directions of a text may do.

    Args:
        least: factor of the least length.
        most: factor of the most.
        extra_seconds: added to the most.
        level_db: added to the difference in level that is accepted.
        pause: whether a long silence is asked for.
        unusual: whether the take says nothing about the voice's habits.
    """

    least: float = 1.0
    most: float = 1.0
    extra_seconds: float = 0.0
    level_db: float = 0.0
    pause: bool = False
    unusual: bool = False


def effects_of(text: str) -> Effects:
    """The effects of all directions in a text together.

    >>> effects_of("[slow] Good [pause] morning.").most
    1.55
    """
    directions = DIRECTION.findall(text)
    others = [found for found in directions if not PAUSE.search(found)]
    if not others:
        return Effects(pause=bool(directions))
    slow, fast = (any(word.search(found) for found in others) for word in (SLOW, FAST))
    other = [found for found in others if not SLOW.search(found) and not FAST.search(found)]
    return Effects(
        least=min(LEAST_FAST if fast else 1.0, LEAST_OTHER if other else 1.0),
        most=max(MOST_SLOW if slow else 1.0, MOST_OTHER if other else 1.0),
        extra_seconds=OTHER_SECONDS * len(other),
        level_db=LEVEL_DB,
        pause=len(others) < len(directions),
        unusual=True,
    )
