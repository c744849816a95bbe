"""The events of the script: its editor is given a project, and asks for turns to be heard."""

import uuid
from typing import Any

import gradio as gr

from studio.services import PerformRequest, Project
from studio.ui import phrases
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import shell
from studio.ui.opening import changed


class ScriptEvents:
    """What happens on the script's section, besides what the editor asks the service itself."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace

    @plainly
    def show(self, slug: str) -> Update:
        """Have the editor read a project, or show that none is open."""
        project = self._context.project(slug)
        return gr.HTML(project=project.slug if project else "", opened=uuid.uuid4().hex)

    @plainly
    def saved(self, event: gr.EventData) -> str:
        """Tell the other sections that the editor has stored something."""
        return changed(self._project(event))

    @plainly
    def statuses(self, slug: str) -> tuple[Update, ...]:
        """Show how far every turn is; ask again after a while as long as something is performed."""
        project = self._context.project(slug)
        if project is None:
            return gr.HTML(statuses={}), gr.Timer(active=False)
        job = self._workspace.jobs.latest(project.project_id)
        running = job is not None and not self._workspace.jobs.progress(job.job_id).finished
        return gr.HTML(statuses=self._statuses(project)), gr.Timer(active=running)

    @plainly
    def perform(self, event: gr.EventData) -> Update:
        """Perform the chapter that is shown; what is performed already stays."""
        project = self._project(event)
        self._workspace.jobs.start(
            PerformRequest(
                text=project.script,
                cast=self._workspace.casting.chosen(project.slug),
                chapter=int(event.chapter),
                project=project.slug,
            )
        )
        return gr.Timer(active=True)

    @plainly
    def play(self, event: gr.EventData) -> Update:
        """Play one turn."""
        project = self._project(event)
        sample_rate, audio = self._workspace.takes.sound(project.slug, str(event.turn))
        address = self._context.served.sound(audio, sample_rate)
        return shell.dock(address, phrases.turn_number(self._number(project, str(event.turn))))

    def _project(self, event: gr.EventData) -> Project:
        return self._workspace.projects.open(str(event.project))

    def _number(self, project: Project, turn_id: str) -> int:
        turns = self._workspace.projects.turns(project.slug)
        return [turn.turn_id for turn in turns].index(turn_id) + 1

    def _statuses(self, project: Project) -> dict[str, Any]:
        heard, attention = self._workspace.takes.heard(project.slug)
        job = self._workspace.jobs.latest(project.project_id)
        pending = self._workspace.jobs.pending(job.job_id) if job else frozenset()
        states = {
            **dict.fromkeys(heard, "done"),
            **dict.fromkeys(attention, "attention"),
            **dict.fromkeys(pending, "queued"),
        }
        turns = self._workspace.projects.turns(project.slug)
        return {
            turn.turn_id: {"state": states[at]} for at, turn in enumerate(turns) if at in states
        }
