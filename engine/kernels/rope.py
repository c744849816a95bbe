"""From the projection to attention's inputs: norms of heads, RoPE, and the way into the pages.

Is: the norm of each query and key head (where the model has one), the turn of adjacent pairs, and
the write of keys and values to their place.
Is not: attention. The tile functions are shared with `engine.kernels.small_attention`.

- Norms of heads are rounded after the weight, other norms before.
- Pairs are loaded as two half-width vectors, so that turning them needs no exchange.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.dual_ar import rotate
from engine.kernels.language import Pointer, Tile, block, constexpr, kernel, tl, use_triton

Norms = tuple[Tensor, Tensor]
"""Weights of the norms of query and key heads, [E] each."""


def rope_and_write(
    qkv: Tensor,
    norms: Norms | None,
    eps: float,
    rope: Tensor,
    positions: Tensor,
    kv: Tensor,
    page_table: Tensor,
    n_head: int,
) -> Tensor:
    """Norm and turn queries and keys; write keys and values to their pages.

    Args:
        qkv: the projection [L, (H + 2K) * E], a row for each position to be run.
        norms: of the heads, if the model has them.
        eps: of the norms.
        rope: cosine and sine of each position and pair, float32 [positions, E / 2, 2].
        positions: of the rows, int32 [L]; -1 is an idle lane, for which nothing is kept.
        kv: one layer's pages [pages, 2, K, PAGE, E], with any strides; written in place.
        page_table: page of each row's positions p * PAGE to (p + 1) * PAGE - 1, int32 [L, P]. An
            idle lane's first page must be one that no other lane writes to.
        n_head: H.

    Returns:
        Queries [L, H, E]; zeros of idle lanes.
    """
    if not use_triton(qkv):
        return rope_and_write_reference(qkv, norms, eps, rope, positions, kv, page_table, n_head)
    n_local_heads, page, width = kv.shape[2:]
    group = n_head // n_local_heads
    q = qkv.new_empty(len(qkv), n_head, width)
    q_weight, k_weight = norms if norms else (qkv, qkv)
    _rope_and_write[(len(qkv), n_local_heads)](
        qkv, q_weight, k_weight, rope, positions, kv, page_table, q,
        qkv.stride(0), page_table.stride(0), *kv.stride()[:4], eps,
        GROUP=group, LOCAL_HEADS=n_local_heads, WIDTH=width, PAGE=page, NORM=norms is not None,
        BLOCK_GROUP=block(group), BLOCK_PAIRS=block(width // 2), num_warps=2,
    )  # fmt: skip
    return q


def rope_and_write_reference(
    qkv: Tensor,
    norms: Norms | None,
    eps: float,
    rope: Tensor,
    positions: Tensor,
    kv: Tensor,
    page_table: Tensor,
    n_head: int,
) -> Tensor:
    """See `rope_and_write`."""
    n_local_heads, page, width = kv.shape[2:]
    heads = qkv.view(len(qkv), -1, width)
    q, k, v = heads.split([n_head, n_local_heads, n_local_heads], 1)
    at = positions.clamp(min=0).long()
    q, k = normed_and_turned(q, k, norms, eps, rope[at])
    pages = page_table.gather(1, (at // page)[:, None])[:, 0].long()
    slots, idle = at % page, (positions < 0)[:, None, None]
    for which, new in enumerate((k, v)):
        kept = kv[pages, which, :, slots]
        kv[pages, which, :, slots] = torch.where(idle, kept, new)
    return q.masked_fill(idle, 0)


def normed_and_turned(
    q: Tensor, k: Tensor, norms: Norms | None, eps: float, angles: Tensor
) -> tuple[Tensor, Tensor]:
    """Norm queries [..., H, E] and keys [..., K, E] by head, turn them by [..., E / 2, 2]."""
    if norms:
        q, k = (
            (F.rms_norm(x.float(), x.shape[-1:], None, eps) * weight).to(x.dtype)
            for x, weight in zip((q, k), norms, strict=True)
        )
    turn = torch.view_as_complex(angles.float()).unsqueeze(-2)
    return rotate(q, turn), rotate(k, turn)


@kernel
def load_pairs(source: Pointer, mask: Tile) -> tuple[Tile, Tile]:
    """Load the first and the second of each pair, as fp32; source points to the first."""
    even = tl.load(source, mask=mask, other=0.0).to(tl.float32)
    odd = tl.load(source + 1, mask=mask, other=0.0).to(tl.float32)
    return even, odd


@kernel
def store_pairs(target: Pointer, even: Tile, odd: Tile, mask: Tile) -> None:
    """Store the first and the second of each pair, rounded to the target's type."""
    tl.store(target, even.to(target.dtype.element_ty), mask=mask)
    tl.store(target + 1, odd.to(target.dtype.element_ty), mask=mask)


