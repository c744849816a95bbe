"""The language model: a slow transformer over positions and a fast one over the codes of a frame.

Is: the two towers and nothing else; readable from top to bottom, differentiable, the same for
training and for performing. Parameter names and shapes are those of the checkpoint.
Is not: a loop. Sampling, caches and batches are elsewhere; a cache comes in as an argument.

Departures from a plain Llama-like decoder:
- an audio column is the sum of N + 1 embeddings, scaled by 1/sqrt(N + 1); a text column is not;
- RoPE turns adjacent pairs of dimensions, by tables rounded to bf16 whatever the model's type;
- q and k are normed per head before RoPE (where the config says so);
- block and final norms round to the activation type before the weight is applied;
- the fast tower starts from the normed slow hidden state and runs along the codebook axis.

Letters in shapes: B batch, T positions, D width, H query heads, K key/value heads, E head width,
N codebooks, C codes per codebook, M frames.

Source: own, from a description of the checkpoint format.
"""

import math
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.config import ModelConfig, StackConfig, TowerConfig


class Cache(Protocol):
    """Keys and values of earlier positions, and how to attend to them."""

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Keep k, v [B, K, T, E] of new positions; return what q sees, both [B, H, T, E]."""
        ...


class RMSNorm(nn.Module):
    """Root-mean-square norm in fp32, rounded to the input's type before the weight is applied."""

    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Norm the last dimension of x."""
        if x.dtype == self.weight.dtype == torch.float32:
            return F.rms_norm(x, self.weight.shape, self.weight, self.eps)
        return F.rms_norm(x.float(), self.weight.shape, None, self.eps).to(x.dtype) * self.weight


def rotations(positions: Tensor, config: StackConfig) -> Tensor:
    """Return the cosines and sines of positions [...], rounded to bf16, [..., E / 2, 2]."""
    pairs = torch.arange(0, config.head_dim, 2, device="cpu").float()
    frequencies = 1.0 / config.rope_base ** (pairs / config.head_dim)
    angles = positions.float()[..., None] * frequencies
    return torch.stack([angles.cos(), angles.sin()], -1).bfloat16().float()


class Rope(nn.Module):
    """Rotary angles per position, rounded to bf16."""

    table: Tensor

    def __init__(self, config: TowerConfig) -> None:
        super().__init__()
        # On the CPU even under the meta device, since no checkpoint could fill this table.
        table = rotations(torch.arange(config.max_seq_len, device="cpu"), config)
        self.register_buffer("table", table, persistent=False)

    def forward(self, positions: Tensor) -> Tensor:
        """Return the rotations of positions [T] or [B, T] as complex [T or B, T, 1, E / 2]."""
        return torch.view_as_complex(self.table[positions].float()).unsqueeze(-2)


def rotate(x: Tensor, rope: Tensor) -> Tensor:
    """Turn adjacent pairs of x [B, T, heads, E] by rope, in fp32."""
    pairs = torch.view_as_complex(x.float().view(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * rope).flatten(-2).to(x.dtype)


class Attention(nn.Module):
    """Causal self-attention with grouped key/value heads."""

    def __init__(self, config: StackConfig) -> None:
        super().__init__()
        self.n_head, self.n_local_heads = config.n_head, config.n_local_heads
        self.head_dim = config.head_dim
        heads = config.n_head + 2 * config.n_local_heads
        self.wqkv = nn.Linear(config.dim, heads * config.head_dim, config.attention_qkv_bias)
        self.wo = nn.Linear(config.n_head * config.head_dim, config.dim, config.attention_o_bias)
        self.qk_norm = config.attention_qk_norm
        if self.qk_norm:
            self.q_norm = RMSNorm(config.head_dim, config.norm_eps)
            self.k_norm = RMSNorm(config.head_dim, config.norm_eps)

    def qkv(self, x: Tensor, rope: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Project x [B, T, D] to q [B, H, T, E] and k, v [B, K, T, E], normed and rotated."""
        heads: Tensor = self.wqkv(x).view(*x.shape[:2], -1, self.head_dim)
        qk, v = heads[:, :, : -self.n_local_heads], heads[:, :, -self.n_local_heads :]
        if self.qk_norm:
            qk = self._norm(qk)
        qk = rotate(qk, rope).transpose(1, 2)
        return qk[:, : self.n_head], qk[:, self.n_head :], v.transpose(1, 2)

    def _norm(self, qk: Tensor) -> Tensor:
        # q and k in one go; unlike the other norms these are rounded after the weight.
        q_weight = self.q_norm.weight.expand(self.n_head, -1)
        weight = torch.cat([q_weight, self.k_norm.weight.expand(self.n_local_heads, -1)])
        return (F.rms_norm(qk.float(), (self.head_dim,), None, self.q_norm.eps) * weight).to(
            qk.dtype
        )

    def forward(
        self, x: Tensor, rope: Tensor, mask: Tensor | None, cache: Cache | None, layer: int
    ) -> Tensor:
        """Attend from x [B, T, D] to itself and, where there is a cache, to what it holds."""
        q, k, v = self.qkv(x, rope)
        if cache is not None:
            y = cache.attend(layer, q, k, v)
        else:
            y = F.scaled_dot_product_attention(
                q, k, v, mask, is_causal=mask is None, enable_gqa=self.n_head != self.n_local_heads
            )
        out: Tensor = self.wo(y.transpose(1, 2).flatten(2))
        return out


