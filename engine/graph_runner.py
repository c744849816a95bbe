"""The runner for GPUs: paged keys and values, one CUDA graph per frame and bucket.

Is: the same face as `engine.runner.Runner` over memory that never moves. A lane sits in a slot; the
pages of its positions are read and written where they are; the host launches a frame and reads the
one before it from pinned memory, so that the device never waits for the host.
Is not: the frame itself (see `engine.frame`).

- Buckets are powers of two of slots; lanes take the lowest free slot, so few slots mean a small
  bucket. In reproducible mode there is one bucket: how products are computed never depends on
  how many lanes run.
- Without CUDA the same frames run eagerly; tests use that.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.dual_ar import DualAR
from engine.frame import Frame, Slots
from engine.kv_cache import PAGE, Table, pages_for
from engine.length import FrameBounds
from engine.runner import AnyRunner, Frames
from engine.sampling import HIGH_TEMPERATURE, HIGH_TOP_P, NOTHING, Sampling
from engine.workspace import attend

NAP_SECONDS = 5e-5
"""Between two looks at a frame that is on its way; a frame takes a hundred times as long."""


class PagedView:
    """The positions of a table, attended to where they lie; room for more is reserved.

    Attributes:
        length: positions that are computed.
    """

    def __init__(self, table: Table, store: Tensor) -> None:
        self.length = table.length
        self.pages = torch.tensor(table.pages, device=store.device, dtype=torch.int64)
        self._store = store

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """See `engine.dual_ar.Cache`; for one conversation."""
        end = self.length + q.shape[2]
        at = torch.arange(self.length, end, device=q.device)
        pages, seen = self.pages[at // PAGE], self.pages[: pages_for(end)]
        for kind, new in enumerate((k, v)):
            self._store[pages, layer, kind, :, at % PAGE] = new[0].transpose(0, 1)
        keys, values = (
            self._store[seen, layer, kind].transpose(0, 1).flatten(1, 2)[None, :, :end]
            for kind in (0, 1)
        )
        return attend(q, keys, values)


@dataclass(eq=False, slots=True)
class SlotLane:
    """A running lane.

    Attributes:
        workspace: its positions; `length` counts those of frames that were read.
        hidden: the slow tower's output behind the prompt, [D].
        slot: where it sits, once it makes frames.
        frames: frames that were read.
    """

    workspace: PagedView
    sampling: Sampling
    seed: int
    bounds: FrameBounds
    hidden: Tensor | None = None
    slot: int | None = None
    frames: int = 0


class GraphRunner(AnyRunner[PagedView, SlotLane]):
    """Runs lanes in their pages; see `AnyRunner`.

    Args:
        model: on its device, in its type.
        n_pages: pages of keys and values to hold.
        max_lanes: slots.
        max_positions: of a chain.
        reproducible: always run all slots.
    """

    def __init__(
        self, model: DualAR, n_pages: int, max_lanes: int, max_positions: int, reproducible: bool
    ) -> None:
        self._nowhere = n_pages  # one page more than the engine knows of: resting slots point at it
        super().__init__(model, n_pages + 1)
        self._slots = Slots.rest(model.config, max_lanes, pages_for(max_positions), self._head)
        self._slots.pages.fill_(self._nowhere)
        self._frame = Frame(model, self._head, self._store.tensor, self._slots)
        self._buckets = buckets(max_lanes, reproducible)
        self._seats: list[SlotLane | None] = [None] * max_lanes
        self._reports = [_pinned(self._slots.report) for _ in range(2)]
        self._launched: list[tuple[int, SlotLane]] = []
        self._turn = 0
        self._stream: torch.cuda.Stream | None = None
        if self.device.type == "cuda":  # before the codec's, which runs at no priority
            self._stream = torch.cuda.Stream(self.device, priority=-1)
        self._graphs = self._capture() if self.device.type == "cuda" else {}
        self._read = [torch.cuda.Event() for _ in range(2)] if self._graphs else []

    @contextmanager
    def _scope(self) -> Iterator[None]:
        """One stream for all that the runner does, so that the device does it in order."""
        with torch.inference_mode(), torch.cuda.stream(self._stream):
            yield

    @torch.inference_mode()
    def _capture(self) -> dict[int, torch.cuda.CUDAGraph]:
        """Record a frame of every bucket, largest first so that they share memory."""
        assert self._stream is not None
        self._stream.wait_stream(torch.cuda.current_stream(self.device))  # weights are on their way
        graphs: dict[int, torch.cuda.CUDAGraph] = {}
        pool = torch.cuda.graph_pool_handle()
        for count in reversed(self._buckets):
            with self._scope():
                for _ in range(2):  # all slots rest: this compiles kernels and changes nothing
                    self._frame(count)
            graphs[count] = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graphs[count], pool=pool, stream=self._stream):
                self._frame(count)
        return graphs

    # Memory

    def open(self, table: Table, capacity: int) -> PagedView:
        """Return the positions of a table, to be extended up to the capacity it has reserved."""
        if pages_for(capacity) > len(table.pages):
            raise ValueError(f"{capacity} positions are not reserved: {len(table.pages)} pages are")
        with self._scope():
            return PagedView(table, self._store.tensor)

    def save(self, workspace: PagedView, table: Table) -> None:
        """Note in the table what has been computed; it lies in its pages already."""
        table.length = workspace.length

    # Frames

    def start(
        self, workspace: PagedView, sampling: Sampling, seed: int, bounds: FrameBounds
    ) -> SlotLane:
        """Return a lane that makes frames from `seed` on, once it has the prompt's hidden state."""
        return SlotLane(workspace, sampling, seed, bounds)

    def stop(self, lane: SlotLane) -> None:
        """Free a lane's slot; the frame on its way is the last that knows it."""
        if lane.slot is not None:
            with self._scope():
                self._slots.runs[lane.slot] = False
                self._slots.pages[lane.slot] = self._nowhere
            self._seats[lane.slot] = None

    def step(self, lanes: Sequence[SlotLane], noise: Tensor | None = None) -> Frames[SlotLane]:
        """Launch the next frame of the lanes; return the frames of the last launch.

        Args:
            lanes: all that are to run; the others have been stopped.
            noise: see `engine.frame.Frame`; such a frame is run without its graph.
        """
        with self._scope():
            for lane in lanes:
                if lane.slot is None:
                    self._seat(lane)
            before, self._launched = self._launched, self._launch(noise)
            return self._harvest(before)

    def _launch(self, noise: Tensor | None) -> list[tuple[int, SlotLane]]:
        seated = [(slot, lane) for slot, lane in enumerate(self._seats) if lane]
        count = next(size for size in self._buckets if size > seated[-1][0])
        self._turn ^= 1
        report = self._reports[self._turn]
        if self._graphs and noise is None:
            self._graphs[count].replay()
        else:
            self._frame(count, noise)
        report[:count].copy_(self._slots.report[:count], non_blocking=True)
        if self._read:
            self._read[self._turn].record()
        return seated

    def _harvest(self, launched: list[tuple[int, SlotLane]]) -> Frames[SlotLane]:
        """Read what the launch before the last one made."""
        if launched and self._read:
            _come(self._read[self._turn ^ 1])
        report = self._reports[self._turn ^ 1]
        made = [(slot, lane) for slot, lane in launched if self._seats[slot] is lane]
        rows = report[[slot for slot, _ in made]]
        for _, lane in made:
            lane.workspace.length += lane.frames > 0  # the frame before this one has been fed
            lane.frames += 1
        columns = torch.cat([self.head_ids[rows[:, :1]], rows[:, 1:-2]], dim=1)
        ended, finite = (rows[:, -2] > 0).tolist(), (rows[:, -1] > 0).tolist()
        return Frames([lane for _, lane in made], columns, ended, finite)

    def _seat(self, lane: SlotLane) -> None:
        """Give a lane the lowest free slot and write its state there."""
        slot = lane.slot = self._seats.index(None)
        self._seats[slot] = lane
        slots, how, pages = self._slots, lane.sampling, lane.workspace.pages
        assert lane.hidden is not None, "a lane makes frames behind its prompt"
        slots.start[slot] = lane.hidden
        slots.next[slot] = lane.workspace.length
        slots.pages[slot, : len(pages)] = pages
        values = slots.lanes
        values.seed[slot] = lane.seed if lane.seed < 2**63 else lane.seed - 2**64
        values.frame[slot] = 0
        values.least_frames[slot] = lane.bounds.least
        values.most_frames[slot] = lane.bounds.most
        values.temperature[slot] = torch.tensor(
            [how.temperature, HIGH_TEMPERATURE, how.codes_temperature]
        )
        values.top_p[slot] = torch.tensor([how.top_p, HIGH_TOP_P, how.top_p])
        values.top_k[slot] = how.top_k
        values.window[slot] = NOTHING
        slots.begins[slot] = True
        slots.runs[slot] = True


def buckets(max_lanes: int, reproducible: bool) -> list[int]:
    """Return the numbers of slots a frame is recorded for.

    >>> buckets(12, False), buckets(12, True)
    ([1, 2, 4, 8, 12], [12])
    """
    if reproducible:
        return [max_lanes]
    powers = [1 << i for i in range(max_lanes.bit_length()) if 1 << i < max_lanes]
    return [*powers, max_lanes]


def _come(event: torch.cuda.Event) -> None:
    """Return when an event has come, which is long before the device runs out of work.

    It is asked for, not waited for: a wait would keep a processor busy that others could use.
    """
    while not event.query():
        time.sleep(NAP_SECONDS)


def _pinned(like: Tensor) -> Tensor:
    host = torch.zeros(like.shape, dtype=like.dtype)
    return host.pin_memory() if like.device.type == "cuda" else host
