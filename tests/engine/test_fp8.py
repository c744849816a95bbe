"""Eight-bit weights: how far they are from the real ones, and that they perform."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from engine import Engine
from engine.checkpoint import load_model
from engine.config import read_config
from engine.fp8 import LARGEST, PARTS, Fp8Linear, round_slow_tower

GOLDEN = Path(__file__).parents[1] / "golden"


def test_every_weight_is_rounded_to_one_part_in_sixteen_of_itself_or_its_row():
    torch.manual_seed(0)
    linear = nn.Linear(48, 32, bias=False)
    rounded = Fp8Linear.of(linear)
    weight = linear.weight.detach()
    error = (rounded.weight.float() * rounded.scale - weight).abs()
    smallest_step = weight.abs().amax(1, keepdim=True) / LARGEST * 2**-9
    assert (error <= weight.abs() / 16 + smallest_step).all()
    assert (rounded.weight.float().abs().amax(1) == LARGEST).all()


def test_the_product_is_close_to_the_real_one():
    torch.manual_seed(0)
    linear, x = nn.Linear(256, 96, bias=False), torch.randn(2, 7, 256)
    made, want = Fp8Linear.of(linear)(x), linear(x)
    assert made.shape == want.shape
    assert ((made - want).norm() / want.norm()).item() < 0.05


def test_a_row_of_zeros_stays_zero():
    linear = nn.Linear(16, 16, bias=False)
    with torch.no_grad():
        linear.weight[3] = 0
    assert (Fp8Linear.of(linear)(torch.randn(4, 16))[:, 3] == 0).all()
    assert torch.isfinite(Fp8Linear.of(linear)(torch.zeros(4, 16))).all()


def test_a_layer_with_a_bias_is_refused():
    with pytest.raises(ValueError, match="bias"):
        Fp8Linear.of(nn.Linear(16, 16))


def test_logits_and_the_probability_of_the_end_stay_close():
    config = read_config(GOLDEN / "lm_tiny" / "config.json")
    recorded = load_file(GOLDEN / "lm_tiny" / "cases.safetensors")
    grid = recorded["long.prompt"][None]
    logits = []
    for rounded in (False, True):
        model = load_model(GOLDEN / "lm_tiny", config, torch.device("cpu"), torch.float32)
        if rounded:
            round_slow_tower(model)
            assert all(
                isinstance(layer.get_submodule(part), Fp8Linear)
                for layer in model.slow.layers
                for part in PARTS
            )
        hidden = model.slow(model.embed(grid), torch.arange(grid.shape[2]))
        logits.append(model.slow.logits(hidden)[0].detach())
    real, eight = logits
    assert ((eight - real).norm() / real.norm()).item() < 0.2
    end = config.eos_token_id
    # Random weights make a peaked, brittle model: single positions may flip, most must not.
    gap = (eight.softmax(-1)[:, end] - real.softmax(-1)[:, end]).abs()
    assert gap.mean().item() < 0.02


def test_an_engine_performs_with_eight_bit_weights(tiny_checkpoint, reference):
    for paged in (False, True):
        engine = Engine.load(
            tiny_checkpoint, device="cpu", weights="fp8", paged=paged, max_positions=768
        )
        chain = engine.chain(engine.prefix([reference]))
        [take] = chain.perform("Hello.", speaker=0).result()
        assert take.frames > 0
