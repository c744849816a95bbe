"""The sizes of an s2 codec, read strictly from the `config` object of `codec_config.json`.

Is: frozen records with the field names of upstream's own configuration.
Is not: a place for training settings; those known to be without effect are let through.

The published s2-pro checkpoint has no such file: `s2_pro.json` beside this one holds its values.
"""

import math
import re
from pathlib import Path
from typing import Self

from pydantic import StrictInt, model_validator

from engine.codecs.codec import WHERE
from engine.config import StackConfig
from engine.fields import Count, Counts, Index, Number, Record, read_object, refuse

S2_PRO = read_object(Path(__file__).with_name("s2_pro.json"))
"""The published codec of Fish Audio S2 Pro."""


class _Config(Record):
    without_effect = re.compile(
        "block_size|channels_first|causal|decoder_transformer_layers"
        "|dropout_rate|attn_dropout_rate|quantizer_dropout"
    )


class LayersConfig(_Config, StackConfig):
    """The layers of a transformer; see `StackConfig`."""


class TransformerConfig(_Config):
    """One stack of windowed attention: step i sees steps i - window_size + 1 to i."""

    window_size: Count
    input_dim: Count
    config: LayersConfig


class EncoderAttention(_Config):
    """What the transformers behind the encoder's blocks have in common."""

    window_size: Count = 512
    n_local_heads: StrictInt = -1
    head_dim: Count
    rope_base: Number
    norm_eps: Number


class QuantizerConfig(_Config):
    """What lies between the convolutional encoder and decoder.

    Attributes:
        n_codebooks: the semantic one not included.
        downsample_factor: strides between the convolutional encoder and the quantizers.
    """

    input_dim: Count
    n_codebooks: Index
    codebook_size: Count
    codebook_dim: Count
    semantic_codebook_size: Count
    downsample_factor: Counts
    pre_module: TransformerConfig
    post_module: TransformerConfig

    @property
    def codebook_sizes(self) -> tuple[int, ...]:
        """Entries per codebook, the semantic one first."""
        return (self.semantic_codebook_size, *[self.codebook_size] * self.n_codebooks)


class DacConfig(_Config):
    """A whole codec.

    Attributes:
        encoder_transformer_layers: of what follows each encoder block; 0: nothing does.
    """

    sample_rate: Count
    encoder_dim: Count
    encoder_rates: Counts
    encoder_transformer_layers: tuple[Index, ...]
    transformer_general_config: EncoderAttention
    decoder_dim: Count
    decoder_rates: Counts
    quantizer: QuantizerConfig

    @property
    def latent_dim(self) -> int:
        """Width of what the convolutional encoder makes: it doubles with each block."""
        return self.encoder_dim << len(self.encoder_rates)

    @property
    def hop_length(self) -> int:
        """Samples per step of the convolutional encoder."""
        return math.prod(self.encoder_rates)

    @property
    def frame_length(self) -> int:
        """Samples per frame of codes."""
        return self.hop_length * math.prod(self.quantizer.downsample_factor)

    def encoder_transformers(self) -> list[TransformerConfig | None]:
        """What follows each encoder block, None where nothing does."""
        layers = enumerate(self.encoder_transformer_layers, 1)
        return [self._transformer(n, self.encoder_dim * 2**i) if n else None for i, n in layers]

    def _transformer(self, n_layer: int, dim: int) -> TransformerConfig:
        shared, where = self.transformer_general_config, f"{WHERE}.transformer_general_config"
        n_head, same = dim // shared.head_dim, shared.model_dump(exclude={"window_size"})
        refuse({f"{where}.head_dim": not n_head and f"does not fit a width of {dim}"})
        sizes = {"n_layer": n_layer, "n_head": n_head, "dim": dim, "intermediate_size": 3 * dim}
        layers = LayersConfig.read({**sizes, **same}, where)
        return TransformerConfig(window_size=shared.window_size, input_dim=dim, config=layers)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        n_rates, n_halves = len(self.encoder_rates), len(self.decoder_rates)
        latent, quantizer = self.latent_dim, self.quantizer
        widths = {"quantizer.input_dim": quantizer.input_dim}
        for name, module in (("pre", quantizer.pre_module), ("post", quantizer.post_module)):
            # Other widths would need projections, which no known checkpoint has.
            widths[f"quantizer.{name}_module.input_dim"] = module.input_dim
            widths[f"quantizer.{name}_module.config.dim"] = module.config.dim
        problems = {
            "encoder_transformer_layers": len(self.encoder_transformer_layers) != n_rates
            and f"must have {n_rates} entries, one per rate",
            "decoder_rates": math.prod(self.decoder_rates) != self.hop_length
            and f"must multiply to {self.hop_length} like encoder_rates",
            "decoder_dim": self.decoder_dim % 2**n_halves != 0
            and f"must be divisible by two {n_halves} times",
            **{
                name: width != latent and f"must be {latent} to fit the rest, is {width}"
                for name, width in widths.items()
            },
        }
        refuse({f"{WHERE}.{name}": problem for name, problem in problems.items()})
        self.encoder_transformers()  # raises if one cannot be
        return self
