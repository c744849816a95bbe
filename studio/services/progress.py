"""How far a job has come, as values that can be shown.

Is: the snapshot, and the bookkeeping of one running job behind it.
Is not: a store; what outlives the process is the job's row and its takes.
"""

import threading
import time
from dataclasses import dataclass

from studio.core.model import Job, JobState, Take
from studio.core.plan import Plan, PlannedChunk
from studio.core.staleness import TurnState
from studio.errors import StudioError

FINISHED: frozenset[JobState] = frozenset({"done", "cancelled", "failed", "interrupted"})


@dataclass(frozen=True, slots=True)
class Attention:
    """A turn whose takes all failed a check; the best of them is used."""

    turn: int
    speaker: str
    reason: str


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """A turn that can be listened to. `number` counts finished turns from 1."""

    number: int
    turn: int
    speaker: str
    seconds: float
    reused: bool
    attention: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot of a job.

    Args:
        state: see `JobState`; "loading" is the engine's.
        message: one sentence that says it.
        audio_seconds: length of all takes so far, those of earlier runs included.
        frames: the same in frames of the codec.
        elapsed_seconds: since the performance began.
        speed: seconds of audio made per second of work; 0 while unknown.
        eta_seconds: until the last turn; None while unknown.
        current: what is being performed, for display.
        reused_turns: turns that had been performed by an earlier run.
        error: why it failed.
    """

    job_id: str
    state: JobState
    message: str
    turns_done: int
    turns_total: int
    chunks_done: int = 0
    chunks_total: int = 0
    audio_seconds: float = 0.0
    elapsed_seconds: float = 0.0
    speed: float = 0.0
    eta_seconds: float | None = None
    current: str = ""
    reused_turns: int = 0
    attention: tuple[Attention, ...] = ()
    error: str | None = None
    frames: int = 0

    @property
    def fraction(self) -> float:
        """Share of the chunks that are done, 0 to 1."""
        if self.chunks_total:
            return self.chunks_done / self.chunks_total
        return self.turns_done / self.turns_total if self.turns_total else 0.0

    @property
    def finished(self) -> bool:
        """Whether the job has ended, well or badly."""
        return self.state in FINISHED

    @property
    def resting(self) -> bool:
        """Whether nothing more happens until someone resumes it, if it can be resumed."""
        return self.finished or self.state == "paused"


class Ledger:
    """What a live job has done so far. Written by the job's thread, read by any."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.plan: Plan | None = None
        self.cancelled = threading.Event()
        self.stop_as: JobState = "cancelled"
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._state: JobState = job.state
        self.failure: StudioError | None = None
        self._began: float | None = None
        self._elapsed = 0.0
        self._frame_rate = 1.0
        self._left: dict[int, int] = {}
        self._seconds: dict[int, float] = {}
        self._fresh: set[int] = set()
        self._attention: dict[int, Attention] = {}
        self._events: list[TurnFinished] = []
        self._chunks_done = 0
        self._frames = 0
        self._fresh_seconds = 0.0
        self._fresh_bytes = 0
        self._bytes_left = 0
        self._current = ""
        self._speaking: set[int] = set()

    @property
    def job_id(self) -> str:
        """Of its job."""
        return self.job.job_id

    def stop(self, state: JobState) -> None:
        """Ask the job to end in a state within a step; a later wish replaces an earlier one."""
        self.stop_as = state
        self.cancelled.set()

    def load(self) -> None:
        """Note that the engine is being loaded."""
        with self._lock:
            self._state = "loading"

    def begin(self, plan: Plan, frame_rate: float) -> None:
        """Note what will be performed."""
        with self._lock:
            self.plan = plan
            self._state = "running"
            self._began = time.monotonic()
            self._frame_rate = frame_rate
            for chunk in plan.chunks():
                self._left[chunk.turn] = self._left.get(chunk.turn, 0) + 1
                self._bytes_left += _bytes(chunk)

    def speaking(self, chunk: PlannedChunk) -> None:
        """Note what is performed now."""
        with self._lock:
            self._current = f"{chunk.speaker}: {chunk.text}"
            self._speaking.add(chunk.turn)

    def chunk_done(self, chunk: PlannedChunk, take: Take, *, reused: bool) -> TurnFinished | None:
        """Note a committed take; the event of its turn if that is complete now."""
        with self._lock:
            seconds = take.codes.shape[1] / self._frame_rate
            self._chunks_done += 1
            self._frames += take.codes.shape[1]
            self._left[chunk.turn] -= 1
            self._speaking.discard(chunk.turn)
            self._bytes_left -= _bytes(chunk)
            self._seconds[chunk.turn] = self._seconds.get(chunk.turn, 0.0) + seconds
            if not reused:
                self._fresh.add(chunk.turn)
                self._fresh_seconds += seconds
                self._fresh_bytes += _bytes(chunk)
            if take.verdict == "attention":
                self._attention[chunk.turn] = Attention(chunk.turn, chunk.speaker, take.reason)
            return None if self._left[chunk.turn] else self._turn_done(chunk)

    def end(self, state: JobState, failure: StudioError | None) -> None:
        """Note how the job ended."""
        with self._lock:
            self._elapsed = self._elapsed_now()
            self._state, self.failure, self._current = state, failure, ""
        self.ended.set()

    def events(self, after: int) -> tuple[TurnFinished, ...]:
        """The finished turns behind the first `after` of them."""
        with self._lock:
            return tuple(self._events[after:])

    def pending(self) -> frozenset[int]:
        """The turns of which a chunk is still to be performed."""
        with self._lock:
            return frozenset(turn for turn, left in self._left.items() if left)

    def at_work(self) -> dict[str, TurnState]:
        """Turn id -> queued or performing, of the turns that are still to come."""
        with self._lock:
            if self._state in FINISHED:
                return {}
            if self.plan is None:
                return dict.fromkeys(self.job.again, TurnState.QUEUED)
            ids = {chunk.turn: chunk.turn_id for chunk in self.plan.chunks()}
            return {
                ids[turn]: TurnState.PERFORMING if turn in self._speaking else TurnState.QUEUED
                for turn, left in self._left.items()
                if left
            }

    @property
    def turns_done(self) -> int:
        """Turns that are complete; one that holds only a pause is so from the beginning."""
        if self.plan is None:
            return 0
        return self.job.turns_total - sum(1 for left in self._left.values() if left)

    def snapshot(self) -> Progress:
        """The state of things."""
        with self._lock:
            total = self.plan.chunk_count if self.plan else 0
            elapsed = self._elapsed or self._elapsed_now()
            turns_done = self.turns_done
            error = str(self.failure or "")
            return Progress(
                job_id=self.job.job_id,
                state=self._state,
                message=describe(
                    self._state, turns_done, self.job.turns_total, len(self._attention), error
                ),
                turns_done=turns_done,
                turns_total=self.job.turns_total,
                chunks_done=self._chunks_done,
                chunks_total=total,
                audio_seconds=sum(self._seconds.values()),
                elapsed_seconds=elapsed,
                speed=self._fresh_seconds / elapsed if elapsed else 0.0,
                eta_seconds=self._eta(elapsed),
                current=self._current,
                reused_turns=sum(1 for event in self._events if event.reused),
                attention=tuple(self._attention[turn] for turn in sorted(self._attention)),
                error=error or None,
                frames=self._frames,
            )

    def _turn_done(self, chunk: PlannedChunk) -> TurnFinished:
        attention = self._attention.get(chunk.turn)
        event = TurnFinished(
            len(self._events) + 1,
            chunk.turn,
            chunk.speaker,
            self._seconds[chunk.turn],
            chunk.turn not in self._fresh,
            attention.reason if attention else None,
        )
        self._events.append(event)
        return event

    def _elapsed_now(self) -> float:
        return time.monotonic() - self._began if self._began is not None else 0.0

    def _eta(self, elapsed: float) -> float | None:
        if self._state in (*FINISHED, "paused") or not self._fresh_bytes:
            return None
        return elapsed * self._bytes_left / self._fresh_bytes


def describe(state: JobState, done: int, total: int, attention: int, error: str) -> str:
    """One sentence about a job."""
    of_all = f"{done} of {total} turns"
    match state:
        case "queued":
            return "Waiting for the job before it."
        case "loading":
            return "Loading the voice engine."
        case "running":
            return f"Performing: {of_all} done."
        case "done" if total == 1:
            return f"The turn is performed{' and needs attention' if attention else ''}."
        case "done" if attention:
            return (
                f"All {total} turns are performed; {attention} of them "
                f"{'needs' if attention == 1 else 'need'} attention."
            )
        case "done":
            return f"All {total} turns are performed."
        case "cancelled":
            return f"Stopped after {of_all}; they are kept."
        case "paused":
            return f"Paused after {of_all}; they are kept. {error}".rstrip()
        case "interrupted":
            return f"Interrupted after {of_all}; they are kept. Start it again to go on."
        case "failed":
            return f"Failed after {of_all}, which are kept. {error}"


def _bytes(chunk: PlannedChunk) -> int:
    return len(chunk.text.encode())
