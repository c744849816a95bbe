"""The events of the pronunciations: entries are added, removed, and tried on the script first."""

from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.services import Entry, Project
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import parts
from studio.ui.markup import pronunciations as markup
from studio.ui.opening import changed


class PronunciationEvents:
    """What happens below the cast."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._projects = context.workspace.projects
        self._entries = context.workspace.pronunciations

    @plainly
    def show(self, slug: str) -> Update:
        """Show the entries that a project is spoken with, and the form for one more."""
        project = self._context.project(slug)
        if project is None:
            return ""
        try:
            speakers = self._projects.script(project).speakers()
        except StudioError as error:
            return parts.problem(error)
        return markup.entries(self._entries.list(project.slug), speakers)

    @plainly
    def add(self, slug: str, event: gr.EventData) -> tuple[Update, ...]:
        """Add an entry; what it changes is no longer of interest."""
        project = self._projects.open(str(slug))
        entry = _entry(event.entry)
        self._entries.add(entry, "" if entry.scope == "workspace" else project.slug)
        return self._after(project)

    @plainly
    def remove(self, slug: str, event: gr.EventData) -> tuple[Update, ...]:
        """Remove an entry."""
        self._entries.remove(int(event.number))
        return self._after(self._projects.open(str(slug)))

    @plainly
    def preview(self, slug: str, event: gr.EventData) -> Update:
        """Show what is spoken otherwise: for the entry in the form, or for all there are."""
        project = self._projects.open(str(slug))
        entry = _entry(event.entry)
        trial = (entry,) if entry.written.strip() else ()
        views = self._entries.preview(project.script, project.slug, trial=trial)
        return markup.changes(views, entry.written if trial else "")

    def _after(self, project: Project) -> tuple[Update, ...]:
        return self.show(project.slug), "", changed(self._projects.open(project.slug))


def _entry(told: Any) -> Entry:  # noqa: ANN401 - whatever a browser sends
    """An entry as the form tells it; the service refuses what cannot be used."""
    scope = str(told.get("scope", ""))
    speaker = scope.removeprefix("speaker:") if scope.startswith("speaker:") else ""
    return Entry(
        written=str(told.get("written", "")), spoken=str(told.get("spoken", "")),
        kind="regex" if told.get("regex") is True else "word",
        scope="speaker" if speaker else "project" if scope == "project" else "workspace",
        speaker=speaker,
    )  # fmt: skip
