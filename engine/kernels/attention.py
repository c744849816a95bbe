"""Attention of one new position per lane to everything the lane's pages hold.

Is: grouped-query attention, split by page and put together in the order of pages.
Is not: attention over a prompt, for which matrix products pay (torch's own does that).

- The split is the page, whatever the length, the batch or the room in the page table: a lane's
  result is the same to the last bit, alone and among others.
- What a page holds beyond the lane's length is never read: it may be another lane's garbage.
"""

import math

import torch
from torch import Tensor

from engine.kernels.language import Pointer, block, constexpr, kernel, tl, use_triton

_MOST_SPLITS = 64  # programs for the pages of a key head; further pages are taken in turn
_COMBINED_PAGES = 32  # pages whose partial results are put together at a time
_LEAST_ROWS = 16  # the smallest tile a matrix unit works on


def paged_attention(q: Tensor, kv: Tensor, page_table: Tensor, positions: Tensor) -> Tensor:
    """Attend to all positions of each lane.

    Args:
        q: queries [L, H, E].
        kv: one layer's pages [pages, 2, K, PAGE, E], with any strides.
        page_table: the lanes' pages in order, int32 [L, P].
        positions: of the queries, int32 [L]; each sees itself and those before it. -1 is an idle
            lane, which sees nothing.

    Returns:
        [L, H * E]; zeros of idle lanes.
    """
    if not use_triton(q):
        return paged_attention_reference(q, kv, page_table, positions)
    (n_lanes, n_head, width), n_pages = q.shape, page_table.shape[1]
    n_local_heads, page = kv.shape[2:4]
    sums = q.new_empty(n_lanes, n_head, n_pages, width, dtype=torch.float32)
    marks = q.new_empty(n_lanes, n_head, n_pages, 2, dtype=torch.float32)
    out = q.new_empty(n_lanes, n_head * width)
    group, size = n_head // n_local_heads, block(width, _LEAST_ROWS)
    _attend_to_page[(n_lanes, n_local_heads, min(n_pages, _MOST_SPLITS))](
        q, kv, page_table, positions, sums, marks, n_pages, page_table.stride(0),
        *kv.stride()[:4], 1 / math.sqrt(width), GROUP=group, LOCAL_HEADS=n_local_heads,
        WIDTH=width, PAGE=page, ROWS=block(group, _LEAST_ROWS), BLOCK=size,
    )  # fmt: skip
    _combine[(n_lanes, n_head)](
        sums, marks, positions, out, n_pages,
        HEADS=n_head, WIDTH=width, PAGE=page, PAGES=_COMBINED_PAGES, BLOCK=size,
    )  # fmt: skip
    return out


def paged_attention_reference(
    q: Tensor, kv: Tensor, page_table: Tensor, positions: Tensor
) -> Tensor:
    """See `paged_attention`."""
    (n_lanes, n_head, width), n_pages = q.shape, page_table.shape[1]
    n_local_heads, page = kv.shape[2:4]
    # [L, K, P, PAGE, E] and [L, K, P, G, E]
    keys, values = kv[page_table.long()].float().permute(2, 0, 3, 1, 4, 5)
    groups = q.float().view(n_lanes, n_local_heads, 1, -1, width)
    slots = torch.arange(n_pages * page, device=q.device).view(n_pages, 1, page)
    unseen = slots > positions[:, None, None, None, None]
    scores = (groups @ keys.transpose(-1, -2)) / math.sqrt(width)
    scores = scores.masked_fill(unseen, -torch.inf)
    largest = scores.amax(-1, keepdim=True)
    weights = (scores - largest.clamp(min=-1e30)).exp()
    sums = weights @ values.masked_fill(unseen.transpose(-1, -2), 0)
    scale = (largest - largest.amax(2, keepdim=True).clamp(min=-1e30)).exp()
    # A running sum adds page by page, so that room for more pages changes nothing.
    total = (weights.sum(-1, keepdim=True) * scale).cumsum(2)[:, :, -1]
    seen = (sums * scale).cumsum(2)[:, :, -1]
    # The likeliest position counts 1, so that only an idle lane's total is below 1.
    result: Tensor = seen / total.clamp(min=1)
    return result.reshape(n_lanes, n_head * width).to(q.dtype)


