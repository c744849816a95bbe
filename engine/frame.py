"""One frame of every slot, as a function of fixed tensors: what a CUDA graph replays.

Is: the two towers, the head and the draws over paged keys and values, and the state of the slots
that a frame reads and writes. Nothing in it depends on values the host would have to know, and
nothing is allocated that a graph could not keep.
Is not: aware of requests, pages in use or when a frame is run (see `engine.graph_runner`).

- A slot that rests is computed like the others and writes nowhere; a bucket's cost is fixed.
- A slot stops by itself: at the end of its turn, at its most frames, or when logits are not finite.
- The head and the embeddings of a frame are the semantic rows and the end: the whole table of ids
  is needed for prompts only.
"""

import copy
from dataclasses import dataclass, fields
from typing import NamedTuple, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import kernels
from engine.config import ModelConfig
from engine.dual_ar import Block, DualAR, Tower
from engine.sampling import NOTHING, WINDOW


@dataclass(slots=True)
class Slots:
    """What the frames of up to S lanes read and write, one row each.

    Attributes:
        columns: the last frame, row of the head and codes, int64 [S, 1 + N].
        next: where that column will be written, int32 [S].
        pages: pages of the slot's positions, int32 [S, P].
        start: hidden state behind the prompt, [S, D].
        begins: the next frame is the first: it comes from `start`, no column is fed.
        runs: the slot makes frames.
        finite: the frame's logits were numbers.
        lanes: how to draw.
        report: for the host, int64 [S, N + 3]: the frame's column, whether it is the end of the
            turn, whether its logits were finite.
    """

    columns: Tensor
    next: Tensor
    pages: Tensor
    start: Tensor
    begins: Tensor
    runs: Tensor
    finite: Tensor
    lanes: kernels.Lanes
    report: Tensor

    @classmethod
    def rest(cls, config: ModelConfig, count: int, n_pages: int, like: Tensor) -> Self:
        """Return `count` slots without lanes, of up to `n_pages` pages each."""

        def new(*shape: int, dtype: torch.dtype = torch.int32, value: float = 0) -> Tensor:
            return torch.full((count, *shape), value, dtype=dtype, device=like.device)

        floats, longs = torch.float32, torch.int64
        return cls(
            columns=new(1 + config.n_codebooks, dtype=longs),
            next=new(),
            pages=new(n_pages),
            start=like.new_zeros(count, config.text.dim),
            begins=new(dtype=torch.bool),
            runs=new(dtype=torch.bool),
            finite=new(dtype=torch.bool, value=True),
            lanes=kernels.Lanes(
                seed=new(dtype=longs),
                frame=new(),
                least_frames=new(),
                most_frames=new(),
                temperature=new(3, dtype=floats, value=1),
                top_p=new(3, dtype=floats, value=1),
                top_k=new(value=1),
                window=new(WINDOW, dtype=longs, value=NOTHING),
            ),
            report=new(config.n_codebooks + 3, dtype=longs),
        )

    def first(self, count: int) -> "Slots":
        """Return views of the first slots."""
        lanes = kernels.Lanes(*(tensor[:count] for tensor in self.lanes))
        rest = {f.name: getattr(self, f.name)[:count] for f in fields(self) if f.name != "lanes"}
        return Slots(lanes=lanes, **rest)


class Layer(NamedTuple):
    """A block's parts as a frame calls them; gate and up projection in one product."""

    attention_norm: Tensor
    wqkv: nn.Module
    qk_norm: tuple[Tensor, Tensor] | None
    wo: nn.Module
    ffn_norm: Tensor
    gate_up: nn.Module
    down: nn.Module
    n_head: int

    @classmethod
    def of(cls, block: Block) -> Self:
        """Take a block apart; its two projections become views of one matrix."""
        attention, network = block.attention, block.feed_forward
        norms = (attention.q_norm.weight, attention.k_norm.weight) if attention.qk_norm else None
        return cls(
            block.attention_norm.weight,
            attention.wqkv,
            norms,
            attention.wo,
            block.ffn_norm.weight,
            _joined(network.w1, network.w3),
            network.w2,
            attention.n_head,
        )


def _joined(gate: nn.Module, up: nn.Module) -> nn.Module:
    """Return one layer that does what two do; they become views of its parameters."""
    layer = copy.copy(gate)
    layer._parameters = dict(gate._parameters)
    for name, first in list(gate.named_parameters()):
        both = torch.cat([first, up.get_parameter(name)])
        first.data, up.get_parameter(name).data = both.chunk(2)
        layer.register_parameter(name, nn.Parameter(both, requires_grad=False))
    return layer


