"""The events of the cast: a voice and a gain for every speaker, and a line to hear them by."""

import gradio as gr

from studio.errors import StudioError
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import cast as markup
from studio.ui.markup import parts, shell
from studio.ui.opening import changed
from studio.ui.words import phrases, text


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
            return parts.empty(text.EMPTY_CAST)
        try:
            lines = self._workspace.casting.view(project.slug)
        except StudioError as error:
            return parts.problem(error)
        directions = self._workspace.casting.directions(project.slug)
        return markup.cast_table(lines, self._workspace.voices.list(), directions)

    @plainly
    def settle(self, slug: str, event: gr.EventData) -> Update:
        """Give a speaker another voice, gain, default direction, or length of pauses."""
        speaker, value = str(event.speaker), event.value
        choose = self._workspace.casting.choose
        match str(event.what):
            case "voice":
                choose(str(slug), {speaker: str(value)})
            case "gain":
                choose(str(slug), gains_db={speaker: float(value)})
            case "direction":
                choose(str(slug), directions={speaker: str(value)})
            case "pauses":
                choose(str(slug), pauses={speaker: float(value)})
        return changed(self._workspace.projects.open(str(slug)))

    @plainly
    def accept(self, slug: str) -> Update:
        """Give a fitting voice to every speaker for whom nobody has chosen one."""
        self._workspace.casting.accept(str(slug))
        return changed(self._workspace.projects.open(str(slug)))

    @plainly
    def audition(self, event: gr.EventData) -> Update:
        """Play the reference of a voice."""
        name = str(event.voice)
        sample_rate, audio = self._workspace.voices.listen(name)
        original = self._workspace.voices.get(name).origin != "starter"
        return shell.dock(self._context.served.sound(audio, sample_rate), name, original=original)

    @plainly
    def line(self, slug: str, event: gr.EventData) -> Update:
        """Play a line of a speaker, performed by the chosen voice."""
        speaker, voice = str(event.speaker), str(event.voice)
        sample_rate, audio = self._workspace.auditions.line(str(slug), speaker, voice)
        label = phrases.spoken_by(speaker, voice)
        return shell.dock(self._context.served.sound(audio, sample_rate), label)
