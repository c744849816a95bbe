"""A script with everything that was done to it, so that it can be undone and redone.

Is: the script as it stands, the changes that led there, and those that were taken back.
Is not: thread-safe, and not stored; whoever owns it stores its changes.

- Undo and redo have no limit. A new edit forgets what was undone before it.
- An edit that raises leaves script and history as they were.
- What belongs together, such as the letters of one word typed, can be joined to one step.
"""

from dataclasses import dataclass

from studio.core.change import Change, change_between
from studio.core.edits import Edit
from studio.core.model import Script


@dataclass(frozen=True, slots=True)
class Step:
    """One edit with the change that it made."""

    edit: Edit | None
    change: Change


class History:
    """Owns the current script of one document."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def script(self) -> Script:
        """The script as it stands."""
        return self._script

    @property
    def done(self) -> tuple[Step, ...]:
        """What undo would take back, oldest first."""
        return tuple(self._done)

    @property
    def undone(self) -> tuple[Step, ...]:
        """What redo would do again, next first."""
        return tuple(reversed(self._undone))

    def do(self, edit: Edit) -> Change:
        """Make an edit and return the change it made.

        Raises:
            EditError, ScriptError, PatternError: as the edit does; nothing has happened then.
        """
        return self._advance(edit.apply(self._script), edit)

    def put(self, script: Script, *, join: bool = False) -> Change:
        """Put another script in the place of this one, as after typing in its text.

        Give it the ids of the turns that stay first (`identity.carry_ids`).

        Args:
            join: make it one step with the last one, so that undo takes back both.
        """
        change = self._advance(script, None)
        if join and len(self._done) > 1:
            self._join_last_two()
        return change

    def undo(self) -> Change | None:
        """Take the last edit back and return the change that did it; None: nothing to undo."""
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        return self._apply(step.change.inverse())

    def redo(self) -> Change | None:
        """Make the last undone edit again and return its change; None: nothing to redo."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        return self._apply(step.change)

    def _advance(self, script: Script, edit: Edit | None) -> Change:
        change = change_between(self._script, script)
        self._script = script
        self._done.append(Step(edit, change))
        self._undone.clear()
        return change

    def _join_last_two(self) -> None:
        last, earlier = self._done.pop(), self._done.pop()
        between = last.change.inverse().apply(self._script)
        before = earlier.change.inverse().apply(between)
        self._done.append(Step(None, change_between(before, self._script)))

    def _apply(self, change: Change) -> Change:
        self._script = change.apply(self._script)
        return change
