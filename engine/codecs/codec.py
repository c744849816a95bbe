"""The codec interface: waveform to codes and back, offline and as a stream.

Is: what every codec family implements (the next frames in, the next frames out), what all share
(checks, blocks, streams; `decode` is a stream run over the whole input) and `load_codec`, which
picks the family named in `codec_config.json`.

Is not: a codec. Families live in their own modules and are imported only when a checkpoint
asks for them.

Rules of every family:

- audio is mono float32 at `sample_rate`; codes are int64 [n_codebooks, n_frames], row 0 semantic;
- one frame stands for `frame_length` samples, and decoding F frames gives F * frame_length samples;
- everything is causal: the audio of a prefix of codes is a prefix of the audio;
- memory does not grow with the length of the input, apart from the result itself.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.checkpoint import load_codec_state, verify_tensors
from engine.codecs.memory import Memory
from engine.errors import AudioError, ConfigError
from engine.fields import read_object

CODEC_CONFIG_FILE = "codec_config.json"
WHERE = "codec_config.config"
"""Where that file holds the sizes, as errors name it."""
BLOCK_SAMPLES = 65536
"""Audio encoded or decoded at once: about 50 MB for the widest layer of the s2-pro codec."""


class CodecStream:
    """A decoding in progress, of one clip or of several that advance together.

    It owns what the codec must remember between two pushes.

    Not thread-safe. Drop it to end the decoding; there is nothing to flush.
    """

    def __init__(self, codec: "Codec") -> None:
        self._codec, self.memory = codec, Memory()

    @torch.no_grad()
    def push(self, codes: Tensor) -> Tensor:
        """Decode the next frames.

        Args:
            codes: int64 [n_codebooks, f], f >= 1, or [B, n_codebooks, f] in every push; the
                caller's tensor is not changed.

        Returns:
            float32 [f * frame_length], or [B, f * frame_length]; the pieces of all pushes joined
            equal one `decode`.

        Raises:
            AudioError: the codes have the wrong number of rows.
        """
        checked = self._codec.checked_codes(codes)
        batch = checked if codes.ndim == 3 else checked[None]
        audio = self._codec.decode_next(batch, self.memory)
        return audio if codes.ndim == 3 else audio[0]


class Codec(nn.Module, ABC):
    """A neural audio codec. `sample_rate` in Hz, `frame_length` in samples per frame."""

    sample_rate: int
    frame_length: int
    codebook_sizes: tuple[int, ...]

    @property
    def n_codebooks(self) -> int:
        """Codes in a frame."""
        return len(self.codebook_sizes)

    @torch.no_grad()
    def encode(self, audio: Tensor) -> Tensor:
        """Turn audio into codes, block by block.

        Args:
            audio: float32 [L], mono, at `sample_rate`.

        Returns:
            int64 [n_codebooks, ceil(L / frame_length)].

        Raises:
            AudioError: the audio is empty, not mono or not finite.
        """
        memory, codes = Memory(), []
        block = max(1, BLOCK_SAMPLES // self.frame_length) * self.frame_length
        for piece in self.checked_audio(audio).split(block):
            whole = F.pad(piece, (0, -len(piece) % self.frame_length))  # the last frame
            codes.append(self.encode_next(whole[None], memory)[0])
        return torch.cat(codes, dim=1)

    @abstractmethod
    def encode_next(self, audio: Tensor, memory: Memory) -> Tensor:
        """Encode the next whole frames, audio [B, f * frame_length], to [B, n_codebooks, f]."""

    @abstractmethod
    def decode_next(self, codes: Tensor, memory: Memory) -> Tensor:
        """Decode the next frames, codes int64 [B, n_codebooks, f], to [B, f * frame_length]."""

    def stream(self) -> CodecStream:
        """Start a decoding whose frames arrive piece by piece."""
        return CodecStream(self)

    def load_tensors(self, tensors: dict[str, Tensor], where: Path) -> None:
        """Take over a checkpoint's tensors and get ready for inference.

        Args:
            tensors: name -> tensor; they become the parameters, as fp32.
            where: the folder they come from, for the error message.

        Raises:
            CheckpointError: naming every missing, unexpected or mis-shaped tensor.
        """
        verify_tensors(tensors, self.state_dict(), where)
        self.load_state_dict({name: t.float() for name, t in tensors.items()}, assign=True)
        self.eval().requires_grad_(False)

    @property
    def frame_rate(self) -> float:
        """Frames per second."""
        return self.sample_rate / self.frame_length

    @torch.no_grad()
    def decode(self, codes: Tensor) -> Tensor:
        """Turn codes into audio, block by block.

        Args:
            codes: int64 [n_codebooks, F]; too large codes are clamped in a copy.

        Returns:
            float32 [F * frame_length] on the codec's device.

        Raises:
            AudioError: the codes have the wrong number of rows.
        """
        return self.decode_together([codes])[0]

    @torch.no_grad()
    def decode_together(self, clips: Sequence[Tensor]) -> list[Tensor]:
        """Decode clips of any lengths side by side; see `decode`.

        What is behind a shorter clip's end is filled up and thrown away: it changes nothing before.
        """
        if not clips:
            return []
        checked = [self.checked_codes(codes) for codes in clips]
        most = max(codes.shape[1] for codes in checked)
        filled = torch.stack([F.pad(codes, (0, most - codes.shape[1])) for codes in checked])
        audio = torch.empty(len(clips), most * self.frame_length, device=self.device)
        stream = self.stream()
        block = max(1, BLOCK_SAMPLES // self.frame_length // len(clips))
        for start in range(0, most, block):
            first, last = (i * self.frame_length for i in (start, start + block))
            audio[:, first:last] = stream.push(filled[:, :, start : start + block])
        lengths = [codes.shape[1] * self.frame_length for codes in checked]
        return [row[:length] for row, length in zip(audio, lengths, strict=True)]

    def push_together(
        self, streams: Sequence[CodecStream], codes: Sequence[Tensor]
    ) -> list[Tensor]:
        """Push the next frames of several clips, each [n_codebooks, f]; see `CodecStream.push`.

        A family may take those of the same f in one go.
        """
        return [stream.push(frames) for stream, frames in zip(streams, codes, strict=True)]

    def checked_codes(self, codes: Tensor) -> Tensor:
        """Return the codes on the codec's device, each row clamped to its codebook.

        The language model may draw residual codes its codec does not have; they count as the
        codebook's last entry. The caller's tensor is left alone.
        """
        if codes.ndim not in (2, 3) or codes.shape[-2] != self.n_codebooks:
            raise AudioError(
                f"codes of shape {list(codes.shape)} do not fit this codec: it has "
                f"{self.n_codebooks} codebooks, so codes must be [{self.n_codebooks}, frames]"
            )
        last = torch.tensor(self.codebook_sizes, device=self.device).unsqueeze(1) - 1
        return codes.to(self.device, torch.int64).clamp(min=0).minimum(last)

    def checked_audio(self, audio: Tensor) -> Tensor:
        """Return mono audio as float32 on the codec's device, or raise AudioError."""
        if audio.ndim != 1 or audio.shape[0] == 0:
            raise AudioError(
                f"audio of shape {list(audio.shape)} cannot be encoded: it must be one channel "
                "with at least one sample"
            )
        audio = audio.to(self.device, torch.float32)
        if not all(math.isfinite(extreme) for extreme in torch.aminmax(audio)):
            raise AudioError("audio holds values that are not numbers; read the file again")
        return audio

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device


