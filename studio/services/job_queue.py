"""The jobs that wait for their turn, in an order that can be changed.

Is: a list behind a lock, which one thread takes from and any thread may change.
Is not: stored; after a restart, what waited is interrupted and can be resumed.
"""

import threading
from typing import Generic, Protocol, TypeVar


class Waiting(Protocol):
    """What can wait here."""

    @property
    def job_id(self) -> str:
        """By which it is found."""


W = TypeVar("W", bound=Waiting)


class JobQueue(Generic[W]):
    """Jobs that wait. Thread-safe."""

    def __init__(self) -> None:
        self._waiting: list[W] = []
        self._changed = threading.Condition()
        self.closing = threading.Event()

    def put(self, job: W, *, first: bool = False) -> None:
        """Let a job wait behind the others, or before them."""
        with self._changed:
            self._waiting.insert(0 if first else len(self._waiting), job)
            self._changed.notify()

    def take(self) -> W | None:
        """The next job, as soon as there is one; None when the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self.closing.is_set())
            return None if self.closing.is_set() else self._waiting.pop(0)

    def remove(self, job_id: str) -> W | None:
        """Take a job out; None where it does not wait (any more)."""
        with self._changed:
            found = next((job for job in self._waiting if job.job_id == job_id), None)
            if found is not None:
                self._waiting.remove(found)
            return found

    def move(self, job_id: str, place: int) -> bool:
        """Give a job another place, counted from 0; false where it does not wait (any more)."""
        with self._changed:
            found = self.remove(job_id)
            if found is not None:
                self._waiting.insert(max(0, place), found)
            return found is not None

    def job_ids(self) -> tuple[str, ...]:
        """Who waits, the next one first."""
        with self._changed:
            return tuple(job.job_id for job in self._waiting)

    def close(self) -> None:
        """Let `take` answer None from now on."""
        with self._changed:
            self.closing.set()
            self._changed.notify_all()
