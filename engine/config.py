"""The dimensions of a checkpoint, read strictly from its ``config.json``.

Is: frozen dataclasses and one reader; what they hold is possible and complete.
Is not: a Hugging Face configuration; nothing here builds or loads anything.

- A field that is missing takes the format's default; one that is unknown is an error that names it,
  since a misspelt field would otherwise silently change the model.
- Fields known to have no effect are let through: training leftovers, mixture-of-experts settings
  while ``use_moe`` is false, and the keys that Hugging Face tools write into every file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import ConfigError
from engine.fields import Fields, read_object

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
_INHERITED = (
    "n_head",
    "n_local_heads",
    "head_dim",
    "dim",
    "intermediate_size",
    "rope_base",
    "norm_eps",
)
"""What the fast tower has of the slow one unless it says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackConfig:
    """The layers of a transformer.

    Args:
        n_local_heads: key/value heads; each serves ``n_head // n_local_heads`` query heads.
        head_dim: width of one head; ``n_head * head_dim`` need not be ``dim``.
    """

    n_layer: int
    n_head: int
    n_local_heads: int
    head_dim: int
    dim: int
    intermediate_size: int
    rope_base: float = 10_000.0
    norm_eps: float = 1e-5
    attention_qk_norm: bool = False
    attention_qkv_bias: bool = False
    attention_o_bias: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerConfig(StackConfig):
    """A transformer with its embeddings.

    Args:
        vocab_size: rows of its embedding table (for the fast tower: codes per codebook).
        max_seq_len: positions its rotary table covers.
    """

    vocab_size: int
    max_seq_len: int = 2048
    tie_word_embeddings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioDecoderConfig(TowerConfig):
    """The fast tower: a transformer along the codebook axis of one frame.

    Args:
        num_codebooks: codes in a frame, the semantic one included.
        text_dim: width of the slow tower whose hidden state it receives.
    """

    num_codebooks: int
    text_dim: int


TowerT = TypeVar("TowerT", bound=TowerConfig)


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


def _tower(fields: Fields, kind: type[TowerT], tied: bool, **defaults: object) -> TowerT:
    """Read one tower; sizes that are missing take the defaults."""
    tower = fields.record(kind, tie_word_embeddings=tied, **defaults)
    if tower.n_head % tower.n_local_heads:
        raise ConfigError(fields.name("n_local_heads"), f"must divide n_head ({tower.n_head})")
    if tower.head_dim % 2:
        raise ConfigError(fields.name("head_dim"), f"must be even, is {tower.head_dim}")
    if tower.tie_word_embeddings != tied:
        raise ConfigError(fields.name("tie_word_embeddings"), f"must be {str(tied).lower()}")
    fields.absent("use_moe")
    fields.finish(_without_effect)
    return tower


def _text_tower(fields: Fields) -> TowerConfig:
    fields.word("model_type", ("fish_qwen3",), "fish_qwen3")
    n_head = fields.count("n_head")
    head_dim = max(fields.count("dim") // n_head, 1)
    return _tower(fields, TowerConfig, tied=True, n_local_heads=n_head, head_dim=head_dim)


def _audio_tower(fields: Fields, text: TowerConfig) -> AudioDecoderConfig:
    fields.word("model_type", ("fish_qwen3_audio_decoder",), "fish_qwen3_audio_decoder")
    defaults = {name: getattr(text, name) for name in _INHERITED}
    tower = _tower(fields, AudioDecoderConfig, tied=False, text_dim=text.dim, **defaults)
    if tower.text_dim != text.dim:
        raise ConfigError(
            fields.name("text_dim"), f"must be text_config.dim ({text.dim}), is {tower.text_dim}"
        )
    if tower.max_seq_len < tower.num_codebooks:
        raise ConfigError(
            fields.name("max_seq_len"), f"must be at least num_codebooks ({tower.num_codebooks})"
        )
    return tower


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
    return parse_config(read_object(path))
