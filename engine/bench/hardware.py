"""The card's own speed, and what it is called.

Is: read-only bandwidth and matrix rate, measured on random data (zeros run faster than anything
real), and the names and versions that a result is worth nothing without.
Is not: a datasheet.

- Several ways of only reading are tried; the fastest counts, so that floors are never too easy.
"""

import importlib.metadata
import platform
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.bench.floors import Card
from engine.bench.timing import Deadline, measure

ROW = 4096
REPEATS = 8
"""Between two looks at the clock, which take a while themselves."""
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Probe:
    """What was measured of a device.

    Args:
        read: bytes per second by way of reading.
        copy: bytes per second of a copy, read and written counted.
        flops: operations per second of a matrix product in the model's type.
    """

    read: dict[str, float]
    copy: float
    flops: float

    @property
    def card(self) -> Card:
        """What floors are computed from."""
        return Card(max(self.read.values()), self.flops)


def probe(
    device: torch.device, dtype: torch.dtype, n_bytes: int, edge: int, deadline: Deadline
) -> Probe:
    """Measure a device.

    Args:
        device: to measure.
        dtype: of the model.
        n_bytes: size of what is read; several times the largest cache.
        edge: rows and columns of the matrix product.
        deadline: when to stop repeating.
    """
    data = torch.randn(n_bytes // 4, device=device)
    rows = torch.randn(n_bytes // dtype.itemsize // ROW, ROW, device=device, dtype=dtype)
    vector = torch.randn(ROW, device=device, dtype=dtype)
    half = len(data) // 2
    read = {
        "sum": _seconds(lambda: data.sum(), device, deadline),
        "largest": _seconds(lambda: data.amax(), device, deadline),
        "matrix times vector": _seconds(lambda: rows @ vector, device, deadline),
    }
    copied = _seconds(lambda: data[:half].copy_(data[half : 2 * half]), device, deadline)
    return Probe(
        {name: n_bytes / seconds for name, seconds in read.items()},
        n_bytes / copied,
        _flops(torch.randn(edge, edge, device=device, dtype=dtype), deadline),
    )


def _flops(square: Tensor, deadline: Deadline) -> float:
    seconds = _seconds(lambda: square @ square, square.device, deadline)
    return float(2.0 * len(square) ** 3 / seconds)


def _seconds(function: Callable[[], object], device: torch.device, deadline: Deadline) -> float:
    def repeat() -> None:
        for _ in range(REPEATS):
            function()

    return measure(repeat, device, deadline, runs=7).median / REPEATS


def describe(device: torch.device) -> dict[str, object]:
    """Return the device's name and the versions of what runs on it."""
    content: dict[str, object] = {
        "device": str(device),
        "hardware": hardware_name(device),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "triton": _version("triton"),
    }
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        content["multiprocessors"] = properties.multi_processor_count
        content["memory_bytes"] = properties.total_memory
        content["cuda"] = torch.version.cuda
    return content


def hardware_name(device: torch.device) -> str:
    """Return what the device is called."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{platform.machine()} processor, {torch.get_num_threads()} threads"


def commit() -> str | None:
    """Return the commit that is checked out, with a mark if files differ; None if unknown."""
    described = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--match", "no-tag"]
    try:
        run = subprocess.run(described, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return run.stdout.strip() or None


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
