"""The floor arithmetic, against the numbers the engine was designed with."""

import pytest

from engine.bench.floors import (
    Card,
    Widths,
    codec_seconds,
    flops_per_frame,
    frame_seconds,
    kv_numbers_per_position,
    layer_parameters,
    prefill_seconds,
    slow_parameters,
    upstream_weights_per_frame,
    weights_per_frame,
)
from engine.bench.sizes import S2_PRO

H200 = Card(read_bytes=4.3e12, flops=790e12)
RTX_4090 = Card(read_bytes=1.0e12, flops=165e12)
BF16, FP8_WEIGHTS, FP8 = Widths(2, 2, 2), Widths(1, 2, 1), Widths(1, 1, 1)
FRAME = 2048 / 44100


def speed(card: Card, lanes: int, positions: int, widths: Widths) -> float:
    return lanes * FRAME / frame_seconds(S2_PRO, card, lanes, positions, widths)


def test_parameters_are_those_of_the_published_model():
    assert layer_parameters(S2_PRO.text) == pytest.approx(100.93e6, rel=1e-4)
    assert slow_parameters(S2_PRO) == pytest.approx(3.633e9, rel=1e-3)


def test_bytes_of_a_frame():
    assert 2 * weights_per_frame(S2_PRO) == pytest.approx(14.74e9, rel=1e-3)
    assert 2 * upstream_weights_per_frame(S2_PRO) == pytest.approx(16.35e9, rel=1e-3)
    assert 2 * kv_numbers_per_position(S2_PRO) == 147_456
    assert flops_per_frame(S2_PRO) == pytest.approx(15.55e9, rel=1e-3)


@pytest.mark.parametrize(
    ("lanes", "milliseconds"), [(1, 3.50), (8, 3.99), (32, 5.68), (64, 7.92), (128, 12.4)]
)
def test_the_time_of_a_frame_on_an_h200(lanes, milliseconds):
    seconds = frame_seconds(S2_PRO, H200, lanes, 2048, BF16)
    assert seconds * 1e3 == pytest.approx(milliseconds, rel=5e-3)


@pytest.mark.parametrize(
    ("card", "widths", "positions", "speeds"),
    [
        (H200, BF16, 2048, {1: 13.3, 8: 93, 32: 262, 64: 375, 128: 479}),
        (H200, BF16, 4096, {1: 13.0, 8: 82, 32: 188, 64: 239, 128: 278}),
        (H200, FP8_WEIGHTS, 2048, {1: 26, 8: 163, 32: 375, 64: 479, 128: 517}),
        (H200, FP8_WEIGHTS, 4096, {1: 25, 8: 131, 32: 239, 64: 278, 128: 290}),
        (H200, FP8, 2048, {1: 26, 8: 186, 32: 524, 64: 750, 128: 848}),
        (RTX_4090, BF16, 2048, {1: 1 / 0.324, 8: 22, 16: 38, 32: 61}),
        (RTX_4090, FP8_WEIGHTS, 2048, {1: 1 / 0.165, 8: 38, 16: 61, 32: 87}),
        (RTX_4090, BF16, 4096, {16: 30}),
        (RTX_4090, FP8_WEIGHTS, 4096, {16: 44}),
    ],
)
def test_the_speed_of_a_batch(card, widths, positions, speeds):
    computed = {lanes: speed(card, lanes, positions, widths) for lanes in speeds}
    assert computed == pytest.approx(speeds, rel=0.03)


def test_eight_bits_in_the_slow_layers_alone_save_a_quarter():
    seconds = frame_seconds(S2_PRO, H200, 1, 0, Widths(2, 2, 1))
    assert seconds == pytest.approx((14.74e9 - 3.633e9) / 4.3e12, rel=1e-3)


def test_a_prompt_is_read_once_or_computed():
    short = prefill_seconds(S2_PRO, H200, 20, 4096, BF16)
    assert short == pytest.approx((7.27e9 + 0.604e9) / 4.3e12, rel=1e-3)
    long = prefill_seconds(S2_PRO, H200, 4096, 0, BF16)
    assert long == pytest.approx(2 * 3.633e9 * 4096 / 790e12, rel=1e-3)


def test_the_codec_is_a_matter_of_microseconds():
    assert 8e-6 < codec_seconds(H200, 1) < 17e-6
    assert codec_seconds(H200, 10) == pytest.approx(10 * codec_seconds(H200, 1))
