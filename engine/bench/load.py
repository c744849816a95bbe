"""Lanes that are kept busy: conversations that speak one turn after the other.

Is: chains with contexts of their own (nothing is shared, as between the chapters of a book), turns
of forced length that end at different times. Their audio is made piece by piece, as a listener
would have it, or take by take, as a book is made.
Is not: a measurement; windows of it are timed by `time_windows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine import Chain, CodecStream, EngineError, Performance, Take
from engine.bench.rig import Rig
from engine.bench.syncs import Syncs, counted
from engine.bench.synthetic import ForcedEngine
from engine.bench.timing import RUNS, WARMUPS, Deadline, Samples, now
from engine.performance import codes_of

PIECE = 32
"""Frames decoded at a time."""
FRAMES_PER_TOKEN = 7
"""Of English speech: 21.5 frames and about 3 tokens a second."""
MARKERS = 32
"""Positions of a turn that are neither text nor frames, with room to spare."""
SPREAD = 0.5
"""Contexts lie within so much of their mean, so that lanes differ as they do in a book."""


def turn_positions(frames: int) -> int:
    """Return about how many positions a turn takes."""
    return frames + frames // FRAMES_PER_TOKEN + MARKERS


def growth(rig: Rig, windows: int) -> int:
    """Return by how many positions a lane grows in that many windows."""
    steps = windows * rig.sizes.window
    return steps * turn_positions(rig.sizes.turn_frames) // rig.sizes.turn_frames


def engine_for(
    rig: Rig, lanes: int, spare: int, context: int, windows: int, *, reproducible: bool = True
) -> ForcedEngine:
    """Return an engine for a load, with lanes to spare beside it."""
    room = growth(rig, windows) + 2 * turn_positions(rig.sizes.turn_frames)
    largest = round(context * (1 + SPREAD / 2)) + room
    return rig.engine(
        lanes + spare, largest, chains=lanes + spare, mean_positions=context + room,
        reproducible=reproducible,
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class Voice:
    """One lane's conversation, its present turn, and how far the audio of that is."""

    chain: Chain
    request: Performance | None = None
    stream: CodecStream | None = None
    decoded: int = 0

    def begin(self, request: Performance, stream: CodecStream | None = None) -> None:
        """Take up the next turn."""
        self.request, self.stream, self.decoded = request, stream, 0

    def decode(self, least: int) -> None:
        """Make audio of the frames that are not decoded yet, if there are enough."""
        columns = self.request.candidates[0].columns if self.request else []
        if self.stream and len(columns) - self.decoded >= least:
            self.stream.push(codes_of(columns[self.decoded :]))
            self.decoded = len(columns)

    @property
    def frames(self) -> int:
        """Frames of the present turn."""
        return len(self.request.candidates[0].columns) if self.request else 0

    @property
    def positions(self) -> int:
        """Positions the conversation has reached."""
        return self.request.prompt_stop + self.frames if self.request else 0


