"""What a project has settled for each of its speakers: gain, default direction, length of pauses.

Is: values in the project's settings, checked when they are read, since bundles bring settings too.
Is not: the voice of a speaker, which is cast, or their pronunciations, which are entries.
"""

import math
from collections.abc import Mapping
from typing import Any

from studio.core.delivery import LARGEST_GAIN_DB
from studio.core.inline import MAX_DIRECTION_CHARACTERS, parse_line
from studio.core.model import Direction
from studio.errors import CastError, ScriptError

GAINS = "gains_db"
DIRECTIONS = "directions"
PAUSES = "pause_factors"
BY_SPEAKER = (GAINS, DIRECTIONS, PAUSES)
"""The settings that are objects with a speaker's name for each key."""

SHORTEST, LONGEST = 0.25, 4.0
"""How much a speaker's pauses can be shortened and stretched."""


def gains(settings: Mapping[str, Any]) -> dict[str, float]:
    """By speaker, how many decibels louder they are delivered."""
    return _numbers(settings, GAINS, -LARGEST_GAIN_DB, LARGEST_GAIN_DB)


def pause_factors(settings: Mapping[str, Any]) -> dict[str, float]:
    """By speaker, how long the pauses before and inside their turns are; usual is 1."""
    return _numbers(settings, PAUSES, SHORTEST, LONGEST)


def directions(settings: Mapping[str, Any]) -> dict[str, str]:
    """By speaker, the direction of every turn that begins without one."""
    found = {}
    for speaker, text in _object(settings, DIRECTIONS).items():
        if isinstance(text, str) and _is_direction(text):
            found[speaker] = text
    return found


def checked_direction(speaker: str, text: str) -> str:
    """A direction as it is kept, without brackets; empty: none.

    Raises:
        CastError: it is no direction.
    """
    plain = " ".join(text.strip().removeprefix("[").removesuffix("]").split())
    if plain and not _is_direction(plain):
        raise CastError(
            f"“{plain}” cannot direct {speaker}: write words without brackets, at most "
            f"{MAX_DIRECTION_CHARACTERS} letters, and no pause."
        )
    return plain


def checked_factor(speaker: str, factor: float) -> float:
    """A length of pauses as it is kept.

    Raises:
        CastError: it is out of bounds.
    """
    if not SHORTEST <= factor <= LONGEST:  # refuses NaN too
        raise CastError(
            f"The pauses of {speaker} can be {SHORTEST:g} to {LONGEST:g} times as long as usual."
        )
    return factor


def carried(settings: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The settings with what a speaker has given to their new name, unless that one has its own.

    Args:
        names: old name -> new name. The old one keeps what it has: a renaming can be undone.
    """
    changed = dict(settings)
    for key in BY_SPEAKER:
        own = _object(settings, key)
        fresh = {new: own[old] for old, new in names.items() if old in own and new not in own}
        if fresh:
            changed[key] = {**own, **fresh}
    return changed


def _is_direction(text: str) -> bool:
    try:
        return parse_line(f"[{text}]", 1, 1) == [Direction(text)]
    except ScriptError:
        return False


def _numbers(settings: Mapping[str, Any], key: str, least: float, most: float) -> dict[str, float]:
    return {
        speaker: float(value)
        for speaker, value in _object(settings, key).items()
        if isinstance(value, int | float) and math.isfinite(value) and least <= value <= most
    }


def _object(settings: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = settings.get(key)
    return value if isinstance(value, dict) else {}
