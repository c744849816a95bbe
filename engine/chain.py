"""Conversations: a shared beginning, and turns that follow each other.

Is: what has been said so far and how it reads as columns. Keys and values are only a cache of that:
they can be dropped at any time and are computed again when they are needed.
Is not: the loop, and not the pages (see `engine.kv_cache`).

- A turn is performed after the accepted turns before it; nothing already computed is run again.
- When the next turn does not fit any more, it is performed after the prefix and the last two turns,
  or as many of them as fit. Whether that happens follows from the turns alone, so a chain that is
  put together again by `append` goes on exactly as if it had never been away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import ChainBusy, PromptTooLong
from engine.kv_cache import Table
from engine.length import FrameBounds
from engine.performance import Performance, Take
from engine.sampling import Sampling

if TYPE_CHECKING:
    from engine.engine import Engine

TURNS_KEPT = 2
"""Turns that stay in the context when a chain starts over from its prefix."""


@dataclass(frozen=True, eq=False, slots=True)
class AcceptedTurn:
    """A turn of a chain's past.

    Attributes:
        first_turn: number of the first turn that was in the context when this one was performed.
        columns: the turn in the prompt, user and assistant message, int64 [1 + N, T].
    """

    text: str
    speaker: int | None
    codes: npt.NDArray[Any]
    first_turn: int
    columns: Tensor


class Prefix:
    """A computed beginning: the system message with its reference voices. Close it when done.

    Chains made from it go on living when it is closed.
    """

    def __init__(self, columns: Tensor, table: Table) -> None:
        self.columns = columns
        self.table = table

    @property
    def positions(self) -> int:
        """Positions it takes."""
        return int(self.columns.shape[1])

    def close(self) -> None:
        """Give its memory back."""
        self.table.truncate(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Chain:
    """A conversation that grows turn by turn. Not thread-safe; close it when done."""

    def __init__(self, engine: "Engine", prefix: Prefix) -> None:
        if not prefix.table.length:
            raise ValueError("the prefix is closed")
        self._engine = engine
        self._prefix = Prefix(prefix.columns, prefix.table.fork())
        self._turns: list[AcceptedTurn] = []
        self._first_turn = 0
        self._table = prefix.table.fork()
        self._request: Performance | None = None
        engine.loop.register(self)

    @property
    def turns(self) -> Sequence[AcceptedTurn]:
        """The accepted turns."""
        return tuple(self._turns)

    def perform(
        self,
        text: str,
        *,
        speaker: int | None = None,
        sampling: Sampling | None = None,
        seed: int = 0,
        candidates: int = 1,
        urgent: bool = True,
        work_left: int = 0,
    ) -> Performance:
        """Begin to speak a text after the turns accepted so far.

        Args:
            text: what to say; control tokens in it are spoken, not obeyed.
            speaker: whose voice, by the position of the prefix's reference.
            sampling: the checkpoint's recommendation if not given.
            seed: candidate i uses seed + i.
            candidates: takes to make at the same time.
            urgent: someone waits for it.
            work_left: how much is still to be made in this chain, in any one unit, to start long
                chains first.

        Raises:
            TextError: the text cannot be spoken.
            PromptTooLong: it does not fit even right behind the prefix.
            ChainBusy: an earlier request is still running.
        """
        if candidates < 1:
            raise ValueError(f"candidates must be at least 1, is {candidates}")
        if not self._table.length:
            raise ValueError("the chain is closed")
        self._leave_request()
        message, bounds = self._engine.compose(text, speaker)
        first_turn = self._first_turn_for(message, bounds)
        past = [turn.columns for turn in self._turns[first_turn:]]
        request = Performance(
            loop=self._engine.loop,
            chain=self,
            text=text,
            speaker=speaker,
            sampling=sampling or self._engine.info.default_sampling,
            bounds=bounds,
            prompt=torch.cat([*past, message], dim=1),
            prompt_start=self._prefix.positions,
            first_turn=first_turn,
        )
        self._engine.loop.submit(request, range(seed, seed + candidates), urgent, work_left)
        self._request = request
        return request

    def accept(self, take: Take) -> None:
        """Make a take the chain's next turn.

        One made by the chain's latest request keeps what was computed; another is as `append`.
        Candidates that still run are cancelled.
        """
        request = self._request
        made = [c for c in request.candidates if c.take is take] if request else []
        if request is None or not made:
            self.append(take.text, take.codes, speaker=take.speaker)
            return
        if not request.done:
            request.cancel()
        self._add_turn(take.text, take.codes, take.speaker, request.first_turn)
        self._replace_table(made[0].table.fork())
        self._leave_request()

    def append(
        self, text: str, codes: npt.NDArray[np.integer[Any]], *, speaker: int | None = None
    ) -> None:
        """Make codes that were accepted earlier the next turn; they are run with the next request.

        Raises:
            TextError: the text cannot be part of a conversation.
            AudioError: the codes are not of this model.
            PromptTooLong: the turn does not fit even right behind the prefix.
            ChainBusy: a request is still running.
        """
        self._leave_request()
        message, bounds = self._engine.compose(text, speaker)
        first_turn = self._first_turn_for(message, bounds)
        if first_turn != self._first_turn:
            self._replace_table(self._prefix.table.fork())
        self._add_turn(text, codes, speaker, first_turn)

    def mark(self) -> int:
        """Return a mark to rewind to: the number of turns so far."""
        return len(self._turns)

    def rewind(self, mark: int) -> None:
        """Forget the turns since a mark.

        Raises:
            ValueError: there is no such mark.
            ChainBusy: a request is still running.
        """
        if not 0 <= mark <= len(self._turns):
            raise ValueError(f"mark {mark} is not between 0 and {len(self._turns)}")
        self._leave_request()
        del self._turns[mark:]
        first_turn = self._turns[-1].first_turn if self._turns else 0
        if first_turn != self._first_turn:
            self._replace_table(self._prefix.table.fork())
        self._first_turn = first_turn
        self._table.truncate(self._positions(first_turn))

    def fork(self) -> "Chain":
        """Return a chain with the same past that goes its own way from here."""
        other = Chain(self._engine, self._prefix)
        other._turns = list(self._turns)
        other._first_turn = self._first_turn
        other._replace_table(self._table.fork())
        return other

    def close(self) -> None:
        """Cancel what runs and give the memory back."""
        if self._request and not self._request.done:
            self._request.cancel()
        self._leave_request()
        self._prefix.close()
        self._table.truncate(0)
        self._engine.loop.unregister(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start_of(self, request: Performance) -> Table:
        """Return a table of what is already computed of a request's prompt."""
        keeps_past = request.first_turn == self._first_turn
        return (self._table if keeps_past else self._prefix.table).fork()

    def adopt(self, request: Performance, table: Table) -> None:
        """Keep what a request has computed of the chain's own turns."""
        length = self._positions(self._first_turn)
        if request.first_turn == self._first_turn and self._table.length < length:
            self._replace_table(table.fork())
            self._table.truncate(length)

    def evict(self) -> None:
        """Drop what can be computed again; the engine needs the memory."""
        if self._request and self._request.started and not self._request.done:
            return
        if self._request and self._request.done:
            self._leave_request()
        self._replace_table(self._prefix.table.fork())

    def _positions(self, first_turn: int) -> int:
        """Return how many positions the prefix and the turns from first_turn on take."""
        lengths: list[int] = [turn.columns.shape[1] for turn in self._turns[first_turn:]]
        return self._prefix.positions + sum(lengths)

    def _first_turn_for(self, message: Tensor, bounds: FrameBounds) -> int:
        """Return the first turn to keep in the context so that a message and its frames fit."""
        n_turns, limit = len(self._turns), self._engine.info.max_positions
        need = int(message.shape[1]) + bounds.most
        fewer = range(max(self._first_turn, n_turns - TURNS_KEPT), n_turns + 1)
        choices: list[int] = [self._first_turn, *fewer]
        for first_turn in choices:
            if self._positions(first_turn) + need <= limit:
                return first_turn
        # Right behind the prefix half the bound will do: still more than the text should take.
        if (least := self._prefix.positions + need - bounds.most // 2) > limit:
            raise PromptTooLong(least, limit)
        return n_turns

    def _add_turn(
        self, text: str, codes: npt.NDArray[Any], speaker: int | None, first_turn: int
    ) -> None:
        columns = self._engine.spoken_turn(text, codes, speaker)
        self._turns.append(AcceptedTurn(text, speaker, codes, first_turn, columns))
        self._first_turn = first_turn

    def _replace_table(self, table: Table) -> None:
        self._table.truncate(0)
        self._table = table

    def _leave_request(self) -> None:
        """Drop the latest request and what it keeps for `accept`."""
        if self._request is None:
            return
        if not self._request.done:
            raise ChainBusy
        for candidate in self._request.candidates:
            candidate.table.truncate(0)
        self._request = None
