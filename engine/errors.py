"""Every error the engine raises on purpose.

Is: one small tree, so that a caller can catch as widely or as narrowly as it needs.
Is not: a place for programming mistakes; those stay ``TypeError``, ``ValueError`` and the like.

    EngineError
    ├── ConfigError          a field of config.json is unknown, missing or impossible
    ├── CheckpointError      a file or tensors of a checkpoint are missing, unexpected or mis-shaped
    ├── TextError            the text cannot be spoken (empty, or holds a control token)
    ├── AudioError           the audio cannot be encoded
    ├── PromptTooLong        references, context and turn do not fit into the positions of a chain
    ├── OutOfPages           open prefixes and running lanes use up all memory for keys and values
    ├── OutOfMemory          the device has no memory left even for a single lane
    ├── ChainBusy            a chain was changed while it performs
    ├── LaneError            one lane failed; the others go on
    │   ├── NonFiniteError   its logits were not finite
    │   └── Cancelled        its request was cancelled
    └── EngineFailed         the device failed: nothing can be performed until it is reloaded
"""

from collections.abc import Iterable
from pathlib import Path


class EngineError(Exception):
    """Base of everything below."""


class ConfigError(EngineError):
    """A field of ``config.json`` cannot be used.

    Args:
        field: dotted name of the field, for example ``text_config.n_head``.
        problem: what is wrong with it.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"config field '{field}' {problem}")
        self.field = field
        self.problem = problem


class CheckpointError(EngineError):
    """A checkpoint's files do not hold what they should.

    Args:
        path: the file or folder concerned, or what to call it.
        problem: what is wrong, in words.
        details: more of it, a line each.
    """

    def __init__(self, path: Path | str, problem: str, details: Iterable[str] = ()) -> None:
        super().__init__("\n  ".join([f"checkpoint '{path}': {problem}", *details]))
        self.path = Path(path)


class TextError(EngineError):
    """The text cannot be spoken as it is."""


class AudioError(EngineError):
    """The audio cannot be encoded."""


class PromptTooLong(EngineError):
    """The conversation does not fit.

    Args:
        needed: positions the references, the context and the turn would take.
        available: positions a chain has.
    """

    def __init__(self, needed: int, available: int) -> None:
        super().__init__(
            f"the prompt and its frames need {needed} positions, a chain has {available}: "
            "use fewer or shorter references, or a shorter text"
        )
        self.needed = needed
        self.available = available


class OutOfPages(EngineError):
    """No memory for keys and values is left: close prefixes that are no longer needed."""

    def __init__(self, needed: int, free: int) -> None:
        super().__init__(
            f"{needed} pages are needed and {free} are free: close prefixes and chains that are "
            "no longer needed, or load the engine with fewer lanes"
        )


class OutOfMemory(EngineError):
    """The device's memory is used up, although nothing else runs.

    Args:
        what: what there is no memory for.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the device has no memory left for {what}: free some of it, use a shorter text or "
            "fewer references, or load the engine with a smaller max_positions"
        )


class ChainBusy(EngineError):
    """A chain cannot be changed while it performs: finish or cancel the request first."""

    def __init__(self) -> None:
        super().__init__("the chain is performing: finish or cancel that request first")


class LaneError(EngineError):
    """One lane failed; no other lane is concerned.

    Args:
        lane: the number the engine gave the lane.
        reason: what happened.
    """

    def __init__(self, lane: int, reason: str) -> None:
        super().__init__(f"lane {lane}: {reason}")
        self.lane = lane
        self.reason = reason


class NonFiniteError(LaneError):
    """The model's logits for this lane were not finite."""


class Cancelled(LaneError):
    """The request of this lane was cancelled."""


class EngineFailed(EngineError):
    """The device failed; every request ends with this error and the engine must be loaded anew."""
