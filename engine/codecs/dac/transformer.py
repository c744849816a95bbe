"""A stack of windowed attention over the steps of a clip.

Is: the layers of the language model's towers (see `engine.dual_ar`), with a gain behind each half,
that remember the keys and values of the last window.
Is not: a tower: it takes and gives float [B, C, T], and has neither embeddings nor an end.

- RoPE turns adjacent pairs of dimensions by tables rounded to bf16, at absolute positions.
- A block of T steps attends to window - 1 + T keys, whatever the clip's length: what was before its
  beginning is masked.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import dual_ar
from engine.codecs.dac.config import LayersConfig, TransformerConfig
from engine.codecs.memory import Memory, Remembering
from engine.dual_ar import Cache, RMSNorm, rotations


class LayerScale(nn.Module):
    """A gain per channel."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Scale x [..., dim]."""
        return x * self.gamma


class Block(dual_ar.Block):
    """Attention and feed-forward network, each behind its norm, scaled and added."""

    def __init__(self, config: LayersConfig, layer: int) -> None:
        super().__init__(config, layer)
        self.attention_layer_scale = LayerScale(config.dim)
        self.ffn_layer_scale = LayerScale(config.dim)

    def forward(
        self, x: Tensor, rope: Tensor, mask: Tensor | None = None, cache: Cache | None = None
    ) -> Tensor:
        """Map the residual stream x [B, T, dim]."""
        y = self.attention(self.attention_norm(x), rope, mask, cache, self.layer)
        x = x + self.attention_layer_scale(y)
        out: Tensor = x + self.ffn_layer_scale(self.feed_forward(self.ffn_norm(x)))
        return out


class Window:
    """The cache of a block of T steps: what its layers remember, and who may look how far back.

    Args:
        layers: of the transformer.
        window: step i sees steps i - window + 1 to i.
        memory: of the clips.
        mask: True where a step may look, bool [B, 1, T, window - 1 + T].
    """

    def __init__(self, layers: nn.ModuleList, window: int, memory: Memory, mask: Tensor) -> None:
        self._layers, self._window, self._memory, self._mask = layers, window, memory, mask

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """See `engine.dual_ar.Cache`."""
        new, reach = torch.stack([k, v], 1), self._window - 1
        keys, values = self._memory.with_past(self._layers[layer], new, reach, dim=3).unbind(1)
        grouped = q.shape[1] != k.shape[1]
        return F.scaled_dot_product_attention(q, keys, values, self._mask, enable_gqa=grouped)


class WindowTransformer(Remembering):
    """The stack with its final norm."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config, self.window = config.config, config.window_size
        layers = range(self.config.n_layer)
        self.layers = nn.ModuleList(Block(self.config, layer) for layer in layers)
        self.norm = RMSNorm(self.config.dim, self.config.norm_eps)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, dim, T], the next T steps of the clip."""
        starts, steps = memory.positions.get(self, [0] * len(x)), x.shape[2]
        memory.positions[self] = [start + steps for start in starts]
        first = torch.tensor(starts)[:, None]
        # On the CPU, so that all devices share one table: their cos and sin differ in the last bit.
        rope = torch.view_as_complex(rotations(first + torch.arange(steps), self.config))
        mask = self._mask(steps, first.to(x.device))
        window = Window(self.layers, self.window, memory, mask)
        x, rope = x.transpose(1, 2), rope.unsqueeze(2).to(x.device)
        for layer in self.layers:
            x = layer(x, rope, cache=window)
        y: Tensor = self.norm(x)
        return y.transpose(1, 2)

    def _mask(self, steps: int, seen: Tensor) -> Tensor:
        """Say where steps may look of what is remembered, of which `seen` [B, 1] steps are real."""
        before = self.window - 1
        key = torch.arange(before + steps, device=seen.device)
        age = key[before:, None] - key
        return ((age >= 0) & (age <= before)) & (key >= before - seen[:, None, None])
