"""The codec: convolutional encoder, quantizer, convolutional decoder.

Is: `DacCodec`, whose state dict has exactly the checkpoint's names until it is folded.
Is not: the interface (see `engine.codecs.codec`), which also holds the streams.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from engine.codecs.codec import Codec, CodecStream
from engine.codecs.dac.config import DacConfig, TransformerConfig
from engine.codecs.dac.convolution import CausalConv, CausalTransposedConv, Snake, residual_units
from engine.codecs.dac.quantizer import DownsampleQuantizer
from engine.codecs.dac.transformer import WindowTransformer
from engine.codecs.memory import Chain, Memory, Remembering


class EncoderBlock(Remembering):
    """Residual units, a strided convolution that doubles the width, perhaps a transformer."""

    def __init__(self, dim: int, rate: int, transformer: TransformerConfig | None) -> None:
        super().__init__()
        tail = [WindowTransformer(transformer)] if transformer else []
        self.block = Chain(
            *residual_units(dim),
            Snake(dim),
            CausalConv(dim, 2 * dim, 2 * rate, stride=rate),
            *tail,
        )

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, dim, T] to [B, 2 dim, T / rate]."""
        y: Tensor = self.block(x, memory)
        return y


class Encoder(nn.Module):
    """Audio [B, 1, L] to latents [B, latent_dim, L / hop_length]."""

    def __init__(self, config: DacConfig) -> None:
        super().__init__()
        dims = [config.encoder_dim * 2**i for i in range(len(config.encoder_rates))]
        stages = zip(dims, config.encoder_rates, config.encoder_transformers(), strict=True)
        self.block = Chain(
            CausalConv(1, config.encoder_dim, 7),
            *(EncoderBlock(dim, rate, transformer) for dim, rate, transformer in stages),
            Snake(config.latent_dim),
            CausalConv(config.latent_dim, config.latent_dim, 3),
        )


class DecoderBlock(Remembering):
    """A transposed convolution that halves the width, and residual units."""

    def __init__(self, dim: int, rate: int) -> None:
        super().__init__()
        self.block = Chain(
            Snake(dim),
            CausalTransposedConv(dim, dim // 2, 2 * rate, rate),
            *residual_units(dim // 2),
        )

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """Map x [B, dim, T] to [B, dim / 2, T * rate]."""
        y: Tensor = self.block(x, memory)
        return y


class Decoder(nn.Module):
    """Latents [B, latent_dim, T] to audio [B, 1, T * hop_length]."""

    def __init__(self, config: DacConfig) -> None:
        super().__init__()
        dims = [config.decoder_dim // 2**i for i in range(len(config.decoder_rates))]
        last = dims[-1] // 2
        self.model = Chain(
            CausalConv(config.latent_dim, config.decoder_dim, 7),
            *(
                DecoderBlock(dim, rate)
                for dim, rate in zip(dims, config.decoder_rates, strict=True)
            ),
            Snake(last),
            CausalConv(last, 1, 7),
            nn.Tanh(),
        )


class DacCodec(Codec):
    """The s2 codec. Stateless between calls: clips in progress live in their `Memory`."""

    def __init__(self, config: DacConfig) -> None:
        super().__init__()
        self.config = config
        self.sample_rate = config.sample_rate
        self.frame_length = config.frame_length
        self.codebook_sizes = config.quantizer.codebook_sizes
        self.encoder = Encoder(config)
        self.quantizer = DownsampleQuantizer(config.quantizer)
        self.decoder = Decoder(config)

    def load_tensors(self, tensors: dict[str, Tensor], where: Path) -> None:
        """Take over a checkpoint's tensors, with normed weights folded into plain ones."""
        super().load_tensors(tensors, where)
        for module in list(self.modules()):
            if parametrize.is_parametrized(module, "weight"):
                parametrize.remove_parametrizations(module, "weight")
        self.requires_grad_(False)

    def encode_next(self, audio: Tensor, memory: Memory) -> Tensor:
        """See `Codec.encode_next`."""
        return self.quantizer.encode(self.encoder.block(audio[:, None], memory), memory)

    def decode_next(self, codes: Tensor, memory: Memory) -> Tensor:
        """See `Codec.decode_next`."""
        audio: Tensor = self.decoder.model(self.quantizer.decode(codes, memory), memory)
        return audio[:, 0]

    def push_together(
        self, streams: Sequence[CodecStream], codes: Sequence[Tensor]
    ) -> list[Tensor]:
        """See `Codec.push_together`."""
        made: dict[int, Tensor] = {}
        for size in {frames.shape[1] for frames in codes}:
            rows = [i for i, frames in enumerate(codes) if frames.shape[1] == size]
            batch = CodecStream(self)
            batch.memory = Memory.join([streams[i].memory for i in rows])
            audio = batch.push(torch.stack([codes[i] for i in rows]))
            for i, memory, clip in zip(rows, batch.memory.split(), audio, strict=True):
                streams[i].memory, made[i] = memory, clip
        return [made[i] for i in range(len(codes))]
