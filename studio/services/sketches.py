"""Sketches of takes: how long the sound is, where it begins and ends, and its shape to be drawn.

Is: made once of a decoded take, by a thread of its own, and kept in the cache folder, so that a
chapter can be shown without the engine.
Is not: audio, and not needed by a delivery: it places takes by the same numbers, measured anew.

- Whoever asks gets what is there; the rest is made in the background, what was asked for last
  first. Nothing is asked for twice.
- A sketch is some hundred bytes. Any file may be deleted at any time; a damaged one counts as
  missing.
"""

import hashlib
import logging
import struct
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.core.model import Audio
from studio.core.staleness import TakeFacts
from studio.core.timeline import Extent, extent_of
from studio.errors import StudioError
from studio.services.background import give_way

log = logging.getLogger(__name__)

PEAKS_PER_SECOND = 50
KEPT = 20_000
"""Sketches in memory: a long book, in about 20 MB."""
MOST_WAITING = 5000
STOP_SECONDS = 10
_VERSION = 1
_HEADER = struct.Struct("<4I")  # version, samples, lead, tail


@dataclass(frozen=True, slots=True)
class Sketch:
    """The shape of a take.

    Args:
        peaks: one byte for each 1/`PEAKS_PER_SECOND` s, the highest sample there; 255: full scale.
    """

    extent: Extent
    peaks: bytes

    def as_bytes(self) -> bytes:
        """For a file."""
        extent = self.extent
        return _HEADER.pack(_VERSION, extent.samples, extent.lead, extent.tail) + self.peaks


def sketch_of(audio: Audio, sample_rate: int) -> Sketch:
    """The sketch of a take: float32 [n_samples]."""
    hop = sample_rate // PEAKS_PER_SECOND
    padded = np.abs(np.pad(audio, (0, -audio.size % hop)))
    highest = padded.reshape(-1, hop).max(axis=1) if audio.size else padded
    peaks = np.ceil(np.minimum(highest, 1.0) * 255).astype(np.uint8)
    return Sketch(extent_of(audio, sample_rate), peaks.tobytes())


def read_sketch(content: bytes) -> Sketch | None:
    """The sketch that a file holds; None: it is damaged or of another version."""
    if len(content) < _HEADER.size:
        return None
    version, samples, lead, tail = _HEADER.unpack_from(content)
    if version != _VERSION or lead + tail > samples:
        return None
    return Sketch(Extent(samples, lead, tail), content[_HEADER.size :])


class Sketches:
    """The sketches of a workspace's takes. Thread-safe; owns the thread that makes them.

    Args:
        folder: of the files.
        basis: of all names: what decodes, and at what rate.
        sample_rate: in Hz.
        open_decoder: gives what decodes a take; it may load the engine.
    """

    def __init__(
        self,
        folder: Path,
        basis: str,
        sample_rate: int,
        open_decoder: Callable[[], Callable[[TakeFacts], Audio]],
    ) -> None:
        self.sample_rate = sample_rate
        self._folder = folder
        self._basis = basis
        self._open_decoder = open_decoder
        self._kept: OrderedDict[str, Sketch] = OrderedDict()
        self._waiting: OrderedDict[str, TakeFacts] = OrderedDict()
        self._failed: dict[str, str] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def name(self, take: TakeFacts) -> str:
        """By which the sketch of a take is known: 64 hex digits."""
        content = f"{self._basis}/{self.sample_rate}/{take.frames}/{take.sha256}"
        return hashlib.sha256(content.encode()).hexdigest()

    def find(self, takes: Iterable[TakeFacts]) -> dict[str, Sketch]:
        """The sketches that are there, by name."""
        return self.find_named(self.name(take) for take in takes)

    def find_named(self, names: Iterable[str]) -> dict[str, Sketch]:
        """The sketches of these names that are there. A name is 64 hex digits."""
        found = {name: self._look(name) for name in names}
        return {name: sketch for name, sketch in found.items() if sketch is not None}

    def want(self, takes: Iterable[TakeFacts]) -> tuple[int, str]:
        """Have sketches made in the background.

        Returns:
            How many of them are still to come, and why others never will; empty: all will.
        """
        with self._changed:
            named = {self.name(take): take for take in takes}
            problems = [self._failed[name] for name in named if name in self._failed]
            fresh = {name: take for name, take in named.items() if name not in self._failed}
            for name, take in reversed(fresh.items()):
                self._waiting[name] = take
                self._waiting.move_to_end(name, last=False)
            while len(self._waiting) > MOST_WAITING:
                self._waiting.popitem()
            if fresh and not self._closed:
                self._start()
                self._changed.notify()
            return len(fresh), next(iter(problems), "")

    def add(self, take: TakeFacts, audio: Audio) -> None:
        """Keep the sketch of a take that somebody has decoded."""
        self._keep(self.name(take), sketch_of(audio, self.sample_rate))
        with self._changed:
            self._failed.clear()  # what was in the way is not any more

    def close(self) -> None:
        """Stop the thread; what is not made yet is made when it is asked for again."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._serve, name="sketches", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        give_way()
        decode: Callable[[TakeFacts], Audio] | None = None
        while (wanted := self._next()) is not None:
            name, take = wanted
            try:
                decode = decode or self._open_decoder()
                self._keep(name, sketch_of(decode(take), self.sample_rate))
            except StudioError as error:
                self._give_up(name, str(error), everything=decode is None)
            except Exception:
                number = uuid.uuid4().hex[:8]
                log.exception("no sketch of take %s (%s)", take.take_id, number)
                self._give_up(name, f"A take cannot be drawn; the log has it as {number}.")

    def _next(self) -> tuple[str, TakeFacts] | None:
        with self._changed:
            while not self._closed:
                while self._waiting:
                    name, take = self._waiting.popitem(last=False)
                    if name not in self._kept:
                        return name, take
                self._changed.wait()
            return None

    def _give_up(self, name: str, problem: str, *, everything: bool = False) -> None:
        """Note what cannot be made; without an engine that is everything."""
        with self._changed:
            names = [name, *self._waiting] if everything else [name]
            self._failed.update(dict.fromkeys(names, problem))
            if everything:
                self._waiting.clear()

    def _look(self, name: str) -> Sketch | None:
        with self._changed:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        with suppress(OSError):
            sketch = read_sketch(self._path(name).read_bytes())
            if sketch is not None:
                self._remember(name, sketch)
            return sketch
        return None

    def _keep(self, name: str, sketch: Sketch) -> None:
        path = self._path(name)
        temporary = path.with_name(f".{uuid.uuid4().hex}.part")
        with suppress(OSError):  # a full disk costs only the cache
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(sketch.as_bytes())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        self._remember(name, sketch)

    def _remember(self, name: str, sketch: Sketch) -> None:
        with self._changed:
            self._kept[name] = sketch
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.peaks"
