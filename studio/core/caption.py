"""What is said when, in samples: the source of captions and of the table of turns.

Is: exact, because it is read off the timeline and not heard out of the audio.
Is not: timing of single words, which nobody knows without aligning.

- A caption has the script's own words, whatever is spoken for them. A turn performed in several
  chunks is one caption for each, so that no caption stands for a minute.
- Where a take says something else than the script does now, the caption has what is heard.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.core.caption_cut import cut_written
from studio.core.plan import Place, PlannedChunk
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
    placed: Sequence[Placed], chunks: Sequence[PlannedChunk], words: Sequence[str]
) -> tuple[Caption, ...]:
    """The captions of one chapter.

    Args:
        placed: takes on the timeline, one for each of `chunks`.
        words: what is heard of each of `chunks` (`heard_words`); empty: nothing to read.
    """
    return tuple(
        Caption(chunk.turn, chunk.speaker, text, take.start, take.end)
        for take, chunk, text in zip(placed, chunks, words, strict=True)
        if text
    )


def heard_words(
    chunks: Sequence[PlannedChunk], texts: Mapping[int, str], takes: Mapping[Place, str]
) -> tuple[str, ...]:
    """What is heard of each chunk of whole turns, without direction.

    Args:
        texts: what each turn says in the script, by index.
        takes: the text that the take of a chunk says, as a plan has it; empty: not known.
    """
    planned: dict[int, list[str]] = {}
    for chunk in chunks:
        planned.setdefault(chunk.turn, []).append(_words(chunk.text))
    written = {turn: iter(cut_written(texts[turn], said)) for turn, said in planned.items()}
    found = []
    for chunk in chunks:
        text, said = next(written[chunk.turn]), takes.get(chunk.place, "")
        is_other = said and _words(said) != _words(chunk.text)
        found.append(_words(said) if is_other else text)
    return tuple(found)


def turn_spans(placed: Sequence[Placed]) -> dict[int, tuple[int, int]]:
    """First sample of each turn and the one behind its last."""
    spans: dict[int, tuple[int, int]] = {}
    for take in placed:
        start = spans.get(take.turn, (take.start, 0))[0]
        spans[take.turn] = (start, take.end)
    return spans


def _words(text: str) -> str:
    """An engine text without its direction, on one line."""
    return " ".join(_DIRECTION.sub(" ", text).split())
