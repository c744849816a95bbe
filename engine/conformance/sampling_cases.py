"""Logits and what is drawn from them, with the uniform numbers of the draws given."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor

from engine.conformance.folder import Case, CaseFolder, Check
from engine.conformance.report import Finding, close, not_applicable, same
from engine.sampling import (
    NOTHING,
    Sampling,
    Settings,
    draw_fast,
    draw_pair,
    draw_slow,
    race,
    survivors,
    tempered,
)

PROBABILITY_TOLERANCE = 1e-5
EDGE = 1e-6
"""A cumulative probability this near to top-p may fall on either side by rounding."""


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find distributions and whole frames."""
    for case in folder.cases:
        if case.has("logits", "probs"):
            yield Check(case.name, partial(_check_distribution, case))
        elif case.has("slow_logits", "fast_logits", "frame"):
            yield Check(case.name, partial(_check_frame, folder, case))


def sampling_of(numbers: dict[str, Any]) -> Sampling:
    """Return the parameters a case was recorded with."""
    return Sampling(float(numbers["temperature"]), float(numbers["top_p"]), int(numbers["top_k"]))


def exponentials(uniform: Tensor) -> Tensor:
    """Return what the engine's draws race with, from the recorded uniform numbers."""
    return -uniform.log()


def _check_distribution(case: Case) -> Iterable[Finding]:
    logits, recorded = case["logits"], case["probs"]
    if logits.dtype != torch.float32:
        yield not_applicable("probabilities", f"in {logits.dtype}; this engine samples in fp32")
        return
    if case.has("previous"):
        case["previous"]
        yield not_applicable("probabilities", "the sampler of another implementation")
        return
    sampling = sampling_of(case.numbers)
    settings = Settings.of([sampling], logits.device)
    top_p, top_k = settings.top_p[0], settings.top_k[0]
    ids, kept = survivors(logits, top_p, top_k, sampling.top_k)
    ours = tempered(kept, settings.slow_temperature[0, 0])
    dense = torch.zeros_like(recorded).scatter(0, ids, ours)
    yield close("probabilities", dense, recorded, _tolerance(case, recorded, sampling))
    if case.has("u", "index"):
        drawn = race(ids, ours, exponentials(case["u"]))
        yield same("drawn id", drawn.view(1), case["index"].view(1))


def _tolerance(case: Case, recorded: Tensor, sampling: Sampling) -> float:
    """Allow for one more or one less rank where rounding decides whether top-p is passed."""
    kept = recorded[recorded > 0]
    at_edge = float(case.numbers.get("nearest_cum_prob_gap", 1)) < EDGE
    if at_edge and len(kept) < sampling.top_k:
        return PROBABILITY_TOLERANCE + float(kept.min())
    return PROBABILITY_TOLERANCE


def _check_frame(folder: CaseFolder, case: Case) -> Iterable[Finding]:
    """Draw one frame: the slow id with the repetition rule, then the other codes."""
    numbers = case.numbers
    first, last, end = (
        int(folder.numbers[key]) for key in ("semantic_first", "semantic_last", "im_end")
    )
    head = torch.tensor([*range(first, last + 1), end], device=folder.device)
    settings = Settings.of([sampling_of(numbers)], folder.device)
    noise = exponentials(case["noise_slow"])[None, :, head]
    logits = (case["slow_logits"] + _bias(folder, case))[None, head]
    window = _window(case["window"], first, last, end)
    if not numbers.get("window_given", True):
        window = torch.full_like(window, NOTHING)
    if "normal_pick" in numbers:
        recorded = torch.tensor([[numbers["normal_pick"], numbers["high_pick"]]])
        yield same("both picks", head[draw_pair(logits, noise, settings)], recorded)
    drawn = draw_slow(logits, noise, settings, window[None], len(head) - 1)
    codes = [int(head[drawn]) - first]
    for p, uniform in enumerate(case["noise_fast"], start=1):
        code = draw_fast(case["fast_logits"][p][None], exponentials(uniform)[None], settings)
        codes.append(int(code))
    frame = torch.tensor([int(head[drawn]), max(codes[0], 0), *codes[1:]])
    yield same("frame", frame, case["frame"])


def _bias(folder: CaseFolder, case: Case) -> Tensor:
    """Return what restricts the ids: recorded once per folder."""
    folder.used.add("semantic_bias")
    return folder.tensors.get("semantic_bias", torch.zeros_like(case["slow_logits"]))


def _window(ids: Tensor, first: int, last: int, end: int) -> Tensor:
    """Translate token ids to rows of the head; others, like the initial zeros, match nothing."""
    rows = torch.where((ids >= first) & (ids <= last), ids - first, NOTHING)
    return torch.where(ids == end, last + 1 - first, rows)
