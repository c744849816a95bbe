"""What is said when, in samples: the source of captions and of the table of turns.

Is: exact, because it is read off the timeline and not heard out of the audio.
Is not: timing of single words, which nobody knows without aligning.

- A turn performed in one piece is one caption with the script's own words. A longer turn is one
  caption for each of its chunks, so that no caption stands for a minute.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.core.plan import PlannedChunk
from studio.core.timeline import Placed

_DIRECTION = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Caption:
    """Words and the samples between which they are heard. `turn` counts from 0."""

    turn: int
    speaker: str
    text: str
    start: int
    end: int


def captions(
    placed: Sequence[Placed], chunks: Sequence[PlannedChunk], texts: Mapping[int, str]
) -> tuple[Caption, ...]:
    """The captions of one chapter.

    Args:
        placed: takes on the timeline, one for each of `chunks`.
        texts: what each turn says, by index.
    """
    pieces = Counter(chunk.turn for chunk in chunks)
    found = []
    for take, chunk in zip(placed, chunks, strict=True):
        text = texts[chunk.turn] if pieces[chunk.turn] == 1 else spoken(chunk.text)
        if text:
            found.append(Caption(chunk.turn, chunk.speaker, text, take.start, take.end))
    return tuple(found)


def turn_spans(placed: Sequence[Placed]) -> dict[int, tuple[int, int]]:
    """First sample of each turn and the one behind its last."""
    spans: dict[int, tuple[int, int]] = {}
    for take in placed:
        start = spans.get(take.turn, (take.start, 0))[0]
        spans[take.turn] = (start, take.end)
    return spans


def spoken(text: str) -> str:
    """An engine text without its direction.

    >>> spoken("[whisper] Come  here.")
    'Come here.'
    """
    return " ".join(_DIRECTION.sub(" ", text).split())
