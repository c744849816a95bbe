"""The language model: forward passes, paged prefill, greedy and sampled performances."""

from collections.abc import Iterable, Iterator
from functools import cached_property, partial

import torch
from torch import Tensor

from engine.checkpoint import load_model
from engine.config import ModelConfig, read_config
from engine.conformance.folder import Case, CaseFolder, Check
from engine.conformance.model_driver import Driver, RecordedNoise
from engine.conformance.report import Finding, close, same
from engine.conformance.sampling_cases import exponentials, sampling_of
from engine.dual_ar import DualAR
from engine.sampling import Sampling, Settings, draw_pair

LOGITS, HIDDEN = 1e-4, 5e-5
BF16 = 0.15
"""How far bf16 logits may be from each other, by the deviation of the logits."""
CHUNK = 37
"""An odd number of positions, so that pieces of a prompt end anywhere in a page."""
RECORDED = {"hidden", "slow_logits", "fast_logits", "greedy_tokens", "sampled_tokens"}
"""At least one of these makes it a case of the language model."""


def find(folder: CaseFolder) -> Iterator[Check]:
    """Find cases with a prompt and what a language model makes of it."""
    models = Models(folder)
    for case in folder.cases:
        if case.has("prompt") and RECORDED.intersection(case.fields):
            yield Check(case.name, partial(_check, models, case))


class Models:
    """The language model of a folder in the types it is needed in, loaded once."""

    def __init__(self, folder: CaseFolder) -> None:
        self._path = folder.path
        self.device = folder.device

    @cached_property
    def config(self) -> ModelConfig:
        """Its configuration."""
        return read_config(self._path / "config.json")

    @cached_property
    def fp32(self) -> DualAR:
        """The model in fp32."""
        return load_model(self._path, self.config, self.device, torch.float32)

    @cached_property
    def bf16(self) -> DualAR:
        """The model in bf16."""
        return load_model(self._path, self.config, self.device, torch.bfloat16)

    @cached_property
    def driver(self) -> Driver:
        """The model behind the engine's runner."""
        return Driver(self.fp32)


def _check(models: Models, case: Case) -> Iterable[Finding]:
    yield from _check_forward(models.fp32, case)
    if case.has("hidden") or case.has("slow_logits"):
        yield from _check_cached(models, case)
    if case.has("fast_positions", "fast_forced_codes", "fast_logits"):
        yield from _check_fast(models.fp32, case)
    if case.has("greedy_tokens"):
        yield from _check_greedy(models, case)
    if case.has("sampled_tokens"):
        yield from _check_sampled(models, case)
    yield from _check_bf16(models, case)


def _check_forward(model: DualAR, case: Case) -> Iterable[Finding]:
    """Compare one pass over the whole prompt, inside and out."""
    x = model.embed(case["prompt"][None])
    if case.has("input_embeds"):
        yield close("input_embeds", x[0], case["input_embeds"], HIDDEN)
    outputs: list[Tensor] = []
    handles = [
        block.register_forward_hook(lambda _module, _inputs, output: outputs.append(output[0]))
        for block in model.slow.layers
    ]
    hidden = model.slow(x, _positions(x))[0]
    for handle in handles:
        handle.remove()
    inside = {
        "layer_outputs": torch.stack(outputs),
        "prenorm_hidden": outputs[-1],
        "hidden": hidden,
    }
    for field, ours in inside.items():
        if case.has(field):
            yield close(field, ours, case[field], HIDDEN)
    if case.has("slow_logits"):
        yield close("slow_logits", model.slow.logits(hidden), case["slow_logits"], LOGITS)


def _check_cached(models: Models, case: Case) -> Iterable[Finding]:
    """Compare the same prompt through the runner: in pieces, over pages."""
    prompt = case["prompt"]
    for what, size in (("position by position", 1), (f"{CHUNK} positions at a time", CHUNK)):
        hidden = models.driver.hidden_by_pieces(prompt, size)
        ends = torch.arange(size, prompt.shape[1] + size, size).clamp(max=prompt.shape[1]) - 1
        if case.has("hidden"):
            yield close(f"hidden, {what}", hidden, case["hidden"][ends], HIDDEN)
        if case.has("slow_logits"):
            logits = models.fp32.slow.logits(hidden)
            yield close(f"slow_logits, {what}", logits, case["slow_logits"][ends], LOGITS)
    if case.has("hidden") and prompt.shape[1] > 1:
        last = models.driver.hidden_after_fork(prompt)
        yield close("hidden, behind a shared prefix", last, case["hidden"][-1], HIDDEN)


