"""The s2 codec ("modded DAC"): a causal convolutional autoencoder with windowed attention.

Is: the codec of s2-pro at any dimensions, with the checkpoint's own tensor names. Files: `config`
(sizes), `convolution`, `transformer`, `quantizer` (the parts) and `model` (encoder, decoder, the
codec itself).

Is not: a trainer. Weights are folded for inference when they are loaded.

- Every layer takes a `Memory` of the blocks before; a fresh one means the start of a clip. Offline
  encoding and decoding run the same layers block by block, so any split gives the same result.
- Attention positions are absolute: rotary tables are rounded to bf16, shifting them changes audio.
"""

from engine.codecs.dac.config import DacConfig
from engine.codecs.dac.model import DacCodec

__all__ = ["DacCodec", "DacConfig"]
