"""One turn on its way: the request, its candidates, and what it reports.

Is: the events a caller sees, and the state of a request between steps.
Is not: the loop; iterating a performance only calls its step.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.errors import EngineError
from engine.kv_cache import Table
from engine.lanes import Lane
from engine.length import FrameBounds
from engine.sampling import Sampling

if TYPE_CHECKING:
    from engine.chain import Chain
    from engine.loop import Loop

Codes = npt.NDArray[np.uint16]


@dataclass(frozen=True, eq=False, slots=True)
class Take:
    """A finished rendering of a text.

    Args:
        codes: uint16 [n_codebooks, n_frames], row 0 semantic.
        text: what was to be said.
        speaker: who said it, or None where the text names its speakers itself.
        seed: gives these codes again, with the same text and context.
        stopped: by itself ("end"), or at the bound for its text ("limit").
    """

    codes: Codes
    text: str
    speaker: int | None
    seed: int
    stopped: Literal["end", "limit"]

    @property
    def frames(self) -> int:
        """Number of frames."""
        return int(self.codes.shape[1])


@dataclass(frozen=True, eq=False, slots=True)
class FramesReady:
    """New frames of a candidate: codes uint16 [n_codebooks, f]."""

    candidate: int
    codes: Codes


@dataclass(frozen=True, eq=False, slots=True)
class Finished:
    """A candidate is complete."""

    candidate: int
    take: Take


@dataclass(frozen=True, eq=False, slots=True)
class Failed:
    """A candidate came to nothing, and why."""

    candidate: int
    error: EngineError


Event = FramesReady | Finished | Failed


@dataclass(slots=True, eq=False, kw_only=True)
class Candidate(Lane):
    """One of the takes a performance makes, and its lane.

    Attributes:
        request: what it belongs to.
        table: pages of its positions; the first candidate has none until it starts.
        start: the prompt's hidden state [D], once the prompt has been run.
        reported: frames the caller has heard of.
        state: its tensors while it runs.
        columns: its frames so far, each int64 [1 + N] on the CPU.
        take: the result, once there is one.
    """

    request: "Performance"
    index: int
    seed: int
    table: Table
    start: Tensor | None = None
    state: Any = None
    columns: list[Tensor] = field(default_factory=list)
    reported: int = 0
    take: Take | None = None


@dataclass(eq=False, kw_only=True)
class Performance:
    """One turn being performed: iterate it for its events, or ask for its result.

    Both drive the engine, and with it every other performance. Not thread-safe.

    Attributes:
        loop: what performs it.
        chain: the conversation it belongs to.
        text: what is to be said.
        speaker: who says it.
        bounds: how many frames a take may have.
        prompt: columns of the prompt behind the prefix, int64 [1 + N, T].
        prompt_start: position of its first column.
        first_turn: the first of the chain's turns that is in it.
        started: whether its prompt is being run, or has been.
        candidates: the takes on their way.
        takes: finished takes by candidate.
        errors: why candidates failed, by candidate.
    """

    loop: "Loop"
    chain: "Chain"
    text: str
    speaker: int | None
    sampling: Sampling
    bounds: FrameBounds
    prompt: Tensor
    prompt_start: int
    first_turn: int
    started: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    takes: dict[int, Take] = field(default_factory=dict)
    errors: dict[int, EngineError] = field(default_factory=dict)
    _events: deque[Event] = field(default_factory=deque)

    @property
    def prompt_stop(self) -> int:
        """The position behind the prompt: where the first frame goes."""
        return self.prompt_start + int(self.prompt.shape[1])

    @property
    def done(self) -> bool:
        """Whether every candidate is finished or has failed."""
        return len(self.takes) + len(self.errors) == len(self.candidates)

    def report(self, event: Event) -> None:
        """Take note of an event and keep it for whoever iterates."""
        self._events.append(event)
        if isinstance(event, Finished):
            self.takes[event.candidate] = event.take
        elif isinstance(event, Failed):
            self.errors[event.candidate] = event.error

    def __iter__(self) -> Iterator[Event]:
        """Yield events until the performance is done; each event is yielded once."""
        while True:
            while self._events:
                yield self._events.popleft()
            if self.done:
                return
            self.loop.step()

    def result(self) -> list[Take]:
        """Perform to the end and return the takes, by candidate.

        Raises:
            EngineError: every candidate failed; the error of the first one.
        """
        for _ in self:
            pass
        if not self.takes:
            raise self.errors[min(self.errors)]
        return [self.takes[candidate] for candidate in sorted(self.takes)]

    def cancel(self) -> None:
        """Stop at once; what is not finished fails as cancelled, and its memory is free."""
        self.loop.cancel(self)


def codes_of(columns: list[Tensor]) -> Codes:
    """Return the codes of frames as uint16 [n_codebooks, n_frames]."""
    frames: npt.NDArray[Any] = np.stack([column[1:].numpy() for column in columns], axis=1)
    return frames.astype(np.uint16)
