"""The gate of the feed-forward network: silu(gate) * up.

Is: one pass over the result of one matrix product that has both halves.
Is not: the matrix products.
"""

import torch.nn.functional as F
from torch import Tensor

from engine.kernels.language import Pointer, constexpr, kernel, tl, use_triton

_BLOCK = 1024


def swiglu(gate_up: Tensor) -> Tensor:
    """Gate the second half of [..., 2F] by the first; return [..., F]."""
    if not use_triton(gate_up):
        return swiglu_reference(gate_up)
    width = gate_up.shape[-1] // 2
    rows = gate_up.view(-1, 2 * width)
    out = gate_up.new_empty(*gate_up.shape[:-1], width)
    grid = (len(rows), -(-width // _BLOCK))
    _swiglu[grid](rows, out, rows.stride(0), WIDTH=width, BLOCK=_BLOCK)
    return out


def swiglu_reference(gate_up: Tensor) -> Tensor:
    """See `swiglu`."""
    gate, up = gate_up.chunk(2, -1)
    return F.silu(gate) * up


@kernel
def _swiglu(
    gate_up: Pointer, out: Pointer, stride: int, WIDTH: constexpr, BLOCK: constexpr
) -> None:
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < WIDTH
    gate = tl.load(gate_up + row * stride + i, mask=inside, other=0.0)
    up = tl.load(gate_up + row * stride + WIDTH + i, mask=inside, other=0.0)
    wide = gate.to(tl.float32)
    # Rounded in between, as two operations of torch would.
    opened = (wide / (1.0 + tl.exp(-wide))).to(gate.dtype).to(tl.float32)
    tl.store(out + row * WIDTH + i, (opened * up.to(tl.float32)).to(gate.dtype), mask=inside)