class Frame:
    """The function. One object serves all buckets.

    Args:
        model: on its device.
        head: the rows an id is drawn from, semantic ones and then the end, [V, D].
        store: keys and values, [pages, layers, 2, K, PAGE, E].
        slots: the state.
    """

    def __init__(self, model: DualAR, head: Tensor, store: Tensor, slots: Slots) -> None:
        self._config, self._slow, self._fast = model.config, model.slow, model.fast
        self._head, self._slots = head, slots
        self._slow_layers = [Layer.of(block) for block in _blocks(model.slow)]
        self._fast_layers = [Layer.of(block) for block in _blocks(model.fast)]
        self._kv = store.unbind(1)
        audio = model.config.audio
        size = (audio.n_layer, 2, len(slots.runs), audio.n_local_heads, model.config.n_codebooks)
        self._fast_kv = head.new_zeros(*size, audio.head_dim)

    def __call__(self, count: int, noise: Tensor | None = None) -> None:
        """Make the next frame of the first `count` slots.

        Args:
            count: how many slots.
            noise: exponentials [count, 2 + N - 1, width] instead of the seeds' (for recorded runs).
        """
        slots = self._slots.first(count)
        feeds = slots.runs & ~slots.begins
        positions = torch.where(feeds, slots.next, -1)
        hidden = torch.where(slots.begins[:, None], slots.start, self._feed(slots, positions))
        self._draw(slots, hidden, noise)
        _advance(slots, feeds, len(self._head) - 1)

    def _feed(self, slots: Slots, positions: Tensor) -> Tensor:
        """Run the slow tower over the last columns; return hidden states [L, D]."""
        codes = self._fast.codebook_embeddings.weight
        x = kernels.embed_columns(slots.columns, self._head, codes, 0, len(self._head) - 2)
        rope, eps, y = self._slow.rope.table, self._config.text.norm_eps, None
        for layer, kv in zip(self._slow_layers, self._kv, strict=True):
            qkv = layer.wqkv(kernels.add_rms_norm(x, y, layer.attention_norm, eps))
            q = kernels.rope_and_write(
                qkv, layer.qk_norm, eps, rope, positions, kv, slots.pages, layer.n_head
            )
            y = layer.wo(kernels.paged_attention(q, kv, slots.pages, positions))
            y = self._feed_forward(layer, x, y, eps)
        return kernels.add_rms_norm(x, y, self._slow.norm.weight, eps)

    def _draw(self, slots: Slots, hidden: Tensor, noise: Tensor | None) -> None:
        """Draw the id and the codes of a frame into the slots' columns."""
        fast, size = self._fast, self._config.codebook_size
        table, columns, finite, lanes = (
            fast.embeddings.weight,
            slots.columns,
            slots.finite,
            slots.lanes,
        )
        x = hidden.new_empty(len(hidden), 2, table.shape[1])
        x[:, 0] = fast.start(hidden)
        logits = F.linear(hidden, self._head)
        kernels.draw_id(logits, lanes, columns, finite, size, table, x[:, 1], noise)
        first = 0
        for p in range(1, self._config.n_codebooks):
            y = self._fast_pass(x, first)
            first += x.shape[1]
            x = x[:, :1]
            kernels.draw_code(fast.output(y), lanes, columns, finite, p, table, x[:, 0], noise)

    def _fast_pass(self, x: Tensor, first: int) -> Tensor:
        """Run new positions [L, S, D] of the frames; return the last one's output [L, D]."""
        rows, steps, width = x.shape
        x, y = x.reshape(rows * steps, width).clone(), None
        rope, eps = self._fast.rope.table, self._config.audio.norm_eps
        for layer, cache in zip(
            self._fast_layers, self._fast_kv[:, :, :rows].unbind(0), strict=True
        ):
            qkv = layer.wqkv(kernels.add_rms_norm(x, y, layer.attention_norm, eps))
            heads = kernels.frame_attention(
                qkv.view(rows, steps, -1), layer.qk_norm, eps, rope, cache, first, layer.n_head
            )
            y = self._feed_forward(layer, x, layer.wo(heads.flatten(0, 1)), eps)
        return kernels.add_rms_norm(x, y, self._fast.norm.weight, eps).view(rows, steps, width)[
            :, -1
        ]

    @staticmethod
    def _feed_forward(layer: Layer, x: Tensor, y: Tensor, eps: float) -> Tensor:
        """Add y to the stream x in place; return what the feed-forward network adds next."""
        h = kernels.add_rms_norm(x, y, layer.ffn_norm, eps)
        out: Tensor = layer.down(kernels.swiglu(layer.gate_up(h)))
        return out


def _advance(slots: Slots, feeds: Tensor, end: int) -> None:
    """Report the frame and go on to the next; a slot that is done rests."""
    ended = slots.columns[:, 0] == end
    slots.report[:, :-2] = slots.columns
    slots.report[:, -2] = ended
    slots.report[:, -1] = slots.finite
    slots.next += feeds
    slots.lanes.frame.add_(slots.runs)
    slots.runs &= ~ended & slots.finite & (slots.lanes.frame < slots.lanes.most_frames)
    slots.begins.zero_()


def _blocks(tower: Tower) -> list[Block]:
    return [block for block in tower.layers if isinstance(block, Block)]
