"""The engine: conversations in, takes out, many at a time.

Is: the loop. A step asks the scheduler what runs, lets the runner run it, and hands out what came
of it. It also knows which pages belong to whom.
Is not: the place for numerics (`engine.runner`), for the order of lanes (`engine.lanes`) or for
what a conversation is (`engine.chain`).

- One lane's trouble stays its own: its request ends with a typed error, the others go on.
- Nothing is handed out as finished that was not completely made.
- Not thread-safe: one thread at a time.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine import audio as codec_face
from engine.audio import AnyCodes, Audio, CodecStream
from engine.chain import Chain, Prefix
from engine.checkpoint import CheckpointFolder, fingerprint, load_model, resolve
from engine.codec import Codec, load_codec
from engine.config import ModelConfig, read_config
from engine.dual_ar import DualAR
from engine.errors import (
    Cancelled,
    ConfigError,
    EngineError,
    EngineFailed,
    NonFiniteError,
    OutOfPages,
    PromptTooLong,
)
from engine.info import EngineInfo, read_advice
from engine.kv_cache import Pages, Table, pages_for
from engine.lanes import Lane, Scheduler
from engine.length import FrameBounds, frame_bounds
from engine.performance import Candidate, Failed, Finished, FramesReady, Performance, Take, codes_of
from engine.prompt import PromptBuilder, Reference
from engine.runner import PREFILL_CHUNK, LaneState, Runner
from engine.tokenizer import Tokenizer

DEFAULT_POSITIONS = 4096
"""Positions of a chain unless asked otherwise: minutes of speech, and memory stays reasonable."""


DEVICE_FAILURES = (RuntimeError, MemoryError)
"""What torch raises when a device fails or its memory is used up."""


class Engine:
    """A loaded checkpoint and everything it is performing. Make one with `Engine.load`.

    Attributes:
        info: what is loaded.
    """

    def __init__(
        self,
        model: DualAR,
        prompts: PromptBuilder,
        codec: Codec,
        info: EngineInfo,
        max_lanes: int,
        n_pages: int | None = None,
    ) -> None:
        self.info = info
        self._prompts = prompts
        self._codec = codec
        # Every lane, as many chains that rest between turns, and some prefixes.
        n_pages = n_pages or (2 * max_lanes + 4) * pages_for(info.max_positions)
        self._pages = Pages(n_pages)
        self._runner = Runner(model, n_pages)
        self._scheduler = Scheduler(max_lanes)
        self._work: dict[int, tuple[Performance, Candidate, Chain]] = {}
        self._chains: dict[Chain, None] = {}
        self._next_lane = 0
        self._failure: EngineFailed | None = None

    @classmethod
    def load(
        cls,
        checkpoint: str | Path,
        *,
        device: str = "auto",
        max_lanes: int = 8,
        max_positions: int | None = None,
    ) -> Self:
        """Load a checkpoint.

        Args:
            checkpoint: "starter", or the path of a checkpoint folder.
            device: "cpu", "cuda", or "auto" for the best there is.
            max_lanes: takes that may be in the making at the same time.
            max_positions: of a chain; at most what the model can.

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
        model = load_model(folder.path, config, target, dtype)
        limit = min(config.text.max_seq_len, max_positions or DEFAULT_POSITIONS)
        info = _describe(folder, config, model, codec, target, limit)
        return cls(model, prompts, codec, info, max_lanes)

    # Audio

    def encode(self, audio: npt.NDArray[np.floating[Any]], sample_rate: int) -> AnyCodes:
        """Turn audio [L] or [L, channels] at any rate into codes, uint16 [n_codebooks, n_frames].

        Raises:
            AudioError: the audio is empty, not finite, or of an impossible rate.
        """
        return codec_face.encode(self._codec, audio, sample_rate)

    def decode(self, codes: AnyCodes) -> Audio:
        """Turn codes [n_codebooks, n_frames] into audio, float32 [n_frames * frame_length]."""
        return codec_face.decode(self._codec, codes)

    def stream(self) -> CodecStream:
        """Return a decoding whose codes arrive piece by piece."""
        return CodecStream(self._codec.stream())

    # Conversations

    def prefix(self, references: Sequence[Reference] = ()) -> Prefix:
        """Compute the beginning that conversations with these voices share.

        Args:
            references: reference i is the voice of speaker i.

        Raises:
            AudioError: codes are not of this model.
            PromptTooLong: the references do not fit.
            OutOfPages: there is no memory for it.
            EngineFailed: the device has failed.
        """
        if self._failure:
            raise self._failure
        columns = self._prompts.system_columns(references)
        length = int(columns.shape[1])
        if length >= self.info.max_positions:
            raise PromptTooLong(length, self.info.max_positions)
        table = Table(self._pages)
        self._make_room(table, length)
        workspace = self._runner.open(table, length)
        try:
            self._runner.prefill(workspace, columns)
        except DEVICE_FAILURES as error:
            raise self._fail(error) from error
        self._runner.save(workspace, table)
        return Prefix(columns, table)

    def chain(self, prefix: Prefix) -> Chain:
        """Begin a conversation behind a prefix."""
        return Chain(self, prefix)

    def step(self) -> bool:
        """Make one frame of every running lane; return False when there is nothing to do."""
        if self._failure or not (self._scheduler.waiting or self._scheduler.running):
            return False
        try:
            self._admit()
            plan = self._scheduler.plan()
            if plan.prefill:
                self._prefill(plan.prefill)
            if plan.decode:
                self._decode(plan.decode)
        except DEVICE_FAILURES as error:
            self._fail(error)
        return True

    # For chains and performances

    def compose(self, text: str, speaker: int | None) -> tuple[Tensor, FrameBounds]:
        """Return the columns that ask for a turn, and how many frames it may have."""
        columns = [self._prompts.user_turn_columns(text, speaker), self._prompts.assistant_header()]
        return torch.cat(columns, dim=1), frame_bounds(text, self.info.frame_rate)

    def spoken_turn(self, text: str, codes: AnyCodes, speaker: int | None) -> Tensor:
        """Return the columns of a whole turn: user message and spoken answer."""
        spoken = self._prompts.spoken_columns(torch.from_numpy(codes.astype(np.int64)))
        return torch.cat([self._prompts.user_turn_columns(text, speaker), spoken], dim=1)

    def register(self, chain: Chain) -> None:
        """Know a chain, and that it has just been used."""
        self._chains.pop(chain, None)
        self._chains[chain] = None

    def unregister(self, chain: Chain) -> None:
        """Forget a chain."""
        self._chains.pop(chain, None)

    def submit(
        self, request: Performance, chain: Chain, seeds: range, urgent: bool, work_left: int
    ) -> None:
        """Let a request wait for its lanes; the first one runs the prompt for all.

        Raises:
            EngineFailed: the device has failed.
        """
        if self._failure:
            raise self._failure
        self.register(chain)
        room = self.info.max_positions - request.prompt_stop
        request.bounds = request.bounds._replace(most=min(request.bounds.most, room))
        capacity = request.prompt_stop + request.bounds.most
        for index, seed in enumerate(seeds):
            lane = Lane(self._next_lane, capacity, urgent=urgent, work_left=work_left)
            self._next_lane += 1
            candidate = Candidate(index, seed, lane, Table(self._pages))
            request.candidates.append(candidate)
            self._work[lane.number] = request, candidate, chain
        first = request.candidates[0].lane
        first.prompt_left = request.prompt_stop
        self._scheduler.add(first)

    def cancel(self, request: Performance) -> None:
        """End what still runs of a request and free its memory."""
        for candidate in request.candidates:
            number = candidate.lane.number
            if number in self._work:
                self._drop(number, Cancelled(number, "cancelled"))

    # The loop

    def _admit(self) -> None:
        started = self._scheduler.admit(self._can_start)
        if not self._scheduler.running and self._scheduler.waiting:
            lane = min(self._scheduler.waiting, key=lambda lane: lane.rank)
            self._drop(lane.number, OutOfPages(pages_for(lane.capacity), self._pages.free))
        for lane in started:
            request, candidate, _ = self._work[lane.number]
            workspace = self._runner.open(candidate.table, lane.capacity)
            noise = self._runner.seeded_noise(candidate.seed)
            state = LaneState(workspace, request.sampling, noise, request.bounds.least)
            state.hidden = candidate.start
            candidate.state = state

    def _can_start(self, lane: Lane) -> bool:
        """Hold the pages a lane needs, if there are enough. Until then it holds none."""
        request, candidate, chain = self._work[lane.number]
        if not request.started:
            candidate.table = chain.start_of(request)
        try:
            self._make_room(candidate.table, lane.capacity)
        except OutOfPages:
            if not request.started:
                candidate.table.truncate(0)
            return False
        if not request.started:
            request.started = True
            lane.prompt_left = request.prompt_stop - candidate.table.length
        return True

    def _make_room(self, table: Table, capacity: int) -> None:
        """Reserve pages, those of resting chains if need be, the longest unused first."""
        for chain in list(self._chains):
            if table.missing(capacity) <= self._pages.free:
                break
            chain.evict()
        self._runner.reserve(table, capacity)

    def _prefill(self, lane: Lane) -> None:
        """Run the next piece of a prompt; behind the last one the other candidates can start."""
        request, candidate, chain = self._work[lane.number]
        state = _running(candidate)
        first = request.prompt.shape[1] - lane.prompt_left
        piece = request.prompt[:, first : first + PREFILL_CHUNK]
        state.hidden = self._runner.prefill(state.workspace, piece)
        lane.prompt_left -= piece.shape[1]
        if lane.prompt_left:
            return
        self._runner.save(state.workspace, candidate.table)
        chain.adopt(request, candidate.table)
        for other in request.candidates[1:]:
            other.table = candidate.table.fork()
            other.start = state.hidden
            self._scheduler.add(other.lane)

    def _decode(self, lanes: list[Lane]) -> None:
        """Make one frame of each lane and hand it out."""
        work = [self._work[lane.number] for lane in lanes]
        frames = self._runner.step([_running(candidate) for _, candidate, _ in work])
        for i, (request, candidate, _) in enumerate(work):
            number = candidate.lane.number
            if not frames.finite[i]:
                self._drop(number, NonFiniteError(number, "its logits are not finite"))
            elif frames.ended[i]:
                self._finish(request, candidate, "end")
            else:
                column = frames.columns[i]
                candidate.columns.append(column)
                request.report(FramesReady(candidate.index, codes_of([column])))
                if len(candidate.columns) == request.bounds.most:
                    self._finish(request, candidate, "limit")

    def _finish(
        self, request: Performance, candidate: Candidate, stopped: Literal["end", "limit"]
    ) -> None:
        self._runner.save(_running(candidate).workspace, candidate.table)
        candidate.table.truncate(candidate.table.length)
        codes = codes_of(candidate.columns)
        take = Take(codes, request.text, request.speaker, candidate.seed, stopped)
        candidate.take = take
        self._release(candidate)
        request.report(Finished(candidate.index, take))

    def _drop(self, number: int, error: EngineError) -> None:
        """End a lane with an error; before its prompt has run, the other candidates with it."""
        request, candidate, _ = self._work[number]
        candidate.table.truncate(0)
        self._release(candidate)
        request.report(Failed(candidate.index, error))
        if candidate.lane.prompt_left:
            for other in request.candidates[1:]:
                if other.lane.number in self._work:
                    self._drop(other.lane.number, error)

    def _release(self, candidate: Candidate) -> None:
        self._scheduler.end(candidate.lane)
        del self._work[candidate.lane.number]
        candidate.state = None

    def _fail(self, error: Exception) -> EngineFailed:
        """The device failed: every request ends. Return the error they end with."""
        self._failure = EngineFailed(f"the {self.info.device} device failed: {error}")
        self._failure.__cause__ = error
        for number in list(self._work):
            if number in self._work:
                self._drop(number, self._failure)
        return self._failure


def _running(candidate: Candidate) -> LaneState:
    assert candidate.state is not None, "only started lanes are planned"
    return candidate.state


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
    advice = read_advice(folder.path, sum(p.numel() for p in model.parameters()))
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
        speed_class=advice.speed_class,
        device=str(device),
        default_sampling=advice.sampling,
        max_speakers=advice.max_speakers,
    )
