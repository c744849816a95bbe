"""A plan cut into what becomes one file each: chapters, with their chunks in script order.

Is: a view of a plan; nothing is added or lost.
Is not: a timeline; no sample is placed here.

- A pause written at the end of a chapter waits, in the plan, for the next chunk, which belongs to
  the next chapter. Here it goes back to the end of the chapter it was written in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from studio.core.model import PlacedTurn, Script, Words
from studio.core.plan import Plan, PlannedChunk


@dataclass(frozen=True, slots=True)
class ChapterPart:
    """One chapter of a delivery.

    Args:
        number: of the chapter in the script, from 1.
        title: as the script has it; may be empty.
        chunks: in script order.
        tail_ms: an explicit pause behind the last chunk.
    """

    number: int
    title: str
    chunks: tuple[PlannedChunk, ...]
    tail_ms: int = 0

    @property
    def turns(self) -> tuple[int, ...]:
        """Indices of the turns in it, each once, in order."""
        return tuple(dict.fromkeys(chunk.turn for chunk in self.chunks))


def split_chapters(plan: Plan, script: Script) -> tuple[ChapterPart, ...]:
    """The chapters of a plan that have anything to hear, in order."""
    chapter_of = {placed.index: placed.chapter for placed in script.placed_turns()}
    groups: dict[int, list[PlannedChunk]] = {}
    for chunk in plan.chunks():
        groups.setdefault(chapter_of[chunk.turn], []).append(chunk)
    parts: list[ChapterPart] = []
    for number, chunks in groups.items():
        first = chunks[0]
        if parts and first.pause_ms:
            parts[-1] = replace(parts[-1], tail_ms=first.pause_ms)
            chunks[0] = replace(first, pause_ms=None)
        title = script.chapters[number - 1].title
        parts.append(ChapterPart(number, title, tuple(chunks)))
    if parts:
        parts[-1] = replace(parts[-1], tail_ms=plan.tail_ms)
    return tuple(parts)


def turn_text(placed: PlacedTurn) -> str:
    """What a turn says, without direction and pauses, on one line."""
    words = (part.text if isinstance(part, Words) else " " for part in placed.turn.parts)
    return " ".join("".join(words).split())


def name_missing(missing: Iterable[int], script: Script, most: int = 5) -> str:
    """Turns that are missing, in words that let a reader find them in the script."""
    turns = {placed.index: placed for placed in script.placed_turns()}
    wanted = sorted(set(missing))
    named = []
    for index in wanted[:most]:
        placed = turns[index]
        beginning = turn_text(placed)[:40].strip()
        named.append(
            f"turn {index + 1} (chapter {placed.chapter}, {placed.turn.speaker}: {beginning!r})"
        )
    more = f" and {len(wanted) - most} more" if len(wanted) > most else ""
    return ", ".join(named) + more
