"""Projects: make, open, change, copy, throw away and get back.

Is: one book or play each, with its text, cast, settings and turns that keep their identity.
Is not: an editor of scripts, and not what performs them (`Jobs`, given a project's slug).

- A project is named by its slug, made once from its title; a title is only ever shown.
- A deleted project lies in the trash with everything it has, until it is restored or purged.
"""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio import paths
from studio.core.about import with_words
from studio.core.casting import known_speaker
from studio.core.identity import carry_ids, give_ids
from studio.core.model import PlacedTurn, Script
from studio.core.project import (
    Project,
    ProjectSummary,
    StoredTurn,
    chapter_titles,
    noted_facts,
)
from studio.core.script_text import parse_script, print_parts
from studio.errors import ProjectError, ReadOnly
from studio.services.kept import Kept
from studio.store import adjustments, pronunciations
from studio.store import projects as store
from studio.store.database import Database, now

MAX_TITLE = 200
MAX_KEPT = 24
"""Projects that are kept as they were read and parsed last: of as many pages as may be open."""
FOUND = ("project", "cast_entry", "script")
"""The tables that a project is read from."""
RESERVED = {"exports", "backups", "cache", "models", "con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}


class Projects:
    """The projects of a workspace. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: Kept[Project | None] = Kept(MAX_KEPT)
        self._ids: Kept[tuple[str, ...]] = Kept(MAX_KEPT)
        self._parsed: Kept[Script] = Kept(MAX_KEPT)

    def list(self, *, trashed: bool = False) -> tuple[ProjectSummary, ...]:
        """The projects with their counts, the last changed first; or those in the trash."""
        return store.list_projects(self._database, trashed=trashed)

    def with_script(self, text: str) -> Project | None:
        """The project that has exactly this text, the one that was changed last; None: no such."""
        slug = store.slug_of_script(self._database, text)
        return self.find(slug) if slug else None

    def create(
        self,
        text: str,
        *,
        title: str = "",
        cast: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Project:
        """Make a project of a script.

        Args:
            title: empty: the script's own.

        Raises:
            ScriptError: the script cannot be read.
            ProjectError: the title is too long.
        """
        script = give_ids(parse_script(text, draft=True), new_turn_id)
        title = _title(title or script.title or "Untitled")
        moment = now()
        project = Project(
            project_id=uuid.uuid4().hex, slug=self.free_slug(title), title=title,
            author=script.author, language=script.language, script=text,
            created=moment, changed=moment, settings=dict(settings or {}),
            cast={**dict(script.cast), **(cast or {})},
        )  # fmt: skip
        self._writable()
        store.add_project(self._database, project, chapter_titles(script), stored_turns(script))
        return project

    def open(self, reference: str) -> Project:
        """The project of a slug or an id.

        Raises:
            ProjectError: there is none, or it lies in the trash.
        """
        project = self._known(reference)
        if project.trashed:
            raise ProjectError(
                f"The project {project.slug} is in the trash. Restore it first.",
                command=f"python app.py projects restore {project.slug}",
            )
        return project

    def find(self, reference: str) -> Project | None:
        """The project of a slug or an id, also in the trash; None: there is none."""
        moment, database = self._database.moment(*FOUND), self._database
        return self._found.get(reference, moment, lambda: store.find_project(database, reference))

    def turns(self, reference: str) -> tuple[StoredTurn, ...]:
        """The turns of a project's script, in order."""
        turns = store.project_turns(self._database, self.open(reference).project_id)
        return tuple(turn for turn in turns if turn.position is not None)

    def save(self, reference: str, text: str) -> Project:
        """Give a project a new text. Turns that can be recognized keep their ids and their takes.

        Raises:
            ScriptError: the text cannot be read; the project is as it was.
        """
        project = self.open(reference)
        before, after = self.script(project), parse_script(text, draft=True)
        after = carry_ids(before, after, new_turn_id)
        changes: dict[str, Any] = {**noted_facts(before, after)}
        return self._save(replace(project, script=text, **changes), after)

    def script(self, project: Project) -> Script:
        """The parsed script of a project; its turns have the ids that they have here."""
        ids = self._turn_ids(project.project_id)
        each = iter(ids)
        return self._parsed.get(
            project.project_id,
            (project.script, ids),
            lambda: give_ids(parse_script(project.script, draft=True), lambda: next(each)),
        )

    def keep(self, project: Project, text: str, script: Script) -> None:
        """Take the script that was stored as a text, so that it need not be parsed again."""
        ids = tuple(placed.turn.turn_id for placed in script.placed_turns())
        self._parsed.get(project.project_id, (text, ids), lambda: script)

    def rename(self, reference: str, title: str) -> Project:
        """Give a project another title; its slug and its script stay."""
        return self._save(replace(self.open(reference), title=_title(title)))

    def describe(
        self,
        reference: str,
        *,
        title: str | None = None,
        author: str | None = None,
        language: str | None = None,
        **about: str | None,
    ) -> Project:
        """Change the words about a project; None leaves as it is. Its script stays.

        Args:
            about: narrator, date, description and copyright (`studio.core.about`).

        Raises:
            ProjectError: the title is empty or too long.
        """
        project = self.open(reference)
        words = {"author": author, "language": language}
        given: dict[str, Any] = {
            name: " ".join(word.split()) for name, word in words.items() if word is not None
        }
        if title is not None:
            given["title"] = _title(title)
        if about:
            given["settings"] = {**project.settings, **with_words(project, about)}
        return self._save(replace(project, **given))

    def cast(self, reference: str, chosen: Mapping[str, str]) -> Project:
        """Choose voices for speakers; the others stay as they are. An empty voice: no choice.

        Raises:
            CastError: a speaker does not occur in the script.
        """
        project = self.open(reference)
        speakers = self.script(project).speakers()
        cast = {known_speaker(name, speakers): voice for name, voice in chosen.items()}
        kept = {name: voice for name, voice in {**project.cast, **cast}.items() if voice}
        return self._save(replace(project, cast=kept))

    def configure(self, reference: str, settings: Mapping[str, Any]) -> Project:
        """Set some of a project's settings; the others stay as they are."""
        project = self.open(reference)
        return self._save(replace(project, settings={**project.settings, **settings}))

    def duplicate(self, reference: str, title: str = "") -> Project:
        """Copy a project with all it has; the copies go their own ways."""
        project = self.open(reference)
        title = _title(title or f"{project.title} (copy)")
        copy = replace(
            project, project_id=uuid.uuid4().hex, slug=self.free_slug(title), title=title,
            created=now(), changed=now(),
        )  # fmt: skip
        self._writable()
        self._copy_cover(project, copy)
        script = self.script(project)
        store.add_project(self._database, copy, chapter_titles(script), stored_turns(script))
        store.copy_takes(self._database, project.project_id, copy.project_id)
        pronunciations.copy_entries(self._database, project.project_id, copy.project_id)
        adjustments.copy_adjustments(self._database, project.project_id, copy.project_id)
        return copy

    def name_cover(self, reference: str, name: str | None) -> Project:
        """Say which file in a project's folder is its cover; None: it has none."""
        return self._save(replace(self.open(reference), cover=name))

    def delete(self, reference: str) -> Project:
        """Put a project in the trash."""
        return self._save(replace(self.open(reference), trashed=now()))

    def restore(self, reference: str) -> Project:
        """Get a project back from the trash, as it was."""
        project = self._known(reference)
        return self._save(replace(project, trashed=None)) if project.trashed else project

    def purge(self, reference: str) -> int:
        """Remove a project in the trash for good; returns how many takes went with it.

        Raises:
            ProjectError: there is none, or it is not in the trash.
        """
        project = self._known(reference)
        if not project.trashed:
            raise ProjectError(f"The project {project.slug} is not in the trash. Delete it first.")
        self._writable()
        takes = store.purge_project(self._database, project.project_id)
        shutil.rmtree(self.folder(project), ignore_errors=True)
        return takes

    def folder(self, project: Project) -> Path:
        """Where a project's own files lie; it need not exist."""
        return paths.project_folder(self._database.path.parent, project.slug)

    def free_slug(self, title: str) -> str:
        """A slug that no project and no folder has."""
        wanted, taken = paths.slug(title), store.all_slugs(self._database) | RESERVED
        workspace = self._database.path.parent
        number, slug = 1, wanted
        while slug in taken or paths.project_folder(workspace, slug).exists():
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def _copy_cover(self, project: Project, copy: Project) -> None:
        source = self.folder(project) / (project.cover or "")
        if source.is_file():
            self.folder(copy).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, self.folder(copy) / source.name)

    def _turn_ids(self, project_id: str) -> tuple[str, ...]:
        moment, database = self._database.moment("project", "turn"), self._database
        return self._ids.get(
            project_id, moment, lambda: store.script_turn_ids(database, project_id)
        )

    def _known(self, reference: str) -> Project:
        project = self.find(reference)
        if project is None:
            raise ProjectError(
                f"There is no project {reference}.", command="python app.py projects list"
            )
        return project

    def _save(self, project: Project, script: Script | None = None) -> Project:
        self._writable()
        saved = replace(project, changed=now())
        script = script or self.script(project)
        store.save_project(self._database, saved, chapter_titles(script), stored_turns(script))
        return saved

    def _writable(self) -> None:
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; no project can be changed.")


