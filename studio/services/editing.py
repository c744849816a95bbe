"""The script editor: a chapter as rows, and edits of it that are saved at once.

Is: what any number of windows edit one project through. Each call is one step of undo and one
transaction.
Is not: an import, and not what performs (`Jobs`).

- Whoever edits says which revision they saw. If the script is another by now, nothing is done
  (`EditConflict`): two windows cannot overwrite each other.
- What an edit cannot do leaves the script as it was.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from studio.core.chapter_text import chapter_text, put_chapter_text
from studio.core.directions import suggested_directions
from studio.core.edits import Edit, FindReplace, RenameSpeaker
from studio.core.found import Found, found_in
from studio.core.identity import carry_ids
from studio.core.model import Script
from studio.core.sheet import Row, SheetChange, sheet, sheet_change
from studio.errors import EditConflict
from studio.services.open_script import OpenScript
from studio.services.projects import Projects, new_turn_id
from studio.services.scripts import ChapterView, chapter_views
from studio.store.database import Database

MAX_FOUND = 500
"""Occurrences that a preview lists."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a sheet, whichever chapter it shows.

    Args:
        revision: which text this is; goes back with the next edit.
        chapters: of the whole script.
        speakers: in order of appearance.
        can_undo, can_redo: whether there is a step to take back, or to make again.
    """

    revision: str
    chapters: tuple[ChapterView, ...]
    speakers: tuple[str, ...]
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True, slots=True)
class OpenedChapter:
    """A chapter as it is shown when it is opened. `directions` are to suggest."""

    frame: Frame
    chapter: int
    rows: tuple[Row, ...]
    directions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit changed of the chapter that is shown.

    Args:
        elsewhere: a chapter in which it changed something, if not in the one that is shown.
    """

    frame: Frame
    change: SheetChange
    elsewhere: int | None = None


class Editing:
    """The editors of a workspace. Thread-safe: the edits of one project follow each other."""

    def __init__(self, database: Database, projects: Projects) -> None:
        self._database = database
        self._projects = projects
        self._open: dict[str, OpenScript] = {}
        self._locks: dict[str, threading.Lock] = {}

    def open(self, project: str, chapter: int = 1) -> OpenedChapter:
        """Open a chapter; one that is not there is the nearest that is.

        Raises:
            ProjectError: there is no such project.
        """
        with self._script(project) as document:
            script = document.script
            number = max(1, min(chapter, len(script.chapters)))
            rows, directions = sheet(script, number), suggested_directions(script)
            return OpenedChapter(_frame(document), number, rows, directions)

    def edit(
        self, project: str, chapter: int, revision: str, edits: Sequence[Edit], group: str = ""
    ) -> Edited:
        """Make edits as one step, and save it.

        Args:
            chapter: the one that is shown.
            revision: of the text that the edits were made for.
            group: edits in a row with the same name are one step of undo; empty: its own.

        Raises:
            EditConflict: the script is another by now.
            EditError, ScriptError, PatternError: an edit does not fit; none of them was made.
        """
        with self._script(project, revision) as document:
            before = document.script
            after = before
            for edit in edits:
                after = edit.apply(after)
            document.put(
                after, group=group, voices=self._voices(project, edits), renamed=_renamed(edits)
            )
            return _edited(document, before, chapter)

    def undo(self, project: str, chapter: int) -> Edited:
        """Take the last step back, whichever window made it."""
        with self._script(project) as document:
            before = document.script
            document.undo()
            return _edited(document, before, chapter)

    def redo(self, project: str, chapter: int) -> Edited:
        """Make the last step that was taken back again."""
        with self._script(project) as document:
            before = document.script
            document.redo()
            return _edited(document, before, chapter)

    def find(self, project: str, edit: FindReplace) -> tuple[Found, ...]:
        """Where find-and-replace would change the script, the first `MAX_FOUND` places.

        Raises:
            PatternError: the pattern cannot be used.
        """
        with self._script(project) as document:
            return found_in(document.script, edit, MAX_FOUND)

    def text(self, project: str, chapter: int) -> tuple[str, str]:
        """The revision, and a chapter as plain text, in the script format.

        Raises:
            EditError: there is no such chapter.
        """
        with self._script(project) as document:
            return document.revision, chapter_text(document.script, chapter)

    def put_text(self, project: str, chapter: int, revision: str, text: str) -> Edited:
        """Put a text in the place of a chapter; turns that can be recognized keep their takes.

        Raises:
            EditConflict: the script is another by now.
            ScriptError: it cannot be read; lines count from the beginning of the text.
        """
        with self._script(project, revision) as document:
            before = document.script
            typed = put_chapter_text(before, chapter, text)
            if typed != before:
                document.put(carry_ids(before, typed, new_turn_id))
            return _edited(document, before, chapter)

    @contextmanager
    def _script(self, project: str, revision: str | None = None) -> Iterator[OpenScript]:
        """The open script of a project, for one caller at a time."""
        found = self._projects.open(project)
        with self._locks.setdefault(found.project_id, threading.Lock()):
            found = self._projects.open(project)
            document = self._open.get(found.project_id)
            if document is None:
                script = self._projects.script(found)
                document = OpenScript(self._database, found, script)
                self._open[found.project_id] = document
            elif not document.shows(found):
                document.reload(found, self._projects.script(found))
            if revision not in (None, document.revision):
                raise EditConflict(
                    "The script was changed in another window in the meantime. It is loaded again."
                )
            before = document.script
            yield document
            if document.script is not before:
                self._projects.keep(found, document.text, document.script)

    def _voices(self, project: str, edits: Sequence[Edit]) -> dict[str, str]:
        """Voices for speakers that get another name; the old name keeps its voice, for undo."""
        cast = self._projects.open(project).cast
        return {
            edit.new_name.strip(): cast[edit.speaker]
            for edit in edits
            if isinstance(edit, RenameSpeaker) and edit.speaker in cast
        }


def _renamed(edits: Sequence[Edit]) -> dict[str, str]:
    """Old name -> new name of speakers."""
    renames = (edit for edit in edits if isinstance(edit, RenameSpeaker))
    return {edit.speaker: edit.new_name.strip() for edit in renames}


def _frame(document: OpenScript) -> Frame:
    script = document.script
    return Frame(
        document.revision, chapter_views(script), script.speakers(), document.can_undo,
        document.can_redo,
    )  # fmt: skip


def _edited(document: OpenScript, before: Script, chapter: int) -> Edited:
    after = document.script
    change = sheet_change(sheet(before, chapter), sheet(after, chapter))
    shown = bool(change.removed or change.inserted or change.rows)
    return Edited(_frame(document), change, None if shown else _changed_chapter(before, after))


def _changed_chapter(before: Script, after: Script) -> int | None:
    """The first chapter in which two scripts differ."""
    pairs = zip(before.chapters, after.chapters, strict=False)
    for number, (old, new) in enumerate(pairs, start=1):
        if old != new:
            return number
    shorter = min(len(before.chapters), len(after.chapters))
    return None if before.chapters == after.chapters else min(shorter + 1, len(after.chapters))
