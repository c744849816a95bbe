"""Script + cast + settings -> Plan: what has to be performed, in which context, under which keys.

Is: a value computed without an engine, a store or a clock; the same input gives the same plan.
Is not: aware of which takes exist already; that is a question about its keys.

- A chain is a conversation that is performed in order, each chunk after hearing the ones before
  it. A scene is one chain, or several where it has more voices than a prefix can hold.
- A content key is a SHA-256 over everything that changes the sound: engine, sampling, seed, all
  voices of the chain, the text, and the key of the chunk before it, which in turn contains its own
  past. Equal keys are never performed twice; a changed key never finds an old take.
- What is spoken may differ from what is written (`spoken`); chunks and keys are made of the first.
- Spoken brackets become parentheses and a written speaker tag is broken up, so that no text of
  the user reads as direction or as another voice to the model.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from studio.core.model import Direction, Part, Pause, PlacedTurn, Script, Words
from studio.core.segment import DEFAULT_BUDGET, segment
from studio.core.spoken import AS_WRITTEN, SpokenRules
from studio.errors import CastError

KEY_VERSION = 1
BEAT_MS = 600
"""The silence that a turn of nothing but punctuation (`…`) stands for."""

_SPEAKER_TAG = re.compile(r"<\|(?=speaker:)")
_PARENTHESES = str.maketrans("[]", "()")


Place = tuple[int, int]
"""Where a chunk is: index of its turn in the whole script, and which part of the turn it is."""


class Boundary(StrEnum):
    """What lies between a chunk and the one before it, from weak to strong."""

    CHUNK = "chunk"
    TURN = "turn"
    SPEAKER = "speaker"
    SCENE = "scene"
    CHAPTER = "chapter"


@dataclass(frozen=True, slots=True)
class CastVoice:
    """A voice as a plan sees it.

    Args:
        name: of the voice.
        transcript: of its reference.
        codes_hash: SHA-256 of its reference's codes.
    """

    name: str
    transcript: str
    codes_hash: str


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """What besides script and cast changes the sound.

    Args:
        engine: fingerprint of the checkpoint, codec included.
        codec: fingerprint of the codec alone, without which codes are no sound.
        sampling: names and values of the sampling settings.
        seed: the job's seed.
        chunk_bytes: budget of a chunk.
        max_speakers: most voices in one chain; with one, every voice of a scene has its own.
    """

    engine: str
    codec: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    chunk_bytes: int = DEFAULT_BUDGET
    max_speakers: int = 6


@dataclass(frozen=True, slots=True)
class Fit:
    """How a chunk's take is put on the timeline: trimmed at its ends, and at what gain."""

    head_ms: int = 0
    tail_ms: int = 0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class PlannedChunk:
    """The text of one generation.

    Args:
        key: content key, 64 hex digits.
        turn: index of its turn in the whole script.
        speaker: who says it.
        voice: index of the voice in the chain's voices.
        text: what the engine is given, direction included.
        boundary: what lies before it.
        pause_ms: an explicit pause before it, which replaces the boundary's own; None: none.
        turn_id: of its turn; empty where turns have no ids.
        part: which part of its turn it is, counted from 0.
        sheet: digest of codec and voice: with the text, what a take of it has to be of.
        fit: what a listener adjusted; no part of the key.
    """

    key: str
    turn: int
    speaker: str
    voice: int
    text: str
    boundary: Boundary
    pause_ms: int | None
    turn_id: str = ""
    part: int = 0
    sheet: str = ""
    fit: Fit = Fit()

    @property
    def place(self) -> Place:
        """Where it is in the script."""
        return self.turn, self.part


@dataclass(frozen=True, slots=True)
class PlannedChain:
    """Chunks performed in order, with the voices that are in the prefix.

    Args:
        engine: fingerprint of the checkpoint.
    """

    voices: tuple[CastVoice, ...]
    chunks: tuple[PlannedChunk, ...]
    engine: str = ""

    @property
    def size_bytes(self) -> int:
        """Amount of text, by which chains are ordered and progress is weighed."""
        return sum(len(chunk.text.encode()) for chunk in self.chunks)


