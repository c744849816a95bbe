"""Answers that are kept as long as they hold, so that many who ask cost what one costs.

Is: a bounded memory with a moment beside each answer; another moment means that it is old.
Is not: what knows when an answer is old: whoever asks says the moment (`Database.moment`).
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
STRIPES = 64
"""Locks for all names, so that none is left behind; two names of one lock wait for each other."""


class Kept(Generic[Answer]):
    """The answers that were asked for last. Thread-safe: one makes an answer, the others wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Hashable, tuple[object, Answer]] = {}
        self._making = tuple(threading.RLock() for _ in range(STRIPES))
        self._lock = threading.Lock()

    def get(self, name: Hashable, moment: object, make: Callable[[], Answer]) -> Answer:
        """The answer of that name, made anew unless it is there of an equal moment."""
        with self._making[hash(name) % STRIPES]:
            with self._lock:
                found = self._answers.pop(name, None)
            if found is None or found[0] != moment:
                found = moment, make()
            with self._lock:
                self._answers[name] = found
                while len(self._answers) > self._most:
                    self._answers.pop(next(iter(self._answers)))
        return found[1]
