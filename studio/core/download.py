"""How far a download is, as a value that can be shown, and how fast it has been of late.

Is: a snapshot, and the arithmetic behind it; whoever asks brings the time.
Is not: a download (`studio.services.model_download`).
"""

from collections import deque
from dataclasses import dataclass
from typing import Literal

DownloadState = Literal[
    "none", "running", "checking", "waiting", "done", "cancelled", "failed", "interrupted"
]
WINDOW_SECONDS = 10.0
"""Speed is that of the last seconds, so that a stalled line shows."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """A snapshot of a download.

    Args:
        state: "none": never begun; "waiting": for the connection; "interrupted": begun by a
            process that has ended.
        message: one sentence that says it.
        n_bytes: on the disk, those of earlier runs included.
        total_bytes: of all files; an estimate until the Hub has been asked.
        bytes_per_second: of late; 0 while unknown.
        eta_seconds: until the last byte; None while unknown.
        file: which one is at work.
    """

    state: DownloadState
    message: str
    n_bytes: int = 0
    total_bytes: int = 0
    bytes_per_second: float = 0.0
    eta_seconds: float | None = None
    file: str = ""

    @property
    def active(self) -> bool:
        """Whether it goes on by itself."""
        return self.state in ("running", "checking", "waiting")

    @property
    def resumable(self) -> bool:
        """Whether something has arrived that a new start goes on with."""
        return self.state in ("cancelled", "failed", "interrupted")

    @property
    def fraction(self) -> float:
        """Share that has arrived, 0 to 1."""
        return min(1.0, self.n_bytes / self.total_bytes) if self.total_bytes else 0.0


class Speedometer:
    """Bytes per second of the last seconds. Not thread-safe."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, moment: float, n_bytes: int) -> None:
        """Note how many bytes have arrived at a moment, in seconds of any clock that goes on."""
        self._seen.append((moment, n_bytes))
        while moment - self._seen[0][0] > WINDOW_SECONDS and len(self._seen) > 2:
            self._seen.popleft()

    def bytes_per_second(self, moment: float) -> float:
        """The speed until a moment; 0 where too little has been seen."""
        if len(self._seen) < 2:
            return 0.0
        (began, first), last = self._seen[0], self._seen[-1][1]
        return max(0.0, (last - first) / max(moment - began, 1e-6))


def describe(state: DownloadState, title: str) -> str:
    """One sentence about a download."""
    match state:
        case "running":
            return f"Downloading {title}."
        case "checking":
            return f"Checking what has arrived of {title}."
        case "waiting":
            return "The connection is gone; it is tried again in a moment."
        case "done":
            return f"{title} is installed, and every file of it was checked."
        case "cancelled" | "interrupted":
            return f"The download of {title} was stopped; what has arrived is kept."
        case "failed":
            return f"The download of {title} failed."
        case "none":
            return f"{title} is not installed."
