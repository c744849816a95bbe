"""The nouns of the studio, as frozen dataclasses.

Is: what a script, a voice and a take are, once they are in memory.
Is not: how they are read (`script_text`), stored (`studio.store`) or performed (the services).

- A turn's text is a sequence of parts: words, direction and pauses. Words are what is spoken, with
  escapes already resolved: a `[` in words is spoken.
- Invariants of a parsed turn, on which printing relies: no line of it is blank or has white space
  at its ends, neighbouring words are one part, and there is at least one part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.core.sampling import AS_RECOMMENDED, SamplingChoice

NARRATOR = "Narrator"
"""Speaks every text that has no name in front."""

Codes = NDArray[np.uint16]
"""[n_codebooks, n_frames], row 0 semantic."""

Audio = NDArray[np.float32]
"""[n_samples], mono, nominally within -1 to 1."""


@dataclass(frozen=True, slots=True)
class Words:
    """Spoken text; a line break inside is `\\n`."""

    text: str


@dataclass(frozen=True, slots=True)
class Direction:
    """An instruction to the performer, written `[like this]`, never spoken."""

    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence of an exact length, written `[pause 0.8s]`."""

    milliseconds: int


Part = Words | Direction | Pause


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted text.

    Args:
        line: where it started in the text it was read from, 1-based; 0 if nowhere.
        turn_id: what it is known by for ever, whatever becomes of its text; empty until
            `identity` has given it one. The script's text does not show it.
    """

    speaker: str
    parts: tuple[Part, ...]
    line: int = field(default=0, compare=False)
    turn_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Scene:
    """Turns that are performed as one conversation; never empty."""

    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named part of a script. The title is empty for text before the first heading."""

    title: str
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class PlacedTurn:
    """A turn with its place: `index` counts from 0 over the whole script, the others from 1."""

    index: int
    chapter: int
    scene: int
    turn: Turn


@dataclass(frozen=True)  # without slots: what is counted out of it is kept beside it
class Script:
    """A whole script.

    Args:
        chapters: in reading order.
        notes: the front matter's `key: value` lines, in order, keys in lower case.
        cast: the front matter's speakers and the voices it asks for.
    """

    chapters: tuple[Chapter, ...]
    notes: tuple[tuple[str, str], ...] = ()
    cast: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The front matter's title, or an empty string."""
        return dict(self.notes).get("title", "")

    @property
    def author(self) -> str:
        """The front matter's author, or an empty string."""
        return dict(self.notes).get("author", "")

    @property
    def language(self) -> str:
        """The front matter's language, such as `en` or `pt-BR`, or an empty string."""
        return dict(self.notes).get("language", "")

    def placed_turns(self) -> Iterator[PlacedTurn]:
        """Every turn with its place, in reading order."""
        return iter(self.placed)

    @cached_property
    def placed(self) -> tuple[PlacedTurn, ...]:
        """Every turn with its place, in reading order, by its index."""
        scenes = (
            (chapter_number, scene_number, turn)
            for chapter_number, chapter in enumerate(self.chapters, start=1)
            for scene_number, scene in enumerate(chapter.scenes, start=1)
            for turn in scene.turns
        )
        return tuple(PlacedTurn(index, *place) for index, place in enumerate(scenes))

    def speakers(self) -> tuple[str, ...]:
        """Every speaker once, in order of appearance."""
        scenes = (scene for chapter in self.chapters for scene in chapter.scenes)
        return tuple(dict.fromkeys(turn.speaker for scene in scenes for turn in scene.turns))


@dataclass(frozen=True, slots=True)
class Consent:
    """The statement that a voice may be cloned.

    Args:
        who: the person whose voice it is, or who holds the rights in the recording.
        basis: why it is allowed, in words: "my own voice", "signed release of 3 May".
        recorded: UTC, ISO 8601: when the statement was made here.
    """

    who: str
    basis: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of the library, without its references.

    Args:
        gender: "female", "male" or empty.
        origin: "starter" came with the checkpoint, "user" was added here.
        seconds: length of its reference audio, where that is known.
        tags: words to find it by.
        notes: whatever somebody wrote about it.
        consent: None where nobody has stated it yet.
    """

    name: str
    description: str = ""
    language: str = "en"
    gender: str = ""
    origin: Literal["starter", "user"] = "user"
    seconds: float | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    consent: Consent | None = None

    @property
    def may_perform(self) -> bool:
        """Whether it may be used: a starter voice by its origin, any other by consent."""
        return self.origin == "starter" or self.consent is not None


Verdict = Literal["accepted", "attention", "rejected"]
"""`attention`: the best of several takes that all failed a check; used, and shown to the user."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One rendering of a chunk, kept for ever.

    Args:
        key: the content key of the chunk, 64 hex digits.
        attempt: 0 for the first take of the chunk, counted up by retries.
        seed: what the engine drew its chances from.
        codes: the sound.
        verdict: whether it is used.
        reason: why it was not accepted; empty if it was.
        severity: how bad that is, 0 for an accepted take; decides between failed takes.
        voice: name of the voice that is heard.
        pace: what it says about the pace of its voice (`studio.core.habits`); None: nothing.
        level: the same of the level, in dBFS.
        basis: digest of the checkpoint and the reference that made the voice.
        text: what the engine was given; empty in takes from before it was noted, as is the rest.
        sheet: digest of voice and codec (`studio.core.plan`).
        context: digest of the takes that it heard (`studio.core.context`).
        heard: how many these were; None: all that were before it.
        made_with: JSON of the checkpoint and the sampling (`studio.core.sampling`).
    """

    key: str
    attempt: int
    seed: int
    codes: Codes
    verdict: Verdict = "accepted"
    reason: str = ""
    severity: float = 0.0
    voice: str = ""
    pace: float | None = None
    level: float | None = None
    basis: str = ""
    text: str = ""
    sheet: str = ""
    context: str = ""
    heard: int | None = None
    made_with: str = ""


JobState = Literal[
    "queued", "loading", "running", "paused", "done", "cancelled", "failed", "interrupted"
]
"""`paused` waits to be resumed, also after a restart; `interrupted`: the process of the job ended
before the job did."""


@dataclass(frozen=True, slots=True)
class Job:
    """One performance of a script.

    Args:
        job_id: 32 hex digits.
        script: the text as it was when the job was started.
        cast: speaker -> voice.
        chapter: the one chapter to perform, or None for all.
        project_id: of the project that it is performed for, or empty.
        again: ids of the turns to perform again, whatever takes they have; empty: what is missing.
        candidates: takes made of every chunk, of which the best is heard.
        since: the newest take's row when it was first started: what is newer, it made.
        sampling: how boldly it draws.
        created: UTC, ISO 8601; only ever shown.
        error: why it failed, else empty.
    """

    job_id: str
    title: str
    script: str
    cast: Mapping[str, str]
    seed: int
    chapter: int | None
    checkpoint: str
    created: str
    state: JobState = "queued"
    turns_done: int = 0
    turns_total: int = 0
    error: str = ""
    project_id: str = ""
    again: tuple[str, ...] = ()
    candidates: int = 1
    since: int = 0
    sampling: SamplingChoice = AS_RECOMMENDED
