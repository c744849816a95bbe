"""One step of the model, for the lanes it is told to step.

Is: the owner of the device, the weights and every tensor of a running lane. It runs prompts in
bounded chunks and frames for a whole batch.
Is not: the one who decides. Which lanes run, when they end and where pages are is the engine's.

A frame, for all lanes at once: feed the last frame's column to the slow tower (at the start, the
prompt's hidden state is already there); draw the next id among the semantic ones and the end of the
turn; run the fast tower for the other codes, its positions 0 and 1 in one pass.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Generic, NamedTuple, Protocol, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.dual_ar import Cache, DualAR
from engine.kv_cache import KVStore, Table
from engine.length import FrameBounds
from engine.random import uniforms
from engine.sampling import NOTHING, WINDOW, Sampling, Settings, draw_fast, draw_slow
from engine.workspace import Workspace, Workspaces

PREFILL_CHUNK = 256
"""Positions of a prompt that are run in one step."""
NOISE_FRAMES = 16
"""Frames whose random numbers are made in one go."""
SMALL_MODEL = 100_000_000
"""Parameters up to which threads would wait for each other longer than they help."""


Noise = Callable[[int], Tensor]
"""What a lane's draws are decided by: the exponential variates of a frame, [2 + N - 1, ids], for
the normal and the high draw and then the codes'."""


class SeededNoise:
    """Noise that follows from a seed."""

    def __init__(self, seed: int, n_draws: int, width: int, device: torch.device) -> None:
        self._seed, self._n_draws, self._width, self._device = seed, n_draws, width, device
        self._first = -NOISE_FRAMES
        self._block = torch.empty(0)

    def __call__(self, number: int) -> Tensor:
        """See `Noise`."""
        if not 0 <= number - self._first < NOISE_FRAMES:
            self._first = number - number % NOISE_FRAMES
            self._block = -uniforms(
                self._seed, self._first, NOISE_FRAMES, self._n_draws, self._width, self._device
            ).log()
        return self._block[number - self._first]


class LaneState:
    """The tensors of one running lane.

    Attributes:
        workspace: keys and values of its positions.
        hidden: the slow tower's output behind the prompt, [D].
        column: the last frame, int [1 + N], to be fed in the next step; None before the first.
        window: the last ids drawn, [WINDOW].
        frame: number of the next frame.
        least_frames: the turn may not end before it has that many.
    """

    def __init__(
        self, workspace: Workspace, sampling: Sampling, noise: Noise, least_frames: int
    ) -> None:
        self.workspace = workspace
        self.sampling = sampling
        self.noise = noise
        self.least_frames = least_frames
        self.hidden: Tensor | None = None
        self.column: Tensor | None = None
        self.window = workspace.dense.new_full((WINDOW,), NOTHING, dtype=torch.int64)
        self.frame = 0

    def take(self, column: Tensor, drawn: Tensor) -> None:
        """Go on to the next frame: the last column has been fed, this one is new."""
        if self.column is not None:
            self.workspace.length += 1
        if self.frame:  # the first frame is not remembered: so the model's makers have it
            self.window = torch.cat([self.window[1:], drawn[None]])
        self.column = column
        self.frame += 1


LaneT = TypeVar("LaneT")


class Frames(NamedTuple, Generic[LaneT]):
    """What a step made, one entry per lane.

    Args:
        lanes: whose frames these are; a runner may hand out those of its last step instead.
        columns: int64 [L, 1 + N] on the CPU: id, then codes.
        ended: the lane drew the end of its turn; its codes mean nothing.
        finite: whether the logits were numbers; if not, nothing of the lane can be used.
    """

    lanes: Sequence[LaneT]
    columns: Tensor
    ended: list[bool]
    finite: list[bool]


class Space(Cache, Protocol):
    """The keys and values of a conversation, to be attended to; `length` positions are computed."""

    length: int


SpaceT = TypeVar("SpaceT", bound=Space)


