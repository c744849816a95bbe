"""The slow tower's matrices in eight bits: half the bytes a frame has to read.

Is: a linear layer with weights in float8 e4m3, one scale per output row, and inputs rounded to the
same format with one scale per position; and the exchange of a model's layers for it.
Is not: for the fast tower, the embeddings or the norms: they stay as they are, because the end of a
turn and the codes are sensitive to them and they are few bytes.
"""

from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.dual_ar import DualAR

LARGEST = 448.0
"""The largest number float8 e4m3 knows."""
PARTS = ("attention.wqkv", "attention.wo", "feed_forward.w1", "feed_forward.w2", "feed_forward.w3")


class Fp8Linear(nn.Module):
    """A linear layer without bias, weights rounded to float8.

    Args:
        rounded: float8 [outputs, inputs].
        scale: float32 [outputs, 1]; weight = rounded * scale.
    """

    def __init__(self, rounded: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(rounded, requires_grad=False)
        self.scale = nn.Parameter(scale, requires_grad=False)

    @classmethod
    def of(cls, linear: nn.Linear) -> Self:
        """Round a layer's weights.

        Raises:
            ValueError: it has a bias.
        """
        if linear.bias is not None:
            raise ValueError("a layer with a bias cannot be rounded to float8")
        return cls(*_rounded(linear.weight.detach().float()))

    def forward(self, x: Tensor) -> Tensor:
        """Map x [..., inputs] to [..., outputs], in x's type."""
        rows, scale = _rounded(x.flatten(0, -2).float())
        if x.is_cuda:
            out = torch._scaled_mm(
                rows, self.weight.t(), scale, self.scale.t(), out_dtype=torch.bfloat16
            )
        else:  # processors have no such product: the same numbers, multiplied in fp32
            out = F.linear(rows.float(), self.weight.float()) * scale * self.scale.t()
        return out.to(x.dtype).view(*x.shape[:-1], -1)


def _rounded(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Round rows [M, inputs] to float8; return them and their scales float32 [M, 1]."""
    scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-12) / LARGEST
    return (rows / scale).clamp(-LARGEST, LARGEST).to(torch.float8_e4m3fn), scale


def round_slow_tower(model: DualAR) -> None:
    """Exchange the slow tower's linear layers, one after the other, for rounded ones."""
    for layer in model.slow.layers:
        for path in PARTS:
            owner, name = path.split(".")
            parent = layer.get_submodule(owner)
            setattr(parent, name, Fp8Linear.of(getattr(parent, name)))
