"""The config is read strictly, yet takes the real file with whatever tools wrote into it."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.bench.sizes import S2_PRO
from engine.config import ModelConfig, read_config
from engine.errors import ConfigError

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def values() -> dict[str, Any]:
    return json.loads((GOLDEN / "lm_tiny" / "config.json").read_text(encoding="utf-8"))


def real_values() -> dict[str, Any]:
    """The published file, as far as it is known: with the fields that have no effect."""
    extra = {"dropout": 0.0, "use_moe": False, "num_experts": 1, "moe_intermediate_size": 768}
    extra |= {"use_gradient_checkpointing": True, "initializer_range": 0.01976}
    tower = {
        "n_head": 32, "n_local_heads": 8, "head_dim": 128, "dim": 2560, "intermediate_size": 9728,
        "rope_base": 1000000, "norm_eps": 1e-6, "attention_qkv_bias": False,
        "attention_o_bias": False, "audio_hidden_dim": 5120, **extra,
    }  # fmt: skip
    text = {"model_type": "fish_qwen3", "vocab_size": 155776, "n_layer": 36, "max_seq_len": 32768}
    text |= {"tie_word_embeddings": True, "attention_qk_norm": True}
    audio = {"model_type": "fish_qwen3_audio_decoder", "vocab_size": 4096, "n_layer": 4}
    audio |= {"max_seq_len": 11, "num_codebooks": 10, "text_dim": 2560}
    audio |= {"tie_word_embeddings": False, "attention_qk_norm": False}
    return {
        "architectures": ["FishQwen3OmniForCausalLM"], "model_type": "fish_qwen3_omni",
        "transformers_version": "4.57.3", "dtype": "bfloat16", "eos_token_id": 151645,
        "pad_token_id": 151669, "audio_pad_token_id": 151677, "semantic_start_token_id": 151678,
        "semantic_end_token_id": 155773, "audio_encoder_config": None,
        "text_config": tower | text, "audio_decoder_config": tower | audio,
    }  # fmt: skip


def test_the_real_file_is_s2_pro():
    assert ModelConfig.read(real_values()) == S2_PRO


@pytest.mark.parametrize("folder", ["lm_tiny", "lm_tiny_proj"])
def test_golden_configs_are_read(folder):
    config = read_config(GOLDEN / folder / "config.json")
    assert config.n_codebooks == 10
    assert config.n_semantic == config.codebook_size == 128


def test_missing_fields_take_the_formats_defaults(values):
    for field in ("n_local_heads", "head_dim", "rope_base", "norm_eps", "max_seq_len"):
        del values["text_config"][field]
    for field in ("dim", "n_head", "n_local_heads", "head_dim", "intermediate_size"):
        del values["audio_decoder_config"][field]
    config = ModelConfig.read(values)
    text = config.text
    assert (text.n_local_heads, text.head_dim, text.max_seq_len) == (4, 16, 2048)
    assert (text.rope_base, text.norm_eps) == (10_000.0, 1e-5)
    assert (config.audio.dim, config.audio.head_dim) == (64, 16)


@pytest.mark.parametrize(
    ("where", "field", "value"),
    [
        ("", "model_type", "llama"),
        ("", "eos_token_id", 480),
        ("", "eos_token_id", 608),
        ("", "semantic_end_token_id", 608),
        ("", "semantic_end_token_id", 3),
        ("", "audio_encoder_config", {"dim": 5}),
        ("", "dtype", "int8"),
        ("", "text_config", 5),
        ("", "vocab_sise", 5),
        ("text_config", "n_layer", 0),
        ("text_config", "n_layer", True),
        ("text_config", "n_layer", None),
        ("text_config", "n_local_heads", 3),
        ("text_config", "head_dim", 15),
        ("text_config", "rope_base", -1),
        ("text_config", "norm_eps", "small"),
        ("text_config", "tie_word_embeddings", False),
        ("text_config", "use_moe", True),
        ("text_config", "n_heads", 4),
        ("audio_decoder_config", "text_dim", 65),
        ("audio_decoder_config", "max_seq_len", 9),
        ("audio_decoder_config", "attention_qk_norm", "no"),
        ("", "torch_dtype", "int8"),
        ("", "pad_token_id", 608),
        ("", "eos_token_id", -1),
        ("text_config", "n_layer", 3.0),
        ("text_config", "n_local_heads", True),
        ("text_config", "n_local_heads", 0),
        ("text_config", "rope_base", True),
        ("text_config", "norm_eps", float("nan")),
        ("text_config", "model_type", "fish_qwen3_audio_decoder"),
        ("", "audio_decoder_config", None),
    ],
)
def test_a_field_that_cannot_be_used_is_named(values, where, field, value):
    (values[where] if where else values)[field] = value
    name = f"{where}.{field}" if where else field
    with pytest.raises(ConfigError) as caught:
        ModelConfig.read(values)
    assert caught.value.field == name
    assert name in str(caught.value)


def test_a_misspelt_field_is_answered_with_the_right_one(values):
    values["text_config"]["n_heads"] = values["text_config"].pop("n_head")
    values["text_config"]["n_head"] = 4
    with pytest.raises(ConfigError, match="did you mean 'n_head'"):
        ModelConfig.read(values)


def test_what_is_wrong_is_said_with_what_was_found(values):
    values["text_config"]["n_layer"] = True
    with pytest.raises(ConfigError, match="must be a valid integer, is True"):
        ModelConfig.read(values)


def test_the_newer_spelling_of_the_type_wins(values):
    assert ModelConfig.read({**values, "torch_dtype": "float16"}).dtype == values.pop("dtype")
    assert ModelConfig.read({**values, "torch_dtype": "float16"}).dtype == "float16"
    assert ModelConfig.read(values).dtype == "bfloat16"


def test_minus_one_and_null_leave_the_key_heads_to_the_format(values):
    for said in (-1, None):
        values["text_config"]["n_local_heads"] = said
        values["audio_decoder_config"]["n_local_heads"] = None
        config = ModelConfig.read(values)
        assert config.text.n_local_heads == config.audio.n_local_heads == config.text.n_head


@pytest.mark.parametrize("content", ["", "[1]", "{"])
def test_a_file_that_is_no_json_object_is_refused(tmp_path, content):
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(ConfigError, match=r"config\.json"):
        read_config(tmp_path / "config.json")
