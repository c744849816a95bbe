"""Pieces of a block -> parts of turns: what becomes of stage directions and of brackets.

Is: the policy for both, and the count of what was dropped or given, for the notes.
Is not: aware of chapters or of prose dialogue.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from studio.core.book import Piece
from studio.core.import_options import ImportOptions
from studio.core.inline import MAX_DIRECTION_CHARACTERS
from studio.core.model import NARRATOR, Direction, Part, Turn, Words
from studio.core.tidy import clean

MAX_MANNER_WORDS = 6

_MANNER = re.compile(r"\b\w{2,}ly\b|\baside\b|\b(?:voice|manner|tone)$|^\(.*\)$", re.IGNORECASE)
_BRACKET = re.compile(r"\[(?!\s*pause\s+[\d.,+-])([^\[\]]*[^\[\]\s][^\[\]]*)\]", re.IGNORECASE)


@dataclass(slots=True)
class StageManager:
    """Makes turns of a speaker's pieces, and remembers what it left out."""

    options: ImportOptions
    dropped: int = 0
    given: int = 0

    def turns(self, speaker: str, pieces: list[Piece]) -> Iterator[Turn]:
        """The turns of one block, none if there is nothing to say."""
        pieces = [piece for piece in _runs(pieces) if clean(piece.text)]
        if self.options.stage_directions == "narrator":
            for piece in pieces:
                teller = NARRATOR if piece.kind == "direction" else speaker
                yield Turn(teller, tuple(_joined(self._words(piece.text))))
            return
        parts = tuple(_joined(self._parts(pieces)))
        words = " ".join(clean(piece.text) for piece in pieces if piece.kind == "words")
        if any(isinstance(part, Words) for part in parts):
            yield Turn(speaker, parts)
        elif words:  # nothing but brackets: there would be nobody to direct
            yield Turn(speaker, (Words(words),))

    def kept(self, piece: Piece) -> str:
        """A piece's text as the script must have it, brackets around what is direction there."""
        if piece.kind == "words" or (piece.kind == "direction" and self._is_read):
            return piece.text
        if piece.kind == "direction" and self._is_given(piece):
            return f"[{as_direction(clean(piece.text))}]"
        return ""

    def notes(self) -> Iterator[str]:
        """Sentences for the user."""
        if self.given:
            yield f"{self.given} stage directions are given to the performer."
        if self.dropped:
            yield (
                f"{self.dropped} stage directions are left out; the narrator can read them instead."
            )

    @property
    def _is_read(self) -> bool:
        return self.options.stage_directions == "narrator"

    def _is_given(self, piece: Piece) -> bool:
        return self.options.stage_directions == "direction" and is_manner(clean(piece.text))

    def _parts(self, pieces: list[Piece]) -> Iterator[Part]:
        speaks = any(piece.kind == "words" for piece in pieces)
        for piece in pieces:
            if piece.kind == "words":
                yield from self._words(piece.text)
            elif piece.kind == "direction" and speaks and self._is_given(piece):
                self.given += 1
                yield Direction(as_direction(clean(piece.text)))
            elif piece.kind == "direction":
                self.dropped += 1

    def _words(self, text: str) -> Iterator[Part]:
        if self.options.brackets == "spoken":
            yield Words(clean(text))
            return
        place = 0
        for match in _BRACKET.finditer(text):
            inside = clean(match[1])
            if 0 < len(inside) <= MAX_DIRECTION_CHARACTERS:
                yield from _spoken(text[place : match.start()])
                yield Direction(inside)
                place = match.end()
        yield from _spoken(text[place:])


def is_manner(text: str) -> bool:
    """Whether a stage direction says how to speak: short, and by an adverb or a manner.

    >>> is_manner("Very languidly."), is_manner("Goes to the sofa.")
    (True, False)
    """
    words = text.rstrip(".").split()
    return len(words) <= MAX_MANNER_WORDS and bool(_MANNER.search(" ".join(words)))


def as_direction(text: str) -> str:
    """`Very seriously.` as `very seriously`; brackets have no place in a direction."""
    text = text.rstrip(".").replace("[", "(").replace("]", ")")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text[:1].lower() + text[1:]


def _spoken(text: str) -> Iterator[Words]:
    if clean(text):
        yield Words(clean(text))


def _runs(pieces: list[Piece]) -> Iterator[Piece]:
    """Words and directions, neighbors of one kind joined as they stand."""
    heard = (piece for piece in pieces if piece.kind in {"words", "direction"})
    for kind, run in groupby(heard, key=lambda piece: piece.kind):
        yield Piece(kind, "".join(piece.text for piece in run))


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Put a space between parts, and join words that have come to stand side by side."""
    before: Part | None = None
    for part in parts:
        if isinstance(before, Words) and isinstance(part, Words):
            before = Words(f"{before.text} {part.text}")
            continue
        if isinstance(before, Words):
            yield Words(before.text + " ")
        elif before is not None:
            yield before
        before = Words(" " + part.text) if before is not None and isinstance(part, Words) else part
    if before is not None:
        yield before