class AnyRunner(ABC, Generic[SpaceT, LaneT]):
    """What the engine asks of a runner; workspaces and lanes are the runner's own. Not thread-safe.

    Args:
        model: on its device, in its type; its table of text tokens may have stayed on the host.
        n_pages: pages of keys and values to hold.
    """

    def __init__(self, model: DualAR, n_pages: int) -> None:
        self._model, self._config = model, model.config
        self.device = model.fast.output.weight.device
        self.head_ids = torch.tensor(model.config.drawn_ids)
        table = model.slow.embeddings.weight
        # The head needs no other rows.
        self._head = table[self.head_ids.to(table.device)].detach().to(self.device)
        self._store = KVStore(model.config.text, n_pages, self.device, self._head.dtype)

    def reserve(self, table: Table, capacity: int) -> None:
        """Reserve pages up to capacity positions, and copy what the table must not write to."""
        with self._scope():
            self._store.copy(table.reserve(capacity))

    def prefill(self, workspace: SpaceT, grid: Tensor) -> Tensor:
        """Run columns behind what there is.

        Args:
            workspace: of the lane.
            grid: int64 [1 + N, T], any T.

        Returns:
            The hidden state of the last column, [D].
        """
        hidden = torch.empty(0)
        with self._scope():
            for piece in grid.to(self.device).split(PREFILL_CHUNK, dim=1):
                positions = torch.arange(piece.shape[1], device=self.device) + workspace.length
                x = self._model.embed(piece[None])
                hidden = self._model.slow(x, positions, cache=workspace)[0, -1]
                workspace.length += piece.shape[1]
        return hidden

    def release_memory(self) -> None:
        """Give back what torch keeps for later use."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    @abstractmethod
    def _scope(self) -> AbstractContextManager[None]:
        """Return what everything the device does is done within."""

    @abstractmethod
    def open(self, table: Table, capacity: int) -> SpaceT:
        """Return a workspace with the positions of a table and room up to capacity."""

    @abstractmethod
    def save(self, workspace: SpaceT, table: Table) -> None:
        """Put what the workspace has beyond the table into the table's reserved pages."""

    @abstractmethod
    def start(self, workspace: SpaceT, sampling: Sampling, seed: int, bounds: FrameBounds) -> LaneT:
        """Return a lane that makes frames from `seed` on, once it has the prompt's hidden state."""

    @abstractmethod
    def stop(self, lane: LaneT) -> None:
        """Forget a lane."""

    @abstractmethod
    def step(self, lanes: Sequence[LaneT]) -> Frames[LaneT]:
        """Make a frame of each lane, which must have been prefilled; return finished frames."""


def store_wide_layers_by_input(model: DualAR) -> None:
    """Change how matrices lie in memory, not what they are.

    A processor multiplies one row by a matrix three times as fast if the matrix has more outputs
    than inputs and is read input by input: it then streams instead of gathering.
    """
    for layer in model.modules():
        if isinstance(layer, torch.nn.Linear) and layer.out_features >= layer.in_features:
            layer.weight.data = _stored_by_input(layer.weight.data)


def _stored_by_input(weight: Tensor) -> Tensor:
    return weight.t().contiguous().t()


