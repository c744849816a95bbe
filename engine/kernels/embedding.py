"""Columns to inputs of the slow tower: a gather and a sum.

Is: the embedding of an id, and for an audio column of its codes too, scaled by 1/sqrt(N + 1).
Is not: the fast tower's input, which is a row of its own table (see `engine.kernels.draw`).
"""

import math

import torch
from torch import Tensor

from engine.kernels.language import Pointer, constexpr, kernel, tl, use_triton

_BLOCK = 256


def embed_columns(
    columns: Tensor, ids_table: Tensor, code_table: Tensor, first: int, last: int
) -> Tensor:
    """Embed columns.

    Args:
        columns: int64 [L, 1 + N]: an id, then the codes of an audio column (else ignored, but
            within the codebooks).
        ids_table: the ids' embeddings [ids, D]. A frame can use the head's rows instead of the
            whole table, with numbers of these rows for ids.
        code_table: the codes' embeddings [N * C, D].
        first: the first id of an audio column.
        last: the last one.

    Returns:
        Inputs [L, D].
    """
    if not use_triton(ids_table):
        return embed_columns_reference(columns, ids_table, code_table, first, last)
    n_codes, width = columns.shape[1] - 1, ids_table.shape[1]
    out = ids_table.new_empty(len(columns), width)
    _embed_columns[(len(columns), -(-width // _BLOCK))](
        columns, ids_table, code_table, out, columns.stride(0), first, last,
        len(code_table) // n_codes, math.sqrt(n_codes + 1),
        N_CODES=n_codes, WIDTH=width, BLOCK=_BLOCK,
    )  # fmt: skip
    return out


def embed_columns_reference(
    columns: Tensor, ids_table: Tensor, code_table: Tensor, first: int, last: int
) -> Tensor:
    """See `embed_columns`."""
    ids, codes = columns[:, 0], columns[:, 1:]
    n_codes = codes.shape[1]
    offsets = torch.arange(n_codes, device=codes.device) * (len(code_table) // n_codes)
    text = ids_table[ids]
    audio = (text + code_table[codes + offsets].sum(1)) / math.sqrt(n_codes + 1)
    is_audio = (ids >= first) & (ids <= last)
    return torch.where(is_audio[:, None], audio, text)


@kernel
def _embed_columns(
    columns: Pointer,
    ids_table: Pointer,
    code_table: Pointer,
    out: Pointer,
    columns_stride: int,
    first: int,
    last: int,
    codebook_size: int,
    divisor: float,
    N_CODES: constexpr,
    WIDTH: constexpr,
    BLOCK: constexpr,
) -> None:
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < WIDTH
    column = columns + row * columns_stride
    id_ = tl.load(column)
    embedded = tl.load(ids_table + id_ * WIDTH + i, mask=inside, other=0.0)
    if (id_ >= first) & (id_ <= last):
        codes = tl.zeros([BLOCK], tl.float32)
        for n in tl.static_range(N_CODES):
            code = tl.load(column + 1 + n) + n * codebook_size
            codes += tl.load(code_table + code * WIDTH + i, mask=inside, other=0.0).to(tl.float32)
        # Rounded after each operation, as torch does.
        summed = embedded.to(tl.float32) + codes.to(embedded.dtype).to(tl.float32)
        embedded = (summed.to(embedded.dtype).to(tl.float32) / divisor).to(embedded.dtype)
    tl.store(out + row * WIDTH + i, embedded, mask=inside)
