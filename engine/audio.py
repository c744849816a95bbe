"""Codes and audio as numpy arrays: the codec's face to the outside.

Is: the conversions, and the resampling of whatever comes in.
Is not: a codec (see `engine.codec`), and not a reader of files.
"""

import functools
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
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
    return decode_together(codec, [codes])[0]


def decode_together(codec: Codec, clips: Sequence[AnyCodes]) -> list[Audio]:
    """Turn several clips' codes into audio side by side; see `decode`."""
    with torch.inference_mode(), _aside(codec.device):
        given = [torch.from_numpy(codes.astype(np.int64)) for codes in clips]
        return [audio.cpu().numpy() for audio in codec.decode_together(given)]


def _aside(device: torch.device) -> AbstractContextManager[object]:
    """On a GPU, a stream of low priority: the next frame does not wait for audio."""
    if device.type != "cuda":
        return nullcontext()
    return torch.cuda.stream(_low_priority(device))


@functools.cache
def _low_priority(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device, priority=0)  # the engine's frames run at priority -1


class CodecStream:
    """A decoding whose codes arrive piece by piece; all pieces joined equal `decode`."""

    def __init__(self, stream: TensorStream) -> None:
        self._stream = stream

    def push(self, codes: AnyCodes) -> Audio:
        """Turn the next codes [n_codebooks, f] into the next audio, float32 [f * frame_length]."""
        with torch.inference_mode():
            audio: Audio = self._stream.push(torch.from_numpy(codes.astype(np.int64))).cpu().numpy()
        return audio


def push_together(
    codec: Codec, streams: Sequence[CodecStream], codes: Sequence[AnyCodes]
) -> list[Audio]:
    """Push the next codes [n_codebooks, f] of several streams; see `CodecStream.push`."""
    with torch.inference_mode(), _aside(codec.device):
        given = [torch.from_numpy(frames.astype(np.int64)) for frames in codes]
        made = codec.push_together([stream._stream for stream in streams], given)
        return [audio.cpu().numpy() for audio in made]
