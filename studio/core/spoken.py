"""What is spoken where the script says something else: readings, and the rules that give them.

Is: the one place where the words of a turn become the words that the engine is given.
Is not: a change of the script. Direction and pauses are never touched, and the script keeps its
text; what is said instead can be shown with its place (`preview`).

- A reading replaces a stretch of one part's words. Where rules disagree, the earlier rule wins;
  what one rule has replaced, no other rule sees.
- A content key is made of what is spoken: a new rule asks for new takes of the turns it changes,
  and of what was performed after hearing them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from studio.core.model import Direction, Part, PlacedTurn, Script, Turn, Words


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of text and what is spoken in its place.

    Args:
        start: first character of the stretch.
        end: the character behind it.
        spoken: what is said instead; empty: nothing.
        rule: what gave the reading, as it is shown to the user.
    """

    start: int
    end: int
    spoken: str
    rule: str


class Reader(Protocol):
    """Gives readings of a text, the more important ones first; they may overlap."""

    def readings(self, text: str, speaker: str) -> Iterable[Reading]:
        """Readings of the words of one part, said by a speaker."""


@dataclass(frozen=True, slots=True)
class PartReading:
    """A reading of one of a turn's parts."""

    part: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn that is spoken otherwise than it is written.

    Args:
        placed: the turn as written, with its place.
        parts: what is spoken.
        readings: every difference, in order.
    """

    placed: PlacedTurn
    parts: tuple[Part, ...]
    readings: tuple[PartReading, ...]


@dataclass(frozen=True, slots=True)
class SpokenRules:
    """Everything that says how a script is spoken. Readers in front win.

    Args:
        directions: by speaker, for turns that do not begin with a direction of their own.
    """

    readers: Sequence[Reader] = ()
    directions: Mapping[str, str] = field(default_factory=dict)

    def parts(self, turn: Turn) -> tuple[Part, ...]:
        """The parts of a turn as they are spoken.

        Raises:
            PronunciationError: an entry of the dictionary takes too long on this text.
        """
        parts: list[Part] = list(turn.parts)
        for index, part in enumerate(turn.parts):
            if isinstance(part, Words):
                parts[index] = Words(speak(part.text, self._read(part.text, turn.speaker)))
        default = self.directions.get(turn.speaker)
        return tuple(_directed(default, parts) if default else parts)

    def readings(self, turn: Turn) -> tuple[PartReading, ...]:
        """Every difference between what a turn says and what is spoken, in order."""
        return tuple(
            PartReading(index, reading)
            for index, part in enumerate(turn.parts)
            if isinstance(part, Words)
            for reading in self._read(part.text, turn.speaker)
        )

    def preview(self, script: Script) -> Iterator[SpokenTurn]:
        """The turns of a script that these rules change, and how."""
        for placed in script.placed_turns():
            if readings := self.readings(placed.turn):
                yield SpokenTurn(placed, self.parts(placed.turn), readings)

    def _read(self, text: str, speaker: str) -> list[Reading]:
        found = (reading for reader in self.readers for reading in reader.readings(text, speaker))
        return settle(
            reading for reading in found if text[reading.start : reading.end] != reading.spoken
        )


def _directed(direction: str, parts: list[Part]) -> list[Part]:
    """The parts of a turn with a direction in front, unless they bring one."""
    first = parts[0]
    if isinstance(first, Direction):
        return parts
    if isinstance(first, Words):
        parts = [Words(f" {first.text.lstrip(' ')}"), *parts[1:]]
    return [Direction(direction), *parts]


AS_WRITTEN = SpokenRules()
"""Everything is spoken as it stands."""


def settle(readings: Iterable[Reading]) -> list[Reading]:
    """The readings that overlap no earlier one of the input, in order of the text."""
    kept: list[Reading] = []
    for reading in readings:
        at = bisect_left(kept, reading.start, key=lambda other: other.start)
        after_previous = at == 0 or kept[at - 1].end <= reading.start
        if after_previous and (at == len(kept) or reading.end <= kept[at].start):
            kept.insert(at, reading)
    return kept


def speak(text: str, readings: Iterable[Reading]) -> str:
    """A text with readings put in their places.

    >>> speak("Dr. Who", [Reading(0, 3, "Doctor", "")])
    'Doctor Who'
    """
    pieces: list[str] = []
    end = 0
    for reading in readings:
        pieces += [text[end : reading.start], reading.spoken]
        end = reading.end
    return "".join([*pieces, text[end:]])
