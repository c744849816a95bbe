"""Edits of a single take that do not touch the take: they are applied when it is assembled.

Is: numbers. Is not: the audio work (`studio.media.clip_edit`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClipEdit:
    """What is done to a turn's audio, in this order. Milliseconds and decibels."""

    trim_start_ms: int = 0
    trim_end_ms: int = 0
    gain_db: float = 0.0
    fade_in_ms: int = 0
    fade_out_ms: int = 0
