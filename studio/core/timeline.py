"""Where every sample of a delivered file comes from: takes, trimmed, with pauses between them.

Is: integer sample positions. A take keeps a small margin around its sound; the silence it brings
along counts toward the pause next to it, so that pauses are as long as they are set.
Is not: a mixer: one voice speaks at a time.

- What a listener trimmed is taken from the sound that would be placed; some of it always stays.
- All positions are samples at the rate of the file; milliseconds occur only in the settings.
- An explicit pause replaces the pause of its boundary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from studio.core.mastering import from_db
from studio.core.model import Audio
from studio.core.plan import Boundary, PlannedChunk

SILENCE_THRESHOLD = 10 ** (-50 / 20)
FADE_MS = 8
"""Long enough to be free of clicks, short enough not to be heard as a fade."""
SHORTEST_MS = 50
"""What is left of a take however much of it is trimmed."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Milliseconds of silence by boundary, and at the two ends of a file.

    Args:
        factors: by speaker, by how much the pauses before and inside their turns are longer; those
            written in the script, and those of scenes and chapters, are as long as they are.
    """

    chunk: int = 150
    turn: int = 350
    speaker: int = 450
    scene: int = 1500
    chapter: int = 2500
    head: int = 500
    tail: int = 1000
    factors: Mapping[str, float] = field(default_factory=dict)

    def before(self, chunk: PlannedChunk) -> int:
        """The pause between a chunk and the one before it."""
        if chunk.pause_ms is not None:
            return chunk.pause_ms
        if chunk.boundary in (Boundary.SCENE, Boundary.CHAPTER):
            return self.scene if chunk.boundary == Boundary.SCENE else self.chapter
        usual = {
            Boundary.CHUNK: self.chunk, Boundary.TURN: self.turn, Boundary.SPEAKER: self.speaker,
        }[chunk.boundary]  # fmt: skip
        return round(usual * self.factors.get(chunk.speaker, 1.0))


@dataclass(frozen=True, slots=True)
class Placed:
    """A take on the timeline.

    Args:
        turn: index of its turn.
        silence: samples of silence written before it.
        start: sample of the file at which it begins.
        first: first sample of the take that is used.
        length: number of samples used.
        gain_db: of this take alone.
    """

    turn: int
    silence: int
    start: int
    first: int
    length: int
    gain_db: float = 0.0

    @property
    def end(self) -> int:
        """The sample of the file behind its last one."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Extent:
    """What a timeline needs to know of a take: its samples, and how many at its ends are silent."""

    samples: int
    lead: int = 0
    tail: int = 0


@dataclass(slots=True)
class Timeline:
    """Grows by one take at a time, in order, so that no chapter has to be in memory.

    Not thread-safe; owned by the delivery that fills it.
    """

    sample_rate: int
    pauses: Pauses = field(default_factory=Pauses)
    margin_ms: int = 30
    placed: list[Placed] = field(default_factory=list)
    _spare_tail: int = 0

    def place(self, chunk: PlannedChunk, audio: Audio) -> Placed:
        """Put the next take behind the ones before it.

        Args:
            chunk: what it is a take of.
            audio: float32 [n_samples] at the timeline's rate.
        """
        return self.place_extent(chunk, extent_of(audio, self.sample_rate))

    def place_extent(self, chunk: PlannedChunk, extent: Extent) -> Placed:
        """Put the next take behind the ones before it, without its audio."""
        margin = self._samples(self.margin_ms)
        lead, tail = min(extent.lead, margin), min(extent.tail, margin)
        first = extent.lead - lead
        length = extent.samples - first - (extent.tail - tail)
        room = max(0, length - self._samples(SHORTEST_MS))
        head = min(self._samples(chunk.fit.head_ms), room)
        end = min(self._samples(chunk.fit.tail_ms), room - head)
        pause_ms = self.pauses.before(chunk)
        if not self.placed:
            pause_ms = self.pauses.head + (chunk.pause_ms or 0)
        silence = max(0, self._samples(pause_ms) - max(0, lead - head) - self._spare_tail)
        take = Placed(
            chunk.turn, silence, self.end + silence, first + head, length - head - end,
            chunk.fit.gain_db,
        )  # fmt: skip
        self.placed.append(take)
        self._spare_tail = max(0, tail - end)
        return take

    def closing_silence(self, tail_ms: int = 0) -> int:
        """Samples of silence behind the last take; `tail_ms` is an explicit pause there."""
        return max(0, self._samples(self.pauses.tail + tail_ms) - self._spare_tail)

    @property
    def end(self) -> int:
        """The sample of the file behind everything placed so far."""
        return self.placed[-1].end if self.placed else 0

    def turn_starts(self) -> dict[int, int]:
        """The sample at which each turn begins."""
        starts: dict[int, int] = {}
        for take in self.placed:
            starts.setdefault(take.turn, take.start)
        return starts

    def _samples(self, milliseconds: int) -> int:
        return milliseconds * self.sample_rate // 1000


def extent_of(audio: Audio, sample_rate: int) -> Extent:
    """The extent of a take: float32 [n_samples]."""
    return Extent(int(audio.size), *edge_silence(audio, sample_rate))


def edge_silence(audio: Audio, sample_rate: int) -> tuple[int, int]:
    """Samples below the silence threshold at the beginning and at the end.

    A take that is silent throughout counts as all beginning, no end.
    """
    loud = np.flatnonzero(np.abs(audio) >= SILENCE_THRESHOLD)
    if not loud.size:
        return int(audio.size), 0
    return int(loud[0]), int(audio.size - 1 - loud[-1])


def cut_out(take: Placed, audio: Audio, sample_rate: int) -> Audio:
    """The used part of a take at its gain, faded so that it begins and ends at zero."""
    piece = audio[take.first : take.first + take.length].astype(np.float32, copy=True)
    if take.gain_db:
        piece *= from_db(take.gain_db)
    length = min(FADE_MS * sample_rate // 1000, piece.size // 2)
    ramp = np.linspace(0.0, 1.0, length, endpoint=False, dtype=np.float32)
    piece[:length] *= ramp
    piece[piece.size - length :] *= ramp[::-1]
    return piece
