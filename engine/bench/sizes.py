"""How large everything is: as published on a card, or tiny and quick on a processor.

Is: plain numbers. A quick run goes through the same code with other numbers.
"""

from dataclasses import dataclass
from typing import Any

from engine.codecs.dac.config import S2_PRO as S2_PRO_CODEC
from engine.config import AudioDecoderConfig, ModelConfig, TextConfig

S2_PRO = ModelConfig(
    model_type="fish_qwen3_omni",
    text_config=TextConfig(
        vocab_size=155_776,
        n_layer=36,
        n_head=32,
        n_local_heads=8,
        head_dim=128,
        dim=2560,
        intermediate_size=9728,
        rope_base=1e6,
        norm_eps=1e-6,
        max_seq_len=32_768,
        attention_qk_norm=True,
    ),
    audio_decoder_config=AudioDecoderConfig(
        vocab_size=4096,
        n_layer=4,
        n_head=32,
        n_local_heads=8,
        head_dim=128,
        dim=2560,
        intermediate_size=9728,
        rope_base=1e6,
        norm_eps=1e-6,
        max_seq_len=11,
        num_codebooks=10,
        text_dim=2560,
    ),
    eos_token_id=151_645,
    pad_token_id=151_669,
    semantic_start_token_id=151_678,
    semantic_end_token_id=155_773,
)
"""The published dimensions of Fish Audio S2 Pro."""

_NARROW = {"n_head": 2, "n_local_heads": 1, "head_dim": 16, "dim": 32, "intermediate_size": 64}
_SMALL_TEXT = {**_NARROW, "vocab_size": 448, "n_layer": 2, "max_seq_len": 4096}
_SMALL_AUDIO = {**_NARROW, "vocab_size": 64, "n_layer": 1, "text_dim": 32}
TINY = S2_PRO.model_copy(
    update={
        "text": S2_PRO.text.model_copy(update=_SMALL_TEXT),
        "audio": S2_PRO.audio.model_copy(update=_SMALL_AUDIO),
        "dtype": "float32",
        "eos_token_id": 300,
        "pad_token_id": 301,
        "semantic_start_token_id": 384,
        "semantic_end_token_id": 447,
    }
)
"""The published shape with everything small."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the modes run.

    Args:
        config: of the language model.
        codec: content of the codec's configuration; empty is s2-pro's.
        probe_bytes: memory read to find the bandwidth.
        probe_edge: rows of the matrix product that finds the rate.
        contexts: mean positions of a lane.
        lanes: of the batch mode.
        busy: lanes that run beside a listener.
        window: steps that are timed together.
        turn_frames: frames of a turn where no book says it.
        reference_frames: of a voice in the prefix.
        first_frames: frames decoded for the first audio.
        invariant_frames: frames that must not change.
        frame_divisor: a book's turns have so many times fewer frames.
        book_turns: turns performed of each chapter.
        upstream_frames: frames of the side-by-side run.
        published: the dimensions are s2-pro's, so that targets apply.
    """

    config: ModelConfig
    codec: dict[str, Any]
    probe_bytes: int
    probe_edge: int
    contexts: tuple[int, ...]
    lanes: tuple[int, ...]
    busy: int
    window: int
    turn_frames: int
    reference_frames: int
    first_frames: int
    invariant_frames: int
    frame_divisor: int
    book_turns: int
    upstream_frames: int
    published: bool


def _tiny_codec() -> dict[str, Any]:
    """The codec of s2-pro with few and narrow layers: 64 samples per frame at 1378 Hz."""
    inner = {"n_layer": 1, "n_head": 2, "dim": 64, "intermediate_size": 64, "n_local_heads": -1}
    module = {
        **S2_PRO_CODEC["quantizer"]["pre_module"],
        "window_size": 8,
        "input_dim": 64,
        "config": {**inner, "head_dim": 32, "rope_base": 10000, "norm_eps": 1e-5},
    }
    quantizer = {
        **S2_PRO_CODEC["quantizer"],
        "input_dim": 64,
        "codebook_size": 32,
        "semantic_codebook_size": 64,
        "pre_module": module,
        "post_module": module,
    }
    return {
        **S2_PRO_CODEC,
        "sample_rate": 1378,
        "encoder_dim": 4,
        "encoder_rates": [2, 2, 2, 2],
        "decoder_dim": 32,
        "decoder_rates": [2, 2, 2, 2],
        "encoder_transformer_layers": [0, 0, 0, 1],
        "quantizer": quantizer,
    }


FULL = Sizes(
    config=S2_PRO,
    codec={},
    probe_bytes=4 * 2**30,
    probe_edge=8192,
    contexts=(2048, 4096),
    lanes=(8, 32, 64, 128),
    busy=64,
    window=32,
    turn_frames=200,
    reference_frames=215,
    first_frames=4,
    invariant_frames=2000,
    frame_divisor=1,
    book_turns=10_000,
    upstream_frames=512,
    published=True,
)
QUICK = Sizes(
    config=TINY,
    codec=_tiny_codec(),
    probe_bytes=2**22,
    probe_edge=128,
    contexts=(128, 192),
    lanes=(2, 4),
    busy=4,
    window=2,
    turn_frames=12,
    reference_frames=20,
    first_frames=4,
    invariant_frames=24,
    frame_divisor=40,
    book_turns=1,
    upstream_frames=8,
    published=False,
)
