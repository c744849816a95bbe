"""One chain through the engine: perform, check, commit, accept, next.

Is: the chunks of a chain in order, and the context that they are performed in.
Is not: the order among chains (`studio.services.lineup`), nor the store (`studio.services.shelf`).

- What needs no performance is put into the chain's context, in the same order and with the same
  budget, so that the next turn hears what it would have heard without the interruption. The engine
  reads all of it in one prefill, when something has to be performed behind it.
- A take that fails its checks is kept as rejected and the chunk performed with the next seed. When
  all attempts fail, the least bad take is used and marked as needing attention; it is not put
  into the context, where it would lead the turns after it astray. A turn that is performed again
  keeps the take it has, if no new one passes.
- Seeds depend on content key and attempt alone. On one device kind a run with the same seed gives
  the same codes. A resumed run reads its context in one prefill instead of frame by frame, which
  is equal up to float rounding; so equal codes are tested, but not promised by the arithmetic.
"""

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from engine import Chain, Engine, LaneError, PromptTooLong, TextError
from engine import Take as EngineTake
from studio.core.context import LeftContext
from studio.core.model import Codes, Take
from studio.core.plan import Place, PlannedChain, PlannedChunk, take_seed
from studio.core.ranking import best_take
from studio.errors import EngineProblem
from studio.store.takes import codes_digest

if TYPE_CHECKING:
    from studio.services.performer import Stage


class Request(Protocol):
    """A generation in flight."""

    @property
    def done(self) -> bool:
        """Whether it has ended, well or badly."""

    @property
    def first_turn(self) -> int:
        """The first of the chain's turns that it hears."""

    def result(self) -> list[EngineTake]:
        """Its takes, or its error."""

    def cancel(self) -> None:
        """End it."""