class FeedForward(nn.Module):
    """The gated feed-forward network: w2(silu(w1 x) * w3 x)."""

    def __init__(self, config: StackConfig) -> None:
        super().__init__()
        self.w1 = nn.Linear(config.dim, config.intermediate_size, bias=False)
        self.w3 = nn.Linear(config.dim, config.intermediate_size, bias=False)
        self.w2 = nn.Linear(config.intermediate_size, config.dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map x [B, T, D] to [B, T, D]."""
        out: Tensor = self.w2(F.silu(self.w1(x)) * self.w3(x))
        return out


class Block(nn.Module):
    """One layer: attention and feed-forward network, each behind its norm, added to the stream."""

    def __init__(self, config: StackConfig, layer: int) -> None:
        super().__init__()
        self.layer = layer
        self.attention = Attention(config)
        self.feed_forward = FeedForward(config)
        self.attention_norm = RMSNorm(config.dim, config.norm_eps)
        self.ffn_norm = RMSNorm(config.dim, config.norm_eps)

    def forward(
        self, x: Tensor, rope: Tensor, mask: Tensor | None = None, cache: Cache | None = None
    ) -> Tensor:
        """Map the residual stream x [B, T, D] to the next one."""
        x = x + self.attention(self.attention_norm(x), rope, mask, cache, self.layer)
        out: Tensor = x + self.feed_forward(self.ffn_norm(x))
        return out


class Tower(nn.Module):
    """A stack of blocks with its embedding table and final norm."""

    def __init__(self, config: TowerConfig) -> None:
        super().__init__()
        self.embeddings = nn.Embedding(config.vocab_size, config.dim)
        self.layers = nn.ModuleList(Block(config, layer) for layer in range(config.n_layer))
        self.norm = RMSNorm(config.dim, config.norm_eps)
        self.rope = Rope(config)

    def run(
        self, x: Tensor, positions: Tensor, mask: Tensor | None = None, cache: Cache | None = None
    ) -> Tensor:
        """Run the stack.

        Args:
            x: inputs [B, T, D].
            positions: absolute positions, int [T] or [B, T].
            mask: what may be seen, bool or added to the scores, broadcastable to [B, H, T, T];
                None is causal.
            cache: where keys and values of earlier positions are, and those of x go.

        Returns:
            Hidden states after the final norm, [B, T, D].
        """
        rope = self.rope(positions)
        for block in self.layers:
            x = block(x, rope, mask, cache)
        hidden: Tensor = self.norm(x)
        return hidden


class SlowAR(Tower):
    """The slow tower: one step per position. Its output head is its embedding table."""

    def forward(
        self, x: Tensor, positions: Tensor, mask: Tensor | None = None, cache: Cache | None = None
    ) -> Tensor:
        """See `Tower.run`."""
        return self.run(x, positions, mask, cache)

    def logits(self, hidden: Tensor, rows: Tensor | None = None) -> Tensor:
        """Return the logits of hidden [..., D] for all ids, or for the ids in rows only."""
        weight = self.embeddings.weight
        return F.linear(hidden, weight if rows is None else weight[rows])


class FastAR(Tower):
    """The fast tower: one step per codebook. It also holds the slow tower's code embeddings."""

    def __init__(self, config: ModelConfig) -> None:
        audio = config.audio
        super().__init__(audio)
        self.codebook_embeddings = nn.Embedding(
            audio.vocab_size * audio.num_codebooks, audio.text_dim
        )
        self.output = nn.Linear(audio.dim, audio.vocab_size, bias=False)
        self.project_in = (
            nn.Linear(audio.text_dim, audio.dim) if audio.dim != audio.text_dim else None
        )

    def start(self, hidden: Tensor) -> Tensor:
        """Map slow hidden states [..., text D] to inputs of position 0, [..., D]."""
        return hidden if self.project_in is None else self.project_in(hidden)

    def forward(self, hidden: Tensor, codes: Tensor) -> Tensor:
        """Run whole frames whose codes are known.

        Args:
            hidden: slow hidden states after the final norm, [M, text D].
            codes: the frames' codes, int [M, N]; the last one is not fed.

        Returns:
            Logits [M, N, C]; row p is what code p is drawn from (row 0 is not used).
        """
        x = torch.cat([self.start(hidden)[:, None], self.embeddings(codes[:, :-1])], dim=1)
        logits: Tensor = self.output(self.run(x, torch.arange(x.shape[1], device=x.device)))
        return logits


class _TextModel(nn.Module):
    """Holds the slow tower under the name the checkpoint gives it."""

    def __init__(self, config: TowerConfig) -> None:
        super().__init__()
        self.model = SlowAR(config)


class DualAR(nn.Module):
    """Both towers, under the checkpoint's names."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.text_model = _TextModel(config.text)
        self.audio_decoder = FastAR(config)

    @property
    def slow(self) -> SlowAR:
        """The slow tower."""
        return self.text_model.model

    @property
    def fast(self) -> FastAR:
        """The fast tower."""
        return self.audio_decoder

    def embed(self, grid: Tensor) -> Tensor:
        """Embed columns for the slow tower.

        Args:
            grid: int [B, 1 + N, T]: row 0 ids, rows 1..N the codes of audio columns (else ignored,
                but within the codebooks).

        Returns:
            Inputs [B, T, D].
        """
        config, ids, codes = self.config, grid[:, 0], grid[:, 1:]
        tables = torch.arange(config.n_codebooks, device=grid.device) * config.codebook_size
        table = self.slow.embeddings.weight  # may have stayed in the processor's memory
        text = F.embedding(ids.to(table.device), table).to(grid.device)
        audio = text + self.fast.codebook_embeddings(codes + tables[:, None]).sum(1)
        semantic = (ids >= config.semantic_start_token_id) & (ids <= config.semantic_end_token_id)
        return torch.where(semantic[..., None], audio / math.sqrt(config.n_codebooks + 1), text)
