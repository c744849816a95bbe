"""Command line: `python -m engine.bench [MODE ...]`; see benchmarks/README.md."""

import argparse
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import torch

from engine.bench import hardware, report
from engine.bench.append import append
from engine.bench.book import book
from engine.bench.checks import checks
from engine.bench.codec import codec
from engine.bench.compare import compare
from engine.bench.eight_bits import fp8
from engine.bench.figures import Figure, missing
from engine.bench.invariance import invariance
from engine.bench.memory import memory
from engine.bench.rig import Rig
from engine.bench.sizes import FULL, QUICK
from engine.bench.start import start
from engine.bench.streams import batch, single
from engine.bench.timing import Deadline
from engine.bench.ttfa import ttfa
from engine.errors import EngineError

Mode = Callable[[Rig, Deadline], Iterator[Figure]]
ROOT = hardware.ROOT
RESULTS, QUICK_RESULTS = ROOT / "benchmarks" / "results", ROOT / "build" / "bench"
PROBE_SHARE = 0.05

# In the order they run, with the share of the time each may have if all run.
MODES: dict[str, tuple[Mode | None, int]] = {
    "single": (single, 8),
    "batch": (batch, 30),
    "ttfa": (ttfa, 8),
    "append": (append, 3),
    "codec": (codec, 5),
    "invariance": (invariance, 15),
    "memory": (memory, 4),
    "start": (start, 8),
    "fp8": (fp8, 6),
    "book": (book, 25),
    "compare": (None, 2),
}
UPSTREAM_SHARE = 60
"""Of `compare` where there is something to compare with: it compiles for minutes."""


def main(arguments: list[str] | None = None) -> int:
    """Run modes, print a table of each, write the result; return the exit status."""
    options = _parse(arguments)
    torch.manual_seed(0)
    device = torch.device(options.device)
    whole = Deadline.after(options.budget_seconds)
    path = options.out / _file_name(device, options.commit)
    content: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": options.commit,
        "command": ["python", "-m", "engine.bench", *options.given],
        "quick": options.quick,
        **hardware.describe(device),
        "modes": {},
    }
    results = content["modes"]
    if options.checks:
        results["checks"] = _run("checks", partial(checks, device))
        _write(path, content)
    sizes = QUICK if options.quick else FULL
    rig = Rig.build(sizes, device, Deadline.after(whole.left * PROBE_SHARE))
    content |= _measured(rig)
    for i, name in enumerate(options.modes):
        deadline = Deadline.after(whole.left * _share(options, options.modes[i:]))
        mode = MODES[name][0] or partial(compare, upstream=options.upstream)
        results[name] = _run(name, partial(mode, rig, deadline))
        _write(path, content)
    print(f"\nwritten to {path}")
    failed = [name for name, result in results.items() if not result["right"]]
    return 1 if failed else 0


def _share(options: argparse.Namespace, left: list[str]) -> float:
    """Return the part of the time left that the first of the modes left may take."""
    weights = [MODES[name][1] for name in left]
    if options.upstream:
        weights = [
            UPSTREAM_SHARE if name == "compare" else weight
            for name, weight in zip(left, weights, strict=True)
        ]
    return weights[0] / sum(weights)


def _run(name: str, mode: Callable[[], Iterator[Figure]]) -> dict[str, Any]:
    """Run a mode and print what it found; its trouble is recorded and does not end the others."""
    figures: list[Figure] = []
    start, broken = time.perf_counter(), False
    print(f"\n== {name}", flush=True)
    try:
        for figure in mode():  # one by one: what came before trouble is kept
            figures.append(figure)
    except (EngineError, RuntimeError, ValueError, MemoryError, AssertionError) as error:
        traceback.print_exc()
        figures.append(missing(f"the rest of {name}", f"{type(error).__name__}: {error}"))
        broken = True
    print(report.table(figures), flush=True)
    wrong = broken or any(figure.value is False for figure in figures)
    return {
        "right": not wrong,
        "seconds": time.perf_counter() - start,
        "figures": [report.as_json(figure) for figure in figures],
    }


def _measured(rig: Rig) -> dict[str, Any]:
    probe = rig.probe
    figures = [
        Figure(f"read, {name}", rate / 1e9, "GB/s", more_is_better=True)
        for name, rate in probe.read.items()
    ]
    figures.append(Figure("copy, read and write", probe.copy / 1e9, "GB/s", more_is_better=True))
    figures.append(Figure("matrix product", probe.flops / 1e12, "TFLOP/s", more_is_better=True))
    figures.append(Figure("random weights made", rig.build_seconds, "s"))
    print(f"\n== the device\n{report.table(figures)}", flush=True)
    return {
        "read_bytes_per_second": probe.read,
        "copy_bytes_per_second": probe.copy,
        "matrix_flops": probe.flops,
        "weights_made_seconds": rig.build_seconds,
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write what there is, after every mode; also to the folder $OUT where there is one."""
    report.write(path, content)
    if folder := os.environ.get("OUT"):
        shutil.copy(path, Path(folder))


def _file_name(device: torch.device, commit: str | None) -> str:
    words = "".join(c if c.isalnum() else "-" for c in hardware.hardware_name(device).lower())
    parts = [f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}", "-".join(filter(None, words.split("-")))]
    return "_".join([*parts, commit or "unknown"]) + ".json"


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    given = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="python -m engine.bench", description="Measure the engine; see benchmarks/README.md."
    )
    parser.add_argument(
        "modes", nargs="*", metavar="MODE", help=f"what to measure: {', '.join(MODES)} (all)"
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes; numbers mean nothing")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--budget-seconds", type=float, default=480, help="for everything (480)")
    parser.add_argument("--checks", action="store_true", help="first see whether it is right")
    parser.add_argument("--upstream", type=Path, help="a fish-speech checkout to compare with")
    parser.add_argument("--out", type=Path, help="folder of the JSON (benchmarks/results)")
    parser.add_argument("--commit", default=hardware.commit(), help="what is measured")
    options = parser.parse_args(given)
    if unknown := set(options.modes) - set(MODES):
        parser.error(f"unknown mode {sorted(unknown)[0]!r}; modes: {', '.join(MODES)}")
    options.modes = options.modes or list(MODES)
    options.out = options.out or (QUICK_RESULTS if options.quick else RESULTS)
    options.given = given
    return options


if __name__ == "__main__":
    sys.exit(main())
