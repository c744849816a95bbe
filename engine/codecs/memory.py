"""What the causal layers of a codec remember of a clip from block to block.

Is: plain containers keyed by the layer. A layer is shared by all clips; a memory belongs to one, or
to several that take their next block together.
Is not: thread-safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import torch
from torch import Tensor, nn


@dataclass
class Memory:
    """The state of an encoding or decoding, of B clips.

    Attributes:
        tails: layer -> the last inputs (convolutions) or keys and values (attention) it will need,
            [B, ...]; their sizes do not depend on how long the clip is.
        positions: transformer -> number of steps it has seen, for each clip.
        signal: how the audio of a synthesizer goes on; clips that have one are not joined.
    """

    tails: dict[nn.Module, Tensor] = field(default_factory=dict)
    positions: dict[nn.Module, list[int]] = field(default_factory=dict)
    signal: dict[str, Tensor] = field(default_factory=dict)

    def with_past(self, layer: nn.Module, x: Tensor, reach: int, dim: int) -> Tensor:
        """Put what came before in front of x.

        Args:
            layer: whose past it is.
            x: the layer's next inputs, [B, ...], in time along `dim`.
            reach: how many steps to put in front; zeros before the beginning.
            dim: the dimension of time.
        """
        if reach <= 0:
            return x
        past = self.tails.get(layer)
        if past is None:
            past = x.new_zeros(*x.shape[:dim], reach, *x.shape[dim + 1 :])
        joined = torch.cat([past, x], dim)
        last = joined.narrow(dim, joined.shape[dim] - reach, reach)
        self.tails[layer] = last.clone()  # a view would keep the block alive
        return joined

    @classmethod
    def join(cls, memories: Sequence[Self]) -> Self:
        """Put the memories of single clips together; one that begins remembers zeros."""
        joined = cls()
        for layer, tail in [item for memory in memories for item in memory.tails.items()]:
            if layer not in joined.tails:
                rows = [memory.tails.get(layer, torch.zeros_like(tail)) for memory in memories]
                joined.tails[layer] = torch.cat(rows)
        for layer in [layer for memory in memories for layer in memory.positions]:
            joined.positions[layer] = [memory.positions.get(layer, [0])[0] for memory in memories]
        return joined

    def split(self) -> list[Self]:
        """Take the clips apart again."""
        count = max((len(tail) for tail in self.tails.values()), default=0)
        return [
            type(self)(
                {layer: tail[i : i + 1].clone() for layer, tail in self.tails.items()},
                {layer: [steps[i]] for layer, steps in self.positions.items()},
            )
            for i in range(count)
        ]


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
