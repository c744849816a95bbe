"""The events of the voice library: hear a voice."""

import gradio as gr

from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import shell
from studio.ui.markup import voices as markup


class VoiceEvents:
    """What happens on the voices' section."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._voices = context.workspace.voices

    @plainly
    def show(self) -> Update:
        """Show every voice as a card."""
        return markup.cards(self._voices.list())

    @plainly
    def audition(self, event: gr.EventData) -> Update:
        """Play the reference of a voice."""
        name = str(event.voice)
        sample_rate, audio = self._voices.listen(name)
        return shell.dock(self._context.served.sound(audio, sample_rate), name)
