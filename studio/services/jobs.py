"""Jobs: performances that belong to the server, so that a browser's tab may close.

Is: what may be asked of jobs, and the performance of one.
Is not: the thread that performs them one after the other (`studio.services.job_runner`).

- A job that is started again, by whatever name, finds the takes it has by their content keys.
- Stopping drops what the lanes are making and frees them within a step; committed takes stay.
"""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from studio.core.checks import PROFILES
from studio.core.model import Audio, Job, Script, Take
from studio.core.plan import Plan, PlannedChunk, chosen_turns
from studio.core.sampling import AS_RECOMMENDED, SamplingChoice, noted
from studio.core.script_text import parse_script
from studio.core.staleness import TurnState
from studio.errors import JobError, ReadOnly, StudioError
from studio.services.engine_host import EngineHost
from studio.services.job_runner import JobRunner
from studio.services.judge import Judge
from studio.services.performer import Performer
from studio.services.planner import Planned, Planner
from studio.services.progress import Ledger, Progress, TurnFinished, describe
from studio.services.project_link import job_script, project_of
from studio.services.projects import Projects
from studio.services.selection import heard_takes
from studio.services.shelf import Shelf
from studio.services.voices import VoiceLibrary
from studio.settings import Settings
from studio.store import jobs as store
from studio.store.database import Database, now
from studio.store.takes import newest_take, take_by_id

MAX_CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class PerformRequest:
    """What to perform.

    Args:
        text: a script.
        cast: speaker -> voice; speakers left out get the default.
        seed: runs with the same seed give the same audio.
        chapter: only this chapter, counted from 1; None: all.
        project: slug of the project whose text this is; its turns get the takes. Empty: none.
        again: ids of turns of the project to perform whatever takes they have, and no others.
        candidates: takes made of each chunk at the same time; the best is heard.
        sampling: how boldly to draw.
    """

    text: str
    cast: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    chapter: int | None = None
    project: str = ""
    again: tuple[str, ...] = ()
    candidates: int = 1
    sampling: SamplingChoice = AS_RECOMMENDED


