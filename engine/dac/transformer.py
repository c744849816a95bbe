"""A stack of windowed attention over the steps of a clip.

Is: layers on float [B, C, T] that remember the keys and values of the last window.
Is not: the language model's tower (see `engine.dual_ar`), whose norm and rotation it shares.

- RoPE turns adjacent pairs of dimensions by tables rounded to bf16, at absolute positions.
- A block of T steps attends to window - 1 + T keys, whatever the clip's length: what was before its
  beginning is masked.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.dac.config import TransformerConfig
from engine.dac.memory import Memory, Remembering
from engine.dual_ar import RMSNorm, rotate


class LayerScale(nn.Module):
    """A gain per channel."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Scale x [..., dim]."""
        return x * self.gamma


class FeedForward(nn.Module):
    """The gated feed-forward network: w2(silu(w1 x) * w3 x)."""

    def __init__(self, dim: int, inner: int) -> None:
        super().__init__()
        self.w1 = nn.Linear(dim, inner, bias=False)
        self.w3 = nn.Linear(dim, inner, bias=False)
        self.w2 = nn.Linear(inner, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map x [B, T, dim]."""
        y: Tensor = self.w2(F.silu(self.w1(x)) * self.w3(x))
        return y


class WindowAttention(Remembering):
    """Self-attention of step i over steps i - window + 1 to i."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.n_head, self.n_local_heads = config.n_head, config.n_local_heads
        self.head_dim, self.window = config.head_dim, config.window
        heads = config.n_head + 2 * config.n_local_heads
        self.wqkv = nn.Linear(config.dim, heads * config.head_dim, bias=False)
        self.wo = nn.Linear(config.n_head * config.head_dim, config.dim, bias=False)

    def forward(self, x: Tensor, rope: Tensor, seen: Tensor, memory: Memory) -> Tensor:
        """Map x [B, T, dim], rotated by rope; of what is remembered `seen` [B] steps are real."""
        heads: Tensor = self.wqkv(x).unflatten(2, (-1, self.head_dim))
        qk, v = heads[:, :, : -self.n_local_heads], heads[:, :, -self.n_local_heads :]
        qk = rotate(qk, rope)
        q, k = qk[:, :, : self.n_head], qk[:, :, self.n_head :]
        keys, values = self._with_past(torch.stack([k, v], 1).transpose(2, 3), memory).unbind(1)
        y = F.scaled_dot_product_attention(
            q.transpose(1, 2),
            keys,
            values,
            attn_mask=self._mask(x.shape[1], seen),
            enable_gqa=self.n_head != self.n_local_heads,
        )
        out: Tensor = self.wo(y.transpose(1, 2).flatten(2))
        return out

    def _with_past(self, kv: Tensor, memory: Memory) -> Tensor:
        """Put the keys and values of the window before in front: [B, 2, heads, T, head_dim]."""
        past = memory.tails.get(self)
        if past is None:
            past = kv.new_zeros(*kv.shape[:3], self.window - 1, self.head_dim)
        kv = torch.cat([past, kv], dim=3)
        memory.tails[self] = kv[:, :, :, kv.shape[3] - self.window + 1 :].clone()
        return kv

    def _mask(self, queries: int, seen: Tensor) -> Tensor:
        """True where a query may look: bool [B, 1, queries, window - 1 + queries]."""
        before = self.window - 1
        key = torch.arange(before + queries, device=seen.device)
        age = key[before:, None] - key
        return ((age >= 0) & (age < self.window)) & (key >= before - seen[:, None, None, None])


class Block(Remembering):
    """Attention and feed-forward network, each behind its norm, scaled and added."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = WindowAttention(config)
        self.feed_forward = FeedForward(config.dim, config.intermediate_size)
        self.attention_norm = RMSNorm(config.dim, config.norm_eps)
        self.ffn_norm = RMSNorm(config.dim, config.norm_eps)
        self.attention_layer_scale = LayerScale(config.dim)
        self.ffn_layer_scale = LayerScale(config.dim)

    def forward(self, x: Tensor, rope: Tensor, seen: Tensor, memory: Memory) -> Tensor:
        """Map the residual stream x [B, T, dim]."""
        y = self.attention(self.attention_norm(x), rope, seen, memory)
        x = x + self.attention_layer_scale(y)
        out: Tensor = x + self.ffn_layer_scale(self.feed_forward(self.ffn_norm(x)))
        return out


class WindowTransformer(Remembering):
    """The stack with its final norm."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(Block(config) for _ in range(config.n_layer))
        self.norm = RMSNorm(config.dim, config.norm_eps)

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, dim, T], the next T steps of the clip."""
        starts = memory.positions.get(self, [0] * len(x))
        memory.positions[self] = [start + x.shape[2] for start in starts]
        rope, seen = self._rope(starts, x.shape[2]).to(x.device), torch.tensor(starts).to(x.device)
        x = x.transpose(1, 2)
        for layer in self.layers:
            x = layer(x, rope, seen, memory)
        y: Tensor = self.norm(x)
        return y.transpose(1, 2)

    def _rope(self, starts: list[int], steps: int) -> Tensor:
        """Return the rotations of the next steps: complex [B, steps, 1, head_dim / 2]."""
        head_dim = self.config.head_dim
        # On the CPU, so that all devices share one table: their cos and sin differ in the last bit.
        pairs = torch.arange(0, head_dim, 2).float()
        frequencies = 1.0 / self.config.rope_base ** (pairs / head_dim)
        positions = torch.tensor(starts)[:, None] + torch.arange(steps)
        angles = positions.float()[..., None] * frequencies
        table = torch.stack([angles.cos(), angles.sin()], -1).bfloat16().float()
        return torch.view_as_complex(table).unsqueeze(2)
