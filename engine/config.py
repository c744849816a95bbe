"""The dimensions of a checkpoint, read strictly from its ``config.json``.

Is: frozen records with the file's own field names; what they hold is possible and complete.
Is not: a Hugging Face configuration; nothing here builds or loads anything.

- A field that is missing takes the format's default; one that is unknown is an error that names it,
  since a misspelt field would otherwise silently change the model.
- Fields known to have no effect are let through: training leftovers, mixture-of-experts settings
  while ``use_moe`` is false, and the keys that Hugging Face tools write into every file.
"""

import re
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, StrictInt, ValidationInfo, field_validator, model_validator

from engine.fields import Count, Flag, Index, Number, Record, read_object, refuse

Dtype = Literal["bfloat16", "float16", "float32"]
_INHERITED = {"n_head", "n_local_heads", "head_dim", "dim", "intermediate_size"}
_INHERITED |= {"rope_base", "norm_eps"}


class _Config(Record):
    without_effect = re.compile(
        # written by Hugging Face tools
        "_name_or_path|_attn_implementation|architectures|auto_map|transformers_version"
        "|bos_token_id|sep_token_id|is_decoder|is_encoder_decoder|tokenizer_class"
        "|use_cache|output_attentions|output_hidden_states|return_dict|torchscript"
        "|chunk_size_feed_forward|id2label|label2id|problem_type|pruned_heads"
        # for training only
        "|dropout|gradient_checkpointing|use_gradient_checkpointing|initializer_range"
        # of what this model does not have: audio inputs, one head for both towers, experts
        "|audio_hidden_dim|audio_pad_token_id|tie_word_embeddings"
        "|.*(moe|expert|router|aux_loss|topk|sparse|mlp_only).*"
    )


class StackConfig(_Config):
    """The layers of a transformer.

    Attributes:
        n_local_heads: key/value heads; each serves ``n_head // n_local_heads`` query heads.
            In the file, -1 are as many as query heads.
        head_dim: width of one head; ``n_head * head_dim`` need not be ``dim``.
    """

    n_layer: Count
    n_head: Count
    n_local_heads: StrictInt = -1
    dim: Count
    head_dim: Count = Field(default_factory=lambda has: has["dim"] // has["n_head"], multiple_of=2)
    intermediate_size: Count
    rope_base: Number = 10_000.0
    norm_eps: Number = 1e-5
    attention_qk_norm: Flag = False
    attention_qkv_bias: Flag = False
    attention_o_bias: Flag = False

    @field_validator("n_local_heads")
    @classmethod
    def _shared_evenly(cls, heads: int, read: ValidationInfo) -> int:
        n_head: int = read.data.get("n_head", 1)
        heads = n_head if heads == -1 else heads
        if heads < 1 or n_head % heads:
            raise ValueError(f"must divide n_head ({n_head}), is {heads}")
        return heads


class TowerConfig(StackConfig):
    """A transformer with its embeddings.

    Attributes:
        vocab_size: rows of its embedding table (for the fast tower: codes per codebook).
        max_seq_len: positions its rotary table covers.
    """

    vocab_size: Count
    max_seq_len: Count = 2048
    use_moe: Literal[False] = False


class TextConfig(TowerConfig):
    """The slow tower: a transformer along the positions of a conversation."""

    model_type: Literal["fish_qwen3"] = "fish_qwen3"
    tie_word_embeddings: Literal[True] = True


class AudioDecoderConfig(TowerConfig):
    """The fast tower: a transformer along the codebook axis of one frame.

    Attributes:
        num_codebooks: codes in a frame, the semantic one included.
        text_dim: width of the slow tower whose hidden state it receives.
    """

    model_type: Literal["fish_qwen3_audio_decoder"] = "fish_qwen3_audio_decoder"
    tie_word_embeddings: Literal[False] = False
    num_codebooks: Count
    text_dim: Count


class ModelConfig(_Config):
    """A whole language model. Semantic ids run from start to end, both included."""

    model_type: Literal["fish_qwen3_omni"]
    torch_dtype: Dtype = "bfloat16"
    dtype: Dtype = Field(default_factory=lambda read: read["torch_dtype"])
    eos_token_id: Index
    pad_token_id: Index = 0
    semantic_start_token_id: Index
    semantic_end_token_id: Index
    text: TextConfig = Field(alias="text_config")
    audio: AudioDecoderConfig = Field(alias="audio_decoder_config")
    audio_encoder_config: Literal[False] = False

    @field_validator("audio", mode="before")
    @classmethod
    def _like_the_slow_tower(cls, audio: Any, read: ValidationInfo) -> Any:  # noqa: ANN401 - JSON
        """Fill in what the fast tower has of the slow one unless it says otherwise."""
        if not isinstance(audio, dict) or not (text := read.data.get("text")):
            return audio
        given = {name: value for name, value in audio.items() if value is not None}
        return {**text.model_dump(include=_INHERITED), "text_dim": text.dim, **given}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        text, audio, end, pad = self.text, self.audio, self.eos_token_id, self.pad_token_id
        first, last = self.semantic_start_token_id, self.semantic_end_token_id
        ids = f"must be an id below text_config.vocab_size ({text.vocab_size})"
        positions = audio.max_seq_len
        refuse(
            {
                "audio_decoder_config.text_dim": audio.text_dim != text.dim
                and f"must be text_config.dim ({text.dim}), is {audio.text_dim}",
                "audio_decoder_config.max_seq_len": positions < audio.num_codebooks
                and f"must be at least num_codebooks ({audio.num_codebooks}), is {positions}",
                "semantic_end_token_id": not first <= last < text.vocab_size
                and f"{ids} and not below semantic_start_token_id ({first}), is {last}",
                "eos_token_id": (end >= text.vocab_size or first <= end <= last)
                and f"{ids} and not a semantic one, is {end}",
                "pad_token_id": pad >= text.vocab_size and f"{ids}, is {pad}",
            }
        )
        return self

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


def read_config(path: Path) -> ModelConfig:
    """Read ``config.json``.

    Raises:
        ConfigError: the file is no JSON object, or a field of it cannot be used.
    """
    return ModelConfig.read(read_object(path))
