"""The thread that performs one job after the other, and how each of them ends.

Is: the queue, the live jobs, and their states in the database.
Is not: a performance (`studio.services.jobs` gives it one), or a scheduler over machines.

- This thread is one of the two places that may catch everything: an unforeseen error is logged
  with a number and ends the job as failed.
- It gives way to those that answer a page.
- A full disk pauses the job, and the queue with it, until there is room again.
"""

import logging
import shutil
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from studio.core.model import Job, JobState
from studio.errors import DiskFull, JobError, StudioError
from studio.services.background import give_way
from studio.services.job_queue import JobQueue
from studio.services.performer import Stopped
from studio.services.progress import Ledger
from studio.store import jobs as store
from studio.store.database import Database

log = logging.getLogger(__name__)

STOP_SECONDS = 30
DISK_SECONDS = 5.0
"""How often a full disk is looked at again."""
ROOM_BYTES = 32 * 2**20
"""Room that must be free before a paused job goes on, or it would pause again at once."""


class JobRunner:
    """Owns the thread that performs. Thread-safe.

    Args:
        perform: performs the job of a ledger to its end, unless the ledger says stop.
    """

    def __init__(self, database: Database, perform: Callable[[Ledger], None]) -> None:
        self.queue: JobQueue[Ledger] = JobQueue()
        self.live: dict[str, Ledger] = {}
        self._database = database
        self._folder: Path = database.path.parent
        self._perform = perform
        self._full: Ledger | None = None  # what a full disk has paused
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def add(self, job: Job, *, first: bool = False) -> None:
        """Let a job wait for its turn; its row says so already."""
        with self._lock:
            ledger = self.live[job.job_id] = Ledger(job)
            self.queue.put(ledger, first=first)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="performer", daemon=True)
                self._thread.start()

    def stop(self, job_id: str, state: JobState) -> bool:
        """Have a job that waits or runs end in a state; false where it does neither."""
        ledger = self.live.get(job_id)
        if ledger is None or ledger.ended.is_set():
            return False
        ledger.stop(state)
        if self.queue.remove(job_id):
            self.end(ledger, state, None)
        return True

    def end(self, ledger: Ledger, state: JobState, failure: StudioError | None) -> None:
        """Record how a job ended."""
        # A disk that is full may refuse this too; the takes are what counts.
        with suppress(StudioError):
            self._record(ledger, state, failure)
        ledger.end(state, failure)

    def close(self) -> None:
        """Stop the running job and the thread; what is left is interrupted and can be resumed."""
        for ledger in tuple(self.live.values()):
            if not ledger.ended.is_set():
                ledger.stop("interrupted")
        self.queue.close()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _serve(self) -> None:
        give_way()
        while (ledger := self._next()) is not None:
            state, failure = self._run(ledger)
            if isinstance(failure, DiskFull):
                self._full = ledger
            self.end(ledger, state, failure)

    def _next(self) -> Ledger | None:
        """The next job. None of them begins while the disk is full."""
        while (full := self._full) is not None and not self.queue.closing.wait(DISK_SECONDS):
            if self.live[full.job_id] is not full:  # someone has resumed it
                self._full = None
            elif self._has_room(full):
                self._full = None
                if full.snapshot().state == "paused":  # else someone has cancelled it
                    self.add(replace(full.job, state="queued"), first=True)
        return self.queue.take()

    def _has_room(self, full: Ledger) -> bool:
        """Whether the disk takes something again, and somewhat more than that."""
        if shutil.disk_usage(self._folder).free < ROOM_BYTES:
            return False
        try:
            self._record(full, full.snapshot().state, full.failure)
        except DiskFull:
            return False
        return True

    def _record(self, ledger: Ledger, state: JobState, failure: StudioError | None) -> None:
        done = ledger.turns_done or ledger.job.turns_done
        store.update_job(self._database, ledger.job_id, state, done, str(failure or ""))

    def _run(self, ledger: Ledger) -> tuple[JobState, StudioError | None]:
        try:
            if ledger.cancelled.is_set():
                return ledger.stop_as, None
            self._perform(ledger)
        except Stopped:
            return ledger.stop_as, None
        except DiskFull as error:
            return "paused", error
        except StudioError as error:
            return "failed", error
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("job %s failed unforeseen (%s)", ledger.job_id, number)
            return "failed", JobError(
                f"Something went wrong inside Tableread; the log has it as {number}."
            )
        return "done", None