def _check_fast(model: DualAR, case: Case) -> Iterable[Finding]:
    hidden = _hidden(model, case["prompt"])[case["fast_positions"]]
    logits = model.fast(hidden, case["fast_forced_codes"])
    yield close("fast_logits", logits, case["fast_logits"], LOGITS)


def _check_greedy(models: Models, case: Case) -> Iterable[Finding]:
    recorded = case["greedy_tokens"]
    columns = models.driver.perform(case["prompt"], recorded.shape[1], Sampling(top_k=1))
    yield same(f"greedy_tokens, {recorded.shape[1]} frames", columns, recorded)
    paged = models.driver.perform_paged(case["prompt"], recorded.shape[1], Sampling(top_k=1))
    yield same("greedy_tokens, paged", paged, _until_end(recorded, models))
    if case.has("greedy_codes"):
        yield same("greedy_codes", columns[1:], case["greedy_codes"])
    if case.has("greedy_codes_without_last"):
        yield same("greedy_codes_without_last", columns[1:, :-1], case["greedy_codes_without_last"])


def _check_sampled(models: Models, case: Case) -> Iterable[Finding]:
    recorded, sampling = case["sampled_tokens"], sampling_of(case.numbers["sampled"])
    noise = RecordedNoise(
        exponentials(case["sampled_noise_slow"])[:, :, models.driver.head_ids],
        exponentials(case["sampled_noise_fast"]),
    )
    columns = models.driver.perform(case["prompt"], recorded.shape[1], sampling, noise)
    yield same(f"sampled_tokens, {recorded.shape[1]} frames", columns, recorded)
    paged = models.driver.perform_paged(case["prompt"], recorded.shape[1], sampling, noise)
    yield same("sampled_tokens, paged", paged, _until_end(recorded, models))
    if case.has("sampled_slow_picks"):
        picks = _picks(models, case, sampling)
        yield same("sampled_slow_picks", picks, case["sampled_slow_picks"])


def _until_end(columns: Tensor, models: Models) -> Tensor:
    """Cut recorded columns behind the first end of a message; the makers' loop may go on there."""
    ends = (columns[0] == models.config.eos_token_id).nonzero()
    return columns[:, : int(ends[0]) + 1] if len(ends) else columns


def _picks(models: Models, case: Case, sampling: Sampling) -> Tensor:
    """Draw both candidates of every frame, each behind the recorded frames before it."""
    model, head = models.fp32, models.driver.head_ids
    grid = torch.cat([case["prompt"], case["sampled_tokens"][:, :-1]], dim=1)
    hidden = _hidden(model, grid)[case["prompt"].shape[1] - 1 :]
    logits = model.slow.logits(hidden, head)
    noise = exponentials(case["sampled_noise_slow"])[:, :, head]
    return head[draw_pair(logits, noise, Settings.of([sampling] * len(logits), models.device))]


def _check_bf16(models: Models, case: Case) -> Iterable[Finding]:
    """Compare the model in bf16 with itself elsewhere: kernels differ, so only roughly."""
    for field, _ in case.matching("bf16_slow_logits_last([0-9]+)"):
        recorded = case[field].float()
        hidden = _hidden(models.bf16, case["prompt"])[-len(recorded) :]
        logits = models.bf16.slow.logits(hidden)
        yield close(field, logits.float(), recorded, BF16 * float(recorded.std()))
    if case.has("bf16_fast_logits"):
        recorded = case["bf16_fast_logits"].float()
        hidden = _hidden(models.fp32, case["prompt"])[case["fast_positions"]]
        logits = models.bf16.fast(hidden.bfloat16(), case["fast_forced_codes"])
        yield close("bf16_fast_logits", logits.float(), recorded, BF16 * float(recorded.std()))


def _hidden(model: DualAR, grid: Tensor) -> Tensor:
    """Return the hidden states of a whole grid in one pass, [T, D]."""
    x = model.embed(grid[None])
    hidden: Tensor = model.slow(x, _positions(x))[0]
    return hidden


def _positions(x: Tensor) -> Tensor:
    return torch.arange(x.shape[1], device=x.device)
