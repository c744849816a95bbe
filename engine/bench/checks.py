"""Is it right? Asked before it is asked how fast.

Is: the recorded cases of `tests/golden` through the engine on the device, and the tests that need a
card: every kernel against its reference.
Is not: the tests of the project; those run anywhere, by `make test`.
"""

import importlib.util
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch

from engine.bench.figures import Figure, missing
from engine.bench.hardware import ROOT
from engine.conformance import Verdict, walk

GOLDEN = ROOT / "tests" / "golden"
TESTS_SECONDS = 120
NO_TESTS = 5
"""What pytest ends with when it found none."""
LISTED = 20


def checks(device: torch.device, golden: Path = GOLDEN) -> Iterator[Figure]:
    """Run the checks; the value of each figure is whether all is right."""
    yield _conformance(device, golden)
    yield _card_tests(device)


def _conformance(device: torch.device, golden: Path) -> Figure:
    counts: Counter[Verdict] = Counter()
    missed: list[str] = []
    with torch.inference_mode():
        for case, finding in walk(golden, device):
            counts[finding.verdict] += 1
            if finding.verdict is Verdict.MISS:
                missed.append(finding.line(case))
    details: dict[str, object] = {verdict.value: counts[verdict] for verdict in Verdict}
    right = bool(counts[Verdict.OK]) and not missed
    note = "\n    ".join([f"{len(missed)} missed", *missed[:LISTED]]) if missed else ""
    return Figure(
        f"conformance on {device.type}",
        right,
        "",
        runs=counts[Verdict.OK] + counts[Verdict.MISS],
        note=note,
        details={**details, "missed": missed},
    )


def _card_tests(device: torch.device) -> Figure:
    name = "kernels against their references"
    if device.type != "cuda" or importlib.util.find_spec("pytest") is None:
        return missing(name, "there is no card, or no pytest")
    command = [sys.executable, "-m", "pytest", "-q", "tests/engine/kernels"]
    try:
        run = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TESTS_SECONDS
        )
    except subprocess.TimeoutExpired:
        return Figure(name, False, "", note=f"they took more than {TESTS_SECONDS} s")
    if run.returncode == NO_TESTS:
        return missing(name, "there are none")
    tail = "\n    ".join((run.stdout + run.stderr).strip().splitlines()[-LISTED:])
    return Figure(name, run.returncode == 0, "", note=tail)