class Runner(AnyRunner[Workspace, LaneState]):
    """Runs lanes on dense copies of their positions; see `AnyRunner`."""

    def __init__(self, model: DualAR, n_pages: int) -> None:
        super().__init__(model, n_pages)
        self.head_ids = self.head_ids.to(self.device)
        self._end = self._config.n_semantic
        steps = [[0, 1], *([p] for p in range(2, self._config.n_codebooks))]
        self._fast_positions = [torch.tensor(step, device=self.device) for step in steps]
        self._frame_workspaces: dict[int, Workspace] = {}
        self._settings: tuple[tuple[Sampling, ...], Settings] | None = None
        self._single_thread = False
        if self.device.type == "cpu":
            self._head = _stored_by_input(self._head)
            store_wide_layers_by_input(model)
            size = sum(p.numel() for p in model.parameters())
            self._single_thread = size < SMALL_MODEL

    @contextmanager
    def _scope(self) -> Iterator[None]:
        before = torch.get_num_threads()
        if self._single_thread:
            torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                yield
        finally:
            torch.set_num_threads(before)

    def seeded_noise(self, seed: int) -> SeededNoise:
        """Return the noise that follows from a seed."""
        width = max(len(self.head_ids), self._config.codebook_size)
        return SeededNoise(seed, 1 + self._config.n_codebooks, width, self.device)

    def start(
        self, workspace: Workspace, sampling: Sampling, seed: int, bounds: FrameBounds
    ) -> LaneState:
        """See `AnyRunner.start`."""
        return LaneState(workspace, sampling, self.seeded_noise(seed), bounds.least)

    def stop(self, lane: LaneState) -> None:
        """Forget a lane; its memory goes with it."""

    def open(self, table: Table, capacity: int) -> Workspace:
        """See `AnyRunner.open`; the positions are copied."""
        with self._scope():
            workspace = Workspace(self._config.text, capacity, 1, self._head)
            self._store.read(table, workspace.dense[:, :, 0])
        workspace.length = table.length
        return workspace

    def save(self, workspace: Workspace, table: Table) -> None:
        """See `AnyRunner.save`."""
        with self._scope():
            self._store.write(table, workspace.dense[:, :, 0], workspace.length)

    def step(self, lanes: Sequence[LaneState]) -> Frames[LaneState]:
        """Make the next frame of each lane, which must have been prefilled.

        Everything that can fail comes first: a step that raises has changed no lane.
        """
        with self._scope():
            hidden = self._feed(lanes)
            noise = torch.stack([lane.noise(lane.frame) for lane in lanes])
            settings = self._settings_of(lanes)
            drawn, finite = self._draw(hidden, noise, lanes, settings)
            ended = drawn == self._end
            codes, codes_finite = self._codes(
                hidden,
                drawn.masked_fill(ended, 0),
                noise[:, 2:, : self._config.codebook_size],
                settings,
            )
            columns = torch.cat([self.head_ids[drawn][:, None], codes], dim=1)
            made = Frames(lanes, columns.cpu(), ended.tolist(), (finite & codes_finite).tolist())
            for i, lane in enumerate(lanes):
                lane.take(columns[i], drawn[i])
        return made

    def _feed(self, lanes: Sequence[LaneState]) -> Tensor:
        """Run the slow tower over the lanes' last columns; return the hidden states [L, D]."""
        hidden = [lane.hidden for lane in lanes]
        fed = [i for i, lane in enumerate(lanes) if lane.column is not None]
        if fed:
            workspaces = [lanes[i].workspace for i in fed]
            cache: Cache = workspaces[0] if len(fed) == 1 else Workspaces(workspaces)
            columns = torch.stack([c for lane in lanes if (c := lane.column) is not None])
            positions = torch.tensor([[w.length] for w in workspaces], device=self.device)
            x = self._model.embed(columns[:, :, None])
            for i, row in zip(fed, self._model.slow(x, positions, cache=cache), strict=True):
                hidden[i] = row[0]
        return torch.stack([row for row in hidden if row is not None])

    def _draw(
        self, hidden: Tensor, noise: Tensor, lanes: Sequence[LaneState], settings: Settings
    ) -> tuple[Tensor, Tensor]:
        """Draw the slow ids [L] among the head's rows; also tell which logits are finite [L]."""
        logits = F.linear(hidden, self._head).float()
        finite = logits.isfinite().all(-1)
        if early := [i for i, lane in enumerate(lanes) if lane.frame < lane.least_frames]:
            logits[early, self._end] = -torch.inf
        window = torch.stack([lane.window for lane in lanes])
        noise = noise[:, :2, : logits.shape[1]]
        return draw_slow(logits, noise, settings, window, self._end), finite

    def _codes(
        self, hidden: Tensor, drawn: Tensor, noise: Tensor, settings: Settings
    ) -> tuple[Tensor, Tensor]:
        """Run the fast tower; return all codes [L, N] and which lanes' logits are finite [L]."""
        fast, workspace = self._model.fast, self._frame_workspace(len(hidden))
        workspace.length = 0
        codes = [drawn.clamp(max=self._config.codebook_size - 1)]
        finite = torch.ones_like(drawn, dtype=torch.bool)
        x = torch.stack([fast.start(hidden), fast.embeddings(codes[0])], dim=1)
        for p in range(1, self._config.n_codebooks):
            out = fast.run(x, self._fast_positions[p - 1], cache=workspace)
            workspace.length += x.shape[1]
            logits = fast.output(out[:, -1]).float()
            finite &= logits.isfinite().all(-1)
            codes.append(draw_fast(logits, noise[:, p - 1], settings))
            x = fast.embeddings(codes[p])[:, None]
        return torch.stack(codes, dim=1), finite

    def _frame_workspace(self, n_lanes: int) -> Workspace:
        if n_lanes not in self._frame_workspaces:
            self._frame_workspaces[n_lanes] = Workspace(
                self._config.audio, self._config.n_codebooks, n_lanes, self._head
            )
        return self._frame_workspaces[n_lanes]

    def _settings_of(self, lanes: Sequence[LaneState]) -> Settings:
        """Return the lanes' sampling as tensors; made anew only when the batch changes."""
        key = tuple(lane.sampling for lane in lanes)
        if self._settings is None or self._settings[0] != key:
            self._settings = key, Settings.of(key, self.device)
        return self._settings[1]
