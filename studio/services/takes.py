"""The takes of a project's turns: history, choice, locks.

Is: what is heard of a turn, and what else there was.
Is not: what performs a turn, and it never removes a take.
"""

from studio.core.project import TurnTake
from studio.errors import TakeLocked, TakeUnknown
from studio.services.projects import Projects
from studio.store import turn_takes as store
from studio.store.database import Database


class Takes:
    """The takes of the projects of a workspace. Thread-safe."""

    def __init__(self, database: Database, projects: Projects) -> None:
        self._database = database
        self._projects = projects

    def history(self, project: str, turn: int | str) -> tuple[TurnTake, ...]:
        """Every take of a turn, rejected ones included, chunk by chunk and oldest first.

        Args:
            project: slug or id.
            turn: its number in the script, counted from 1, or its id.

        Raises:
            ProjectError: there is no such project.
            TakeUnknown: there is no such turn.
        """
        found = self._projects.open(project)
        return store.history(self._database, found.project_id, self._turn_id(project, turn))

    def heard(self, project: str) -> tuple[frozenset[int], frozenset[int]]:
        """The turns of which something can be heard, and those of them that need attention.

        Turns are their indexes in the script, from 0.
        """
        found = store.heard_turns(self._database, self._projects.open(project).project_id)
        attention = (turn for turn, verdicts in found.items() if "attention" in verdicts)
        return frozenset(found), frozenset(attention)

    def select(self, project: str, turn: int | str, number: int) -> tuple[TurnTake, ...]:
        """Have a take heard, an older one or a rejected one; returns the turn's history.

        Raises:
            TakeUnknown: the turn has no such take.
            TakeLocked: another take of the chunk is locked.
        """
        self._take(project, turn, number)
        if not store.select_take(self._database, number):
            raise TakeLocked(
                f"Another take of this part of turn {turn} is locked. Unlock that one first."
            )
        return self.history(project, turn)

    def lock(self, project: str, turn: int | str, number: int) -> tuple[TurnTake, ...]:
        """Select a take and keep it whatever is performed later; returns the turn's history."""
        self.select(project, turn, number)
        store.lock_take(self._database, number, True)
        return self.history(project, turn)

    def unlock(self, project: str, turn: int | str, number: int) -> tuple[TurnTake, ...]:
        """Let a locked take be replaced again; returns the turn's history."""
        self._take(project, turn, number)
        store.lock_take(self._database, number, False)
        return self.history(project, turn)

    def _take(self, project: str, turn: int | str, number: int) -> TurnTake:
        found = next((t for t in self.history(project, turn) if t.number == number), None)
        if found is None:
            raise TakeUnknown(
                f"Turn {turn} of {project} has no take {number}. "
                f"See them with: python app.py takes history {project} {turn}"
            )
        return found

    def _turn_id(self, project: str, turn: int | str) -> str:
        turns = self._projects.turns(project)
        if isinstance(turn, int):
            if not 1 <= turn <= len(turns):
                raise TakeUnknown(f"{project} has no turn {turn}; it has {len(turns)}.")
            return turns[turn - 1].turn_id
        if turn not in {known.turn_id for known in turns}:
            raise TakeUnknown(f"{project} has no turn {turn}.")
        return turn
