"""Codes and audio as numpy arrays: the codec's face to the outside.

Is: the conversions, and the resampling of whatever comes in.
Is not: a codec (see `engine.codecs.codec`), and not a reader of files.
"""

import functools
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.codecs.codec import Codec
from engine.codecs.codec import CodecStream as TensorStream
from engine.resample import mono, resample

Audio = npt.NDArray[np.float32]
AnyCodes = npt.NDArray[np.integer[Any]]


class AudioFace:
    """What an engine does with audio."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def encode(self, audio: npt.NDArray[np.floating[Any]], sample_rate: int) -> AnyCodes:
        """Turn audio [L] or [L, channels] at any rate into codes, uint16 [n_codebooks, n_frames].

        Raises:
            AudioError: the audio is empty, not finite, or of an impossible rate.
        """
        with torch.inference_mode():
            samples = torch.from_numpy(np.ascontiguousarray(audio.T, dtype=np.float32))
            samples = resample(mono(samples), sample_rate, self._codec.sample_rate)
            return self._codec.encode(samples).cpu().numpy().astype(np.uint16)

    def decode(self, codes: AnyCodes) -> Audio:
        """Turn codes [n_codebooks, n_frames] into audio, float32 [n_frames * frame_length]."""
        return self.decode_together([codes])[0]

    def decode_together(self, clips: Sequence[AnyCodes]) -> list[Audio]:
        """Turn the codes of several clips, of any lengths, into audio side by side."""
        with torch.inference_mode(), _aside(self._codec.device):
            return _arrays(self._codec.decode_together(_tensors(clips)))

    def stream(self) -> "CodecStream":
        """Return a decoding whose codes arrive piece by piece."""
        return CodecStream(self._codec.stream())

    def push_together(
        self, streams: Sequence["CodecStream"], codes: Sequence[AnyCodes]
    ) -> list[Audio]:
        """Push the next codes of several streams side by side; return the next audio of each."""
        with torch.inference_mode(), _aside(self._codec.device):
            inner = [stream._stream for stream in streams]
            return _arrays(self._codec.push_together(inner, _tensors(codes)))


class CodecStream:
    """A decoding whose codes arrive piece by piece; all pieces joined equal `decode`."""

    def __init__(self, stream: TensorStream) -> None:
        self._stream = stream

    def push(self, codes: AnyCodes) -> Audio:
        """Turn the next codes [n_codebooks, f] into the next audio, float32 [f * frame_length]."""
        with torch.inference_mode():
            return _arrays([self._stream.push(*_tensors([codes]))])[0]


def _tensors(clips: Sequence[AnyCodes]) -> list[torch.Tensor]:
    return [torch.from_numpy(codes.astype(np.int64)) for codes in clips]


def _arrays(clips: Sequence[torch.Tensor]) -> list[Audio]:
    return [audio.cpu().numpy() for audio in clips]


def _aside(device: torch.device) -> AbstractContextManager[object]:
    """On a GPU, a stream of low priority: the next frame does not wait for audio."""
    if device.type != "cuda":
        return nullcontext()
    return torch.cuda.stream(_low_priority(device))


@functools.cache
def _low_priority(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device, priority=0)  # the engine's frames run at priority -1
