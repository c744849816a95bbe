"""The model put together from the kernels' functions gives the original's numbers.

Here the functions are plain torch. The last test runs the same, and every kernel against its
reference, in Triton's interpreter: in a process of its own, since Triton decides when it is
imported. On a machine with a GPU `pytest tests/engine/kernels` compares them there.
"""

import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine import kernels
from engine.checkpoint import load_model
from engine.config import read_config
from engine.dual_ar import Block, DualAR, Tower
from engine.kernels import language

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
PAGE = 128
INTERPRETED = language.INTERPRETED
needs_triton = pytest.mark.skipif(
    INTERPRETED or importlib.util.find_spec("triton") is None,
    reason="there is no Triton here, or this is its interpreter",
)


def close(got: Tensor, want: Tensor, tolerance: float) -> None:
    torch.testing.assert_close(got.float(), want.float(), rtol=0, atol=tolerance)


def layers(tower: Tower, x: Tensor, attend: Callable[[Block, Tensor], Tensor]) -> Tensor:
    """Run a tower's layers over x [..., D]; attend maps (block, projection) to [..., H * E]."""
    y, eps = None, tower.norm.eps
    for block in tower.layers:
        normed = kernels.add_rms_norm(x, y, block.attention_norm.weight, eps)
        y = block.attention.wo(attend(block, block.attention.wqkv(normed)))
        normed = kernels.add_rms_norm(x, y, block.ffn_norm.weight, eps)
        network = block.feed_forward
        gate_up = torch.cat([network.w1(normed), network.w3(normed)], -1)
        y = network.w2(kernels.swiglu(gate_up))
    return kernels.add_rms_norm(x, y, tower.norm.weight, eps)


def norms_of(block: Block) -> tuple[Tensor, Tensor] | None:
    attention = block.attention
    return (attention.q_norm.weight, attention.k_norm.weight) if attention.qk_norm else None


def slow_hidden(model: DualAR, grid: Tensor) -> Tensor:
    """Run the columns of grid [1 + N, T] as if each were a lane of one conversation."""
    config, slow, n_columns = model.config, model.slow, grid.shape[1]
    x = kernels.embed_columns(
        grid.t().contiguous(), slow.embeddings.weight, model.fast.codebook_embeddings.weight,
        config.semantic_start_token_id, config.semantic_end_token_id,
    )  # fmt: skip
    text, positions = config.text, torch.arange(n_columns, dtype=torch.int32)
    store = torch.full(
        (text.n_layer, 3, 2, text.n_local_heads, PAGE, text.head_dim), torch.nan, dtype=x.dtype
    )
    table = torch.tensor([[2, 0]], dtype=torch.int32).expand(n_columns, -1)

    def attend(block: Block, qkv: Tensor) -> Tensor:
        kv = store[block.layer]
        q = kernels.rope_and_write(
            qkv, norms_of(block), text.norm_eps, slow.rope.table, positions, kv, table, text.n_head
        )
        return kernels.paged_attention(q, kv, table, positions)

    return layers(slow, x, attend)


def fast_logits(model: DualAR, hidden: Tensor, codes: Tensor) -> list[Tensor]:
    """Run frames whose codes [M, N] are known; return the logits [M, C] of codes 1 to N - 1."""
    fast, audio = model.fast, model.config.audio
    shape = (audio.n_layer, 2, len(hidden), audio.n_local_heads, codes.shape[1], audio.head_dim)
    cache, results = torch.full(shape, torch.nan, dtype=hidden.dtype), []
    x, first = torch.stack([fast.start(hidden), fast.embeddings(codes[:, 0])], 1), 0
    for p in range(1, codes.shape[1]):

        def attend(block: Block, qkv: Tensor, at: int = first) -> Tensor:
            return kernels.frame_attention(
                qkv, norms_of(block), audio.norm_eps, fast.rope.table, cache[block.layer], at,
                audio.n_head,
            )  # fmt: skip

        results.append(fast.output(layers(fast, x, attend)[:, -1]))
        first += x.shape[1]
        x = fast.embeddings(codes[:, p])[:, None]
    return results


def golden(folder: str, dtype: torch.dtype = torch.float32) -> tuple[DualAR, dict[str, Tensor]]:
    config = read_config(GOLDEN / folder / "config.json")
    model = load_model(GOLDEN / folder, config, torch.device("cpu"), dtype)
    return model, load_file(GOLDEN / folder / "cases.safetensors")


@pytest.mark.parametrize("folder", ["lm_tiny", "lm_tiny_proj"])
@torch.inference_mode()
def test_golden_logits(folder):
    model, want = golden(folder)
    n_columns, n_frames, n_codes = (12, 1, 4) if INTERPRETED else (100, 4, 10)  # that one is slow
    hidden = slow_hidden(model, want["vq.prompt"][:, :n_columns])
    close(model.slow.logits(hidden), want["vq.slow_logits"][:n_columns], 1e-4)
    hidden = want["vq.hidden"][want["vq.fast_positions"]][:n_frames]
    logits = fast_logits(model, hidden, want["vq.fast_forced_codes"][:n_frames, :n_codes])
    close(torch.stack(logits, 1), want["vq.fast_logits"][:n_frames, 1:n_codes], 1e-4)


@pytest.mark.skipif(INTERPRETED, reason="too slow; each kernel is compared in bf16")
@pytest.mark.parametrize("folder", ["lm_tiny", "lm_tiny_proj"])
@torch.inference_mode()
def test_golden_logits_in_bf16(folder):
    model, want = golden(folder, torch.bfloat16)
    logits = model.slow.logits(slow_hidden(model, want["vq.prompt"]))
    close(logits[-32:], want["vq.bf16_slow_logits_last32"], 0.42)
    hidden = want["vq.hidden"][want["vq.fast_positions"]].bfloat16()
    logits = fast_logits(model, hidden, want["vq.fast_forced_codes"])
    close(torch.stack(logits, 1), want["vq.bf16_fast_logits"][:, 1:], 0.42)


def test_room_for_more_pages_changes_nothing():
    q, kv = torch.randn(2, 4, 32), torch.randn(8, 2, 2, PAGE, 32)
    table = torch.randperm(8).view(2, 4).int()
    positions = torch.tensor([200, 17], dtype=torch.int32)
    wide = kernels.paged_attention_reference(q, kv, table, positions)
    narrow = kernels.paged_attention_reference(q[:1], kv, table[:1, :2], positions[:1])
    assert torch.equal(wide[:1], narrow)


def test_a_gpu_without_triton_is_told_of_once(monkeypatch, caplog):
    monkeypatch.setattr(language, "triton", None)
    monkeypatch.setattr(language, "INTERPRETED", False)
    language._say_that_triton_is_missing.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert not any(language.use_triton(SimpleNamespace(is_cuda=True)) for _ in range(3))
        assert not language.use_triton(torch.zeros(1))
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Triton is not installed" in caplog.text


@needs_triton
def test_kernels_in_tritons_interpreter():
    tests = ["tests/engine/kernels", "tests/engine/test_kernels.py"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *tests],
        cwd=ROOT, env=os.environ | {"TRITON_INTERPRET": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]


@needs_triton
@pytest.mark.slow
@pytest.mark.parametrize("capability", [80, 90])
def test_kernels_compile_for_gpus(capability, tmp_path):
    ran = subprocess.run(
        [sys.executable, "tests/engine/kernels/compiling.py", str(capability)],
        cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"TRITON_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
    assert "programs compiled" in ran.stdout
