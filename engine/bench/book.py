"""Mode `book`: a whole book, its chapters side by side.

Is: sixty chapters whose turns are as long as those of two real books, started longest first,
performed with context and two voices, decoded take by take.
Is not: steady: chapters end one after the other, and the last one alone keeps the card waiting. The
speed until the first chapter ends is reported as well.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import Prefix, Take
from engine.bench import synthetic
from engine.bench.figures import Figure
from engine.bench.load import Voice, decode_takes
from engine.bench.rig import Rig
from engine.bench.synthetic import ForcedEngine
from engine.bench.timing import Deadline, now
from engine.length import BYTES_PER_SECOND

LENGTHS = Path(__file__).with_name("book.json")
LANES_PER_CHAPTER = 1.2
"""The scheduler may keep some lanes for listeners."""
PAGES_SHARE = 1.5
"""A chapter that starts over from its prefix holds old and new pages for a while."""
MAX_POSITIONS = 4096
TARGET = (2.5, 4.0)


@dataclass(slots=True, eq=False)
class Chapter:
    """A chapter being performed.

    Attributes:
        turns: (bytes, frames) of those still to come.
        frames: of the turns that are accepted.
    """

    voice: Voice
    turns: list[tuple[int, int]]
    frames: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.voice.request is None and not self.turns


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the book is."""

    seconds: float
    frames: int
    positions: float


def turn_lengths() -> list[list[int]]:
    """Return the UTF-8 bytes of every turn of every chapter."""
    content: list[list[int]] = json.loads(LENGTHS.read_text(encoding="utf-8"))["turn_bytes"]
    return content


def book(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Perform a book, or as much of it as there is time for."""
    lengths = turn_lengths()
    lanes = round(LANES_PER_CHAPTER * len(lengths))
    chains = round(PAGES_SHARE * len(lengths))
    engine = rig.engine(lanes, MAX_POSITIONS, chains=chains)
    with engine.prefix([rig.reference(0), rig.reference(1)]) as prefix:
        yield from _figures(rig, *_perform(rig, engine, prefix, lengths, deadline))


def _perform(
    rig: Rig, engine: ForcedEngine, prefix: Prefix, lengths: list[list[int]], deadline: Deadline
) -> tuple[list[Mark], bool]:
    """Return how far it was at the first end of a chapter and at last, and whether all is done."""
    chapters = [Chapter(Voice(engine.chain(prefix)), _turns(rig, turns)) for turns in lengths]
    total = len(chapters)
    start, marks, open_chapters = now(rig.device), [], chapters
    while open_chapters and not deadline.passed:
        decode_takes(
            engine, [take for chapter in open_chapters for take in _attend(rig, engine, chapter)]
        )
        engine.step()
        still_open = [chapter for chapter in open_chapters if not chapter.done]
        if len(open_chapters) == total > len(still_open):
            marks.append(_mark(rig, chapters, start))
        open_chapters = still_open
    marks.append(_mark(rig, chapters, start))
    for chapter in chapters:
        chapter.voice.chain.close()
    return marks, not open_chapters


def _turns(rig: Rig, lengths: list[int]) -> list[tuple[int, int]]:
    rate = rig.codec.frame_rate / BYTES_PER_SECOND / rig.sizes.frame_divisor
    kept = lengths[: rig.sizes.book_turns]
    return [(n_bytes, max(2, round(n_bytes * rate))) for n_bytes in kept]


def _attend(rig: Rig, engine: ForcedEngine, chapter: Chapter) -> list[Take]:
    """When a turn has ended, accept it and begin the next one; return its takes."""
    voice = chapter.voice
    if voice.request and not voice.request.done:
        return []
    takes = voice.request.result() if voice.request else []
    for take in takes:
        chapter.frames += take.frames
        voice.chain.accept(take)
    voice.request = None
    if chapter.turns:
        _begin(rig, engine, chapter)
    return takes


def _begin(rig: Rig, engine: ForcedEngine, chapter: Chapter) -> None:
    work_left = sum(frames for _, frames in chapter.turns)
    n_bytes, engine.forced_frames = chapter.turns.pop(0)
    rig.texts += 1
    request = chapter.voice.chain.perform(
        synthetic.text_for_bytes(n_bytes, rig.texts),
        speaker=rig.texts % 2,
        seed=rig.texts,
        urgent=False,
        work_left=work_left,
    )
    chapter.voice.begin(request)


def _mark(rig: Rig, chapters: list[Chapter], start: float) -> Mark:
    voices = [chapter.voice for chapter in chapters if chapter.voice.request]
    frames = sum(chapter.frames + chapter.voice.frames for chapter in chapters)
    positions = sum(voice.positions for voice in voices) / max(1, len(voices))
    return Mark(now(rig.device) - start, frames, positions)


def _figures(rig: Rig, marks: list[Mark], complete: bool) -> Iterator[Figure]:
    chapters = len(turn_lengths())
    names = ["book until the first chapter ends", "book"][-len(marks) :]
    for name, mark in zip(names, marks, strict=True):
        positions = marks[0].positions
        floor = chapters * rig.frame_seconds / rig.frame_floor(chapters, positions)
        yield Figure(
            name,
            mark.frames * rig.frame_seconds / mark.seconds / 60,
            "audio hours per minute",
            floor=floor / 60,
            more_is_better=True,
            target=rig.target(*TARGET) if name == "book" else None,
            note="" if complete or name != "book" else "stopped when its time was over",
            details={
                "chapters": chapters,
                "complete": complete,
                "audio_seconds": mark.frames * rig.frame_seconds,
                "wall_seconds": mark.seconds,
                "mean_context_of_running_lanes": mark.positions,
            },
        )
