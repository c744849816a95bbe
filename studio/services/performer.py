"""A plan through the engine: perform, check, commit, accept, next.

Is: several chains side by side, each strictly in order, every take committed before anything else
hears of it.
Is not: a thread or a job; it runs where it is called, until everything is performed.

- What has a take already is not performed again: it is put into the chain's context, in the same
  order and with the same budget, so that the next turn hears what it would have heard without the
  interruption.
- A take that fails its checks is kept as rejected and the chunk performed with the next seed. When
  all attempts fail, the least bad take is used and marked as needing attention; it is not put
  into the context, where it would lead the turns after it astray.
- Seeds depend on content key and attempt alone. On one device kind a run with the same seed gives
  the same codes. A resumed run reads its context in one prefill instead of frame by frame, which
  is equal up to float rounding; so equal codes are tested, but not promised by the arithmetic.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from engine import Chain, Engine, LaneError, Prefix, PromptTooLong, Reference, TextError
from engine import Take as EngineTake
from studio.core.model import Codes, Take
from studio.core.plan import CastVoice, Plan, PlannedChain, PlannedChunk, take_seed
from studio.errors import EngineProblem
from studio.services.engine_host import EngineHost
from studio.services.judge import Judge
from studio.store import takes
from studio.store.database import Database


class Stopped(Exception):
    """The performance was asked to stop; everything committed so far is kept."""


class Observer(Protocol):
    """Who wants to know; called from the thread that performs."""

    def speaking(self, chunk: PlannedChunk) -> None:
        """A chunk is given to the engine."""

    def chunk_done(self, chunk: PlannedChunk, take: Take, *, reused: bool) -> object:
        """A take is committed, or found."""


class Request(Protocol):
    """A generation in flight."""

    @property
    def done(self) -> bool:
        """Whether it has ended, well or badly."""

    def result(self) -> list[EngineTake]:
        """Its takes, or its error."""

    def cancel(self) -> None:
        """End it."""


@dataclass(frozen=True, slots=True)
class Performer:
    """Everything a performance needs.

    Args:
        references: voice name -> transcript and codes of its reference.
        judge: of every take.
        retries: further attempts at a chunk whose take fails.
        lanes: most chains side by side.
    """

    host: EngineHost
    database: Database
    references: dict[str, tuple[str, Codes]]
    judge: Judge
    retries: int
    lanes: int
    observer: Observer

    def perform(self, plan: Plan, stop: Callable[[], bool]) -> None:
        """Perform every chunk of a plan that has no take yet.

        Args:
            plan: what to perform.
            stop: asked between two steps; true ends the performance.

        Raises:
            Stopped: it was asked to stop.
            EngineProblem: the engine failed, or a chunk could not be performed at all.
            DiskFull: a take could not be committed.
        """
        waiting = deque(sorted(plan.chains, key=lambda chain: -chain.size_bytes))
        running: list[_ChainRun] = []
        stage = _Stage(self)
        try:
            while waiting or running:
                if stop():
                    raise Stopped
                with self.host.use() as engine:
                    while waiting and len(running) < self.lanes:
                        running.append(_ChainRun(waiting.popleft(), stage))
                    for run in running:
                        run.advance(engine)
                    engine.step()
                running = [run for run in running if not run.finished]
                self.host.hand_over()
        finally:
            for run in running:
                run.close()
            stage.close()


class _Stage:
    """The prefixes of one performance, each computed once and shared by its chains."""

    def __init__(self, performer: Performer) -> None:
        self.performer = performer
        self._prefixes: dict[tuple[CastVoice, ...], Prefix] = {}

    def prefix(self, engine: Engine, voices: tuple[CastVoice, ...]) -> Prefix:
        if voices not in self._prefixes:
            references = [self.performer.references[voice.name] for voice in voices]
            self._prefixes[voices] = engine.prefix(
                [Reference(text=text, codes=codes) for text, codes in references]
            )
        return self._prefixes[voices]

    def close(self) -> None:
        for prefix in self._prefixes.values():
            prefix.close()


class _ChainRun:
    """One chain on its way: what is left of it, its context, and the request in flight."""

    def __init__(self, planned: PlannedChain, stage: _Stage) -> None:
        self._planned = planned
        self._stage = stage
        self._performer = stage.performer
        self._left = deque(planned.chunks)
        self._heard: list[tuple[PlannedChunk, Codes]] = []  # context the engine has not read yet
        self._chain: Chain | None = None
        self._request: Request | None = None
        self._attempt = 0
        self._ear = stage.performer.judge.of_chain()

    @property
    def finished(self) -> bool:
        return not self._left

    def advance(self, engine: Engine) -> None:
        """Do what can be done between two steps of the engine."""
        if self._request is None:
            self._begin_next(engine)
        elif self._request.done:
            self._judge(engine, self._request)
        if self.finished:
            self.close()

    def close(self) -> None:
        if self._request is not None:
            self._request.cancel()
            self._request = None
        if self._chain is not None:
            self._chain.close()
            self._chain = None

    def _begin_next(self, engine: Engine) -> None:
        """Pass over what has been performed before, then begin the first chunk that has not."""
        while self._left:
            chunk = self._left[0]
            known = takes.takes_of(self._performer.database, chunk.key)
            self._ear.recall(known)
            used = next((take for take in known if take.verdict != "rejected"), None)
            if used is None:
                self._attempt = max((take.attempt + 1 for take in known), default=0)
                self._begin(engine, chunk)
                return
            if used.verdict == "accepted":
                self._heard.append((chunk, used.codes))
            self._finish(used, reused=True)

    def _begin(self, engine: Engine, chunk: PlannedChunk) -> None:
        if self._attempt > self._performer.retries:
            self._keep_least_bad("every attempt failed")
            return
        chain = self._open_chain(engine)
        self._performer.observer.speaking(chunk)
        seed = take_seed(chunk.key, self._attempt)
        try:
            self._request = chain.perform(
                chunk.text,
                speaker=chunk.voice,
                seed=seed,
                urgent=False,  # who listens to a single turn goes first
                work_left=sum(len(left.text.encode()) for left in self._left),
            )
        except (TextError, PromptTooLong) as error:
            raise _impossible(chunk, str(error)) from error

    def _open_chain(self, engine: Engine) -> Chain:
        """The engine's chain, with everything in its context that was heard before."""
        if self._chain is None:
            self._chain = engine.chain(self._stage.prefix(engine, self._planned.voices))
        for chunk, codes in self._heard:
            self._chain.append(chunk.text, codes, speaker=chunk.voice)
        self._heard.clear()
        return self._chain

    def _judge(self, engine: Engine, request: Request) -> None:
        """Check, commit and accept a finished take, or begin the next attempt."""
        chunk, self._request = self._left[0], None
        try:
            [performed] = request.result()
        except LaneError as error:
            self._try_again(engine, chunk, str(error))
            return
        take = self._checked(engine, chunk, performed)
        takes.add_take(self._performer.database, take)
        if take.verdict == "rejected":
            self._try_again(engine, chunk, take.reason)
            return
        assert self._chain is not None
        self._chain.accept(performed)
        self._finish(take, reused=False)

    def _checked(self, engine: Engine, chunk: PlannedChunk, performed: EngineTake) -> Take:
        voice = self._planned.voices[chunk.voice].name
        result, basis = self._ear.check(engine, performed, chunk.text, voice)
        told = result.observation
        return Take(
            key=chunk.key,
            attempt=self._attempt,
            seed=performed.seed,
            codes=performed.codes,
            verdict="accepted" if result.accepted else "rejected",
            reason=result.reason,
            severity=result.severity,
            voice=voice,
            pace=told.pace if told else None,
            level=told.level if told else None,
            basis=basis if told else "",
        )

    def _try_again(self, engine: Engine, chunk: PlannedChunk, reason: str) -> None:
        self._attempt += 1
        if self._attempt <= self._performer.retries:
            self._begin(engine, chunk)
        else:
            self._keep_least_bad(reason)

    def _keep_least_bad(self, reason: str) -> None:
        """Use the best of the failed takes, in plain sight, and go on."""
        chunk = self._left[0]
        known = takes.takes_of(self._performer.database, chunk.key)
        if not known:
            raise _impossible(chunk, reason)
        best = min(known, key=lambda take: take.severity)
        takes.use_after_all(self._performer.database, best)
        self._finish(replace(best, verdict="attention"), reused=False)

    def _finish(self, take: Take, *, reused: bool) -> None:
        chunk = self._left.popleft()
        self._attempt = 0
        self._performer.observer.chunk_done(chunk, take, reused=reused)


def _impossible(chunk: PlannedChunk, reason: str) -> EngineProblem:
    return EngineProblem(
        f"Turn {chunk.turn + 1} ({chunk.speaker}) cannot be performed: {reason}. "
        f'The text is "{chunk.text}".'
    )
