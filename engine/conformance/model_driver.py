"""A short-handed engine for one conversation: the runner, a table of pages and a fixed noise."""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.dual_ar import DualAR
from engine.graph_runner import GraphRunner
from engine.kv_cache import Pages, Table, pages_for
from engine.length import FrameBounds
from engine.runner import LaneState, Runner
from engine.sampling import Sampling


class RecordedNoise:
    """Noise that was recorded: [frames, 2, head rows] and [frames, N - 1, C], as exponentials."""

    def __init__(self, slow: Tensor, fast: Tensor) -> None:
        width = max(slow.shape[2], fast.shape[2])
        # Entries beyond the narrower one's width are never looked at.
        padded = [F.pad(part, (0, width - part.shape[2])) for part in (slow, fast)]
        self._frames = torch.cat(padded, dim=1)

    def __call__(self, number: int) -> Tensor:
        """See `engine.runner.Noise`."""
        return self._frames[number]


class Driver:
    """Runs prompts through the engine's runner and pages. Not thread-safe."""

    def __init__(self, model: DualAR) -> None:
        self._model = model
        self._runner = Runner(model, n_pages=1)  # lanes that are never saved need no pages
        self.head_ids = self._runner.head_ids
        """Token ids of the head's rows: the semantic ones, then the end of a message."""

    def hidden_by_pieces(self, prompt: Tensor, size: int) -> Tensor:
        """Prefill piece by piece; return the hidden state behind each piece, [pieces, D]."""
        workspace = self._runner.open(Table(Pages(0)), prompt.shape[1])
        pieces = (prompt[:, i : i + size] for i in range(0, prompt.shape[1], size))
        return torch.stack([self._runner.prefill(workspace, piece) for piece in pieces])

    def hidden_after_fork(self, prompt: Tensor) -> Tensor:
        """Keep most of a prompt as a shared prefix, fork it, and prefill the rest behind it."""
        length = prompt.shape[1]
        kept = length - max(1, length // 10)
        n_pages = 2 * pages_for(length) + 1
        runner, shared = Runner(self._model, n_pages), Table(Pages(n_pages))
        workspace = runner.open(shared, kept)
        runner.prefill(workspace, prompt[:, :kept])
        runner.reserve(shared, kept)
        runner.save(workspace, shared)
        table = shared.fork()
        runner.reserve(table, length)
        return runner.prefill(runner.open(table, length), prompt[:, kept:])

    def perform_paged(
        self, prompt: Tensor, n_frames: int, sampling: Sampling, noise: RecordedNoise | None = None
    ) -> Tensor:
        """Generate frames to the end of the turn, the way GPUs do, in the second of three slots."""
        capacity = prompt.shape[1] + n_frames + 1
        n_pages = 2 * pages_for(capacity)
        runner = GraphRunner(self._model, n_pages, 3, capacity, reproducible=True)
        pool, bounds = Pages(n_pages), FrameBounds(0, n_frames)
        lanes = []
        for grid in (prompt[:, :1], prompt):  # the first one only takes the first slot
            table = Table(pool)
            runner.reserve(table, capacity)
            lanes.append(runner.start(runner.open(table, capacity), sampling, 0, bounds))
            lanes[-1].hidden = runner.prefill(lanes[-1].workspace, grid)
        columns: list[Tensor] = []
        for number in range(n_frames + 1):  # a step hands out the frame of the one before
            given = noise(min(number, n_frames - 1)).expand(3, -1, -1) if noise else None
            frames = runner.step(lanes, given)
            if number:
                columns.append(frames.columns[1])
            if number and frames.ended[1]:
                break
        return torch.stack(columns, dim=1)

    def perform(
        self,
        prompt: Tensor,
        n_frames: int,
        sampling: Sampling,
        noise: RecordedNoise | None = None,
        *,
        stop_at_end: bool = False,
    ) -> Tensor:
        """Generate frames.

        Args:
            prompt: int64 [1 + N, T].
            n_frames: how many at most.
            sampling: of the draws.
            noise: what decides them; not needed for greedy ones.
            stop_at_end: stop behind an end of message, from the second frame on.

        Returns:
            int64 [1 + N, frames].
        """
        workspace = self._runner.open(Table(Pages(0)), prompt.shape[1] + n_frames)
        lane = LaneState(workspace, sampling, noise or self._runner.seeded_noise(0), 0)
        lane.hidden = self._runner.prefill(workspace, prompt)
        columns: list[Tensor] = []
        while len(columns) < n_frames:
            frames = self._runner.step([lane])
            columns.append(frames.columns[0])
            if stop_at_end and frames.ended[0] and len(columns) > 1:
                break
        return torch.stack(columns, dim=1)
