"""Directions to suggest to a writer: the well-known ones, then those the script uses already.

Is: suggestions. Any text in brackets is direction; what a checkpoint makes of it is its own.
"""

from collections import Counter

from studio.core.model import Direction, Script

WELL_KNOWN = (
    "whisper", "soft", "loud", "slow", "fast", "low voice", "high voice", "pause", "pause 0.5s",
    "pause 1s", "pause 2s", "laughing", "chuckle", "sigh", "excited", "angry", "sad", "surprised",
    "shouting", "emphasis", "inhale", "clear throat", "singing",
)  # fmt: skip
"""Those the starter was taught come first, then those Fish Audio S2 Pro is known to follow."""


def suggested_directions(script: Script, most: int = 100) -> tuple[str, ...]:
    """The well-known directions, then the script's own, the most used first."""
    used = Counter(
        part.text
        for placed in script.placed_turns()
        for part in placed.turn.parts
        if isinstance(part, Direction)
    )
    own = (text for text, _ in used.most_common(most))
    return tuple(dict.fromkeys([*WELL_KNOWN, *own]))
