"""Reference audio at other rates, and channels to average."""

import re
from collections.abc import Iterable, Iterator
from functools import partial

from engine.conformance.folder import Case, CaseFolder, Check
from engine.conformance.report import Finding, close
from engine.errors import CheckpointError
from engine.resample import mono, resample

TOLERANCE = 5e-5
TARGET_RATE = 44_100


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find pairs of input and output."""
    for case in folder.cases:
        if case.has("in", "out"):
            yield Check(case.name, partial(_check, case))


def _check(case: Case) -> Iterable[Finding]:
    audio = case["in"].cpu()  # where the engine resamples
    if audio.ndim == 2 and "source_rate" not in case.numbers:
        yield close("mean of channels", mono(audio), case["out"], 1e-6)
        return
    source, target = _rates(case)
    output = resample(mono(audio), source, target)
    yield close(f"{source} Hz to {target} Hz", output, case["out"], TOLERANCE)


def _rates(case: Case) -> tuple[int, int]:
    target = int(case.numbers.get("target_rate", TARGET_RATE))
    if "source_rate" in case.numbers:
        return int(case.numbers["source_rate"]), target
    if match := re.search(r"[0-9]+", case.name):
        return int(match[0]), target
    raise CheckpointError(case.name, "neither cases.json nor the name tells the sample rate")
