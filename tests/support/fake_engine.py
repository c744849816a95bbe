"""An engine without a model: the face of `engine.Engine`, sound from hashes, faults on demand.

Is: as strict as the real one about what it is asked, and as dependent on context: codes follow
from the references, the turns heard before, the text, the speaker and the seed.
Is not: used where the real engine can be; it is here for what that one does not do on demand.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Literal

import numpy as np

from engine import EngineFailed, EngineInfo, NonFiniteError, Reference, Sampling, Take

RATE, FRAME = 8000, 400  # 20 frames a second
Fault = Literal["fine", "limit", "silent", "short", "not finite", "device"]


@dataclass
class FakeEngine:
    """Speaks 1 frame per step and chain.

    Args:
        faults: a word of a text -> what happens at its first, second, ... attempt.
        spoken: every text that was generated (not appended), in order of its beginning.
        heard: every text that was put into a context.
        drawn: how each generation was asked to draw.
        on_step: called at every step.
    """

    faults: dict[str, list[Fault]] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    drawn: list[Sampling] = field(default_factory=list)
    on_step: Callable[[], None] = lambda: None
    max_running: int = 0
    open_chains: int = 0
    fingerprint: str = "fake-1"

    def __post_init__(self) -> None:
        self._running: list[FakeRequest] = []
        self._busy = threading.Lock()

    @property
    def info(self) -> EngineInfo:
        return EngineInfo(
            name="fake", fingerprint=self.fingerprint, codec_fingerprint="fake-codec",
            sample_rate=RATE, frame_rate=RATE / FRAME, frame_length=FRAME, n_codebooks=2,
            codebook_sizes=(1000, 1000), max_positions=4096, languages=("en",),
            speed_class="draft", device="cpu", default_sampling=Sampling(),
        )  # fmt: skip

    def encode(self, audio: np.ndarray, sample_rate: int) -> np.ndarray:
        frames = max(1, int(audio.shape[0] / sample_rate * RATE / FRAME))
        return _codes(audio.tobytes(), frames)

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """A tone per frame, its pitch from the code; code 0 is silence."""
        times = np.arange(FRAME) / RATE
        tones = [
            0.3 * np.sin(2 * np.pi * (100 + int(code)) * times) if code else np.zeros(FRAME)
            for code in codes[0]
        ]
        return np.concatenate(tones).astype(np.float32)

    def prefix(self, references: Sequence[Reference]) -> SimpleNamespace:
        parts = [f"{ref.text}{np.asarray(ref.codes).tobytes()!r}" for ref in references]
        return SimpleNamespace(parts=parts, close=lambda: None)

    def chain(self, prefix: SimpleNamespace) -> "FakeChain":
        self.open_chains += 1
        return FakeChain(self, list(prefix.parts))

    def step(self) -> bool:
        assert self._busy.acquire(blocking=False), "two threads step the engine at once"
        try:
            self.on_step()
            self.max_running = max(self.max_running, len(self._running))
            for request in self._running:
                request.frames_left -= 1
            self._running = [request for request in self._running if not request.done]
            return bool(self._running)
        finally:
            self._busy.release()


@dataclass
class FakeChain:
    engine: FakeEngine
    context: list[str]
    request: "FakeRequest | None" = None

    def perform(
        self, text: str, *, speaker: int, sampling: Sampling, seed: int, candidates: int,
        urgent: bool, work_left: int,
    ) -> "FakeRequest":  # fmt: skip
        assert not urgent and work_left >= len(text), "a job waits for those who listen"
        assert self.request is None or self.request.done
        self.engine.drawn.append(sampling)
        made = [self._make(text, speaker, seed + at) for at in range(candidates)]
        frames = max(take.frames for take, _ in made)
        self.request = FakeRequest(self.engine, made, frames)
        self.engine._running.append(self.request)
        return self.request

    def _make(self, text: str, speaker: int, seed: int) -> tuple[Take, "Fault"]:
        self.engine.spoken.append(text)
        attempt = self.engine.spoken.count(text) - 1
        planned = next((f for word, f in self.engine.faults.items() if word in text), [])
        fault: Fault = planned[attempt] if attempt < len(planned) else "fine"
        material = "|".join([*self.context, text, str(speaker), str(seed)]).encode()
        frames = 2 if fault == "short" else max(4, round(len(text) / 14 * RATE / FRAME))
        codes = np.zeros((2, frames), np.uint16) if fault == "silent" else _codes(material, frames)
        return Take(codes, text, speaker, seed, "limit" if fault == "limit" else "end"), fault

    def accept(self, take: Take) -> None:
        self.append(take.text, take.codes, speaker=take.speaker or 0)

    def append(self, text: str, codes: np.ndarray, *, speaker: int) -> None:
        assert self.request is None or self.request.done
        self.engine.heard.append(text)
        self.context.append(f"{text}|{speaker}|{codes.tobytes()!r}")

    def close(self) -> None:
        if self.request is not None:
            self.request.cancel()
        self.engine.open_chains -= 1


@dataclass
class FakeRequest:
    engine: FakeEngine
    made: list[tuple[Take, Fault]]
    frames_left: int
    first_turn: int = 0

    @property
    def done(self) -> bool:
        return self.frames_left <= 0

    def result(self) -> list[Take]:
        assert self.done
        if any(fault == "device" for _, fault in self.made):
            raise EngineFailed("the device is gone")
        takes = [take for take, fault in self.made if fault != "not finite"]
        if not takes:
            raise NonFiniteError(0, "its logits are not finite")
        return takes

    def cancel(self) -> None:
        self.frames_left = 0
        if self in self.engine._running:
            self.engine._running.remove(self)


def _codes(material: bytes, frames: int) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(material).digest()[:8])
    return np.random.default_rng(seed).integers(1, 900, (2, frames)).astype(np.uint16)