@kernel
def _attend_to_page(
    q: Pointer,
    kv: Pointer,
    page_table: Pointer,
    positions: Pointer,
    sums: Pointer,
    marks: Pointer,
    n_pages: int,
    table_stride: int,
    page_stride: int,
    which_stride: int,
    head_stride: int,
    slot_stride: int,
    scale: float,
    GROUP: constexpr,
    LOCAL_HEADS: constexpr,
    WIDTH: constexpr,
    PAGE: constexpr,
    ROWS: constexpr,
    BLOCK: constexpr,
) -> None:
    # One program: one lane, one key head with its query heads, every n-th page.
    row, head = tl.program_id(0).to(tl.int64), tl.program_id(1)
    length = tl.load(positions + row) + 1
    group, i, slot = tl.arange(0, ROWS), tl.arange(0, BLOCK), tl.arange(0, PAGE)
    in_group, inside = (group < GROUP)[:, None], i < WIDTH
    heads = (row * LOCAL_HEADS + head) * GROUP + group
    queries = tl.load(
        q + heads[:, None] * WIDTH + i[None, :], mask=in_group & inside[None, :], other=0.0
    )
    for n in range(tl.program_id(2), tl.cdiv(length, PAGE), tl.num_programs(2)):
        page = tl.load(page_table + row * table_stride + n).to(tl.int64)
        keys_at = kv + page * page_stride + head * head_stride
        seen = n * PAGE + slot < length
        keys = tl.load(
            keys_at + slot[None, :] * slot_stride + i[:, None],
            mask=seen[None, :] & inside[:, None],
            other=0.0,
        )
        values = tl.load(
            keys_at + which_stride + slot[:, None] * slot_stride + i[None, :],
            mask=seen[:, None] & inside[None, :],
            other=0.0,
        )
        scores = tl.dot(queries, keys, input_precision="ieee") * scale
        scores = tl.where(seen[None, :], scores, float("-inf"))
        largest = tl.max(scores, 1)
        weights = tl.exp(scores - largest[:, None])
        result = tl.dot(weights.to(values.dtype), values, input_precision="ieee")
        at = heads * n_pages + n
        tl.store(sums + at[:, None] * WIDTH + i[None, :], result, mask=in_group & inside[None, :])
        tl.store(marks + 2 * at, largest, mask=group < GROUP)
        tl.store(marks + 2 * at + 1, tl.sum(weights, 1), mask=group < GROUP)


@kernel
def _combine(
    sums: Pointer,
    marks: Pointer,
    positions: Pointer,
    out: Pointer,
    n_pages: int,
    HEADS: constexpr,
    WIDTH: constexpr,
    PAGE: constexpr,
    PAGES: constexpr,
    BLOCK: constexpr,
) -> None:
    # One program: one lane, one query head. A tile's size is fixed, and so is the order of its sum.
    row, head = tl.program_id(0).to(tl.int64), tl.program_id(1)
    used = tl.cdiv(tl.load(positions + row) + 1, PAGE)
    i, step = tl.arange(0, BLOCK), tl.arange(0, PAGES)
    at = (row * HEADS + head) * n_pages
    largest = tl.full([], -1e30, tl.float32)
    total = tl.zeros([], tl.float32)
    seen = tl.zeros([BLOCK], tl.float32)
    for start in range(0, used, PAGES):
        page = at + start + step
        there = start + step < used
        mark = tl.load(marks + 2 * page, mask=there, other=-1e30)
        weight = tl.load(marks + 2 * page + 1, mask=there, other=0.0)
        part = tl.load(
            sums + page[:, None] * WIDTH + i[None, :],
            mask=there[:, None] & (i < WIDTH)[None, :],
            other=0.0,
        )
        larger = tl.maximum(largest, tl.max(mark, 0))
        scale = tl.where(there, tl.exp(mark - larger), 0.0)
        old = tl.exp(largest - larger)
        total = total * old + tl.sum(weight * scale, 0)
        seen = seen * old + tl.sum(part * scale[:, None], 0)
        largest = larger
    result = (seen / tl.maximum(total, 1.0)).to(out.dtype.element_ty)
    tl.store(out + (row * HEADS + head) * WIDTH + i, result, mask=i < WIDTH)