class Jobs:
    """The jobs of a workspace. Thread-safe; owns the thread that performs."""

    def __init__(
        self,
        database: Database,
        host: EngineHost,
        voices: VoiceLibrary,
        projects: Projects,
        planner: Planner,
        settings: Settings,
    ) -> None:
        self._database = database
        self._projects = projects
        self._planner = planner
        self._host = host
        self._voices = voices
        self._settings = settings
        self._runner = JobRunner(database, self._perform)

    def start(self, request: PerformRequest) -> str:
        """Queue a performance and return its id at once.

        Raises:
            ScriptError: the script cannot be read.
            CastError: a speaker or a voice is unknown.
            ConsentMissing: nobody has stated that a voice may be cloned.
            ProjectError: there is no such project, or its text is another one.
            ReadOnly: the workspace is open for reading only.
            JobError: there is no project to perform again, or too many candidates are wanted.
        """
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; nothing can be performed.")
        _check_request(request)
        script = parse_script(request.text)
        turns = chosen_turns(script, request.chapter)
        cast = self._voices.cast(script, request.cast)
        self._voices.require_consent(cast.values())
        project_id = project_of(self._projects, request.project, request.text)
        self._keep_cast(request.project, script, cast)
        job = Job(
            job_id=uuid.uuid4().hex,
            title=script.title or "Untitled",
            script=request.text,
            cast=cast,
            seed=request.seed,
            chapter=request.chapter,
            checkpoint=self._host.checkpoint,
            created=now(),
            turns_total=len(request.again or turns),
            project_id=project_id,
            again=request.again,
            candidates=request.candidates,
            since=newest_take(self._database),
            sampling=request.sampling,
        )
        store.add_job(self._database, job)
        self._runner.add(job)
        return job.job_id

    def resume(self, job_id: str) -> str:
        """Go on with a job that is paused or has ended; what it has performed is kept.

        Its events begin anew, those of reused turns included.

        Raises:
            JobError: there is no such job, or it waits or runs.
            CastError: a voice is gone.
            ReadOnly: the workspace is open for reading only.
        """
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; nothing can be performed.")
        job = self._job(job_id)
        ledger = self._runner.live.get(job_id)
        if ledger is not None and not ledger.ended.is_set():
            raise JobError(f"The job {job_id} is {ledger.snapshot().state} already.")
        self._voices.require_consent(self._voices.cast(parse_script(job.script), job.cast).values())
        store.update_job(self._database, job_id, "queued", job.turns_done)
        self._runner.add(replace(job, state="queued", error=""))
        return job_id

    def interrupted(self) -> tuple[Job, ...]:
        """The jobs that a process left behind which ended before them, oldest first."""
        return store.jobs_in(self._database, ("interrupted",))

    def resume_interrupted(self) -> tuple[str, ...]:
        """Go on with all interrupted jobs; those whose voices are gone are passed over."""
        resumed = []
        for job in self.interrupted():
            with suppress(StudioError):
                resumed.append(self.resume(job.job_id))
        return tuple(resumed)

    def waiting(self) -> tuple[str, ...]:
        """The ids of the jobs that wait, the next one first."""
        return self._runner.queue.job_ids()

    def move(self, job_id: str, place: int) -> None:
        """Give a waiting job another place, counted from 0.

        Raises:
            JobError: it does not wait.
        """
        if not self._runner.queue.move(job_id, place):
            raise JobError(f"The job {job_id} does not wait in the queue, so it cannot be moved.")

    def pause(self, job_id: str) -> None:
        """Stop a job so that `resume` goes on with it, also after a restart.

        Raises:
            JobError: there is no such job, or it neither waits nor runs.
        """
        if not self._runner.stop(job_id, "paused"):
            state = self._job(job_id).state
            if state != "paused":
                raise JobError(f"The job {job_id} is {state}; only one that runs can be paused.")

    def at_work(self, project_id: str) -> dict[str, TurnState]:
        """Turn id -> queued or performing, of a project's turns in jobs that have not ended."""
        found: dict[str, TurnState] = {}
        for ledger in tuple(self._runner.live.values()):
            if ledger.job.project_id == project_id and not ledger.ended.is_set():
                found.update(ledger.at_work())
        return found

    def running(self, project_id: str) -> Progress | None:
        """How far the project's first job is that has not ended; None: there is none."""
        for ledger in tuple(self._runner.live.values()):
            if ledger.job.project_id == project_id and not ledger.ended.is_set():
                return ledger.snapshot()
        return None

    def cancel(self, job_id: str) -> None:
        """End a job within a step of the engine. What it has performed is kept."""
        if not self._runner.stop(job_id, "cancelled"):
            job = self._job(job_id)
            if job.state in ("paused", "interrupted"):
                self._runner.end(self._runner.live.get(job_id) or Ledger(job), "cancelled", None)

    def wait(self, job_id: str, timeout: float | None = None) -> Progress:
        """Wait until a job has ended or is paused, or for some seconds."""
        ledger = self._runner.live.get(job_id)
        if ledger is not None:
            ledger.ended.wait(timeout)
        return self.progress(job_id)

    def failure(self, job_id: str) -> StudioError | None:
        """The error that ended a job which was started since the workspace was opened."""
        ledger = self._runner.live.get(job_id)
        return ledger.failure if ledger else None

    def progress(self, job_id: str) -> Progress:
        """How far a job has come.

        Raises:
            JobError: there is no such job.
        """
        ledger = self._runner.live.get(job_id)
        if ledger is not None:
            return ledger.snapshot()
        job = self._job(job_id)
        message = describe(job.state, job.turns_done, job.turns_total, 0, job.error)
        return Progress(
            job_id, job.state, message, job.turns_done, job.turns_total, error=job.error or None
        )

    def events(self, job_id: str, after: int = 0) -> tuple[TurnFinished, ...]:
        """The turns that have been finished, in the order of finishing, without the first ones.

        Only of jobs that were started since the workspace was opened.
        """
        ledger = self._runner.live.get(job_id)
        return ledger.events(after) if ledger else ()

    def turn_audio(self, job_id: str, turn: int) -> tuple[int, Audio]:
        """Sample rate and audio of a finished turn.

        Raises:
            JobError: the turn is not finished, or the job does not have it.
        """
        part = self.plan(job_id).only({turn})
        heard = heard_takes(self._database, part, self._job(job_id).project_id, or_by_key=True)
        found = [take_by_id(self._database, take.take_id) for take in heard.values()]
        pieces = [take.codes for take in found if take is not None]
        if not pieces or len(pieces) < part.chunk_count:
            raise JobError(f"Turn {turn + 1} has not been performed yet.")
        with self._host.use() as engine:
            audio = np.concatenate([engine.decode(codes) for codes in pieces])
            return engine.info.sample_rate, audio

    def list(self, limit: int = 50) -> tuple[Job, ...]:
        """The newest jobs, newest first."""
        return store.latest_jobs(self._database, limit)

    def latest(self, project_id: str) -> Job | None:
        """The newest job of a project."""
        return next(iter(store.latest_jobs(self._database, 1, project_id)), None)

    def get(self, job_id: str) -> Job:
        """What was asked of a job, as it was started.

        Raises:
            JobError: there is no such job.
        """
        return self._job(job_id)

    def pending(self, job_id: str) -> frozenset[int]:
        """The turns that a running job has still to finish; indexes in its script."""
        ledger = self._runner.live.get(job_id)
        return ledger.pending() if ledger and not ledger.ended.is_set() else frozenset()

    def plan(self, job_id: str) -> Plan:
        """What a job performs; made anew, with the engine, for jobs of an earlier time."""
        ledger = self._runner.live.get(job_id)
        if ledger is not None and ledger.plan is not None:
            return ledger.plan
        job = ledger.job if ledger else self._job(job_id)
        return _own_part(job, self._make_plan(job).plan)

    def busy(self) -> bool:
        """Whether something is performed or waits for its turn."""
        return any(not ledger.ended.is_set() for ledger in tuple(self._runner.live.values()))

    def measured_rtf(self) -> float | None:
        """Seconds of work for a second of sound in the newest performance; None: none yet.

        Only of jobs that were started since the workspace was opened.
        """
        speeds = [ledger.snapshot().speed for ledger in tuple(self._runner.live.values())]
        return next((1 / speed for speed in reversed(speeds) if speed > 0), None)

    def forget_ended(self) -> None:
        """Make the plans of jobs that have ended anew when they are asked for.

        For a change of the engine: another one cannot speak the codes of the one before.
        """
        for job_id, ledger in tuple(self._runner.live.items()):
            if ledger.ended.is_set():
                self._runner.live.pop(job_id, None)

    def close(self) -> None:
        """Stop the running job and the thread; what is left is interrupted and can be resumed."""
        self._runner.close()

    def _keep_cast(self, project: str, script: Script, cast: Mapping[str, str]) -> None:
        """Choose the voices that are heard from now on, which a later speaker's must not change."""
        if not project:
            return
        known = {*self._projects.open(project).cast, *dict(script.cast)}
        new = {speaker: voice for speaker, voice in cast.items() if speaker not in known}
        if new:
            self._projects.cast(project, new)

    def _job(self, job_id: str) -> Job:
        job = store.get_job(self._database, job_id)
        if job is None:
            raise JobError(f"There is no job {job_id}.")
        return job

    def _perform(self, ledger: Ledger) -> None:
        ledger.load()
        planned = self._make_plan(ledger.job)
        own = _own_part(ledger.job, planned.plan)
        ledger.begin(own, planned.info.frame_rate)
        store.update_job(self._database, ledger.job.job_id, "running", 0)
        Performer(
            host=self._host,
            shelf=Shelf(self._database, ledger.job.project_id, ledger.job.since),
            again=own.turns if ledger.job.again else None,
            candidates=ledger.job.candidates,
            sampling=planned.sampling,
            made_with=noted(ledger.job.checkpoint, asdict(planned.sampling)),
            references=planned.references,
            judge=self._judge(planned),
            retries=self._settings.retries,
            lanes=self._settings.max_lanes,
            observer=_Recorder(ledger, self._database),
        ).perform(planned.plan, ledger.cancelled.is_set)

    def _judge(self, planned: Planned) -> Judge:
        return Judge(
            self._database,
            PROFILES[self._settings.checks],
            planned.references,
            {voice.name: voice.language for voice in self._voices.list()},
            [chunk.key for chunk in planned.plan.chunks()],
        )

    def _make_plan(self, job: Job) -> Planned:
        """The plan of a job, and what it is performed with; loads the engine."""
        script = job_script(self._projects, job)
        return self._planner.plan(
            script, job.cast, job.seed, job.chapter, job.project_id, job.sampling
        )


@dataclass(frozen=True, slots=True)
class _Recorder:
    """Tells the ledger everything, and the database how many turns are done."""

    ledger: Ledger
    database: Database

    def speaking(self, chunk: PlannedChunk) -> None:
        self.ledger.speaking(chunk)

    def chunk_done(self, chunk: PlannedChunk, take: Take, *, reused: bool) -> None:
        event = self.ledger.chunk_done(chunk, take, reused=reused)
        if event is not None and not event.reused:
            job_id = self.ledger.job.job_id
            store.update_job(self.database, job_id, "running", self.ledger.turns_done)


def _own_part(job: Job, plan: Plan) -> Plan:
    """What a job performs of its script's plan: everything, or the turns it was given."""
    if not job.again:
        return plan
    return plan.only({chunk.turn for chunk in plan.chunks() if chunk.turn_id in job.again})


def _check_request(request: PerformRequest) -> None:
    if not 1 <= request.candidates <= MAX_CANDIDATES:
        raise JobError(f"{request.candidates} candidates of a turn: choose 1 to {MAX_CANDIDATES}.")
    if request.again and not request.project:
        raise JobError(
            "Turns are performed again in a project whose script is as it was. "
            "Choose them once more in the project."
        )
