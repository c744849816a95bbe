"""A project's script while it is edited: as it stands, what was done to it, and how it is saved.

Is: the state behind one project's editor, whichever windows show it. Every change is saved before
it counts.
Is not: thread-safe (`Editing` locks it), and its history is not stored: undo reaches back to when
the studio was started.
"""

import hashlib
from collections.abc import Mapping, Sequence

from studio.core.history import History
from studio.core.model import Script
from studio.core.printed import Printed, printed
from studio.core.project import Project, StoredTurn, chapter_titles, noted_facts
from studio.errors import EditConflict
from studio.services.projects import stored_turns
from studio.store.database import Database
from studio.store.script_edits import TextEdit, save_edit

REVISION_DIGITS = 16


class OpenScript:
    """One project's script with its history."""

    def __init__(self, database: Database, project: Project, script: Script) -> None:
        self._database = database
        self._project_id = project.project_id
        self._history = History(script)
        self._stored = stored_turns(script)
        self.text = project.script
        """The script as it is saved."""
        self._digest = digest(project.script)
        self._printed: Printed | None = None
        self._group = ""

    @property
    def script(self) -> Script:
        """The script as it stands, and as it is saved."""
        return self._history.script

    @property
    def revision(self) -> str:
        """A name of the text as it stands; another text has another one."""
        return self._digest[:REVISION_DIGITS]

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._history.done)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._history.undone)

    def shows(self, project: Project) -> bool:
        """Whether a project still has the text that is open here."""
        return project.script == self.text

    def reload(self, project: Project, script: Script) -> None:
        """Go on with a text that was saved elsewhere; undo reaches back behind it."""
        self._history.put(script)
        self._stored, self._digest = stored_turns(script), digest(project.script)
        self.text = project.script
        self._group = ""

    def put(
        self,
        script: Script,
        *,
        group: str = "",
        voices: Mapping[str, str] | None = None,
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """Save a changed script.

        Args:
            group: changes in a row with the same name, not empty, are one step of undo.
            voices: speaker -> voice for speakers that have none yet.
            renamed: old name -> new name of speakers, whose settings come along.

        Raises:
            EditConflict: the project was saved elsewhere in the meantime.
            ReadOnly, DiskFull: it cannot be saved; everything is as it was.
        """
        self._save(script, voices or {}, renamed or {})
        self._history.put(script, join=bool(group) and group == self._group)
        self._group = group

    def undo(self) -> bool:
        """Take the last step back and save that; False: there is none. Raises as `put` does."""
        if not self._history.done:
            return False
        self._save(self._history.done[-1].change.inverse().apply(self.script), {}, {})
        self._history.undo()
        self._group = ""
        return True

    def redo(self) -> bool:
        """Make the last undone step again and save that; False: none. Raises as `put` does."""
        if not self._history.undone:
            return False
        self._save(self._history.undone[0].change.apply(self.script), {}, {})
        self._history.redo()
        self._group = ""
        return True

    def _save(self, script: Script, voices: Mapping[str, str], renamed: Mapping[str, str]) -> None:
        page = printed(script, self._printed)
        text, turns = page.text, stored_turns(script, self.script, self._stored)
        titles = chapter_titles(script)
        at, removed, inserted = _splice(self._stored, turns)
        edit = TextEdit(
            self._digest, text, at, removed, inserted,
            _replaced(self._stored, turns, at, removed),
            chapters=titles if titles != chapter_titles(self.script) else None, voices=voices,
            facts=noted_facts(self.script, script), renamed=renamed,
        )  # fmt: skip
        if not save_edit(self._database, self._project_id, edit):
            raise EditConflict(
                "The script was changed elsewhere in the meantime. It is loaded again."
            )
        self._printed, self._stored = page, turns
        self.text, self._digest = text, digest(text)


def digest(text: str) -> str:
    """The name under which the store keeps a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _splice(
    before: Sequence[StoredTurn], after: Sequence[StoredTurn]
) -> tuple[int, int, Sequence[StoredTurn]]:
    """The one place where the turns differ: where it is, how many went, and which came."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if not _same(before[at], after[at])), shorter)
    rest = range(1, shorter - head + 1)
    tail = next((at - 1 for at in rest if not _same(before[-at], after[-at])), len(rest))
    return head, len(before) - tail - head, after[head : len(after) - tail]


def _same(one: StoredTurn, other: StoredTurn) -> bool:
    """Whether a turn stayed what it was, wherever it stands."""
    if one is other:
        return True
    return (one.turn_id, one.speaker, one.text) == (other.turn_id, other.speaker, other.text)


def _replaced(
    before: Sequence[StoredTurn], after: Sequence[StoredTurn], at: int, removed: int
) -> list[StoredTurn]:
    """The turns around the splice that are in another chapter or scene now."""
    tail = len(before) - at - removed
    pairs = [*zip(before[:at], after[:at], strict=True)]
    pairs += zip(before[at + removed :], after[len(after) - tail :], strict=True)
    return [new for old, new in pairs if (old.chapter, old.scene) != (new.chapter, new.scene)]
