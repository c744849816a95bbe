"""What the causal layers of one clip remember from block to block.

Is: plain containers keyed by the layer. A layer is shared by all clips; a memory belongs to one.
Is not: thread-safe.
"""

from dataclasses import dataclass, field

from torch import Tensor, nn


@dataclass
class Memory:
    """The state of one encoding or decoding.

    Attributes:
        tails: layer -> the last inputs (convolutions) or keys and values (attention) it will need.
        positions: transformer -> number of steps it has seen.
    """

    tails: dict[nn.Module, Tensor] = field(default_factory=dict)
    positions: dict[nn.Module, int] = field(default_factory=dict)


class Remembering(nn.Module):
    """A layer whose output depends on earlier blocks: called with the clip's memory."""


class Chain(nn.ModuleList, Remembering):
    """Layers in a row, of which some remember."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__(layers)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Run x [B, C, T] through all layers."""
        for layer in self:
            x = layer(x, memory) if isinstance(layer, Remembering) else layer(x)
        return x
