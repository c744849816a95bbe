"""Logits to ids on the device: masks, top-k and top-p, the draw, repetition, and what follows.

Is: `engine.sampling`'s rules as one kernel per draw, with `engine.random`'s numbers made inside it,
and the next input of the fast tower picked from its table by the way.
Is not: sorted. The race is run first, among all ids, and then the winner is asked whether it may be
drawn at all: how many ids come before it, and how much probability up to it? If it may not, neither
may anything less likely, and the race is run again among the more likely. The first winner that may
be drawn is the winner among all that may: the same id a sort would lead to, mostly at once, for any
top-k and without limit to it.

- Of equal logits the lower id ranks first. bf16 has many equal ones, and a sort's order of them
  would depend on the device.
- Logits that are not numbers count as tiny; `finite` tells, and what is drawn then means nothing.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from engine.kernels.language import Pointer, Tile, block, constexpr, kernel, tl, use_triton
from engine.random import lane_uniforms
from engine.sampling import WINDOW, race, tempered

_NORMAL, _HIGH, _CODES = range(3)
_TINY = -1e30


class Lanes(NamedTuple):
    """The rules and the state of the draws, one entry for each lane, in tensors that stay.

    Args:
        seed: of the random numbers, int64 [L].
        frame: number of the frame that is being made, int32 [L].
        least_frames: the end may not be drawn before that frame, int32 [L].
        most_frames: the end is drawn at that frame at the latest, int32 [L].
        temperature: of the normal draw, of the high draw and of the codes, float32 [L, 3].
        top_p: like temperature.
        top_k: int32 [L].
        window: the last ids drawn, in any order, int64 [L, WINDOW]; NOTHING where there is none.
    """

    seed: Tensor
    frame: Tensor
    least_frames: Tensor
    most_frames: Tensor
    temperature: Tensor
    top_p: Tensor
    top_k: Tensor
    window: Tensor


def draw_id(
    logits: Tensor,
    lanes: Lanes,
    columns: Tensor,
    finite: Tensor,
    n_codes: int,
    table: Tensor,
    x: Tensor,
    noise: Tensor | None = None,
) -> None:
    """Draw the next id of each lane, repetition-aware, and its first code.

    Args:
        logits: of the head's rows [L, V]; the last one ends the turn.
        lanes: rules; the id joins the window, unless it is the first frame's.
        columns: int64 [L, 1 + N]; row number and first code go to the first two places. The end's
            code is 0.
        finite: bool [L]; set where all logits are numbers.
        n_codes: C; a row beyond the last code counts as that one.
        table: the fast tower's embeddings [C, D].
        x: [L, D]; the first code's embedding goes there.
        noise: exponential variates [L, draws, at least V], draws 0 and 1 of which are used; made
            from seed and frame if there are none.
    """
    if not use_triton(logits):
        return draw_id_reference(logits, lanes, columns, finite, n_codes, table, x, noise)
    width = logits.shape[1]
    flags, noise_or_not = finite.view(torch.uint8), logits if noise is None else noise
    _draw_id[(len(logits),)](
        logits, noise_or_not, *lanes, columns, flags, table, x, logits.stride(0),
        *noise_or_not.stride()[:2], columns.stride(0), x.stride(0), n_codes,
        HAS_NOISE=noise is not None, WIDTH=width, WINDOW=WINDOW, BLOCK_WINDOW=block(WINDOW),
        BLOCK=block(width, 4), DIM=table.shape[1], BLOCK_DIM=block(table.shape[1]),
        num_warps=_warps(width),
    )  # fmt: skip


def draw_code(
    logits: Tensor,
    lanes: Lanes,
    columns: Tensor,
    finite: Tensor,
    p: int,
    table: Tensor,
    x: Tensor,
    noise: Tensor | None = None,
) -> None:
    """Draw code p (1 or more) of each lane's frame.

    Args:
        logits: [L, C].
        lanes: rules.
        columns: int64 [L, 1 + N]; the code goes to place 1 + p.
        finite: bool [L]; cleared where a logit is not a number.
        p: number of the codebook.
        table: the fast tower's embeddings [C, D].
        x: [L, D]; the code's embedding goes there.
        noise: exponential variates [L, draws, at least C], draw 1 + p of which is used; made from
            seed and frame if there are none.
    """
    if not use_triton(logits):
        return draw_code_reference(logits, lanes, columns, finite, p, table, x, noise)
    width = logits.shape[1]
    flags, noise_or_not = finite.view(torch.uint8), logits if noise is None else noise
    _draw_code[(len(logits),)](
        logits, noise_or_not, lanes.seed, lanes.frame, lanes.temperature, lanes.top_p,
        lanes.top_k, columns, flags, table, x, logits.stride(0), *noise_or_not.stride()[:2],
        columns.stride(0), x.stride(0), p, HAS_NOISE=noise is not None, WIDTH=width,
        BLOCK=block(width, 4), DIM=table.shape[1], BLOCK_DIM=block(table.shape[1]),
        num_warps=_warps(width),
    )  # fmt: skip


def _warps(width: int) -> int:
    return 8 if width <= 4096 else 16  # of 32 threads, so that all numbers fit into registers


def draw_id_reference(
    logits: Tensor,
    lanes: Lanes,
    columns: Tensor,
    finite: Tensor,
    n_codes: int,
    table: Tensor,
    x: Tensor,
    noise: Tensor | None = None,
) -> None:
    """See `draw_id`."""
    logits, all_finite = _numbers(logits)
    finite.copy_(all_finite)
    end = logits.shape[1] - 1
    logits[:, end].masked_fill_(lanes.frame < lanes.least_frames, -torch.inf)
    normal, high = (
        _drawn(logits, lanes, rule, draw, noise) for draw, rule in enumerate((_NORMAL, _HIGH))
    )
    repeated = (lanes.window == normal[:, None]).any(1) & (normal != end)
    row = torch.where(repeated, high, normal)
    row = row.masked_fill(lanes.frame >= lanes.most_frames, end)
    _remember(lanes, row)
    columns[:, 0] = row
    columns[:, 1] = row.masked_fill(row == end, 0).clamp(max=n_codes - 1)
    x.copy_(table[columns[:, 1]])


def draw_code_reference(
    logits: Tensor,
    lanes: Lanes,
    columns: Tensor,
    finite: Tensor,
    p: int,
    table: Tensor,
    x: Tensor,
    noise: Tensor | None = None,
) -> None:
    """See `draw_code`."""
    logits, all_finite = _numbers(logits)
    finite &= all_finite
    columns[:, 1 + p] = _drawn(logits, lanes, _CODES, 1 + p, noise)
    x.copy_(table[columns[:, 1 + p]])


def _numbers(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return logits as fp32 numbers, and whether all of a lane's were [L]."""
    finite = logits.isfinite()
    return logits.float().masked_fill(~finite, _TINY), finite.all(-1)


