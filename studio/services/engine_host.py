"""The one engine of a workspace, loaded when it is first needed.

Is: a lock around an engine that is not thread-safe, and the translation of its errors.
Is not: a scheduler; whoever holds the engine drives it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine import Engine, EngineError, EngineFailed, EngineInfo
from studio.errors import EngineProblem
from studio.settings import Settings

EngineLoader = Callable[[Settings], Engine]

HAND_OVER_SECONDS = 0.002


def load_engine(settings: Settings) -> Engine:
    """Load the checkpoint that the settings name."""
    return Engine.load(settings.checkpoint, device=settings.device, max_lanes=settings.max_lanes)


class EngineHost:
    """Owns the engine. Thread-safe; a failed engine is dropped and loaded anew at the next use."""

    def __init__(self, settings: Settings, loader: EngineLoader = load_engine) -> None:
        self._settings = settings
        self._loader = loader
        self._lock = threading.RLock()
        self._waiting = 0
        self._count = threading.Lock()
        self._engine: Engine | None = None

    @property
    def settings(self) -> Settings:
        """The settings with the checkpoint that is loaded, or will be."""
        return self._settings

    @property
    def checkpoint(self) -> str:
        """What is loaded, or will be: "starter", or the path of a folder."""
        return self._settings.checkpoint

    def switch(self, checkpoint: str) -> None:
        """Load another checkpoint at the next use; the one before leaves memory at once."""
        with self._lock:
            if checkpoint != self.checkpoint:
                self._settings = self._settings.model_copy(update={"checkpoint": checkpoint})
                self._engine = None

    @property
    def info(self) -> EngineInfo | None:
        """What the engine says about itself, or None until it is loaded."""
        engine = self._engine
        return None if engine is None else engine.info

    @contextmanager
    def use(self) -> Iterator[Engine]:
        """The engine, for this thread alone; loaded if it is not.

        Raises:
            EngineProblem: it cannot be loaded, or what is done with it in the block fails.
        """
        self._wait(1)
        with self._lock:
            self._wait(-1)
            try:
                if self._engine is None:
                    self._engine = self._loader(self._settings)
                yield self._engine
            except EngineFailed as error:
                self._engine = None
                raise EngineProblem(str(error)) from error
            except EngineError as error:
                raise EngineProblem(str(error)) from error

    def hand_over(self) -> None:
        """Let another thread have the engine, if one waits. For loops that use it over and over."""
        # A lock gives no turns: whoever releases it and asks again at once usually gets it.
        while self._waiting:
            time.sleep(HAND_OVER_SECONDS)

    def _wait(self, change: int) -> None:
        with self._count:
            self._waiting += change
