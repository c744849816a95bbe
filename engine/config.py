"""The dimensions of a checkpoint, read strictly from its ``config.json``.

Is: frozen dataclasses and one reader; what they hold is possible and complete.
Is not: a Hugging Face configuration; nothing here builds or loads anything.

- A field that is missing takes the format's default; one that is unknown is an error that names it,
  since a misspelt field would otherwise silently change the model.
- Fields known to have no effect are let through: training leftovers, mixture-of-experts settings
  while ``use_moe`` is false, and the keys that Hugging Face tools write into every file.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ConfigError
from engine.fields import Fields

_NO_EFFECT = {
    # written by Hugging Face tools
    *("_name_or_path", "_attn_implementation", "architectures", "auto_map", "transformers_version"),
    *("bos_token_id", "sep_token_id", "is_decoder", "is_encoder_decoder", "tokenizer_class"),
    *("use_cache", "output_attentions", "output_hidden_states", "return_dict", "torchscript"),
    *("chunk_size_feed_forward", "id2label", "label2id", "problem_type", "pruned_heads"),
    # for training only
    *("dropout", "gradient_checkpointing", "use_gradient_checkpointing", "initializer_range"),
    # of the audio encoder, which this model does not have
    "audio_hidden_dim",
}
_MIXTURE_OF_EXPERTS = re.compile(r"moe|expert|router|aux_loss|topk|sparse|mlp_only")
_DTYPES = ("bfloat16", "float16", "float32")


@dataclass(frozen=True, slots=True)
class TowerConfig:
    """One transformer.

    Args:
        vocab_size: rows of its embedding table (for the fast tower: codes per codebook).
        n_local_heads: key/value heads; each serves ``n_head // n_local_heads`` query heads.
        head_dim: width of one head; ``n_head * head_dim`` need not be ``dim``.
        max_seq_len: positions its rotary table covers.
    """

    vocab_size: int
    n_layer: int
    n_head: int
    n_local_heads: int
    head_dim: int
    dim: int
    intermediate_size: int
    rope_base: float
    norm_eps: float
    max_seq_len: int
    tie_word_embeddings: bool
    attention_qk_norm: bool
    attention_qkv_bias: bool
    attention_o_bias: bool


@dataclass(frozen=True, slots=True)
class AudioDecoderConfig(TowerConfig):
    """The fast tower: a transformer along the codebook axis of one frame.

    Args:
        num_codebooks: codes in a frame, the semantic one included.
        text_dim: width of the slow tower whose hidden state it receives.
    """

    num_codebooks: int
    text_dim: int


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A whole language model. Semantic ids run from start to end, both included."""

    text: TowerConfig
    audio: AudioDecoderConfig
    dtype: str
    eos_token_id: int
    pad_token_id: int
    semantic_start_token_id: int
    semantic_end_token_id: int

    @property
    def n_codebooks(self) -> int:
        """Codes in a frame."""
        return self.audio.num_codebooks

    @property
    def codebook_size(self) -> int:
        """Codes per codebook as the language model sees them."""
        return self.audio.vocab_size

    @property
    def n_semantic(self) -> int:
        """How many semantic ids there are."""
        return self.semantic_end_token_id - self.semantic_start_token_id + 1

    @property
    def drawn_ids(self) -> list[int]:
        """The only ids a frame may draw: the semantic ones, and last the end of a message."""
        semantic = range(self.semantic_start_token_id, self.semantic_end_token_id + 1)
        return [*semantic, self.eos_token_id]


def _without_effect(key: str) -> bool:
    return key in _NO_EFFECT or bool(_MIXTURE_OF_EXPERTS.search(key))