class ChainRun:
    """One chain on its way: what is left of it, its context, and the request in flight."""

    def __init__(self, planned: PlannedChain, stage: "Stage") -> None:
        self._planned = planned
        self._stage = stage
        self._performer = stage.performer
        self._shelf = stage.performer.shelf
        self._left = deque(planned.chunks)
        self._recalled: PlannedChunk | None = None
        self._context = LeftContext(planned.engine)
        self._unread: list[tuple[int, str, Codes]] = []  # heard, but not by the engine yet
        self._chain: Chain | None = None
        self._request: Request | None = None
        self._attempt = 0
        self._rounds_left = 0
        self.bytes_left = planned.size_bytes
        self._ear = stage.performer.judge.of_chain()

    @property
    def finished(self) -> bool:
        """Whether every chunk has its take."""
        return not self._left

    @property
    def running(self) -> bool:
        """Whether a request is in flight."""
        return self._request is not None

    @property
    def place(self) -> Place:
        """Where its next chunk is in the script, while there is one."""
        return self._left[0].place

    @property
    def pieces(self) -> list[tuple[Place, int]]:
        """Where every chunk is that is left, and its size in bytes."""
        return [(chunk.place, len(chunk.text.encode())) for chunk in self._left]

    def advance(self, engine: Engine) -> None:
        """Take what the request in flight has made, if it is done, or begin another attempt."""
        if self._request is not None and self._request.done:
            self._judge(engine, self._request)

    def begin(self, engine: Engine) -> None:
        """Begin the next chunk, behind `pass_over`."""
        self._count_rounds(self._left[0])
        self._begin(engine, self._left[0], "every attempt failed")

    def close(self) -> None:
        """Cancel what runs and give the engine's memory back."""
        if self._request is not None:
            self._request.cancel()
            self._request = None
        if self._chain is not None:
            self._chain.close()
            self._chain = None

    def pass_over(self) -> bool:
        """Pass over what needs no performance; whether the chunk that was the next still is."""
        next_chunk = self._left[0]
        while self._left:
            chunk = self._left[0]
            if chunk is not self._recalled:
                self._recalled = chunk
                self._ear.recall(self._shelf.attempts(chunk.key))
            found = self._found(chunk)
            if found is not None:
                self._read_later(chunk, found)
                self._finish(found, reused=True)
            elif self._performer.is_asked_for(chunk):
                break
            else:
                self._context.disturb()  # never performed, and nobody asked for it
                self._pop()
        return bool(self._left) and self._left[0] is next_chunk

    def _pop(self) -> PlannedChunk:
        chunk = self._left.popleft()
        self.bytes_left -= len(chunk.text.encode())
        return chunk

    def _found(self, chunk: PlannedChunk) -> Take | None:
        if self._performer.again is None:
            return self._shelf.find(chunk, self._context.key(chunk))
        if self._performer.is_asked_for(chunk) and not self._shelf.made(chunk):
            return self._shelf.locked(chunk)
        return self._shelf.selected(chunk)

    def _count_rounds(self, chunk: PlannedChunk) -> None:
        """Attempts made by an earlier run are not made again, unless more are asked for."""
        known = self._shelf.attempts(self._context.key(chunk))
        self._attempt = max((take.attempt + 1 for take in known), default=0)
        made = self._attempt // self._performer.candidates if self._performer.again is None else 0
        self._rounds_left = self._performer.retries + 1 - made

    def _begin(self, engine: Engine, chunk: PlannedChunk, reason: str) -> None:
        """Begin the next round of attempts; `reason` is why there was none before that passed."""
        if self._rounds_left <= 0:
            self._keep_least_bad(chunk, reason)
            return
        self._rounds_left -= 1
        chain = self._open_chain(engine)
        self._performer.observer.speaking(chunk)
        try:
            self._request = chain.perform(
                chunk.text,
                speaker=chunk.voice,
                sampling=self._performer.sampling,
                seed=take_seed(self._context.key(chunk), self._attempt),
                candidates=self._performer.candidates,
                urgent=False,  # who listens to a single turn goes first
                work_left=self.bytes_left,
            )
        except (TextError, PromptTooLong) as error:
            raise _impossible(chunk, str(error)) from error

    def _open_chain(self, engine: Engine) -> Chain:
        """The engine's chain, with everything in its context that was heard before."""
        if self._chain is None:
            self._chain = engine.chain(self._stage.prefix(engine, self._planned.voices))
        for voice, text, codes in self._unread:
            self._chain.append(text, codes, speaker=voice)
        self._unread.clear()
        return self._chain

    def _judge(self, engine: Engine, request: Request) -> None:
        """Check, commit and accept the finished takes, or begin the next round."""
        chunk, self._request = self._left[0], None
        try:
            performed = request.result()
        except LaneError as error:
            self._try_again(engine, chunk, str(error))
            return
        heard = len(self._context) - request.first_turn if request.first_turn else None
        made = [self._checked(engine, chunk, take, at, heard) for at, take in enumerate(performed)]
        best = best_take(made, engine.info.frame_rate)
        if best.verdict == "rejected":
            self._shelf.commit(chunk, made, None)
            self._try_again(engine, chunk, best.reason)
            return
        now_heard = self._shelf.commit(chunk, made, best)
        assert self._chain is not None
        if now_heard is None or now_heard is best:
            self._chain.accept(performed[made.index(best)])
            self._finish(best, reused=False)
        else:
            self._read_later(chunk, now_heard)
            self._finish(now_heard, reused=False)

    def _checked(
        self,
        engine: Engine,
        chunk: PlannedChunk,
        performed: EngineTake,
        place: int,
        heard: int | None,
    ) -> Take:
        voice = self._planned.voices[chunk.voice].name
        result, basis = self._ear.check(engine, performed, chunk.text, voice)
        told = result.observation
        return Take(
            key=self._context.key(chunk),
            attempt=self._attempt + place,
            seed=performed.seed,
            codes=performed.codes,
            verdict="accepted" if result.accepted else "rejected",
            reason=result.reason,
            severity=result.severity,
            voice=voice,
            pace=told.pace if told else None,
            level=told.level if told else None,
            basis=basis if told else "",
            text=chunk.text,
            sheet=chunk.sheet,
            context=self._context.digest(heard),
            heard=heard,
            made_with=self._performer.made_with,
        )

    def _try_again(self, engine: Engine, chunk: PlannedChunk, reason: str) -> None:
        self._attempt += self._performer.candidates
        self._begin(engine, chunk, reason)

    def _keep_least_bad(self, chunk: PlannedChunk, reason: str) -> None:
        """Stay with the take there is, or use the best of the failed ones, in plain sight."""
        stays = self._shelf.selected(chunk) if self._performer.again is not None else None
        if stays is not None:
            self._read_later(chunk, stays)
            self._finish(stays, reused=True, reason=f"no new take passed ({reason}); the old stays")
            return
        known = self._shelf.attempts(self._context.key(chunk))
        if not known:
            raise _impossible(chunk, reason)
        best = min(known, key=lambda take: take.severity)
        self._finish(self._shelf.commit(chunk, [], best) or best, reused=False)

    def _read_later(self, chunk: PlannedChunk, take: Take) -> None:
        """Have the engine hear a take before the next one that it performs."""
        if take.verdict == "accepted":
            self._unread.append((chunk.voice, take.text or chunk.text, take.codes))

    def _finish(self, take: Take, *, reused: bool, reason: str = "") -> None:
        """A chunk has its take: it is heard from now on. `reason` asks for attention."""
        chunk = self._pop()
        if take.verdict == "accepted":
            digest = codes_digest(take.codes)
            self._context.hear(take.sheet or chunk.sheet, take.text or chunk.text, digest)
        if not self._shelf.is_plans_own(chunk, take):
            self._context.disturb()
        if self._performer.is_asked_for(chunk):
            told = replace(take, verdict="attention", reason=reason) if reason else take
            self._performer.observer.chunk_done(chunk, told, reused=reused)


def _impossible(chunk: PlannedChunk, reason: str) -> EngineProblem:
    return EngineProblem(
        f"Turn {chunk.turn + 1} ({chunk.speaker}) cannot be performed: {reason}. "
        f'The text is "{chunk.text}".'
    )
