"""The engine: conversations in, takes out, many at a time.

Is: the public face. It loads a checkpoint and turns texts, voices and audio into what the parts
behind it work on.
Is not: the loop (see `engine.loop`), nor what a conversation is (`engine.chain`).

- Not thread-safe: one thread at a time.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import torch
from torch import Tensor

from engine.audio import AnyCodes, AudioFace
from engine.chain import Chain, Prefix
from engine.checkpoint import CheckpointFolder, fingerprint, load_model, resolve
from engine.codecs.codec import Codec, load_codec
from engine.config import ModelConfig, read_config
from engine.dual_ar import DualAR
from engine.errors import ConfigError, EngineError, PromptTooLong
from engine.fp8 import round_slow_tower
from engine.graph_runner import GraphRunner
from engine.info import DRAFT_PARAMETERS, EngineInfo, SpeedClass, read_advice
from engine.kv_cache import Pages, pages_for
from engine.length import FrameBounds, frame_bounds
from engine.loop import Loop
from engine.prompt import PromptBuilder, Reference
from engine.runner import AnyRunner, Runner
from engine.tokenizer import Tokenizer

DEFAULT_POSITIONS = 4096
"""Positions of a chain unless asked otherwise: minutes of speech, and memory stays reasonable."""


class Engine(AudioFace):
    """A loaded checkpoint and everything it is performing. Make one with `Engine.load`.

    Attributes:
        info: what is loaded.
        loop: what is being performed; for chains and performances.
    """

    def __init__(
        self,
        model: DualAR,
        prompts: PromptBuilder,
        codec: Codec,
        info: EngineInfo,
        max_lanes: int,
        n_pages: int | None = None,
        *,
        paged: bool = False,
        reproducible: bool = True,
    ) -> None:
        super().__init__(codec)
        self.info = info
        self._prompts = prompts
        # Every lane, as many chains that rest between turns, and some prefixes.
        n_pages = n_pages or (2 * max_lanes + 4) * pages_for(info.max_positions)
        runner: AnyRunner[Any, Any] = (
            GraphRunner(model, n_pages, max_lanes, info.max_positions, reproducible)
            if paged
            else Runner(model, n_pages)
        )
        self.loop = Loop(runner, Pages(n_pages), max_lanes, info.max_positions)

    @classmethod
    def load(
        cls,
        checkpoint: str | Path,
        *,
        device: str = "auto",
        max_lanes: int = 8,
        max_positions: int | None = None,
        paged: bool | None = None,
        reproducible: bool = True,
        weights: Literal["stored", "fp8"] = "stored",
        embeddings_on_host: bool = False,
    ) -> Self:
        """Load a checkpoint.

        Args:
            checkpoint: "starter", or the path of a checkpoint folder.
            device: "cpu", "cuda", or "auto" for the best there is.
            max_lanes: takes that may be in the making at the same time.
            max_positions: of a chain; at most what the model can.
            paged: read keys and values from their pages, as GPUs do by default; processors are
                faster with a dense copy.
            reproducible: a paged engine's takes do not depend on how many lanes run beside them.
            weights: as the checkpoint stores them, or the slow tower's rounded to eight bits.
            embeddings_on_host: leave the table of text tokens in the processor's memory; it is
                needed for prompts only.

        Raises:
            CheckpointError: a file or tensor is missing, damaged or does not fit.
            ConfigError: a configuration cannot be used.
            EngineError: there is no such device.
        """
        folder, target = resolve(checkpoint), _device(device)
        config = read_config(folder.config)
        prompts = PromptBuilder.for_model(Tokenizer(folder.tokenizer), config)
        codec = load_codec(folder.path, target)
        if codec.n_codebooks != config.n_codebooks:
            raise ConfigError(
                "audio_decoder_config.num_codebooks",
                f"is {config.n_codebooks}, but the codec has {codec.n_codebooks} codebooks",
            )
        dtype = torch.float32 if target.type == "cpu" else getattr(torch, config.dtype)
        model = load_model(folder.path, config, target, dtype, embeddings_on_host)
        if weights == "fp8":
            round_slow_tower(model)
        limit = min(config.text.max_seq_len, max_positions or DEFAULT_POSITIONS)
        info = _describe(folder, config, model, codec, target, limit)
        if paged is None:
            paged = target.type == "cuda"
        return cls(model, prompts, codec, info, max_lanes, paged=paged, reproducible=reproducible)

    # Conversations

    def prefix(self, references: Sequence[Reference] = ()) -> Prefix:
        """Compute the beginning that conversations with these voices share.

        Args:
            references: reference i is the voice of speaker i.

        Raises:
            AudioError: codes are not of this model.
            PromptTooLong: the references do not fit.
            OutOfPages, OutOfMemory: there is no memory for it.
            EngineFailed: the device has failed.
        """
        columns = self._prompts.system_columns(references)
        length = int(columns.shape[1])
        if length >= self.info.max_positions:
            raise PromptTooLong(length, self.info.max_positions)
        return Prefix(columns, self.loop.compute(columns))

    def chain(self, prefix: Prefix) -> Chain:
        """Begin a conversation behind a prefix."""
        return Chain(self, prefix)

    def step(self) -> bool:
        """Make one frame of every running lane; return False when there is nothing to do."""
        return self.loop.step()

    # For chains and performances

    def compose(self, text: str, speaker: int | None) -> tuple[Tensor, FrameBounds]:
        """Return the columns that ask for a turn, and how many frames it may have."""
        columns = [self._prompts.user_turn_columns(text, speaker), self._prompts.assistant_header()]
        return torch.cat(columns, dim=1), frame_bounds(text, self.info.frame_rate)

    def spoken_turn(self, text: str, codes: AnyCodes, speaker: int | None) -> Tensor:
        """Return the columns of a whole turn: user message and spoken answer."""
        columns = [self._prompts.user_turn_columns(text, speaker)]
        return torch.cat([*columns, self._prompts.spoken_columns(codes)], dim=1)


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise EngineError("device 'cuda' is asked for, but torch finds none; use 'auto' or 'cpu'")
    return device


def _describe(
    folder: CheckpointFolder,
    config: ModelConfig,
    model: DualAR,
    codec: Codec,
    device: torch.device,
    max_positions: int,
) -> EngineInfo:
    parameters = sum(p.numel() for p in model.parameters())
    advice = read_advice(folder.path)
    size: SpeedClass = "draft" if parameters < DRAFT_PARAMETERS else "full"
    return EngineInfo(
        name=folder.name,
        fingerprint=fingerprint(folder.model_files()),
        codec_fingerprint=fingerprint(folder.codec_files()),
        sample_rate=codec.sample_rate,
        frame_rate=codec.frame_rate,
        frame_length=codec.frame_length,
        n_codebooks=codec.n_codebooks,
        codebook_sizes=codec.codebook_sizes,
        max_positions=max_positions,
        languages=advice.languages,
        speed_class=advice.speed_class or size,
        device=str(device),
        default_sampling=advice.sampling,
        max_speakers=advice.max_speakers,
        parameters=parameters,
        precision=str(next(model.slow.layers.parameters()).dtype).removeprefix("torch."),
    )