def load_codec(folder: Path, device: torch.device | str = "cpu") -> Codec:
    """Load the codec of a checkpoint folder, ready for inference.

    The folder holds `codec.safetensors` or `codec.pth`, and beside it `codec_config.json`. Without
    that file the codec is the one of s2-pro.

    Raises:
        ConfigError: `codec_config.json` is unreadable or names an unknown family.
        CheckpointError: the weights are missing or do not fit the configuration.
    """
    codec = build_codec(read_codec_config(folder))
    codec.load_tensors(load_codec_state(folder), folder)
    return codec.to(device)


def read_codec_config(folder: Path) -> dict[str, Any]:
    """Return the content of `codec_config.json`; where there is none, an empty one: s2-pro's."""
    path = folder / CODEC_CONFIG_FILE
    return read_object(path) if path.exists() else {}


def build_codec(content: Mapping[str, Any]) -> Codec:
    """Build the family that `content` (a `codec_config.json`) names, ready for `load_tensors`.

    The s2 codec is built on the meta device: names and shapes without memory.
    """
    config = content.get("config", {})
    match content.get("family", "dac"):
        case "dac":
            from engine.codecs.dac.config import S2_PRO, DacConfig
            from engine.codecs.dac.model import DacCodec

            with torch.device("meta"):
                return DacCodec(DacConfig.read(config or S2_PRO, WHERE))
        case "source_filter":
            from engine.codecs.source_filter import SourceFilterCodec, SourceFilterConfig

            return SourceFilterCodec(SourceFilterConfig.read(config, WHERE))
        case other:
            known = "dac, source_filter"
            raise ConfigError("codec_config.family", f"is {other!r}; known families: {known}")
