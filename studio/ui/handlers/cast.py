"""The events of the cast: a voice for every speaker."""

import gradio as gr

from studio.errors import StudioError
from studio.services import read_script
from studio.ui import text
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import cast as markup
from studio.ui.markup import parts, shell
from studio.ui.opening import changed


class CastEvents:
    """What happens on the cast's section."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace

    @plainly
    def show(self, slug: str) -> Update:
        """Show the cast of a project."""
        project = self._context.project(slug)
        if project is None:
            return parts.empty(text.EMPTY_CAST, text.CAST)
        try:
            view = read_script(project.script)
            cast = self._workspace.project_cast(project.slug)
        except StudioError as error:
            return parts.problem(error)
        return markup.cast_table(view, cast, self._workspace.voices.list())

    @plainly
    def recast(self, slug: str, event: gr.EventData) -> Update:
        """Give a speaker another voice."""
        chosen = {str(event.speaker): str(event.voice)}
        return changed(self._workspace.projects.cast(str(slug), chosen))

    @plainly
    def audition(self, event: gr.EventData) -> Update:
        """Play the reference of a voice."""
        name = str(event.voice)
        sample_rate, audio = self._workspace.voices.listen(name)
        return shell.dock(self._context.served.sound(audio, sample_rate), name)
