"""What a timeline in a browser asks for, and what it gets: checked on the way in, plain on the way
out.

Is: the one door between the timeline's JavaScript and the services behind it. Whoever can reach the
page can send anything, so everything is bounded and of a known shape before it is looked at.
Is not: aware of Gradio; where sounds are served from, it is told.

- A request is `{"do": …, "project": …, …}`; an answer is JSON values, or `{"error": sentence}`.
- A chapter is told once; after that only the turns that have changed since. Times are seconds.
"""

import base64
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from studio.core.adjustment import Named
from studio.core.model import Audio
from studio.errors import StudioError
from studio.services.adjusting import Adjusting
from studio.services.listening import ListenedChapter, ListenedTurn, Listening
from studio.services.scripts import turn_parts
from studio.services.sketches import PEAKS_PER_SECOND
from studio.services.takes import Takes

MOST_SOUNDS, MOST_PEAKS = 8, 400
TOLD_KEPT = 32
"""Chapters of which it is remembered what some browser knows."""

Id = Annotated[str, Field(pattern=r"^[0-9a-zA-Z_-]{1,64}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Row = dict[str, Any]
Serve = Callable[[Audio, int], str]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a browser was told: the digest of each row, in order."""

    rows: dict[str, str]


class ListeningDesk:
    """Answers timelines. Thread-safe.

    Args:
        serve: makes a sound (float32 [n_samples], Hz) an address that a browser can fetch.
    """

    def __init__(
        self, listening: Listening, adjusting: Adjusting, takes: Takes, serve: Serve
    ) -> None:
        self.listening = listening
        self.adjusting = adjusting
        self.takes = takes
        self.serve = serve
        self._told: OrderedDict[str, _Told] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, request: object) -> dict[str, Any]:
        """Do what a timeline asks for; what it may not ask for, or cannot have, is an error."""
        try:
            answer: dict[str, Any] = _REQUEST.validate_python(request).answer(self)
        except ValidationError as error:
            [first, *_] = error.errors(include_input=False, include_url=False)
            place = ".".join(str(part) for part in first["loc"])
            return {"error": f"The page asked for what it may not: {place}: {first['msg']}."}
        except StudioError as error:
            return {"error": str(error)}
        return answer

    def tell(self, chapter: ListenedChapter, known: str) -> dict[str, Any]:
        """A chapter, or what has changed of it since the revision that is known."""
        rows = {turn.placed.turn.turn_id: _row(turn, chapter.sample_rate) for turn in chapter.turns}
        told = _Told({turn: _digest(row) for turn, row in rows.items()})
        revision = _digest([chapter.number, told.rows, chapter.samples])
        before = self._remember(revision, told, known)
        same = before is not None and list(before.rows) == list(told.rows)
        old = before.rows if before is not None and same else {}
        return {
            "revision": revision,
            "chapter": chapter.number,
            "whole": not same,
            "rows": [row for turn, row in rows.items() if old.get(turn) != told.rows[turn]],
            "seconds": chapter.samples / chapter.sample_rate,
            "reading": chapter.reading,
            "problem": chapter.problem,
            **({} if same else _frame(chapter)),
        }

    def _remember(self, revision: str, told: _Told, known: str) -> _Told | None:
        with self._lock:
            before = self._told.get(known)
            self._told[revision] = told
            self._told.move_to_end(revision)
            while len(self._told) > TOLD_KEPT:
                self._told.popitem(last=False)
            return before


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    project: Annotated[str, Field(min_length=1, max_length=200)]


class _Open(_Request):
    """`known`: the revision that the page has; empty: none."""

    do: Literal["open"]
    chapter: Annotated[int, Field(ge=1, le=100_000)]
    known: Annotated[str, Field(max_length=64)] = ""

    def answer(self, desk: ListeningDesk) -> dict[str, Any]:
        return desk.tell(desk.listening.chapter(self.project, self.chapter), self.known)


class _Peaks(_Request):
    do: Literal["peaks"]
    names: Annotated[list[Digest], Field(max_length=MOST_PEAKS)]

    def answer(self, desk: ListeningDesk) -> dict[str, Any]:
        found = desk.listening.sketches.find_named(self.names)
        peaks = {
            name: base64.b64encode(sketch.peaks).decode("ascii") for name, sketch in found.items()
        }
        return {"peaks": peaks, "per_second": PEAKS_PER_SECOND}


class _Sounds(_Request):
    """Turns that cannot be heard have their reason in the place of an address."""

    do: Literal["sounds"]
    turns: Annotated[list[Id], Field(max_length=MOST_SOUNDS)]

    def answer(self, desk: ListeningDesk) -> dict[str, Any]:
        sounds: dict[str, str] = {}
        problems: dict[str, str] = {}
        for turn in self.turns:
            try:
                audio = desk.listening.sound(self.project, turn)
            except StudioError as error:
                problems[turn] = str(error)
            else:
                sounds[turn] = desk.serve(audio, desk.listening.sketches.sample_rate)
        return {"sounds": sounds, "problems": problems}


class _Adjust(_Request):
    """`value` None: automatic again."""

    do: Literal["adjust"]
    turn: Id
    name: Named
    value: float | None

    def answer(self, desk: ListeningDesk) -> dict[str, Any]:
        desk.adjusting.change(self.project, self.turn, self.name, self.value)
        return {}


class _Accept(_Request):
    """Lock what is heard of a turn, or let it be replaced again."""

    do: Literal["accept"]
    turn: Id
    lock: bool

    def answer(self, desk: ListeningDesk) -> dict[str, Any]:
        change = desk.takes.lock if self.lock else desk.takes.unlock
        takes = desk.takes.history(self.project, self.turn)
        for take in takes or desk.takes.adopt(self.project, self.turn):
            if take.selected and take.locked != self.lock:
                change(self.project, self.turn, take.number)
        return {}


_REQUEST: TypeAdapter[Any] = TypeAdapter(
    Annotated[_Open | _Peaks | _Sounds | _Adjust | _Accept, Field(discriminator="do")]
)


def _frame(chapter: ListenedChapter) -> dict[str, Any]:
    """What a whole chapter is told with: the script's chapters and speakers."""
    counts: dict[int, int] = {}
    for placed in chapter.script.placed_turns():
        counts[placed.chapter] = counts.get(placed.chapter, 0) + 1
    return {
        "chapters": [
            {"number": number, "title": found.title, "turns": counts.get(number, 0)}
            for number, found in enumerate(chapter.script.chapters, start=1)
        ],
        "speakers": chapter.script.speakers(),
    }


def _row(turn: ListenedTurn, rate: int) -> Row:
    placed, span, adjustment = turn.placed, turn.span, turn.adjustment
    row: Row = {
        "id": placed.turn.turn_id,
        "number": placed.index + 1,
        "scene": placed.scene,
        "speaker": placed.turn.speaker,
        "parts": turn_parts(placed.turn.parts),
        "state": turn.state,
        "reason": turn.reason,
        "stale": turn.stale,
        "flagged": adjustment.flagged,
        "gain": adjustment.gain_db,
        "trim_head": adjustment.trim_head_ms / 1000,
        "trim_tail": adjustment.trim_tail_ms / 1000,
        "pause_after": _seconds(adjustment.pause_after_ms),
    }
    if span is not None:
        row |= {
            "silence": span.silence / rate,
            "length": span.length / rate,
            "pause": span.pause_ms / 1000,
            "pieces": [
                [piece.name, piece.at / rate, piece.first / rate, piece.length / rate]
                for piece in span.pieces
            ],
        }
    return row


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _digest(content: object) -> str:
    canonical = json.dumps(content, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
