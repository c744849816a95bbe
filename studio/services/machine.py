"""What the machine has: memory, disk, processor, graphics card.

Is: looked up when asked; what cannot be found out is None.
Is not: what any of it means (`studio.core.fitness`).
"""

import functools
import os
import shutil
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine import graphics_cards
from studio.core.fitness import Card, Machine

PROBE_BYTES = 64 * 2**20
"""Several times the cache of a processor core, and read in milliseconds."""
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a container says how much memory it may use."""


def look_at(folder: Path, device: str = "auto") -> Machine:
    """Return what there is for a checkpoint that lies in a folder.

    Args:
        folder: need not exist yet.
        device: "cpu" leaves graphics cards out.
    """
    cards = () if device == "cpu" else graphics_cards()
    found = (Card(c.name, c.memory_bytes, c.free_bytes, c.bytes_per_second) for c in cards)
    memory, free = _memory()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return Machine(
        memory, free, shutil.disk_usage(there).free, _reading_speed(), os.cpu_count() or 1,
        next(found, None),
    )  # fmt: skip


def process_bytes() -> int | None:
    """Memory that this process has taken, in bytes; None: not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None


def _memory() -> tuple[int | None, int | None]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        entries = dict(line.split(":") for line in lines)
        all_of_it, free = (
            int(entries[name].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable")
        )
        limit = _limit(all_of_it)
        return limit, min(free, limit)
    except (OSError, ValueError, LookupError):
        return _memory_elsewhere(), None


def _memory_elsewhere() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _limit(memory: int) -> int:
    for path in LIMITS:
        try:
            return min(memory, int(path.read_text(encoding="ascii")))
        except (OSError, ValueError):  # not in a container, or "max"
            continue
    return memory


@functools.cache
def _reading_speed() -> float:
    """Bytes per second that one core reads from memory, the best of three."""
    data = np.ones(PROBE_BYTES // 8, dtype=np.int64)
    return PROBE_BYTES / min(_seconds(data) for _ in range(3))


def _seconds(data: npt.NDArray[np.int64]) -> float:
    began = time.perf_counter()
    data.max()
    return time.perf_counter() - began
