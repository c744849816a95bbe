"""The sizes of an s2 codec, read strictly from the `config` object of `codec_config.json`.

Is: frozen dataclasses; fields are named there as in upstream's own configuration.
Is not: a place for training settings; those known to be without effect are let through.

The published s2-pro checkpoint has no such file: `S2_PRO` holds its values.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from engine.errors import ConfigError

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

_NO_EFFECT = frozenset(
    (
        "block_size",
        "dropout_rate",
        "attn_dropout_rate",
        "channels_first",
        "causal",
        "quantizer_dropout",
        "decoder_transformer_layers",
    )
)


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """One stack of windowed attention: step i sees steps i - window + 1 to i."""

    dim: int
    n_layer: int
    n_head: int
    n_local_heads: int
    head_dim: int
    intermediate_size: int
    window: int
    rope_base: float
    norm_eps: float


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
        fields = _Fields(values or S2_PRO)
        encoder_dim, encoder_rates = fields.count("encoder_dim"), fields.counts("encoder_rates")
        quantizer = fields.inner("quantizer")
        semantic, residual = (
            quantizer.count("semantic_codebook_size"),
            quantizer.count("codebook_size"),
        )
        latent_dim = encoder_dim * 2 ** len(encoder_rates)
        quantizer.equal("input_dim", latent_dim)
        config = cls(
            sample_rate=fields.count("sample_rate"),
            encoder_dim=encoder_dim,
            encoder_rates=encoder_rates,
            encoder_transformers=_encoder_transformers(fields, encoder_dim, len(encoder_rates)),
            decoder_dim=fields.count("decoder_dim"),
            decoder_rates=fields.counts("decoder_rates"),
            latent_dim=latent_dim,
            codebook_sizes=(semantic, *[residual] * quantizer.count("n_codebooks", least=0)),
            codebook_dim=quantizer.count("codebook_dim"),
            downsample_factor=quantizer.counts("downsample_factor"),
            pre_module=_module(quantizer.inner("pre_module"), latent_dim),
            post_module=_module(quantizer.inner("post_module"), latent_dim),
        )
        quantizer.finish()
        fields.finish()
        _check_decoder(config)
        return config


class _Fields:
    """The keys of one JSON object, each taken once and checked; what is left over is an error."""

    def __init__(self, values: Mapping[str, Any], path: str = "codec_config.config") -> None:
        self._values = dict(values)
        self._path = path

    def name(self, key: str) -> str:
        return f"{self._path}.{key}"

    def take(self, key: str, default: int | None = None) -> Any:  # noqa: ANN401 - it is JSON
        value = self._values.pop(key, default)
        if value is None:
            raise ConfigError(self.name(key), "is missing")
        return value

    def count(self, key: str, default: int | None = None, least: int = 1) -> int:
        value = self.take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ConfigError(
                self.name(key), f"must be an integer of at least {least}, is {value!r}"
            )
        return value

    def counts(self, key: str, least: int = 1) -> tuple[int, ...]:
        value = self.take(key)
        whole = isinstance(value, list) and all(type(item) is int for item in value)
        if not whole or not value or min(value) < least:
            raise ConfigError(
                self.name(key), f"must be a list of integers of at least {least}, is {value!r}"
            )
        return tuple(value)

    def number(self, key: str) -> float:
        value = self.take(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e12:
            raise ConfigError(self.name(key), f"must be a positive number, is {value!r}")
        return float(value)

    def equal(self, key: str, needed: int) -> None:
        if (value := self.count(key, needed)) != needed:
            raise ConfigError(self.name(key), f"must be {needed} to fit the rest, is {value}")

    def inner(self, key: str) -> "_Fields":
        value = self.take(key)
        if not isinstance(value, dict):
            raise ConfigError(self.name(key), f"must be an object, is {value!r}")
        return _Fields(value, self.name(key))

    def finish(self) -> None:
        for key in sorted(self._values.keys() - _NO_EFFECT):
            raise ConfigError(self.name(key), "is unknown")


def _encoder_transformers(
    fields: _Fields, encoder_dim: int, blocks: int
) -> tuple[TransformerConfig | None, ...]:
    """Read the transformers of the encoder's blocks; widths follow from the block."""
    layers = fields.counts("encoder_transformer_layers", least=0)
    if len(layers) != blocks:
        raise ConfigError(
            fields.name("encoder_transformer_layers"), f"must have {blocks} entries, one per rate"
        )
    shared = fields.inner("transformer_general_config")
    head_dim = shared.count("head_dim")
    kv_heads = shared.count("n_local_heads", -1, least=-1)
    window = shared.count("window_size", ENCODER_WINDOW)
    rope_base, norm_eps = shared.number("rope_base"), shared.number("norm_eps")
    shared.finish()

    def transformer(index: int) -> TransformerConfig | None:
        dim = encoder_dim * 2 ** (index + 1)
        n_head = dim // head_dim
        config = TransformerConfig(
            dim=dim,
            n_layer=layers[index],
            n_head=n_head,
            n_local_heads=n_head if kv_heads < 1 else kv_heads,
            head_dim=head_dim,
            intermediate_size=3 * dim,
            window=window,
            rope_base=rope_base,
            norm_eps=norm_eps,
        )
        return _checked(config, shared) if layers[index] else None

    return tuple(map(transformer, range(blocks)))


def _module(fields: _Fields, latent_dim: int) -> TransformerConfig:
    """Read the transformer before or behind the quantizers."""
    inner = fields.inner("config")
    # Other widths would need projections, which no known checkpoint has.
    inner.equal("dim", latent_dim)
    fields.equal("input_dim", latent_dim)
    n_head, kv_heads = inner.count("n_head"), inner.count("n_local_heads", -1, least=-1)
    config = TransformerConfig(
        dim=latent_dim,
        n_layer=inner.count("n_layer"),
        n_head=n_head,
        n_local_heads=n_head if kv_heads < 1 else kv_heads,
        head_dim=inner.count("head_dim"),
        intermediate_size=inner.count("intermediate_size"),
        window=fields.count("window_size"),
        rope_base=inner.number("rope_base"),
        norm_eps=inner.number("norm_eps"),
    )
    inner.finish()
    fields.finish()
    return _checked(config, inner)


def _checked(config: TransformerConfig, fields: _Fields) -> TransformerConfig:
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
