"""How long the audio of a text may be.

Is: an estimate from the text alone, wide enough for slow voices, pauses and other scripts. It keeps
a turn from stopping before it began and bounds one that would never stop.
Is not: a duration model. Whether a take is plausible is for the caller's checks.
"""

import math
import re
from typing import NamedTuple

BYTES_PER_SECOND = 14.0
"""UTF-8 bytes of text spoken in a second: English about 15, Chinese about 13."""
READ_OUT = re.compile(r"[0-9%$€£&+=#@/°]")
READ_OUT_BYTES = 7
"""What a digit or symbol is spelled out to, on average ("7" is "seven", "%" is "percent")."""
DIRECTION = re.compile(r"\[[^\[\]]*\]")
DIRECTION_SECONDS = 1.0
"""Room for what a direction adds: a pause, a laugh, a slower phrase."""

LONGEST, EXTRA_SECONDS = 3.0, 2.0
SHORTEST = 0.15


class FrameBounds(NamedTuple):
    """The fewest and the most frames a turn may have."""

    least: int
    most: int


def expected_seconds(text: str) -> float:
    """Return about how long text takes to say.

    >>> expected_seconds("[pause]Seven o'clock.")
    2.0
    """
    spoken, n_directions = DIRECTION.subn("", text)
    n_bytes = len(spoken.encode("utf-8")) + (READ_OUT_BYTES - 1) * len(READ_OUT.findall(spoken))
    return n_bytes / BYTES_PER_SECOND + DIRECTION_SECONDS * n_directions


def frame_bounds(text: str, frame_rate: float) -> FrameBounds:
    """Return the bounds for text at frame_rate frames per second.

    The most is three times what is expected and two seconds, the least 15 % of it.
    """
    seconds = expected_seconds(text)
    spoken = seconds - DIRECTION_SECONDS * len(DIRECTION.findall(text))
    most = math.ceil((LONGEST * seconds + EXTRA_SECONDS) * frame_rate)
    return FrameBounds(max(1, int(SHORTEST * spoken * frame_rate)), most)