@dataclass(frozen=True, slots=True)
class Plan:
    """All chains, in the order they begin. `tail_ms` is an explicit pause behind the last chunk."""

    chains: tuple[PlannedChain, ...]
    turns: tuple[int, ...]
    tail_ms: int = 0

    def chunks(self) -> Iterable[PlannedChunk]:
        """Every chunk in script order."""
        chunks = (chunk for chain in self.chains for chunk in chain.chunks)
        return sorted(chunks, key=lambda chunk: chunk.turn)

    @property
    def chunk_count(self) -> int:
        """How many chunks there are."""
        return sum(len(chain.chunks) for chain in self.chains)

    def only(self, turns: Collection[int]) -> "Plan":
        """The same chains without the chunks of other turns."""
        kept = (
            replace(chain, chunks=tuple(chunk for chunk in chain.chunks if chunk.turn in turns))
            for chain in self.chains
        )
        mine = tuple(turn for turn in self.turns if turn in turns)
        return Plan(tuple(chain for chain in kept if chain.chunks), mine)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A chunk before its chain and its key are known."""

    turn: int
    scene: tuple[int, int]
    speaker: str
    text: str
    boundary: Boundary
    pause_ms: int | None
    turn_id: str


def make_plan(
    script: Script,
    cast: Mapping[str, CastVoice],
    settings: PlanSettings,
    chapter: int | None = None,
    spoken: SpokenRules = AS_WRITTEN,
) -> Plan:
    """Plan a script, or one chapter of it, as it is spoken.

    Raises:
        CastError: a speaker has no voice, or nothing is left to perform.
        PronunciationError: an entry of the dictionary takes too long on this script.
    """
    turns = [
        replace(placed, turn=replace(placed.turn, parts=spoken.parts(placed.turn)))
        for placed in chosen_turns(script, chapter)
    ]
    drafts, tail_ms = _draft_chunks(turns, settings.chunk_bytes)
    if not drafts:
        raise CastError("The pronunciation dictionary leaves nothing to say here. Change it.")
    chains = [
        _make_chain(group, cast, settings)
        for group in _group_chains(drafts, cast, settings.max_speakers)
    ]
    return Plan(tuple(chains), tuple(placed.index for placed in turns), tail_ms)


def chosen_turns(script: Script, chapter: int | None) -> list[PlacedTurn]:
    """The turns of one chapter, or of all.

    Raises:
        CastError: there is no such chapter, it is empty, or nobody says anything in it.
    """
    turns = [turn for turn in script.placed_turns() if chapter in (None, turn.chapter)]
    if not turns:
        count = len(script.chapters)
        raise CastError(
            f"Chapter {chapter} has no text. The script has {count} "
            f"{'chapter' if count == 1 else 'chapters'}; name one of 1 to {count}."
        )
    if not any(is_performable(engine_text(placed.turn.parts)) for placed in turns):
        raise CastError("There are only pauses here, nothing to perform. Add a line of text.")
    return turns


def take_seed(key: str, attempt: int) -> int:
    """The seed of one attempt at one chunk: 48 bits that depend on nothing else."""
    digest = hashlib.sha256(f"{key}:{attempt}".encode()).digest()
    return int.from_bytes(digest[:6])


def engine_text(parts: Iterable[Part]) -> str:
    """What the engine is given for words and direction; line breaks become spaces.

    >>> engine_text([Direction("whisper"), Words(" a [b]")])
    '[whisper] a (b)'
    """
    pieces = []
    for part in parts:
        if isinstance(part, Words):
            pieces.append(part.text.translate(_PARENTHESES))
        elif isinstance(part, Direction):
            pieces.append(f"[{part.text}]")
    return _SPEAKER_TAG.sub("< |", "".join(pieces).replace("\n", " "))


def _draft_chunks(turns: list[PlacedTurn], budget: int) -> tuple[list[_Draft], int]:
    """Cut turns at pauses and then at the budget; pauses go to the chunk behind them."""
    drafts: list[_Draft] = []
    waiting_ms: int | None = None
    for placed in turns:
        silent = True
        for stretch in _cut_at_pauses(placed.turn.parts):
            if isinstance(stretch, Pause):
                waiting_ms = (waiting_ms or 0) + stretch.milliseconds
                continue
            for text in filter(is_performable, map(str.strip, segment(stretch, budget))):
                drafts.append(_draft(placed, text, drafts[-1] if drafts else None, waiting_ms))
                waiting_ms, silent = None, False
        if silent and not any(isinstance(part, Pause) for part in placed.turn.parts):
            waiting_ms = (waiting_ms or 0) + BEAT_MS
    return drafts, waiting_ms or 0


def is_performable(text: str) -> bool:
    """Whether there is anything to say or to act in a text: a letter, a digit or a direction."""
    return any(letter.isalnum() or letter == "[" for letter in text)


def _cut_at_pauses(parts: tuple[Part, ...]) -> list[str | Pause]:
    stretches: list[str | Pause] = []
    waiting: list[Part] = []
    for part in parts:
        if isinstance(part, Pause):
            stretches += [engine_text(waiting), part]
            waiting = []
        else:
            waiting.append(part)
    return [stretch for stretch in [*stretches, engine_text(waiting)] if stretch]


def _draft(placed: PlacedTurn, text: str, before: _Draft | None, pause_ms: int | None) -> _Draft:
    scene, speaker = (placed.chapter, placed.scene), placed.turn.speaker
    if before is None or before.turn == placed.index:
        boundary = Boundary.CHUNK
    elif before.scene != scene:
        boundary = Boundary.SCENE if before.scene[0] == scene[0] else Boundary.CHAPTER
    else:
        boundary = Boundary.TURN if before.speaker == speaker else Boundary.SPEAKER
    turn_id = placed.turn.turn_id
    return _Draft(placed.index, scene, speaker, text, boundary, pause_ms, turn_id)


def _group_chains(
    drafts: list[_Draft], cast: Mapping[str, CastVoice], max_speakers: int
) -> list[list[_Draft]]:
    """Cut at scenes, and inside a scene where one voice more would not fit.

    A checkpoint that cannot keep two voices apart gets one chain for each: an actor then hears
    their own turns only, which is better than a chain that ends with every turn.
    """
    if max_speakers == 1:
        return _group_voices(drafts, cast)
    groups: list[list[_Draft]] = []
    voices: set[str] = set()
    for draft in drafts:
        voice = _voice_of(draft, cast).name
        full = voice not in voices and len(voices) >= max_speakers
        if not groups or groups[-1][-1].scene != draft.scene or full:
            groups.append([])
            voices = set()
        groups[-1].append(draft)
        voices.add(voice)
    return groups


def _group_voices(drafts: list[_Draft], cast: Mapping[str, CastVoice]) -> list[list[_Draft]]:
    groups: dict[tuple[object, str], list[_Draft]] = {}
    for draft in drafts:
        groups.setdefault((draft.scene, _voice_of(draft, cast).name), []).append(draft)
    return list(groups.values())


def _voice_of(draft: _Draft, cast: Mapping[str, CastVoice]) -> CastVoice:
    if draft.speaker not in cast:
        raise CastError(f"{draft.speaker} has no voice. Choose one for every speaker.")
    return cast[draft.speaker]


def _make_chain(
    drafts: list[_Draft], cast: Mapping[str, CastVoice], settings: PlanSettings
) -> PlannedChain:
    voices = tuple(dict.fromkeys(cast[draft.speaker] for draft in drafts))
    sheets = [_digest(settings.codec, voice.transcript, voice.codes_hash) for voice in voices]
    key = _digest(
        KEY_VERSION, settings.engine, dict(settings.sampling), settings.seed,
        [[voice.transcript, voice.codes_hash] for voice in voices],
    )  # fmt: skip
    chunks: list[PlannedChunk] = []
    for draft in drafts:
        voice = voices.index(cast[draft.speaker])
        key = _digest(key, voice, draft.text)
        # All parts of a turn are in one chain, one after the other.
        part = chunks[-1].part + 1 if chunks and chunks[-1].turn == draft.turn else 0
        chunks.append(
            PlannedChunk(
                key, draft.turn, draft.speaker, voice, draft.text, draft.boundary, draft.pause_ms,
                draft.turn_id, part, sheets[voice],
            )
        )  # fmt: skip
    return PlannedChain(voices, tuple(chunks), settings.engine)


def _digest(*content: object) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