@kernel
def norm_and_turn(
    source: Pointer,
    weight: Pointer,
    angles: Pointer,
    pairs: Tile,
    mask: Tile,
    eps: float,
    WIDTH: constexpr,
    NORM: constexpr,
) -> tuple[Tile, Tile]:
    """Load a tile [heads, pairs] at source, norm each head and turn it by the angles' row.

    Returns:
        First and second of each pair, as fp32 not yet rounded.
    """
    even, odd = load_pairs(source, mask)
    has_pair = pairs < WIDTH // 2
    if NORM:
        squares = tl.sum(even * even, 1) + tl.sum(odd * odd, 1)
        scale = tl.rsqrt(squares / WIDTH + eps)[:, None]
        even_weight, odd_weight = load_pairs(weight + 2 * pairs, has_pair)
        kind = source.dtype.element_ty
        even = (even * scale * even_weight[None, :]).to(kind).to(tl.float32)
        odd = (odd * scale * odd_weight[None, :]).to(kind).to(tl.float32)
    cos, sin = load_pairs(angles + 2 * pairs, has_pair)
    return even * cos[None, :] - odd * sin[None, :], even * sin[None, :] + odd * cos[None, :]


@kernel
def _rope_and_write(
    qkv: Pointer,
    q_weight: Pointer,
    k_weight: Pointer,
    rope: Pointer,
    positions: Pointer,
    kv: Pointer,
    page_table: Pointer,
    q: Pointer,
    qkv_stride: int,
    table_stride: int,
    page_stride: int,
    which_stride: int,
    head_stride: int,
    slot_stride: int,
    eps: float,
    GROUP: constexpr,
    LOCAL_HEADS: constexpr,
    WIDTH: constexpr,
    PAGE: constexpr,
    NORM: constexpr,
    BLOCK_GROUP: constexpr,
    BLOCK_PAIRS: constexpr,
) -> None:
    # One program: one row, one key head and the query heads that share it.
    row, head = tl.program_id(0).to(tl.int64), tl.program_id(1)
    position = tl.load(positions + row)
    at = tl.maximum(position, 0)
    pairs, one = tl.arange(0, BLOCK_PAIRS), tl.arange(0, 1)
    group = tl.arange(0, BLOCK_GROUP)
    # Of an idle lane nothing is loaded, which makes its queries zeros, and nothing is kept.
    has_pair = (pairs < WIDTH // 2)[None, :]
    live_pair = (pairs < tl.where(position >= 0, WIDTH // 2, 0))[None, :]
    angles = rope + at.to(tl.int64) * WIDTH
    source = qkv + row * qkv_stride

    in_group = (group < GROUP)[:, None]
    offsets = (head * GROUP + group)[:, None] * WIDTH + 2 * pairs[None, :]
    even, odd = norm_and_turn(
        source + offsets, q_weight, angles, pairs, in_group & live_pair, eps, WIDTH, NORM
    )
    target = q + row * LOCAL_HEADS * GROUP * WIDTH + offsets
    store_pairs(target, even, odd, in_group & has_pair)

    page = tl.load(page_table + row * table_stride + at // PAGE).to(tl.int64)
    target = kv + page * page_stride + head * head_stride + (at % PAGE) * slot_stride
    offsets = one[:, None] + 2 * pairs[None, :]
    source += (LOCAL_HEADS * GROUP + head) * WIDTH
    even, odd = norm_and_turn(
        source + offsets, k_weight, angles, pairs, live_pair, eps, WIDTH, NORM
    )
    store_pairs(target + offsets, even, odd, live_pair)
    even, odd = load_pairs(source + LOCAL_HEADS * WIDTH + offsets, live_pair)
    store_pairs(target + which_stride + offsets, even, odd, live_pair)
