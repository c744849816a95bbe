"""The events of the script: its editor has saved something, or asks for turns to be heard."""

import uuid

import gradio as gr

from studio.services import Project
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import shell
from studio.ui.opening import changed
from studio.ui.words import phrases


class ScriptEvents:
    """What happens on the script's section, besides what the editor asks the service itself."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace

    @plainly
    def saved(self, event: gr.EventData) -> str:
        """Tell the other sections that the editor has stored something, or performs it."""
        return f"{changed(self._project(event))} {uuid.uuid4().hex}"

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
