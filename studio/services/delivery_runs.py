"""Deliveries that go on by themselves: whoever started one may leave and come back.

Is: one thread for each delivery, one of which works at a time, with its progress and its result.
Is not: durable. Files are made anew after a restart; the takes they are made of are kept.

- A delivery that is stopped or fails leaves nothing in its folder, and the last one that was
  finished stays what it was.
"""

import logging
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from studio.core.delivery import DeliveryOptions
from studio.errors import DeliveryStopped, JobError, StudioError
from studio.services.background import give_way
from studio.services.deliveries import Deliveries, Delivery

MAX_KEPT = 8
"""Finished deliveries whose files are kept; an older one is made anew when asked for."""
FIRST_SHARE = 0.03
"""Below this nothing is said about the time that is left."""
CLOSE_SECONDS = 30

RunState = Literal["waiting", "running", "done", "stopped", "failed"]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryRun:
    """How far one delivery is.

    Args:
        share: of the work that is done, 0 to 1.
        doing: what is being done, in words.
        chapter: the number of the chapter that is worked on; 0: none yet.
        chapters: the numbers of those that are delivered; empty: all.
        seconds_left: an estimate; None: too early to tell.
        error: why it failed; empty: it did not.
        delivery: what was made of it, once it is done.
    """

    run_id: str
    state: RunState = "waiting"
    share: float = 0.0
    doing: str = ""
    chapter: int = 0
    chapters: tuple[int, ...] = ()
    seconds_left: float | None = None
    error: str = ""
    delivery: Delivery | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "stopped", "failed")


class _Running:
    """A run with what its thread needs. The thread alone changes `told`."""

    def __init__(self, told: DeliveryRun, folder: Path) -> None:
        self.told = told
        self.folder = folder
        self.stop = threading.Event()
        self.thread: threading.Thread | None = None
        self.began = 0.0

    def tell(self, share: float, doing: str) -> None:
        spent = time.monotonic() - self.began
        left = spent * (1 - share) / share if share >= FIRST_SHARE else None
        self.told = replace(self.told, share=share, doing=doing, seconds_left=left)

    def enter(self, chapter: int) -> None:
        self.told = replace(self.told, chapter=chapter)


class DeliveryRuns:
    """The deliveries of a workspace that go on by themselves. Thread-safe."""

    def __init__(self, deliveries: Deliveries, max_kept: int = MAX_KEPT) -> None:
        self._deliveries = deliveries
        self._max_kept = max_kept
        self._runs: dict[str, _Running] = {}
        self._made: dict[str, Delivery] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def start(
        self,
        project_id: str,
        options: DeliveryOptions,
        folder: Path,
        *,
        chapters: Sequence[int] = (),
        stale: bool = False,
    ) -> DeliveryRun:
        """Begin to deliver a project as it is now (`Deliveries.deliver_project`).

        Args:
            folder: for this delivery alone; removed when it is stopped, fails or is replaced.

        Raises:
            JobError: the project is being delivered already.
        """
        with self._lock:
            known = self._runs.get(project_id)
            if known is not None and not known.told.ended:
                raise JobError("This project is being delivered already. Wait, or cancel that.")
            told = DeliveryRun(uuid.uuid4().hex, chapters=tuple(chapters))
            run = self._runs[project_id] = _Running(told, folder)

        def make() -> Delivery:
            return self._deliveries.deliver_project(
                project_id, options, folder, run.tell, run.stop.is_set,
                chapters=chapters, stale=stale, on_chapter=run.enter,
            )  # fmt: skip

        run.thread = threading.Thread(target=self._work, args=(project_id, run, make), daemon=True)
        run.thread.start()
        return run.told

    def of(self, project_id: str) -> DeliveryRun | None:
        """The running or the last delivery of a project; None: there was none."""
        run = self._runs.get(project_id)
        return run.told if run else None

    def made(self, project_id: str) -> Delivery | None:
        """The last delivery of a project that was finished, if its files are still there."""
        return self._made.get(project_id)

    def cancel(self, project_id: str) -> None:
        """Ask the delivery of a project to stop; it does within a moment."""
        if run := self._runs.get(project_id):
            run.stop.set()

    def wait(self, project_id: str, seconds: float) -> DeliveryRun | None:
        """The delivery of a project once it has ended, or as far as it is then."""
        run = self._runs.get(project_id)
        if run is not None and run.thread is not None:
            run.thread.join(seconds)
        return self.of(project_id)

    def close(self) -> None:
        """Stop everything."""
        for project_id in [*self._runs]:
            self.cancel(project_id)
            self.wait(project_id, CLOSE_SECONDS)

    def _work(self, project_id: str, run: _Running, make: Callable[[], Delivery]) -> None:
        give_way()
        with self._turn:
            run.began = time.monotonic()
            run.told = replace(run.told, state="running")
            ended = self._ended(run, make)
        if ended.delivery is None:
            shutil.rmtree(run.folder, ignore_errors=True)
        else:
            self._keep(project_id, ended.delivery)
        run.told = ended

    def _ended(self, run: _Running, make: Callable[[], Delivery]) -> DeliveryRun:
        """Run to the end, whatever that is: the boundary of this thread."""
        try:
            if run.stop.is_set():
                raise DeliveryStopped("The delivery was stopped.")
            made = make()
            return replace(run.told, state="done", share=1.0, seconds_left=None, delivery=made)
        except DeliveryStopped:
            return replace(run.told, state="stopped", seconds_left=None)
        except StudioError as error:
            return replace(run.told, state="failed", seconds_left=None, error=str(error))
        except Exception:
            log.exception("error %s in a delivery", run.told.run_id[:8])
            problem = f"Something went wrong. The log tells more under {run.told.run_id[:8]}."
            return replace(run.told, state="failed", seconds_left=None, error=problem)

    def _keep(self, project_id: str, made: Delivery) -> None:
        with self._lock:
            gone = [self._made.pop(project_id, None)]
            while len(self._made) >= self._max_kept:
                gone.append(self._made.pop(next(iter(self._made))))
            self._made[project_id] = made
        for old in filter(None, gone):
            shutil.rmtree(old.folder, ignore_errors=True)