def stored_turns(
    script: Script, before: Script | None = None, stored: Sequence[StoredTurn] = ()
) -> tuple[StoredTurn, ...]:
    """The turns of a script with ids, as they are stored.

    Args:
        before: a script of which it has most turns.
        stored: the turns of that one.
    """
    # By the very objects, which an edit passes on: equal turns may be two, with two ids.
    pairs = zip(before.placed, stored, strict=True) if before else ()
    known = {id(placed.turn): turn for placed, turn in pairs}
    return tuple(_stored(placed, known.get(id(placed.turn))) for placed in script.placed)


def _stored(placed: PlacedTurn, known: StoredTurn | None) -> StoredTurn:
    turn, place = placed.turn, (placed.index, placed.chapter, placed.scene)
    if known is None:
        return StoredTurn(turn.turn_id, *place, turn.speaker, print_parts(turn.parts))
    if (known.position, known.chapter, known.scene) == place:
        return known
    return StoredTurn(turn.turn_id, *place, turn.speaker, known.text)


def _title(text: str) -> str:
    """A title on one line.

    Raises:
        ProjectError: it is empty or too long.
    """
    title = " ".join(text.split())
    if not title or len(title) > MAX_TITLE:
        raise ProjectError(f"A project needs a title of 1 to {MAX_TITLE} characters.")
    return title


def new_turn_id() -> str:
    """An id that no turn ever had."""
    return uuid.uuid4().hex[:16]
