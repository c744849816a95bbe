"""Listening to a project: a chapter on its timeline, drawn, heard turn by turn, and accepted.

Is: what is shown and heard while a project is proof-listened, in the delivery's own positions.
Is not: mastered: levels are those of the voices, with the gains that were chosen.

- To look at a chapter no engine is loaded, but for takes that were never drawn; those are decoded
  in the background, and until then stand there with a guessed length.
- Positions are those of a delivery without a target; one that asks for other silence at the
  beginning moves everything by that.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio import paths
from studio.core.adjustment import AUTOMATIC, Adjustment, adjust
from studio.core.chapter_view import KnownSound, TurnSpan, lay_out
from studio.core.chapters import ChapterPart, split_chapters
from studio.core.mastering import from_db
from studio.core.model import Audio, PlacedTurn, Script
from studio.core.plan import Place, Plan, PlannedChunk
from studio.core.project import Project
from studio.core.speaker_settings import DIRECTIONS
from studio.core.staleness import TakeFacts, TurnState
from studio.core.timeline import Pauses, Timeline, cut_out
from studio.errors import CastError, StudioError, TakeUnknown
from studio.services.casting import gains_of, pauses_of
from studio.services.codec_note import codec_file, remember_codec, remembered_codec
from studio.services.engine_host import EngineHost
from studio.services.jobs import Jobs
from studio.services.planner import Planner
from studio.services.projects import Projects
from studio.services.sketches import Sketches
from studio.services.spoken import NUMBERS
from studio.services.take_audio import TakeAudio
from studio.settings import Settings
from studio.store.adjustments import adjustments_of
from studio.store.database import Database
from studio.store.pronunciations import entries_for
from studio.store.takes import used_facts
from studio.store.turn_takes import selected_takes

PLANS_KEPT = 8


@dataclass(frozen=True, slots=True)
class ListenedTurn:
    """A turn as it is listened to.

    Args:
        placed: the turn itself.
        state: as far as can be said without the engine; a changed voice is noticed where it was
            loaded before.
        span: None: nothing is spoken in it.
        reason: what a listener should pay attention to; empty: nothing.
        stale: whether what is heard says something else than the script, locked or not.
    """

    placed: PlacedTurn
    state: TurnState
    adjustment: Adjustment
    span: TurnSpan | None
    reason: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class ListenedChapter:
    """A chapter as it is listened to.

    Args:
        reading: takes that are still to be decoded before they can be drawn.
        problem: why some never will; empty: all will.
        samples: of the whole chapter.
    """

    script: Script
    number: int
    turns: tuple[ListenedTurn, ...]
    samples: int
    sample_rate: int
    reading: int = 0
    problem: str = ""


class Listening:
    """What is listened to in a workspace. Thread-safe."""

    def __init__(
        self,
        database: Database,
        host: EngineHost,
        projects: Projects,
        planner: Planner,
        jobs: Jobs,
        settings: Settings,
    ) -> None:
        self._database = database
        self._host = host
        self._projects = projects
        self._planner = planner
        self._jobs = jobs
        self._settings = settings
        self._plans: OrderedDict[object, Plan] = OrderedDict()
        self._lock = threading.Lock()
        self._codec_file = codec_file(settings)
        self.sketches = Sketches(
            paths.cache_folder(settings.projects) / "peaks",
            settings.checkpoint,
            settings.delivery_rate,
            lambda: self._decoder().of_take,
        )

    def chapter(self, reference: str, number: int) -> ListenedChapter:
        """A chapter with every turn in its place; takes that were never drawn are read from now on.

        Args:
            number: counted from 1; one that there is not becomes the nearest.

        Raises:
            ProjectError: there is no such project.
        """
        project = self._projects.open(reference)
        script = self._projects.script(project)
        number = min(max(number, 1), len(script.chapters))
        part = self._part(project, script, number)
        looked = self._looked(project, script, number)
        heard = self._heard(project, number, part.chunks, looked)
        sketches = self.sketches.find(heard.values())
        names = {place: self.sketches.name(take) for place, take in heard.items()}
        reading, problem = self.sketches.want(
            take for place, take in heard.items() if names[place] not in sketches
        )
        known = {
            place: KnownSound(name, sketches[name].extent)
            for place, name in names.items()
            if name in sketches
        }
        spans, samples = lay_out(part, known, self.sketches.sample_rate, pauses_of(project))
        turns = self._turns(project, script, part, heard, spans, _sheets(looked))
        rate = self.sketches.sample_rate
        return ListenedChapter(script, number, turns, samples, rate, reading, problem)

    def sound(self, reference: str, turn_id: str) -> Audio:
        """A turn as it is delivered, from its first sample to its last: float32 [n_samples].

        Raises:
            ProjectError: there is no such project.
            TakeUnknown: there is no such turn, or it is not performed.
            EngineProblem: the engine cannot be loaded.
        """
        project = self._projects.open(reference)
        script = self._projects.script(project)
        placed = next((one for one in script.placed_turns() if one.turn.turn_id == turn_id), None)
        if placed is None:
            raise TakeUnknown(f"{project.slug} has no turn {turn_id}.")
        part = self._part(project, script, placed.chapter)
        chunks = [chunk for chunk in part.chunks if chunk.turn == placed.index]
        looked = self._looked(project, script, placed.chapter)
        heard = self._heard(project, placed.chapter, chunks, looked)
        if not chunks or len(heard) < len(chunks):
            raise TakeUnknown(f"Turn {placed.index + 1} has not been performed yet.")
        gain = from_db(gains_of(project).get(placed.turn.speaker, 0.0))
        return self._assembled(chunks, heard, pauses_of(project)) * np.float32(gain)

    def close(self) -> None:
        """Stop what is done in the background."""
        self.sketches.close()

    def _assembled(
        self, chunks: Sequence[PlannedChunk], heard: Mapping[Place, TakeFacts], pauses: Pauses
    ) -> Audio:
        takes = self._decoder(heard)
        timeline = Timeline(takes.sample_rate, pauses)
        pieces: list[Audio] = []
        for chunk in chunks:
            audio = takes.audio(chunk)
            self.sketches.add(takes.take(chunk), audio)
            place = timeline.place(chunk, audio)
            if pieces:
                pieces.append(np.zeros(place.silence, np.float32))
            pieces.append(cut_out(place, audio, takes.sample_rate))
        return np.concatenate(pieces)

    def _decoder(self, heard: Mapping[Place, TakeFacts] | None = None) -> TakeAudio:
        """What decodes takes. What was decoded before is found without the engine."""
        info = self._host.info
        codec = info.codec_fingerprint if info else remembered_codec(self._codec_file)
        takes = TakeAudio(self._database, self._host, self._settings, heard or {}, codec=codec)
        if takes.codec != codec or info:
            remember_codec(self._codec_file, takes.codec)
        return takes

    def _part(self, project: Project, script: Script, number: int) -> ChapterPart:
        """A chapter of the plan with what was adjusted; empty where nothing is spoken in it."""
        try:
            plan = self._plan(project, script, number)
        except CastError:
            return ChapterPart(number, script.chapters[number - 1].title, ())
        adjusted = adjust(plan, adjustments_of(self._database, project.project_id))
        return split_chapters(adjusted, script)[0]

    def _plan(self, project: Project, script: Script, number: int) -> Plan:
        entries = entries_for(self._database, project.project_id)
        spoken = repr([project.settings.get(name) for name in (NUMBERS, DIRECTIONS)])
        ids = tuple(placed.turn.turn_id for placed in script.placed_turns())
        speed = info.speed_class if (info := self._host.info) else ""
        key = (project.script, ids, number, entries, spoken, project.language, speed)
        with self._lock:
            plan = self._plans.get(key)
        if plan is None:
            plan = self._planner.outline(script, project, number)
            with self._lock:
                self._plans[key] = plan
                while len(self._plans) > PLANS_KEPT:
                    self._plans.popitem(last=False)
        return plan

    def _turns(
        self,
        project: Project,
        script: Script,
        part: ChapterPart,
        heard: Mapping[Place, TakeFacts],
        spans: tuple[TurnSpan, ...],
        sheets: Mapping[str, str],
    ) -> tuple[ListenedTurn, ...]:
        chunks: dict[int, list[PlannedChunk]] = {}
        for chunk in part.chunks:
            chunks.setdefault(chunk.turn, []).append(chunk)
        at_work = self._jobs.at_work(project.project_id)
        adjustments = adjustments_of(self._database, project.project_id)
        places = {span.turn: span for span in spans}
        turns = []
        for placed in script.placed_turns():
            if placed.chapter != part.number:
                continue
            turn_id, mine = placed.turn.turn_id, chunks.get(placed.index, [])
            takes = [heard.get(chunk.place) for chunk in mine]
            turns.append(
                ListenedTurn(
                    placed, at_work.get(turn_id) or _state(mine, takes, sheets),
                    adjustments.get(turn_id, AUTOMATIC), places.get(placed.index), _reason(takes),
                    _any_stale(mine, takes, sheets),
                )
            )  # fmt: skip
        return tuple(turns)

    def _looked(self, project: Project, script: Script, number: int) -> Plan | None:
        """How a chapter would be performed now; None: nobody knows, or a voice is gone."""
        try:
            return self._planner.look(script, project, number)
        except StudioError:
            return None

    def _heard(
        self, project: Project, chapter: int, chunks: Sequence[PlannedChunk], looked: Plan | None
    ) -> dict[Place, TakeFacts]:
        """The take of each chunk of a chapter that has one, as for a delivery: the selected one, or
        one that was made of the same words in the same place elsewhere.
        """
        selected = selected_takes(self._database, project.project_id, chapter)
        mine = {chunk.place: selected.get((chunk.turn_id, chunk.part)) for chunk in chunks}
        keys = {
            (chunk.place, chunk.text): chunk.key for chunk in (looked.chunks() if looked else ())
        }
        wanted = {
            chunk.place: keys.get((chunk.place, chunk.text), "")
            for chunk in chunks
            if mine[chunk.place] is None
        }
        elsewhere = used_facts(self._database, filter(None, wanted.values()))
        found = {
            chunk.place: mine[chunk.place] or elsewhere.get(wanted[chunk.place]) for chunk in chunks
        }
        return {place: take for place, take in found.items() if take is not None}


def _sheets(looked: Plan | None) -> dict[str, str]:
    """Speaker -> what says who would speak now; empty: nobody knows."""
    return {chunk.speaker: chunk.sheet for chunk in looked.chunks()} if looked else {}


def _state(
    chunks: Sequence[PlannedChunk],
    takes: Sequence[TakeFacts | None],
    sheets: Mapping[str, str],
) -> TurnState:
    made = [take for take in takes if take is not None]
    if len(made) < len(chunks):
        return TurnState.MISSING
    free = [(chunk, take) for chunk, take in zip(chunks, made, strict=True) if not take.locked]
    if made and not free:
        return TurnState.LOCKED
    if any(_is_stale(chunk, take, sheets) for chunk, take in free):
        return TurnState.STALE
    if any(take.verdict != "accepted" for _, take in free):
        return TurnState.ATTENTION
    return TurnState.DONE


def _any_stale(
    chunks: Sequence[PlannedChunk],
    takes: Sequence[TakeFacts | None],
    sheets: Mapping[str, str],
) -> bool:
    pairs = zip(chunks, takes, strict=True)
    return any(take is not None and _is_stale(chunk, take, sheets) for chunk, take in pairs)


def _is_stale(chunk: PlannedChunk, take: TakeFacts, sheets: Mapping[str, str]) -> bool:
    """Whether a take says another text, or another voice says it; those of old do not tell."""
    sheet = sheets.get(chunk.speaker, take.sheet)
    return bool(take.sheet) and (take.text, take.sheet) != (chunk.text, sheet)


def _reason(takes: Sequence[TakeFacts | None]) -> str:
    doubtful = (take.reason for take in takes if take and take.verdict != "accepted")
    return next(doubtful, "")
