"""Vector quantization: latents to codes and back, and the resampling around it.

Is: codebooks of unit-length comparison in a narrow space, in a residual chain whose first member is
the semantic codebook; strided convolutions and transformers on both sides of it.
Is not: a trainer; there is no straight-through gradient and no commitment loss.
"""

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.codecs.dac.config import QuantizerConfig
from engine.codecs.dac.convolution import CausalConv, CausalTransposedConv, ConvNeXt
from engine.codecs.dac.transformer import WindowTransformer
from engine.codecs.memory import Chain, Memory


class Projection(nn.Module):
    """A convolution of kernel 1 whose weight is spelled `weight_g` and `weight_v`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight_g = nn.Parameter(torch.ones(outputs, 1, 1))
        self.weight_v = nn.Parameter(torch.randn(outputs, inputs, 1) / inputs**0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """Map x [B, inputs, T] to [B, outputs, T]."""
        norm = self.weight_v.flatten(1).norm(dim=1).view(-1, 1, 1)
        return F.conv1d(x, self.weight_v * (self.weight_g / norm), self.bias)


class VectorQuantizer(nn.Module):
    """One codebook with its projections into and out of the comparison space."""

    def __init__(self, dim: int, entries: int, codebook_dim: int) -> None:
        super().__init__()
        self.in_proj = Projection(dim, codebook_dim)
        self.out_proj = Projection(codebook_dim, dim)
        self.codebook = nn.Embedding(entries, codebook_dim)

    def encode(self, z: Tensor) -> Tensor:
        """Return the index of the entry in the most similar direction: [B, dim, T] -> [B, T]."""
        directions = F.normalize(self.in_proj(z).transpose(1, 2), dim=2)
        similarity = directions @ F.normalize(self.codebook.weight, dim=1).T
        return similarity.argmax(dim=2)

    def decode(self, codes: Tensor) -> Tensor:
        """Map codes int [B, T] to float [B, dim, T]."""
        y: Tensor = self.out_proj(self.codebook(codes).transpose(1, 2))
        return y


class ResidualQuantizer(nn.Module):
    """Quantizers of which each codes what those before it left over."""

    def __init__(self, dim: int, sizes: tuple[int, ...], codebook_dim: int) -> None:
        super().__init__()
        self.quantizers = nn.ModuleList(VectorQuantizer(dim, size, codebook_dim) for size in sizes)


class DownsampleQuantizer(nn.Module):
    """Everything between the convolutional encoder and the convolutional decoder."""

    def __init__(self, config: QuantizerConfig) -> None:
        super().__init__()
        dim, (semantic, *residual) = config.input_dim, config.codebook_sizes
        self.semantic_quantizer = ResidualQuantizer(dim, (semantic,), config.codebook_dim)
        self.quantizer = ResidualQuantizer(dim, tuple(residual), config.codebook_dim)
        self.downsample = Chain(
            *(
                Chain(CausalConv(dim, dim, factor, stride=factor, normed=False), ConvNeXt(dim))
                for factor in config.downsample_factor
            )
        )
        self.upsample = Chain(
            *(
                Chain(CausalTransposedConv(dim, dim, factor, factor, normed=False), ConvNeXt(dim))
                for factor in reversed(config.downsample_factor)
            )
        )
        self.pre_module = WindowTransformer(config.pre_module)
        self.post_module = WindowTransformer(config.post_module)

    @property
    def chain(self) -> list[VectorQuantizer]:
        """All quantizers, the semantic one first."""
        both = (*self.semantic_quantizer.quantizers, *self.quantizer.quantizers)
        return cast(list[VectorQuantizer], list(both))

    def encode(self, z: Tensor, memory: Memory) -> Tensor:
        """Map the encoder's output [B, dim, steps] to codes int64 [B, N, frames]."""
        rest: Tensor = self.pre_module(self.downsample(z, memory), memory)
        codes = []
        for quantizer in self.chain:
            codes.append(quantizer.encode(rest))
            rest = rest - quantizer.decode(codes[-1])
        return torch.stack(codes, dim=1)

    def decode(self, codes: Tensor, memory: Memory) -> Tensor:
        """Map codes int64 [B, N, frames] to the decoder's input [B, dim, steps]."""
        first, *others = (quantizer.decode(codes[:, i]) for i, quantizer in enumerate(self.chain))
        z = first
        for other in others:
            z = z + other
        y: Tensor = self.upsample(self.post_module(z, memory), memory)
        return y
