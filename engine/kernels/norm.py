"""The residual sum and the norm behind it, in one pass over the stream.

Is: x += y, rounded to the stream's type, then RMSNorm in fp32, rounded again before the weight.
Is not: the norm of single heads, which rounds later (see `engine.kernels.rope`).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.kernels.language import Pointer, block, constexpr, kernel, tl, use_triton


def add_rms_norm(x: Tensor, y: Tensor | None, weight: Tensor, eps: float) -> Tensor:
    """Add to the stream and norm it.

    Args:
        x: the stream [..., D]; y is added to it in place.
        y: what a layer has made of it, like x; None adds nothing.
        weight: of the norm, [D].
        eps: of the norm.

    Returns:
        The normed stream, like x.
    """
    if not use_triton(x):
        return add_rms_norm_reference(x, y, weight, eps)
    width = x.shape[-1]
    rows, out = x.view(-1, width), torch.empty(x.shape, dtype=x.dtype, device=x.device)
    added = rows if y is None else y.reshape(-1, width)
    size = block(width)
    _add_rms_norm[(len(rows),)](
        rows, added, weight, out, rows.stride(0), added.stride(0), eps,
        ADD=y is not None, WIDTH=width, BLOCK=size, num_warps=4 if size <= 1024 else 8,
    )  # fmt: skip
    return out


def add_rms_norm_reference(x: Tensor, y: Tensor | None, weight: Tensor, eps: float) -> Tensor:
    """See `add_rms_norm`."""
    if y is not None:
        x += y
    if x.dtype == weight.dtype == torch.float32:
        return F.rms_norm(x, weight.shape, weight, eps)
    return F.rms_norm(x.float(), weight.shape, None, eps).to(x.dtype) * weight


@kernel
def _add_rms_norm(
    x: Pointer,
    y: Pointer,
    weight: Pointer,
    out: Pointer,
    x_stride: int,
    y_stride: int,
    eps: float,
    ADD: constexpr,
    WIDTH: constexpr,
    BLOCK: constexpr,
) -> None:
    row = tl.program_id(0).to(tl.int64)
    i = tl.arange(0, BLOCK)
    inside = i < WIDTH
    stream = tl.load(x + row * x_stride + i, mask=inside, other=0.0)
    if ADD:
        added = tl.load(y + row * y_stride + i, mask=inside, other=0.0)
        stream = (stream.to(tl.float32) + added.to(tl.float32)).to(stream.dtype)
        tl.store(x + row * x_stride + i, stream, mask=inside)
    wide = stream.to(tl.float32)
    scale = tl.rsqrt(tl.sum(wide * wide, 0) / WIDTH + eps)
    normed = (wide * scale).to(stream.dtype).to(tl.float32)
    scaled = normed * tl.load(weight + i, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + row * WIDTH + i, scaled.to(stream.dtype), mask=inside)
