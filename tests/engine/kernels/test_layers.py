"""What a layer does between its matrix products: the kernels against plain torch."""

import pytest
import torch
from torch import Tensor

from engine import kernels
from engine.kernels.language import use_triton

PAGE = 128
# query heads, key heads, head width: of the tests' tiny models, of the starter, of s2-pro
HEADS = [(4, 2, 24), (6, 3, 16), (3, 3, 32), (8, 2, 128)]


def assert_close(got: Tensor, expected: Tensor) -> None:
    """Equal but for rounding: a few parts in a million, or one step of bf16."""
    assert got.dtype == expected.dtype
    rtol, atol = (1e-5, 2e-6) if got.dtype == torch.float32 else (2**-7, 1e-2)
    torch.testing.assert_close(got, expected, rtol=rtol, atol=atol)


def rope_table(n_positions: int, width: int, device: torch.device) -> Tensor:
    angles = torch.rand(n_positions, width // 2, device=device) * 6
    return torch.stack([angles.cos(), angles.sin()], -1).bfloat16().float()


def page_store(shape: tuple[int, ...], order: str, **kind: object) -> Tensor:
    """One layer's pages, cut from a store of several layers in one of two orders."""
    if order == "pages first":
        return torch.randn(shape[0], 3, *shape[1:], **kind)[:, 1]
    return torch.randn(3, *shape, **kind)[1]


def test_kernels_are_used_here(device):
    assert use_triton(torch.zeros(1, device=device))


@pytest.mark.parametrize("width", [48, 64, 2560])
@pytest.mark.parametrize("add", [True, False])
def test_add_rms_norm(device, dtype, width, add):
    x = torch.randn(3, 2, width, device=device, dtype=dtype)
    y = torch.randn(3, 2, width, device=device, dtype=dtype) if add else None
    weight = torch.randn(width, device=device, dtype=dtype)
    mine, theirs = x.clone(), x.clone()
    got = kernels.add_rms_norm(mine, y, weight, 1e-6)
    assert_close(got, kernels.add_rms_norm_reference(theirs, y, weight, 1e-6))
    assert torch.equal(mine, theirs)
    assert torch.equal(mine, x) is not add


def test_add_rms_norm_of_every_second_row(device):
    x = torch.randn(3, 2, 64, device=device)
    expected = kernels.add_rms_norm_reference(x[:, 1].clone(), None, torch.ones(64).to(x), 1e-6)
    assert_close(kernels.add_rms_norm(x[:, 1], None, torch.ones(64).to(x), 1e-6), expected)


@pytest.mark.parametrize("width", [136, 176, 2048])
def test_swiglu(device, dtype, width):
    gate_up = 4 * torch.randn(2, 3, 2 * width, device=device, dtype=dtype)
    assert_close(kernels.swiglu(gate_up), kernels.swiglu_reference(gate_up))


@pytest.mark.parametrize(("n_codes", "width"), [(10, 64), (8, 320)])
def test_embed_columns(device, dtype, n_codes, width):
    size, kind = 12, {"device": device, "dtype": dtype}
    ids_table, code_table = (
        torch.randn(40, width, **kind),
        torch.randn(n_codes * size, width, **kind),
    )
    columns = torch.randint(0, size, (5, 1 + n_codes), device=device)
    columns[:, 0] = torch.tensor([20, 31, 19, 32, 0])  # two audio columns, three of text
    arguments = (columns, ids_table, code_table, 20, 31)
    got, expected = kernels.embed_columns(*arguments), kernels.embed_columns_reference(*arguments)
    assert_close(got, expected)
    assert torch.equal(got[2:], ids_table[columns[2:, 0]])


@pytest.mark.parametrize("heads", HEADS, ids=str)
@pytest.mark.parametrize(("normed", "order"), [(True, "pages first"), (False, "layers first")])
def test_rope_and_write(device, dtype, heads, normed, order):
    n_head, n_local, width = heads
    kind = {"device": device, "dtype": dtype}
    qkv = torch.randn(4, (n_head + 2 * n_local) * width, **kind)
    norms = (torch.randn(width, **kind), torch.randn(width, **kind)) if normed else None
    rope = rope_table(300, width, device)
    kv = page_store((9, 2, n_local, PAGE, width), order, **kind)
    table = torch.tensor([[4, 2], [7, 1], [8, 8], [3, 6]], dtype=torch.int32, device=device)
    positions = torch.tensor([0, 130, -1, 255], dtype=torch.int32, device=device)
    mine, theirs = kv.clone(), kv.clone()
    got, expected = (
        run(qkv, norms, 1e-6, rope, positions, store, table, n_head)
        for run, store in [
            (kernels.rope_and_write, mine),
            (kernels.rope_and_write_reference, theirs),
        ]
    )
    assert_close(got, expected)
    assert_close(mine, theirs)
    changed = (mine != kv).any(-1).any(2).any(1).nonzero()
    assert changed.tolist() == [[1, 2], [4, 0], [6, 127]]
    assert not got[2].any()


def paged_case(heads, kind, lengths, n_pages):
    n_head, n_local, width = heads
    q = torch.randn(len(lengths), n_head, width, **kind)
    kv = torch.randn(len(lengths) * n_pages, 3, 2, n_local, PAGE, width, **kind)[:, 2]
    table = torch.randperm(len(kv), device=kind["device"]).view(len(lengths), n_pages).int()
    positions = torch.tensor(lengths, dtype=torch.int32, device=kind["device"]) - 1
    return q, kv, table, positions


@pytest.mark.parametrize("heads", HEADS, ids=str)
def test_paged_attention(device, dtype, heads):
    case = paged_case(heads, {"device": device, "dtype": dtype}, [1, 0, 128, 300, 129], 3)
    got, expected = kernels.paged_attention(*case), kernels.paged_attention_reference(*case)
    assert_close(got, expected)
    assert not got[1].any()


def test_paged_attention_over_more_pages_than_are_put_together_at_once(device):
    case = paged_case((2, 1, 16), {"device": device}, [70 * PAGE, 33 * PAGE + 5], 70)
    assert_close(kernels.paged_attention(*case), kernels.paged_attention_reference(*case))


def test_a_lane_attends_alike_alone_and_among_others(device, dtype):
    q, kv, table, positions = paged_case(HEADS[3], {"device": device, "dtype": dtype}, [290] * 4, 4)
    together = kernels.paged_attention(q, kv, table, positions)
    alone = kernels.paged_attention(q[2:3], kv, table[2:3, :3].contiguous(), positions[2:3])
    assert torch.equal(together[2:3], alone)


def test_garbage_beyond_a_lanes_length_is_not_read(device, dtype):
    q, kv, table, positions = paged_case(HEADS[0], {"device": device, "dtype": dtype}, [5, 140], 2)
    before = kernels.paged_attention(q, kv, table, positions)
    kv[table[0, 0].long(), :, :, 5:] = torch.nan
    kv[table[1, 1].long(), :, :, 12:] = torch.inf
    for attend in (kernels.paged_attention, kernels.paged_attention_reference):
        assert_close(attend(q, kv, table, positions), before)


@pytest.mark.parametrize("heads", HEADS, ids=str)
@pytest.mark.parametrize("normed", [True, False])
def test_frame_attention(device, dtype, heads, normed):
    n_head, n_local, width = heads
    kind = {"device": device, "dtype": dtype}
    norms = (torch.randn(width, **kind), torch.randn(width, **kind)) if normed else None
    rope = rope_table(11, width, device)
    mine = torch.full((2, 2, n_local, 11, width), torch.nan, **kind)
    theirs = mine.clone()
    first = 0
    for n_steps in (2, 1, 1):
        qkv = torch.randn(2, n_steps, (n_head + 2 * n_local) * width, **kind)
        arguments = (qkv, norms, 1e-6, rope)
        got = kernels.frame_attention(*arguments, mine, first, n_head)
        expected = kernels.frame_attention_reference(*arguments, theirs, first, n_head)
        assert_close(got, expected)
        first += n_steps
        assert_close(mine[:, :, :, :first], theirs[:, :, :, :first])
        assert mine[:, :, :, first:].isnan().all()
