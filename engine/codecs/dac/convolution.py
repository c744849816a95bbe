"""Causal convolutions and the blocks made of them.

Is: layers on float [B, C, T] that look back only and continue where the block before ended.
Is not: aware of frames or codes.

Lengths: every block's T must be a multiple of the stride, so nothing is padded on the right.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from engine.codecs.memory import Chain, Memory, Remembering

RESIDUAL_DILATIONS = (1, 3, 9)


class CausalConv(Remembering):
    """A strided convolution that sees the present and the past.

    Before the first block there are zeros. `normed` spells the weight as magnitude and direction.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
        normed: bool = True,
    ) -> None:
        super().__init__()
        conv = nn.Conv1d(inputs, outputs, kernel, stride, dilation=dilation, groups=groups)
        self.conv = weight_norm(conv) if normed else conv
        self.reach = (kernel - 1) * dilation + 1 - stride

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, inputs, T] to [B, outputs, T / stride]."""
        y: Tensor = self.conv(memory.with_past(self, x, self.reach, dim=2))
        return y


class CausalTransposedConv(Remembering):
    """A transposed convolution whose surplus on the right is cut: T steps give T * stride.

    That surplus belongs to the steps to come, so those that caused it are remembered.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int, *, normed: bool = True
    ) -> None:
        super().__init__()
        conv = nn.ConvTranspose1d(inputs, outputs, kernel, stride)
        self.conv = weight_norm(conv) if normed else conv
        self.stride = stride
        self.reach = -(-kernel // stride) - 1

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, inputs, T] to [B, outputs, T * stride]."""
        y: Tensor = self.conv(memory.with_past(self, x, self.reach, dim=2))
        first = self.reach * self.stride
        return y[..., first : first + x.shape[-1] * self.stride]


class Snake(nn.Module):
    """The periodic activation x + sin(alpha x)^2 / alpha, alpha per channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Map x [B, C, T]."""
        return x + (self.alpha * x).sin().square() / (self.alpha + 1e-9)


class ResidualUnit(Remembering):
    """Two activated convolutions, the first dilated, added to their input."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.block = Chain(
            Snake(channels),
            CausalConv(channels, channels, 7, dilation=dilation),
            Snake(channels),
            CausalConv(channels, channels, 1),
        )

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, C, T]."""
        y: Tensor = self.block(x, memory)
        return x + y


def residual_units(channels: int) -> list[nn.Module]:
    """Return one unit per dilation."""
    return [ResidualUnit(channels, dilation) for dilation in RESIDUAL_DILATIONS]


class ConvNeXt(Remembering):
    """Depthwise convolution, then a two-layer network per step, scaled and added to the input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.dwconv = CausalConv(channels, channels, 7, groups=channels, normed=False)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, C, T]."""
        y = self.norm(self.dwconv(x, memory).transpose(1, 2))
        y = self.gamma * self.pwconv2(F.gelu(self.pwconv1(y)))
        out: Tensor = x + y.transpose(1, 2)
        return out