@dataclass(slots=True, eq=False)
class Load:
    """Conversations that go on for ever. Make one with `Load.fill`.

    Attributes:
        streaming: make audio piece by piece, not take by take.
        decode: make audio at all.
        finished_frames: of turns that are done.
    """

    rig: Rig
    engine: ForcedEngine
    voices: list[Voice]
    urgent: bool
    streaming: bool
    decode: bool = True
    finished_frames: int = 0

    @classmethod
    def fill(
        cls,
        rig: Rig,
        engine: ForcedEngine,
        lanes: int,
        context: float,
        deadline: Deadline,
        *,
        urgent: bool = True,
        streaming: bool = False,
    ) -> "Load":
        """Begin conversations whose contexts have that many positions on average.

        Raises:
            EngineError: the deadline passed before all were there.
        """
        load = cls(rig, engine, [], urgent, streaming)
        with engine.prefix() as prefix:
            for i in range(lanes):
                if deadline.passed:
                    raise EngineError(f"no time was left: {i} of {lanes} lanes have a context")
                share = 1 + SPREAD * (i / (lanes - 1) - 0.5 if lanes > 1 else 0)
                chain = engine.chain(prefix)
                append_turns(rig, engine, chain, round(context * share) - prefix.positions)
                compute(rig, engine, chain, seed=i)
                load.voices.append(Voice(chain))
        for i, voice in enumerate(load.voices):
            # The first turns are cut short, so that later ones end at different times.
            load._speak(voice, max(1, rig.sizes.turn_frames * (i + 1) // lanes))
        return load

    def tick(self) -> None:
        """Make a step and attend to what came of it."""
        self.engine.step()
        takes: list[Take] = []
        for voice in self.voices:
            if voice.request is None or voice.request.done:
                takes += self._turn_over(voice)
            elif self.decode and self.streaming:
                voice.decode(PIECE)
        if self.decode and not self.streaming:
            decode_takes(self.engine, takes)

    def settle(self) -> None:
        """Step until every lane makes frames."""
        for _ in range(10_000):
            if all(voice.frames for voice in self.voices):
                return
            self.tick()
        raise EngineError("the lanes of the benchmark never ran all at once")

    @property
    def frames(self) -> int:
        """Frames made since the beginning."""
        return self.finished_frames + sum(voice.frames for voice in self.voices)

    @property
    def positions(self) -> float:
        """Mean context of the lanes."""
        return sum(voice.positions for voice in self.voices) / len(self.voices)

    def close(self) -> None:
        """Give all memory back."""
        for voice in self.voices:
            voice.chain.close()

    def _turn_over(self, voice: Voice) -> list[Take]:
        """Begin the next turn; return the takes of the one before."""
        takes = voice.request.result() if voice.request else []
        for take in takes:
            if self.decode and self.streaming:
                voice.decode(1)
            self.finished_frames += take.frames
            voice.chain.accept(take)
        self._speak(voice, self.rig.sizes.turn_frames)
        return takes

    def _speak(self, voice: Voice, frames: int) -> None:
        self.engine.forced_frames = frames
        text = self.rig.text(max(4, frames // FRAMES_PER_TOKEN))
        request = voice.chain.perform(text, seed=self.rig.texts, urgent=self.urgent)
        voice.begin(request, self.engine.stream() if self.streaming else None)


def decode_takes(engine: ForcedEngine, takes: Sequence[Take]) -> None:
    """Make audio of whole takes, side by side."""
    engine.decode_together([take.codes for take in takes])


def append_turns(rig: Rig, engine: ForcedEngine, chain: Chain, positions: int) -> None:
    """Put accepted turns of about that many positions into a chain; nothing is computed yet."""
    while positions > 0:
        frames = min(rig.sizes.turn_frames, max(1, positions - MARKERS))
        engine.forced_frames = frames
        text = rig.text(max(4, frames // FRAMES_PER_TOKEN))
        chain.append(text, rig.random_codes(frames, rig.texts))
        positions -= int(chain.turns[-1].columns.shape[1])


def compute(rig: Rig, engine: ForcedEngine, chain: Chain, seed: int) -> None:
    """Have the keys and values of a chain computed, by one more turn of one frame."""
    engine.forced_frames = 1
    [take] = chain.perform(rig.text(8), seed=seed).result()
    chain.accept(take)


@dataclass(frozen=True, slots=True)
class Windows:
    """Several windows of steps.

    Args:
        step: seconds of a step, a sample for each window.
        speed: seconds of audio made in a second, likewise.
        positions: mean context over all lanes and windows.
        lanes: frames made in a step, on average.
    """

    step: Samples
    speed: Samples
    positions: float
    lanes: float


def time_windows(load: Load, deadline: Deadline, runs: int = RUNS) -> Windows:
    """Time windows of steps, after some that do not count."""
    rig, frames = load.rig, 0
    steps, speeds, contexts = list[float](), list[float](), list[float]()
    for _ in range(WARMUPS * rig.sizes.window):
        load.tick()
    while not steps or (len(steps) < runs and not deadline.passed):
        made, before = load.frames, load.positions
        start = now(rig.device)
        for _ in range(rig.sizes.window):
            load.tick()
        seconds = now(rig.device) - start
        made = load.frames - made
        frames += made
        steps.append(seconds / rig.sizes.window)
        speeds.append(made * rig.frame_seconds / seconds)
        contexts.append((before + load.positions) / 2)
    lanes = frames / len(steps) / rig.sizes.window
    mean = sum(contexts) / len(contexts)
    return Windows(Samples(tuple(steps)), Samples(tuple(speeds)), mean, lanes)


def count_syncs(load: Load) -> Syncs | None:
    """Count how often the host waits in a window of steps; None where there is no device."""
    if load.rig.device.type != "cuda":
        return None
    with counted(load.rig.device) as syncs:
        for _ in range(load.rig.sizes.window):
            load.tick()
    return syncs
