"""Codes and audio as numpy arrays: the codec's face to the outside.

Is: the conversions, and the resampling of whatever comes in.
Is not: a codec (see `engine.codec`), and not a reader of files.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.codec import Codec
from engine.codec import CodecStream as TensorStream
from engine.resample import mono, resample

Audio = npt.NDArray[np.float32]
AnyCodes = npt.NDArray[np.integer[Any]]


def encode(codec: Codec, audio: npt.NDArray[np.floating[Any]], sample_rate: int) -> AnyCodes:
    """Turn audio [L] or [L, channels] at any rate into codes, uint16 [n_codebooks, n_frames].

    Raises:
        AudioError: the audio is empty, not finite, or of an impossible rate.
    """
    with torch.inference_mode():
        samples = torch.from_numpy(np.ascontiguousarray(audio.T, dtype=np.float32))
        samples = resample(mono(samples), sample_rate, codec.sample_rate)
        return codec.encode(samples).cpu().numpy().astype(np.uint16)


def decode(codec: Codec, codes: AnyCodes) -> Audio:
    """Turn codes [n_codebooks, n_frames] into audio, float32 [n_frames * frame_length]."""
    with torch.inference_mode():
        audio: Audio = codec.decode(torch.from_numpy(codes.astype(np.int64))).cpu().numpy()
    return audio


class CodecStream:
    """A decoding whose codes arrive piece by piece; all pieces joined equal `decode`."""

    def __init__(self, stream: TensorStream) -> None:
        self._stream = stream

    def push(self, codes: AnyCodes) -> Audio:
        """Turn the next codes [n_codebooks, f] into the next audio, float32 [f * frame_length]."""
        with torch.inference_mode():
            audio: Audio = self._stream.push(torch.from_numpy(codes.astype(np.int64))).cpu().numpy()
        return audio