def _drawn(logits: Tensor, lanes: Lanes, rule: int, draw: int, noise: Tensor | None) -> Tensor:
    """Draw an id for each lane; what is drawn from is that of `engine.sampling`."""
    width = logits.shape[1]
    if noise is None:
        exponentials = -lane_uniforms(lanes.seed, lanes.frame, draw, width).log()
    else:
        exponentials = noise[:, draw, :width]
    values, ids = logits.sort(dim=-1, descending=True, stable=True)
    dropped = values.softmax(-1).cumsum(-1) > lanes.top_p[:, rule, None]
    dropped |= torch.arange(width, device=logits.device) >= lanes.top_k[:, None]
    dropped[:, 0] = False
    kept = values.masked_fill(dropped, -torch.inf)
    return race(ids, tempered(kept, lanes.temperature[:, rule]), exponentials)


def _remember(lanes: Lanes, row: Tensor) -> None:
    """Let an id take the place of the oldest one; the makers leave the first frame's out."""
    place = ((lanes.frame - 1) % WINDOW).long()[:, None]
    kept = lanes.window.gather(1, place)
    new = torch.where(lanes.frame[:, None] > 0, row[:, None], kept)
    lanes.window.scatter_(1, place, new)


@kernel
def _exponentials(
    noise: Pointer, seed: Tile, frame: Tile, draw: int, HAS_NOISE: constexpr,
    WIDTH: constexpr, BLOCK: constexpr,
) -> Tile:  # fmt: skip
    if HAS_NOISE:
        i = tl.arange(0, BLOCK)
        result = tl.load(noise + i, mask=i < WIDTH, other=1.0)
    else:
        quarter = tl.arange(0, BLOCK // 4)
        zero = tl.zeros_like(quarter)
        a, b, c, d = tl.philox(seed, quarter, zero + draw, zero + frame, zero)
        words = tl.reshape(tl.join(tl.join(a, c), tl.join(b, d)), [BLOCK])
        # As engine.random has it: 23 bits and a half.
        uniform = ((words >> 9).to(tl.float32) + 0.5) * (1.0 / 8388608)
        result = -tl.log(uniform)
    return result


@kernel
def _winner(
    values: Tile, exponentials: Tile, temperature: Tile, top_p: Tile, top_k: Tile,
    BLOCK: constexpr,
) -> Tile:  # fmt: skip
    """Return who wins the race among those that may be drawn; see the module."""
    i = tl.arange(0, BLOCK)
    above = values - tl.max(values, 0)
    probabilities = tl.exp(above)
    total = tl.sum(probabilities, 0)
    scores = above / tl.maximum(temperature, 1e-5) - tl.log(exponentials)
    winner = tl.argmax(scores, 0)
    searching = 1
    while searching != 0:
        winner = tl.argmax(scores, 0)
        value = tl.max(tl.where(i == winner, values, float("-inf")), 0)
        ahead = (values > value) | ((values == value) & (i < winner))
        n_ahead = tl.sum(ahead.to(tl.int32), 0)
        mass = tl.sum(tl.where(ahead | (i == winner), probabilities, 0.0), 0) / total
        allowed = (n_ahead == 0) | ((n_ahead < top_k) & (mass <= top_p))
        searching = tl.where(allowed, 0, 1)
        scores = tl.where(ahead, scores, float("-inf"))
    return winner


@kernel
def _load_numbers(logits: Pointer, WIDTH: constexpr, BLOCK: constexpr) -> tuple[Tile, Tile]:
    """Load logits as fp32 numbers; also tell whether all were."""
    i = tl.arange(0, BLOCK)
    values = tl.load(logits + i, mask=i < WIDTH, other=0.0).to(tl.float32)
    is_number = tl.abs(values) < float("inf")
    finite = tl.min(is_number.to(tl.int32), 0)
    values = tl.where(is_number, values, -1e30)
    return tl.where(i < WIDTH, values, float("-inf")), finite


@kernel
def _pick(table: Pointer, x: Pointer, code: Tile, DIM: constexpr, BLOCK_DIM: constexpr) -> None:
    """Copy a code's embedding."""
    i = tl.arange(0, BLOCK_DIM)
    row = tl.load(table + code.to(tl.int64) * DIM + i, mask=i < DIM)
    tl.store(x + i, row, mask=i < DIM)


@kernel
def _draw_id(
    logits: Pointer,
    noise: Pointer,
    seeds: Pointer,
    frames: Pointer,
    least_frames: Pointer,
    most_frames: Pointer,
    temperatures: Pointer,
    top_ps: Pointer,
    top_ks: Pointer,
    window: Pointer,
    columns: Pointer,
    finite: Pointer,
    table: Pointer,
    x: Pointer,
    logits_stride: int,
    noise_stride: int,
    draw_stride: int,
    columns_stride: int,
    x_stride: int,
    n_codes: int,
    HAS_NOISE: constexpr,
    WIDTH: constexpr,
    WINDOW: constexpr,
    BLOCK_WINDOW: constexpr,
    BLOCK: constexpr,
    DIM: constexpr,
    BLOCK_DIM: constexpr,
) -> None:
    lane = tl.program_id(0).to(tl.int64)
    seed, frame, top_k = tl.load(seeds + lane), tl.load(frames + lane), tl.load(top_ks + lane)
    i, place = tl.arange(0, BLOCK), tl.arange(0, BLOCK_WINDOW)
    recent = tl.load(window + lane * WINDOW + place, mask=place < WINDOW, other=-1)
    values, all_finite = _load_numbers(logits + lane * logits_stride, WIDTH, BLOCK)
    end = WIDTH - 1
    forbidden = tl.where(frame < tl.load(least_frames + lane), end, -1)
    values = tl.where(i == forbidden, float("-inf"), values)

    noise += lane * noise_stride
    exponentials = _exponentials(noise, seed, frame, 0, HAS_NOISE, WIDTH, BLOCK)
    row = _winner(
        values, exponentials, tl.load(temperatures + 3 * lane), tl.load(top_ps + 3 * lane),
        top_k, BLOCK,
    )  # fmt: skip
    repeats = tl.sum((recent == row).to(tl.int32), 0)
    if (repeats > 0) & (row != end):
        exponentials = _exponentials(noise + draw_stride, seed, frame, 1, HAS_NOISE, WIDTH, BLOCK)
        row = _winner(
            values, exponentials, tl.load(temperatures + 3 * lane + 1),
            tl.load(top_ps + 3 * lane + 1), top_k, BLOCK,
        )  # fmt: skip
    row = tl.where(frame >= tl.load(most_frames + lane), end, row)

    code = tl.where(row == end, 0, tl.minimum(row, n_codes - 1))
    tl.debug_barrier()  # every thread has read the window
    if frame > 0:
        tl.store(window + lane * WINDOW + (frame - 1) % WINDOW, row.to(tl.int64))
    tl.store(columns + lane * columns_stride, row.to(tl.int64))
    tl.store(columns + lane * columns_stride + 1, code.to(tl.int64))
    tl.store(finite + lane, all_finite.to(tl.uint8))
    _pick(table, x + lane * x_stride, code, DIM, BLOCK_DIM)


@kernel
def _draw_code(
    logits: Pointer,
    noise: Pointer,
    seeds: Pointer,
    frames: Pointer,
    temperatures: Pointer,
    top_ps: Pointer,
    top_ks: Pointer,
    columns: Pointer,
    finite: Pointer,
    table: Pointer,
    x: Pointer,
    logits_stride: int,
    noise_stride: int,
    draw_stride: int,
    columns_stride: int,
    x_stride: int,
    p: int,
    HAS_NOISE: constexpr,
    WIDTH: constexpr,
    BLOCK: constexpr,
    DIM: constexpr,
    BLOCK_DIM: constexpr,
) -> None:
    lane = tl.program_id(0).to(tl.int64)
    was_finite = tl.load(finite + lane)
    values, all_finite = _load_numbers(logits + lane * logits_stride, WIDTH, BLOCK)
    noise += lane * noise_stride + (1 + p) * draw_stride
    exponentials = _exponentials(
        noise, tl.load(seeds + lane), tl.load(frames + lane), 1 + p, HAS_NOISE, WIDTH, BLOCK
    )
    code = _winner(
        values, exponentials, tl.load(temperatures + 3 * lane + 2),
        tl.load(top_ps + 3 * lane + 2), tl.load(top_ks + lane), BLOCK,
    )  # fmt: skip
    tl.debug_barrier()  # every thread has read the flag
    tl.store(columns + lane * columns_stride + 1 + p, code.to(tl.int64))
    tl.store(finite + lane, was_finite & all_finite.to(tl.uint8))
    _pick(table, x + lane * x_stride, code, DIM, BLOCK_DIM)
