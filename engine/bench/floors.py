"""What a frame costs at least, from the model's dimensions and the card's speed alone.

Is: pure arithmetic, checked against the numbers the design was made with.
Is not: a prediction. A floor reads every weight once and every key and value once, at the speed of
nothing but reading; launches, sampling and the codec come on top.

- A frame is one slow pass, the restricted head, and N - 1 fast passes; the first has two positions.
- Arithmetic hides behind reading weights or the other way round, so the larger counts; keys and
  values are read by a different kernel and add to it.
"""

from dataclasses import dataclass

from engine.config import ModelConfig, TowerConfig

CODEC_FLOPS_PER_FRAME = 6.76e9
CODEC_BYTES_PER_FRAME = 37e6
"""Of decoding with the codec of s2-pro."""


@dataclass(frozen=True, slots=True)
class Card:
    """How fast a device reads its memory and multiplies matrices.

    Args:
        read_bytes: bytes read per second.
        flops: operations per second of matrix products in the model's type.
    """

    read_bytes: float
    flops: float


@dataclass(frozen=True, slots=True)
class Widths:
    """Bytes of a weight, of a number in keys and values, and of the slow layers' weights."""

    weight: int = 2
    kv: int = 2
    slow_weight: int = 2


def layer_parameters(tower: TowerConfig) -> int:
    """Return the entries of one layer's matrices."""
    heads = 2 * tower.n_head + 2 * tower.n_local_heads
    return heads * tower.head_dim * tower.dim + 3 * tower.dim * tower.intermediate_size


def slow_parameters(config: ModelConfig) -> int:
    """Return the entries of the slow tower's matrices, without its embedding."""
    return config.text.n_layer * layer_parameters(config.text)


def fast_parameters(config: ModelConfig) -> int:
    """Return the entries of the fast tower's matrices, without embedding and head."""
    return config.audio.n_layer * layer_parameters(config.audio)


def weights_per_frame(config: ModelConfig) -> int:
    """Return the weights a frame reads, each as often as it must."""
    head = (config.n_semantic + 1) * config.text.dim
    fast_head = config.audio.vocab_size * config.audio.dim
    passes = config.n_codebooks - 1
    return slow_parameters(config) + head + passes * (fast_parameters(config) + fast_head)


def upstream_weights_per_frame(config: ModelConfig) -> int:
    """Return the weights a frame reads as first published: the whole head, N fast passes."""
    head = config.text.vocab_size * config.text.dim
    fast_head = config.audio.vocab_size * config.audio.dim
    return (
        slow_parameters(config) + head + config.n_codebooks * (fast_parameters(config) + fast_head)
    )


def kv_numbers_per_position(config: ModelConfig) -> int:
    """Return how many keys and values a position has."""
    tower = config.text
    return tower.n_layer * 2 * tower.n_local_heads * tower.head_dim


def flops_per_frame(config: ModelConfig) -> int:
    """Return the operations of one lane's frame in matrix products (two for each weight)."""
    head = (config.n_semantic + 1) * config.text.dim
    fast_head = (config.n_codebooks - 1) * config.audio.vocab_size * config.audio.dim
    fast = config.n_codebooks * fast_parameters(config)
    return 2 * (slow_parameters(config) + head + fast + fast_head)


def frame_seconds(
    config: ModelConfig, card: Card, lanes: int, positions: float, widths: Widths
) -> float:
    """Return the least time for one frame of every lane, at a mean context of positions."""
    slow = slow_parameters(config)
    others = weights_per_frame(config) - slow
    reading = (slow * widths.slow_weight + others * widths.weight) / card.read_bytes
    computing = lanes * flops_per_frame(config) / card.flops
    kv_bytes = lanes * positions * kv_numbers_per_position(config) * widths.kv
    return max(reading, computing) + kv_bytes / card.read_bytes


def prefill_seconds(config: ModelConfig, card: Card, new: int, past: int, widths: Widths) -> float:
    """Return the least time to run new positions behind past ones, in one go."""
    reading = slow_parameters(config) * widths.slow_weight / card.read_bytes
    computing = 2 * slow_parameters(config) * new / card.flops
    kv_bytes = past * kv_numbers_per_position(config) * widths.kv
    return max(reading, computing) + kv_bytes / card.read_bytes


def codec_seconds(card: Card, frames: int) -> float:
    """Return the least time to decode frames with the codec of s2-pro."""
    return frames * max(CODEC_FLOPS_PER_FRAME / card.flops, CODEC_BYTES_PER_FRAME / card.read_bytes)
