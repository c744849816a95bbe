"""The events of the script: it is shown, written in, and stored where it can be read."""

from typing import TypedDict

import gradio as gr

from studio.errors import ScriptError
from studio.services import read_script
from studio.ui import text
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import parts
from studio.ui.markup import script as markup
from studio.ui.opening import changed


class Draft(TypedDict):
    """What a browser keeps of a text that is not stored: `project` is a slug."""

    project: str
    text: str


NO_DRAFT: Draft = {"project": "", "text": ""}


class ScriptEvents:
    """What happens on the script's section."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @plainly
    def show(self, slug: str, draft: Draft) -> tuple[Update, ...]:
        """Show the script of a project, or what this browser has of it that is not stored."""
        project = self._context.project(slug)
        if project is None:
            hint = parts.empty(text.NO_PROJECT, text.SCRIPT)
            return "", gr.Textbox("", interactive=False), hint
        unsaved = draft["text"] if draft["project"] == slug else ""
        shown = unsaved or project.script
        return slug, gr.Textbox(shown, interactive=True), self._outline(shown)

    @plainly
    def write(self, slug: str, script: str) -> tuple[Update, ...]:
        """Store a text; one that cannot be read stays in the browser, and says where it fails."""
        project = self._context.project(slug)
        if project is None or script == project.script:
            return self._outline(script), gr.skip(), NO_DRAFT
        try:
            project = self._context.workspace.projects.save(slug, script)
        except ScriptError as error:
            hint = parts.problem(error) if script.strip() else parts.empty(text.EMPTY_SCRIPT, "")
            return hint, gr.skip(), gr.skip()
        return self._outline(script), changed(project), NO_DRAFT

    def _outline(self, script: str) -> str:
        try:
            return markup.outline(read_script(script))
        except ScriptError as error:
            return parts.problem(error)
