"""The fast tower's attention: everything between two matrix products, over at most 16 keys.

Is: norms of heads, RoPE, the write to the frame's small cache, and attention to what is in it.
Is not: for the slow tower, whose keys do not fit into one tile.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.kernels.language import Pointer, block, constexpr, kernel, tl, use_triton
from engine.kernels.rope import Norms, norm_and_turn, normed_and_turned, store_pairs


def frame_attention(
    qkv: Tensor,
    norms: Norms | None,
    eps: float,
    rope: Tensor,
    cache: Tensor,
    first: int,
    n_head: int,
) -> Tensor:
    """Run the next positions of each lane's frame.

    Args:
        qkv: the projection [L, S, (H + 2K) * E] of S new positions, usually 1 or 2.
        norms: of the heads, if the model has them.
        eps: of the norms.
        rope: cosine and sine of each position and pair, float32 [positions, E / 2, 2].
        cache: keys and values of one layer, [2, L, K, slots, E], slots at most 16; the new ones are
            written in place.
        first: number of the first new position; those before it are in the cache.
        n_head: H.

    Returns:
        [L, S, H * E].
    """
    if not use_triton(qkv):
        return frame_attention_reference(qkv, norms, eps, rope, cache, first, n_head)
    (n_lanes, n_steps, _), (n_local_heads, n_slots, width) = qkv.shape, cache.shape[2:]
    group = n_head // n_local_heads
    out = qkv.new_empty(n_lanes, n_steps, n_head * width)
    q_weight, k_weight = norms if norms else (qkv, qkv)
    _frame_attention[(n_lanes, n_local_heads)](
        qkv, q_weight, k_weight, rope, cache, out, first, *qkv.stride()[:2], *cache.stride()[:4],
        eps, 1 / math.sqrt(width), STEPS=n_steps, GROUP=group, LOCAL_HEADS=n_local_heads,
        WIDTH=width, NORM=norms is not None, BLOCK_GROUP=block(group), BLOCK_SLOTS=block(n_slots),
        BLOCK_PAIRS=block(width // 2), BLOCK=block(width),
    )  # fmt: skip
    return out


def frame_attention_reference(
    qkv: Tensor,
    norms: Norms | None,
    eps: float,
    rope: Tensor,
    cache: Tensor,
    first: int,
    n_head: int,
) -> Tensor:
    """See `frame_attention`."""
    (n_lanes, n_steps, _), (n_local_heads, _, width) = qkv.shape, cache.shape[2:]
    end = first + n_steps
    heads = qkv.view(n_lanes, n_steps, -1, width)
    q, k, v = heads.split([n_head, n_local_heads, n_local_heads], 2)
    q, k = normed_and_turned(q, k, norms, eps, rope[first:end])
    cache[0, :, :, first:end] = k.transpose(1, 2)
    cache[1, :, :, first:end] = v.transpose(1, 2)
    seen = torch.ones(n_steps, end, dtype=torch.bool, device=q.device).tril(first)
    keys, values = cache[:, :, :, :end]
    grouped = n_head != n_local_heads
    y = F.scaled_dot_product_attention(q.transpose(1, 2), keys, values, seen, enable_gqa=grouped)
    return y.transpose(1, 2).flatten(2)


@kernel
def _frame_attention(
    qkv: Pointer,
    q_weight: Pointer,
    k_weight: Pointer,
    rope: Pointer,
    cache: Pointer,
    out: Pointer,
    first: int,
    lane_stride: int,
    step_stride: int,
    which_stride: int,
    row_stride: int,
    head_stride: int,
    slot_stride: int,
    eps: float,
    scale: float,
    STEPS: constexpr,
    GROUP: constexpr,
    LOCAL_HEADS: constexpr,
    WIDTH: constexpr,
    NORM: constexpr,
    BLOCK_GROUP: constexpr,
    BLOCK_SLOTS: constexpr,
    BLOCK_PAIRS: constexpr,
    BLOCK: constexpr,
) -> None:
    # One program: one lane, one key head and the query heads that share it.
    row, head = tl.program_id(0).to(tl.int64), tl.program_id(1)
    group, slot = tl.arange(0, BLOCK_GROUP), tl.arange(0, BLOCK_SLOTS)
    pairs, i, one = tl.arange(0, BLOCK_PAIRS), tl.arange(0, BLOCK), tl.arange(0, 1)
    has_pair, inside = (pairs < WIDTH // 2)[None, :], (i < WIDTH)[None, :]
    kind = cache.dtype.element_ty
    keys_at = cache + row * row_stride + head * head_stride
    values_at = keys_at + which_stride

    # 1) What is in the cache; the rest of the tiles is filled from registers.
    old = (slot < first)[:, None]
    places = keys_at + (slot * slot_stride)[:, None] + 2 * pairs[None, :]
    even_keys = tl.load(places, mask=old & has_pair, other=0.0).to(tl.float32)
    odd_keys = tl.load(places + 1, mask=old & has_pair, other=0.0).to(tl.float32)
    places = values_at + (slot * slot_stride)[:, None] + i[None, :]
    values = tl.load(places, mask=old & inside, other=0.0).to(tl.float32)

    # 2) New keys and values.
    for step in tl.static_range(STEPS):
        source = qkv + row * lane_stride + step * step_stride
        source += (LOCAL_HEADS * GROUP + head) * WIDTH
        even, odd = norm_and_turn(
            source + one[:, None] + 2 * pairs[None, :],
            k_weight, rope + (first + step) * WIDTH, pairs, has_pair, eps, WIDTH, NORM,
        )  # fmt: skip
        target = (first + step) * slot_stride
        store_pairs(keys_at + target + one[:, None] + 2 * pairs[None, :], even, odd, has_pair)
        value = tl.load(
            source + LOCAL_HEADS * WIDTH + one[:, None] + i[None, :], mask=inside, other=0.0
        )
        tl.store(values_at + target + one[:, None] + i[None, :], value, mask=inside)
        here = (slot == first + step)[:, None]
        even_keys = tl.where(here, even.to(kind).to(tl.float32), even_keys)
        odd_keys = tl.where(here, odd.to(kind).to(tl.float32), odd_keys)
        values = tl.where(here, value.to(tl.float32), values)

    # 3) What each query sees.
    for step in tl.static_range(STEPS):
        heads = (head * GROUP + group)[:, None] * WIDTH
        in_group = (group < GROUP)[:, None]
        even, odd = norm_and_turn(
            qkv + row * lane_stride + step * step_stride + heads + 2 * pairs[None, :],
            q_weight, rope + (first + step) * WIDTH, pairs, in_group & has_pair, eps, WIDTH, NORM,
        )  # fmt: skip
        even, odd = even.to(kind).to(tl.float32), odd.to(kind).to(tl.float32)
        products = even[:, None, :] * even_keys[None, :, :] + odd[:, None, :] * odd_keys[None, :, :]
        scores = tl.sum(products, 2) * scale
        scores = tl.where((slot <= first + step)[None, :], scores, float("-inf"))
        weights = tl.exp(scores - tl.max(scores, 1)[:, None])
        weights = weights / tl.sum(weights, 1)[:, None]
        seen = tl.sum(weights[:, :, None] * values[None, :, :], 1)
        target = out + (row * STEPS + step) * LOCAL_HEADS * GROUP * WIDTH + heads + i[None, :]
        tl.store(target, seen.to(kind), mask=in_group & inside)
