"""What a page asks about takes, and what it gets: checked on the way in, plain on the way out.

Is: the one door between a page's JavaScript and the takes of a project. Whoever can reach the page
can send anything, so everything is bounded and of a known shape before it is looked at.
Is not: aware of Gradio; a sound is answered as samples, which the page's server gives an address.

- A request is `{"do": …, "project": …, …}`; an answer is JSON values, `TakeSound`, or
  `{"error": {"kind": …, "message": sentence}}`.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from studio.core.again import Reach
from studio.core.model import Audio
from studio.core.project import TurnTake
from studio.core.sampling import MAX_TEMPERATURE, SamplingChoice
from studio.core.sound import frame_peaks
from studio.errors import StudioError
from studio.services.jobs import PerformRequest
from studio.services.takes import can_restore
from studio.services.workspace import Workspace

PEAKS = 120
"""Bars of a take's small waveform."""
MAX_CANDIDATES = 4
MAX_TURNS = 5000

Id = Annotated[str, Field(pattern=r"^[0-9a-zA-Z_-]{1,64}$")]
Number = Annotated[int, Field(ge=1, le=2**53)]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TakeSound:
    """What is heard: audio float32 [n_samples]."""

    sample_rate: int
    audio: Audio


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    project: Annotated[str, Field(min_length=1, max_length=200)]


class _States(_Request):
    """How things stand with the turns of a chapter, and what is performed."""

    do: Literal["states"]
    chapter: Number

    def answer(self, workspace: Workspace) -> Answer:
        shown = workspace.states.of(self.project, self.chapter).items()
        turns = {
            turn: {
                "state": one.state.value, "locked": one.locked, "reason": one.reason,
                "heard": one.heard, "stale": one.stale,
            }
            for turn, one in shown
        }  # fmt: skip
        adjusted = workspace.adjusting.all(self.project).items()
        flagged = [turn for turn, adjustment in adjusted if adjustment.flagged and turn in turns]
        return {"turns": turns, "flagged": flagged, **self._job(workspace)}

    def _job(self, workspace: Workspace) -> Answer:
        """The performance that runs, or how the last one ended."""
        project_id = workspace.projects.open(self.project).project_id
        progress = workspace.jobs.running(project_id)
        if progress is None:
            last = workspace.jobs.latest(project_id)
            error = last.error if last and last.state in ("failed", "paused") else ""
            return {"job": {"id": last.job_id if last else "", "running": False, "error": error}}
        said = {
            "message": progress.message, "fraction": progress.fraction,
            "eta_seconds": progress.eta_seconds,
        }  # fmt: skip
        return {"job": {"id": progress.job_id, "running": True, "error": "", **said}}


class _Perform(_Request):
    """Turns, whatever takes they have; or what is missing in a chapter."""

    do: Literal["perform"]
    turns: Annotated[list[Id], Field(max_length=MAX_TURNS)] = []
    chapter: Number | None = None
    reach: Reach = "turn"
    candidates: Annotated[int, Field(ge=1, le=MAX_CANDIDATES)] = 1
    seed: Annotated[int, Field(ge=0, lt=2**48)] = 0
    temperature: Annotated[float, Field(ge=0, le=MAX_TEMPERATURE)] | None = None

    def answer(self, workspace: Workspace) -> Answer:
        if not self.turns:
            return self._chapter(workspace)
        made = workspace.takes.again(
            self.project, self.turns, reach=self.reach, candidates=self.candidates,
            seed=self.seed, sampling=SamplingChoice(self.temperature),
        )  # fmt: skip
        turns = workspace.projects.turns(self.project)
        return {
            "performed": [turns[at].turn_id for at in made.turns],
            "locked": [turns[at].turn_id for at in made.locked],
        }

    def _chapter(self, workspace: Workspace) -> Answer:
        project = workspace.projects.open(self.project)
        cast = workspace.casting.chosen(project.slug)
        request = PerformRequest(
            project.script, cast, self.seed, self.chapter, project=project.slug
        )
        workspace.jobs.start(request)
        return {"performed": [], "locked": []}


class _Stop(_Request):
    do: Literal["stop"]

    def answer(self, workspace: Workspace) -> Answer:
        progress = workspace.jobs.running(workspace.projects.open(self.project).project_id)
        if progress is not None:
            workspace.jobs.cancel(progress.job_id)
        return {}


