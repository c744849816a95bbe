"""The sizes of an s2 codec, read strictly from the `config` object of `codec_config.json`.

Is: frozen dataclasses; fields are named there as in upstream's own configuration.
Is not: a place for training settings; those known to be without effect are let through.

The published s2-pro checkpoint has no such file: `S2_PRO` holds its values.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from engine.config import StackConfig
from engine.errors import ConfigError
from engine.fields import Fields

ENCODER_WINDOW = 512
"""Steps the encoder's attention looks back, itself included, unless the file says otherwise."""

_MODULE: dict[str, Any] = {
    "causal": True,
    "window_size": 128,
    "input_dim": 1024,
    "config": {
        "n_layer": 8,
        "n_head": 16,
        "dim": 1024,
        "intermediate_size": 3072,
        "n_local_heads": -1,
        "head_dim": 64,
        "rope_base": 10000,
        "norm_eps": 1e-5,
    },
}
S2_PRO: dict[str, Any] = {
    "sample_rate": 44100,
    "encoder_dim": 64,
    "encoder_rates": [2, 4, 8, 8],
    "decoder_dim": 1536,
    "decoder_rates": [8, 8, 4, 2],
    "encoder_transformer_layers": [0, 0, 0, 4],
    "transformer_general_config": {
        "n_local_heads": -1,
        "head_dim": 64,
        "rope_base": 10000,
        "norm_eps": 1e-5,
    },
    "quantizer": {
        "input_dim": 1024,
        "n_codebooks": 9,
        "codebook_size": 1024,
        "codebook_dim": 8,
        "semantic_codebook_size": 4096,
        "downsample_factor": [2, 2],
        "pre_module": _MODULE,
        "post_module": _MODULE,
    },
}
"""The published codec of Fish Audio S2 Pro."""

_NO_EFFECT = {
    *("block_size", "channels_first", "causal", "decoder_transformer_layers"),
    *("dropout_rate", "attn_dropout_rate", "quantizer_dropout"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerConfig(StackConfig):
    """One stack of windowed attention: step i sees steps i - window + 1 to i."""

    window: int


@dataclass(frozen=True, slots=True)
class DacConfig:
    """A whole codec.

    Attributes:
        encoder_transformers: what follows each encoder block, None where nothing does.
        codebook_sizes: entries per codebook, the semantic one first.
        downsample_factor: strides between the convolutional encoder and the quantizers.
    """

    sample_rate: int
    encoder_dim: int
    encoder_rates: tuple[int, ...]
    encoder_transformers: tuple[TransformerConfig | None, ...]
    decoder_dim: int
    decoder_rates: tuple[int, ...]
    latent_dim: int
    codebook_sizes: tuple[int, ...]
    codebook_dim: int
    downsample_factor: tuple[int, ...]
    pre_module: TransformerConfig
    post_module: TransformerConfig

    @property
    def hop_length(self) -> int:
        """Samples per step of the convolutional encoder."""
        return math.prod(self.encoder_rates)

    @property
    def frame_length(self) -> int:
        """Samples per frame of codes."""
        return self.hop_length * math.prod(self.downsample_factor)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read the object; an empty one stands for s2-pro.

        Raises:
            ConfigError: a field is missing, unknown or impossible; it names the field.
        """
        fields = Fields(values or S2_PRO, "codec_config.config.")
        rates, quantizer = fields.counts("encoder_rates"), fields.inner("quantizer")
        dims = [fields.count("encoder_dim") * 2**i for i in range(len(rates) + 1)]
        semantic, residual = map(quantizer.count, ("semantic_codebook_size", "codebook_size"))
        quantizer.equal("input_dim", dims[-1])
        config = cls(
            sample_rate=fields.count("sample_rate"),
            encoder_dim=dims[0],
            encoder_rates=rates,
            encoder_transformers=_encoder_transformers(fields, dims[1:]),
            decoder_dim=fields.count("decoder_dim"),
            decoder_rates=fields.counts("decoder_rates"),
            latent_dim=dims[-1],
            codebook_sizes=(semantic, *[residual] * quantizer.count("n_codebooks", least=0)),
            codebook_dim=quantizer.count("codebook_dim"),
            downsample_factor=quantizer.counts("downsample_factor"),
            pre_module=_module(quantizer.inner("pre_module"), dims[-1]),
            post_module=_module(quantizer.inner("post_module"), dims[-1]),
        )
        quantizer.finish(_NO_EFFECT.__contains__)
        fields.finish(_NO_EFFECT.__contains__)
        _check_decoder(config)
        return config


def _encoder_transformers(fields: Fields, dims: list[int]) -> tuple[TransformerConfig | None, ...]:
    """Read the transformers behind the encoder's blocks, whose outputs have these widths."""
    layers = fields.counts("encoder_transformer_layers", least=0)
    if len(layers) != len(dims):
        raise ConfigError(
            fields.name("encoder_transformer_layers"),
            f"must have {len(dims)} entries, one per rate",
        )
    shared = fields.inner("transformer_general_config")
    window = shared.count("window_size", ENCODER_WINDOW)
    transformers = [
        _transformer(shared, dim, n_layer, dim // shared.count("head_dim"), 3 * dim, window)
        for dim, n_layer in zip(dims, layers, strict=True)
    ]
    shared.finish(_NO_EFFECT.__contains__)
    return tuple(_checked(t, shared) if t.n_layer else None for t in transformers)


def _module(fields: Fields, dim: int) -> TransformerConfig:
    """Read the transformer before or behind the quantizers."""
    inner = fields.inner("config")
    # Other widths would need projections, which no known checkpoint has.
    inner.equal("dim", dim)
    fields.equal("input_dim", dim)
    n_layer, n_head = inner.count("n_layer"), inner.count("n_head")
    inner_size, window = inner.count("intermediate_size"), fields.count("window_size")
    transformer = _transformer(inner, dim, n_layer, n_head, inner_size, window)
    inner.finish(_NO_EFFECT.__contains__)
    fields.finish(_NO_EFFECT.__contains__)
    return _checked(transformer, inner)


def _transformer(
    fields: Fields, dim: int, n_layer: int, n_head: int, intermediate_size: int, window: int
) -> TransformerConfig:
    """Read the rest of a transformer."""
    kv_heads = fields.count("n_local_heads", -1, least=-1)
    return TransformerConfig(
        dim=dim,
        n_layer=n_layer,
        n_head=n_head,
        n_local_heads=n_head if kv_heads < 1 else kv_heads,
        head_dim=fields.count("head_dim"),
        intermediate_size=intermediate_size,
        window=window,
        rope_base=fields.number("rope_base"),
        norm_eps=fields.number("norm_eps"),
    )


def _checked(config: TransformerConfig, fields: Fields) -> TransformerConfig:
    if config.n_head < 1 or config.head_dim % 2:
        raise ConfigError(fields.name("head_dim"), f"does not fit a width of {config.dim}")
    if config.n_head % config.n_local_heads:
        raise ConfigError(fields.name("n_local_heads"), f"must divide n_head ({config.n_head})")
    return config


def _check_decoder(config: DacConfig) -> None:
    if math.prod(config.decoder_rates) != config.hop_length:
        raise ConfigError(
            "codec_config.config.decoder_rates",
            f"must multiply to {config.hop_length} like encoder_rates",
        )
    if config.decoder_dim % 2 ** len(config.decoder_rates):
        raise ConfigError(
            "codec_config.config.decoder_dim",
            f"must be divisible by two {len(config.decoder_rates)} times",
        )
