"""Both towers against numbers made with the original, and what training needs of them."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.bench.sizes import S2_PRO
from engine.checkpoint import load_model
from engine.config import read_config
from engine.dual_ar import DualAR

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = [("lm_tiny", "text"), ("lm_tiny", "vq"), ("lm_tiny", "long")]
CASES += [("lm_tiny_proj", "text"), ("lm_tiny_proj", "vq")]


def model_of(folder: str, dtype: torch.dtype = torch.float32) -> DualAR:
    config = read_config(GOLDEN / folder / "config.json")
    return load_model(GOLDEN / folder, config, torch.device("cpu"), dtype)


def close(got: torch.Tensor, want: torch.Tensor, tolerance: float) -> None:
    torch.testing.assert_close(got.float(), want.float(), rtol=0, atol=tolerance)


@pytest.mark.parametrize(("folder", "case"), CASES)
def test_uncached_forwards_give_the_originals_numbers(folder, case):
    model, want = model_of(folder), load_file(GOLDEN / folder / "cases.safetensors")
    grid = want[f"{case}.prompt"][None]
    x = model.embed(grid)
    hidden = model.slow(x, torch.arange(grid.shape[2]))
    logits = model.slow.logits(hidden)
    close(x[0], want[f"{case}.input_embeds"], 1e-6)
    close(hidden[0], want[f"{case}.hidden"], 5e-5)
    close(logits[0], want[f"{case}.slow_logits"], 1e-4)
    rows = torch.tensor([3, 500])
    close(model.slow.logits(hidden, rows), logits[..., rows], 1e-5)
    frames = hidden[0, want[f"{case}.fast_positions"]]
    fast = model.fast(frames, want[f"{case}.fast_forced_codes"])
    close(fast, want[f"{case}.fast_logits"], 1e-4)


@pytest.mark.parametrize(("folder", "case"), CASES)
def test_bf16_stays_as_near_as_the_originals(folder, case):
    model, want = model_of(folder, torch.bfloat16), load_file(GOLDEN / folder / "cases.safetensors")
    grid = want[f"{case}.prompt"][None]
    logits = model.slow.logits(model.slow(model.embed(grid), torch.arange(grid.shape[2])))
    close(logits[0, -32:], want[f"{case}.bf16_slow_logits_last32"], 0.42)
    hidden = want[f"{case}.hidden"][want[f"{case}.fast_positions"]].bfloat16()
    fast = model.fast(hidden, want[f"{case}.fast_forced_codes"])
    close(fast, want[f"{case}.bf16_fast_logits"], 0.42)


def test_the_real_dimensions_give_the_real_names_and_shapes():
    with torch.device("meta"):
        model = DualAR(S2_PRO)
    want = json.loads((GOLDEN / "full_shapes.json").read_text())["lm"]
    shapes = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    assert shapes == {name: entry["shape"] for name, entry in want["tensors"].items()}
    assert sum(p.numel() for p in model.parameters()) == want["parameter_count"]


@pytest.mark.parametrize("folder", ["lm_tiny", "lm_tiny_proj"])
@pytest.mark.parametrize("autocast", [False, True])
def test_every_parameter_learns(folder, autocast):
    model = DualAR(read_config(GOLDEN / folder / "config.json"))
    grid = load_file(GOLDEN / folder / "cases.safetensors")["vq.prompt"][None]
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        hidden = model.slow(model.embed(grid), torch.arange(grid.shape[2]))
        codes = grid[0, 1:, -40:].T
        loss = model.slow.logits(hidden).logsumexp(-1).mean()
        loss = loss + model.fast(hidden[0, -40:], codes).logsumexp(-1).mean()
    loss.backward()
    assert [name for name, p in model.named_parameters() if p.grad is None] == []
    assert all(bool(p.grad.isfinite().all()) for p in model.parameters() if p.grad is not None)


def test_masks_and_positions_per_row_pack_conversations():
    model, want = model_of("lm_tiny"), load_file(GOLDEN / "lm_tiny" / "cases.safetensors")
    grid = want["vq.prompt"][None]
    length = grid.shape[2]
    x = model.embed(grid)
    alone = model.slow(x, torch.arange(length))
    allowed = torch.ones(length, length, dtype=torch.bool).tril()
    mask = torch.block_diag(allowed, allowed).bool()
    positions = torch.arange(length).repeat(2)[None]
    packed = model.slow(torch.cat([x, x], 1), positions, mask)
    close(packed[:, :length], alone, 1e-5)
    close(packed[:, length:], alone, 1e-5)


def test_layers_show_their_queries_and_keys_for_guidance():
    model = model_of("lm_tiny")
    block = model.slow.layers[1]
    x = torch.randn(2, 5, 64)
    q, k, v = block.attention.qkv(x, model.slow.rope(torch.arange(5)))
    assert (q.shape, k.shape, v.shape) == ((2, 4, 5, 24), (2, 2, 5, 24), (2, 2, 5, 24))