class _Turn(_Request):
    """A turn's takes; all but `history` change which of them is heard."""

    do: Literal["history", "accept", "restore"]
    turn: Id

    def answer(self, workspace: Workspace) -> Answer:
        if not workspace.takes.history(self.project, self.turn):
            workspace.takes.adopt(self.project, self.turn)
        takes = {
            "history": workspace.takes.history,
            "accept": workspace.takes.accept,
            "restore": workspace.takes.restore,
        }[self.do](self.project, self.turn)
        return _shown(workspace, self.project, self.turn, takes)


class _Unflag(_Request):
    """A listener came back to a turn."""

    do: Literal["unflag"]
    turn: Id

    def answer(self, workspace: Workspace) -> Answer:
        workspace.adjusting.change(self.project, self.turn, "flagged")
        return {}


class _Choose(_Request):
    do: Literal["select", "lock", "unlock"]
    turn: Id
    take: Number

    def answer(self, workspace: Workspace) -> Answer:
        choose = {
            "select": workspace.takes.select,
            "lock": workspace.takes.lock,
            "unlock": workspace.takes.unlock,
        }[self.do]
        takes = choose(self.project, self.turn, self.take)
        return _shown(workspace, self.project, self.turn, takes)


class _Sound(_Request):
    """What is heard of a turn, or one take of it."""

    do: Literal["sound"]
    turn: Id
    take: Number | None = None

    def answer(self, workspace: Workspace) -> TakeSound:
        return TakeSound(*workspace.takes.sound(self.project, self.turn, self.take))


class _Peaks(_Request):
    do: Literal["peaks"]
    turn: Id
    take: Number

    def answer(self, workspace: Workspace) -> Answer:
        _, audio = workspace.takes.sound(self.project, self.turn, self.take)
        peaks = frame_peaks(audio, min(PEAKS, max(1, audio.size)))
        return {"peaks": [round(float(peak), 3) for peak in peaks]}


class _Problems(_Request):
    """The turns to look at, and how far each chapter is."""

    do: Literal["problems"]
    soft_stale: bool = False

    def answer(self, workspace: Workspace) -> Answer:
        found = workspace.states.problems(self.project, soft_stale=self.soft_stale)
        chapters = workspace.states.chapters(self.project)
        return {
            "problems": [asdict(one) for one in found],
            "chapters": [asdict(one) for one in chapters],
        }


_REQUEST: TypeAdapter[Any] = TypeAdapter(
    Annotated[
        _States | _Perform | _Stop | _Turn | _Unflag | _Choose | _Sound | _Peaks | _Problems,
        Field(discriminator="do"),
    ]
)


def answer_take_request(workspace: Workspace, request: object) -> Answer | TakeSound:
    """Do what a page asks for; what it may not ask for, or cannot have, is an error to show."""
    try:
        ask: Callable[[Workspace], Answer | TakeSound] = _REQUEST.validate_python(request).answer
        return ask(workspace)
    except ValidationError as error:
        [first, *_] = error.errors(include_input=False, include_url=False)
        place = ".".join(str(part) for part in first["loc"])
        return _error("request", f"The page asked for what it may not: {place}: {first['msg']}.")
    except StudioError as error:
        return _error("take", str(error))


def _error(kind: str, message: str) -> Answer:
    return {"error": {"kind": kind, "message": message}}


def _shown(workspace: Workspace, project: str, turn_id: str, takes: tuple[TurnTake, ...]) -> Answer:
    """A turn, its neighbors, how things stand with it, and its takes.

    A seed is text, being too long for JavaScript's numbers.
    """
    turns = workspace.projects.turns(project)
    place = next(place for place, turn in enumerate(turns) if turn.turn_id == turn_id)
    turn = turns[place]
    shown = workspace.states.of(project, turn.chapter).get(turn_id)
    return {
        "turn": {"number": place + 1, "speaker": turn.speaker, "text": turn.text},
        "previous": turns[place - 1].turn_id if place else None,
        "next": turns[place + 1].turn_id if place + 1 < len(turns) else None,
        "state": shown.state.value if shown else "missing",
        "reason": shown.reason if shown else "",
        "restorable": can_restore(takes),
        "takes": [_take(take, workspace.states.frame_rate) for take in takes],
    }


def _take(take: TurnTake, frame_rate: float | None) -> Answer:
    return {
        "number": take.number, "part": take.chunk, "seed": str(take.seed), "voice": take.voice,
        "seconds": take.frames / frame_rate if frame_rate else None, "created": take.created,
        "selected": take.selected, "locked": take.locked, "verdict": take.verdict,
        "reason": take.reason, "text": take.text,
        "made_with": json.loads(take.made_with or "{}"),
    }  # fmt: skip
