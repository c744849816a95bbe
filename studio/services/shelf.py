"""The takes that a performance finds, and where its own go.

Is: one answer to "what is heard of this chunk without performing it", and the commit of new takes:
a take, its place in its turn's history and the choice of it are one transaction.
Is not: a judge of takes, and it decodes nothing.

- For a project the selected take comes first, if it is locked or says what the script says; then
  the last choice that does; then a take found by its content key, which is what other performances
  without a project rely on.
- The left context of a turn that is performed again is what is selected before it, stale or not:
  that is what a listener hears there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from studio.core.model import Take
from studio.core.plan import PlannedChunk
from studio.core.staleness import USED, TakeFacts, choose
from studio.store import takes, turn_takes
from studio.store.database import Database
from studio.store.turn_takes import TurnPlace


@dataclass(frozen=True, slots=True)
class Shelf:
    """The takes of one performance.

    Args:
        project_id: of the project whose turns are performed; empty: none.
        since: a take's row; what is newer was made by this performance, an interrupted part of it
            included.
    """

    database: Database
    project_id: str = ""
    since: int = 0

    def find(self, chunk: PlannedChunk, key: str) -> Take | None:
        """The take of a chunk that needs no performance; it is selected from now on.

        Args:
            key: its content key in the context of the moment.
        """
        place = self._place(chunk)
        if place is None:
            return takes.used_take(self.database, key)
        kept = choose(turn_takes.chunk_history(self.database, place), chunk)
        if kept is not None:
            if not kept.selected:
                turn_takes.choose_take(self.database, place, kept.take_id)
            return self._read(kept)
        found = takes.used_take(self.database, key)
        if found is not None:
            turn_takes.link_takes(self.database, self.project_id, chunk.turn_id, chunk.part, key)
        return found

    def selected(self, chunk: PlannedChunk) -> Take | None:
        """The take of a project's chunk that is heard now, whatever it says."""
        return self._first(chunk, lambda take: take.selected)

    def locked(self, chunk: PlannedChunk) -> Take | None:
        """The take of a project's chunk that may not be replaced."""
        return self._first(chunk, lambda take: take.locked)

    def made(self, chunk: PlannedChunk) -> bool:
        """Whether this performance has made a take of a chunk that is used."""
        place = self._place(chunk)
        history = turn_takes.chunk_history(self.database, place) if place else ()
        return any(take.take_id > self.since and take.verdict in USED for take in history)

    def attempts(self, key: str) -> tuple[Take, ...]:
        """Every take of a content key, in order of attempt."""
        return takes.takes_of(self.database, key)

    def is_plans_own(self, chunk: PlannedChunk, take: Take) -> bool:
        """Whether a take is the one that the plan alone would have heard."""
        if take.key != chunk.key:
            return False
        own = takes.used_facts(self.database, [chunk.key]).get(chunk.key)
        return own is not None and own.sha256 == takes.codes_digest(take.codes)

    def commit(self, chunk: PlannedChunk, made: Sequence[Take], best: Take | None) -> Take | None:
        """Commit new takes of a chunk; returns the one that is heard from now on.

        Args:
            best: one of them, or of earlier ones, that shall be heard; a rejected one is marked as
                needing attention. None: what was heard stays.
        """
        turn_takes.commit_takes(self.database, self._place(chunk), made, best)
        # Somebody may have locked another take meanwhile.
        if (locked := self.locked(chunk)) is not None:
            return locked
        if best is not None and best.verdict == "rejected":
            return replace(best, verdict="attention")
        return best

    def _first(self, chunk: PlannedChunk, wanted: Callable[[TakeFacts], bool]) -> Take | None:
        place = self._place(chunk)
        history = turn_takes.chunk_history(self.database, place) if place else ()
        found = next(filter(wanted, history), None)
        return None if found is None else self._read(found)

    def _read(self, facts: TakeFacts) -> Take | None:
        return takes.take_by_id(self.database, facts.take_id)

    def _place(self, chunk: PlannedChunk) -> TurnPlace | None:
        """A chunk's place in its project; a turn that the project does not have has none."""
        if not self.project_id or not chunk.turn_id:
            return None
        return TurnPlace(self.project_id, chunk.turn_id, chunk.part)
