"""Philox against its published vectors, and the numbers' independence of how they are asked for."""

import pytest
import torch

from engine.random import lane_uniforms, philox, uniforms

CPU = torch.device("cpu")
ONES = 0xFFFFFFFF
# From the Random123 distribution (kat_vectors, philox4x32 10): counter, key, result.
VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_published_vectors(counter, key, result):
    a, b, c, d = (torch.tensor([word]) for word in counter)
    assert tuple(int(word) for word in philox((a, b, c, d), key)) == result


def test_numbers_depend_on_what_they_are_for_alone():
    block = uniforms(7, 0, 6, 4, 30, CPU)
    for frame in range(6):
        assert torch.equal(uniforms(7, frame, 1, 4, 30, CPU)[0], block[frame])
    assert torch.equal(uniforms(7, 0, 6, 2, 11, CPU), block[:, :2, :11])


def test_seeds_count_to_64_bits_and_may_be_negative():
    seeds = [0, 1, -1, 2**32, 2**63, 2**64 - 2]
    drawn = {tuple(uniforms(seed, 0, 1, 1, 8, CPU).flatten().tolist()) for seed in seeds}
    assert len(drawn) == len(seeds)


def test_numbers_are_uniform_and_never_0_or_1():
    u = uniforms(3, 0, 64, 10, 500, CPU)
    assert 0 < float(u.min()) < 1e-4
    assert 1 - 1e-4 < float(u.max()) < 1
    counts = torch.histc(u, bins=16, min=0, max=1) / u.numel() * 16
    assert float((counts - 1).abs().max()) < 0.03


def test_the_numbers_of_several_lanes_are_their_own():
    seeds, frames = [0, -5, 2**62 + 12345, 77], [0, 3, 999, 3]
    together = lane_uniforms(torch.tensor(seeds), torch.tensor(frames), 4, 30)
    alone = [uniforms(s, f, 1, 11, 41, CPU)[0, 4, :30] for s, f in zip(seeds, frames, strict=True)]
    assert torch.equal(together, torch.stack(alone))
