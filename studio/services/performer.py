"""A plan through the engine: several chains side by side, each strictly in order.

Is: the loop that gives chains to the engine and steps it, where it is called, until everything
that is asked for is performed.
Is not: a thread or a job, nor what happens to one chunk (`studio.services.chain_run`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Protocol

from engine import Engine, Prefix, Reference, Sampling
from studio.core.model import Codes, Take
from studio.core.plan import CastVoice, Plan, PlannedChain, PlannedChunk
from studio.services.chain_run import ChainRun
from studio.services.engine_host import EngineHost
from studio.services.judge import Judge
from studio.services.lineup import Lineup
from studio.services.shelf import Shelf


class Stopped(Exception):
    """The performance was asked to stop; everything committed so far is kept."""


class Observer(Protocol):
    """Who wants to know; called from the thread that performs."""

    def speaking(self, chunk: PlannedChunk) -> None:
        """A chunk is given to the engine."""

    def chunk_done(self, chunk: PlannedChunk, take: Take, *, reused: bool) -> object:
        """A take is committed, or found."""


@dataclass(frozen=True, slots=True)
class Performer:
    """Everything a performance needs.

    Args:
        references: voice name -> transcript and codes of its reference.
        judge: of every take.
        retries: further attempts at a chunk whose takes all fail.
        lanes: most chains side by side.
        again: indices of the turns to perform whatever takes they have; every other turn is only
            heard, as far as those need it. None: what has no take.
        candidates: takes made of a chunk at the same time, of which the best is heard.
        sampling: how it draws; None: as the checkpoint recommends.
        made_with: what is noted of that with each take.
    """

    host: EngineHost
    shelf: Shelf
    references: dict[str, tuple[str, Codes]]
    judge: Judge
    retries: int
    lanes: int
    observer: Observer
    again: Collection[int] | None = None
    candidates: int = 1
    sampling: Sampling | None = None
    made_with: str = ""

    def perform(self, plan: Plan, stop: Callable[[], bool]) -> None:
        """Perform what is asked for of a plan.

        Args:
            plan: what may be performed.
            stop: asked between two steps; true ends the performance.

        Raises:
            Stopped: it was asked to stop.
            EngineProblem: the engine failed, or a chunk could not be performed at all.
            DiskFull: a take could not be committed.
        """
        chains = [chain for chain in map(self._needed, plan.chains) if chain.chunks]
        stage = Stage(self)
        lineup = Lineup([ChainRun(chain, stage) for chain in chains], self.lanes)
        try:
            while not lineup.finished:
                if stop():
                    raise Stopped
                with self.host.use() as engine:
                    lineup.advance(engine)
                    engine.step()
                self.host.hand_over()
        finally:
            lineup.close()
            stage.close()

    def is_asked_for(self, chunk: PlannedChunk) -> bool:
        """Whether a chunk is to be performed, rather than only heard."""
        return self.again is None or chunk.turn in self.again

    def _needed(self, chain: PlannedChain) -> PlannedChain:
        """A chain up to the last chunk that is asked for; what comes behind it hears nothing."""
        chunks = chain.chunks
        wanted = [at for at, chunk in enumerate(chunks) if self.is_asked_for(chunk)]
        return replace(chain, chunks=chunks[: wanted[-1] + 1] if wanted else ())


class Stage:
    """The prefixes of one performance, each computed once and shared by its chains."""

    def __init__(self, performer: Performer) -> None:
        self.performer = performer
        self._prefixes: dict[tuple[CastVoice, ...], Prefix] = {}

    def prefix(self, engine: Engine, voices: tuple[CastVoice, ...]) -> Prefix:
        """The beginning that chains with these voices share."""
        if voices not in self._prefixes:
            references = [self.performer.references[voice.name] for voice in voices]
            self._prefixes[voices] = engine.prefix(
                [Reference(text=text, codes=codes) for text, codes in references]
            )
        return self._prefixes[voices]

    def close(self) -> None:
        """Give the prefixes' memory back."""
        for prefix in self._prefixes.values():
            prefix.close()
