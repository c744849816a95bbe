"""A chapter on its timeline before it is delivered: where every turn is, and where it would be.

Is: the delivery's own positions for the takes whose sound is known, and room of a guessed length
for everything else.
Is not: audio, and nothing is decoded for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.chapters import ChapterPart
from studio.core.plan import Place, PlannedChunk
from studio.core.spoken_length import DIRECTION, SECONDS_AROUND, SECONDS_PER_LETTER
from studio.core.timeline import Extent, Pauses, Placed, Timeline


@dataclass(frozen=True, slots=True)
class KnownSound:
    """A take whose sound has been looked at; `name` is that of its sketch."""

    name: str
    extent: Extent


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a take that is heard in a turn. All in samples.

    Args:
        name: of the take's sketch.
        at: where it begins, from the beginning of its turn.
        first: the first sample of the take that is used.
        length: how many of them.
    """

    name: str
    at: int
    first: int
    length: int


@dataclass(frozen=True, slots=True)
class TurnSpan:
    """Where a turn is in its chapter. All in samples.

    Args:
        turn: its index in the script.
        silence: before it.
        start: of the chapter, where its sound begins.
        length: of its sound, the pauses inside included.
        pieces: empty where the length is guessed.
        pause_ms: what the silence before it was meant to be.
    """

    turn: int
    silence: int
    start: int
    length: int
    pieces: tuple[Piece, ...]
    pause_ms: int


def lay_out(
    part: ChapterPart, known: Mapping[Place, KnownSound], sample_rate: int, pauses: Pauses
) -> tuple[tuple[TurnSpan, ...], int]:
    """The turns of a chapter in their places, and the samples of the whole chapter."""
    timeline = Timeline(sample_rate, pauses)
    for chunk in part.chunks:
        found = known.get(chunk.place)
        guess = Extent(round(guessed_seconds(chunk.text) * sample_rate))
        timeline.place_extent(chunk, found.extent if found else guess)
    turns: dict[int, list[tuple[PlannedChunk, Placed]]] = {}
    for chunk, placed in zip(part.chunks, timeline.placed, strict=True):
        turns.setdefault(chunk.turn, []).append((chunk, placed))
    spans = tuple(_span(pairs, known, pauses) for pairs in turns.values())
    return spans, timeline.end + timeline.closing_silence(part.tail_ms)


def guessed_seconds(text: str) -> float:
    """About how long a text takes an ordinary voice."""
    letters = sum(map(str.isalnum, DIRECTION.sub("", text)))
    return SECONDS_AROUND + SECONDS_PER_LETTER * letters


def _span(
    pairs: list[tuple[PlannedChunk, Placed]], known: Mapping[Place, KnownSound], pauses: Pauses
) -> TurnSpan:
    chunk, first = pairs[0]
    pieces = [
        Piece(known[part.place].name, placed.start - first.start, placed.first, placed.length)
        for part, placed in pairs
        if part.place in known
    ]
    certain = len(pieces) == len(pairs)
    return TurnSpan(
        first.turn, first.silence, first.start, pairs[-1][1].end - first.start,
        tuple(pieces) if certain else (), pauses.before(chunk),
    )  # fmt: skip