def _tower(fields: Fields, base: TowerConfig | None, tied: bool) -> TowerConfig:
    """Read one tower; sizes that are missing fall back to those of ``base``."""
    dim = fields.count("dim", base.dim if base else None)
    n_head = fields.count("n_head", base.n_head if base else None)
    tower = TowerConfig(
        vocab_size=fields.count("vocab_size"),
        n_layer=fields.count("n_layer"),
        n_head=n_head,
        n_local_heads=fields.count("n_local_heads", base.n_local_heads if base else n_head),
        head_dim=fields.count("head_dim", base.head_dim if base else max(dim // n_head, 1)),
        dim=dim,
        intermediate_size=fields.count(
            "intermediate_size", base.intermediate_size if base else None
        ),
        rope_base=fields.number("rope_base", base.rope_base if base else 10_000.0),
        norm_eps=fields.number("norm_eps", base.norm_eps if base else 1e-5),
        max_seq_len=fields.count("max_seq_len", 2048),
        tie_word_embeddings=fields.flag("tie_word_embeddings", tied),
        attention_qk_norm=fields.flag("attention_qk_norm", False),
        attention_qkv_bias=fields.flag("attention_qkv_bias", False),
        attention_o_bias=fields.flag("attention_o_bias", False),
    )
    fields.absent("use_moe")
    if tower.n_head % tower.n_local_heads:
        raise ConfigError(fields.name("n_local_heads"), f"must divide n_head ({tower.n_head})")
    if tower.head_dim % 2:
        raise ConfigError(fields.name("head_dim"), f"must be even, is {tower.head_dim}")
    if tower.tie_word_embeddings != tied:
        raise ConfigError(fields.name("tie_word_embeddings"), f"must be {str(tied).lower()}")
    return tower


def _text_tower(fields: Fields) -> TowerConfig:
    fields.word("model_type", ("fish_qwen3",), "fish_qwen3")
    tower = _tower(fields, None, tied=True)
    fields.finish(_without_effect)
    return tower


def _audio_tower(fields: Fields, text: TowerConfig) -> AudioDecoderConfig:
    fields.word("model_type", ("fish_qwen3_audio_decoder",), "fish_qwen3_audio_decoder")
    codebooks = fields.count("num_codebooks")
    text_dim = fields.count("text_dim", text.dim)
    if text_dim != text.dim:
        raise ConfigError(
            fields.name("text_dim"), f"must be text_config.dim ({text.dim}), is {text_dim}"
        )
    tower = _tower(fields, text, tied=False)
    if tower.max_seq_len < codebooks:
        raise ConfigError(
            fields.name("max_seq_len"), f"must be at least num_codebooks ({codebooks})"
        )
    fields.finish(_without_effect)
    values = {name: getattr(tower, name) for name in TowerConfig.__dataclass_fields__}
    return AudioDecoderConfig(**values, num_codebooks=codebooks, text_dim=text_dim)


def _check_ids(config: ModelConfig) -> None:
    first, last = config.semantic_start_token_id, config.semantic_end_token_id
    if last < first:
        raise ConfigError(
            "semantic_end_token_id", f"must not be below semantic_start_token_id ({first})"
        )
    for name in ("eos_token_id", "pad_token_id", "semantic_end_token_id"):
        if getattr(config, name) >= config.text.vocab_size:
            raise ConfigError(
                name, f"must be below text_config.vocab_size ({config.text.vocab_size})"
            )
    if first <= config.eos_token_id <= last:
        raise ConfigError("eos_token_id", "must not be a semantic id")


def parse_config(values: Mapping[str, Any]) -> ModelConfig:
    """Make a config of a ``config.json`` object.

    Raises:
        ConfigError: a field is unknown, missing or impossible; it names the field.
    """
    fields = Fields(values)
    fields.word("model_type", ("fish_qwen3_omni",), "")
    dtype = fields.word("torch_dtype", _DTYPES, "bfloat16")
    text = _text_tower(fields.inner("text_config"))
    audio = _audio_tower(fields.inner("audio_decoder_config"), text)
    config = ModelConfig(
        text=text,
        audio=audio,
        dtype=fields.word("dtype", _DTYPES, dtype),
        eos_token_id=fields.count("eos_token_id", least=0),
        pad_token_id=fields.count("pad_token_id", 0, least=0),
        semantic_start_token_id=fields.count("semantic_start_token_id", least=0),
        semantic_end_token_id=fields.count("semantic_end_token_id", least=0),
    )
    fields.count("audio_pad_token_id", 0, least=0)
    fields.flag("tie_word_embeddings", True)
    fields.absent("audio_encoder_config")
    fields.finish(_without_effect)
    _check_ids(config)
    return config


def read_config(path: Path) -> ModelConfig:
    """Read ``config.json``.

    Raises:
        ConfigError: the file is no JSON object, or a field of it cannot be used.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(path.name, f"cannot be read as JSON: {error}") from error
    if not isinstance(values, dict):
        raise ConfigError(path.name, "must hold a JSON object")
    return parse_config(values)


S2_PRO = ModelConfig(
    text=TowerConfig(
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
        tie_word_embeddings=True,
        attention_qk_norm=True,
        attention_qkv_bias=False,
        attention_o_bias=False,
    ),
    audio=AudioDecoderConfig(
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
        tie_word_embeddings=False,
        attention_qk_norm=False,
        attention_qkv_bias=False,
        attention_o_bias=False,
        num_codebooks=10,
        text_dim=2560,
    ),
    dtype="bfloat16",
    eos_token_id=151_645,
    pad_token_id=151_669,
    semantic_start_token_id=151_678,
    semantic_end_token_id=155_773,
)
"""The published dimensions of Fish Audio S2 Pro."""
