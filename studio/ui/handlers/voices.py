"""The events of the voice library: find, hear, add, throw away."""

from pathlib import Path

import gradio as gr

from studio.errors import StudioError, VoiceError, VoiceInUse
from studio.services import describe_uses
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import parts, shell
from studio.ui.markup import voices as markup
from studio.ui.opening import library_changed
from studio.ui.words import phrases, text


class VoiceEvents:
    """What happens on the voices' section."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._voices = context.workspace.voices

    @plainly
    def show(self, new: str) -> tuple[Update, ...]:
        """Show every voice as a card; that one is new is said once.

        Args:
            new: the voice that was added a moment ago; empty: none was.
        """
        voices = self._voices.list()
        uses = {voice.name: self._voices.uses(voice.name) for voice in voices}
        return markup.cards(voices, uses, self._voices.transcripts(), new), ""

    @plainly
    def audition(self, event: gr.EventData) -> Update:
        """Play the reference of a voice."""
        name = str(event.voice)
        sample_rate, audio = self._voices.listen(name)
        original = self._voices.get(name).origin != "starter"
        return shell.dock(self._context.served.sound(audio, sample_rate), name, original=original)

    @plainly
    def hear_codes(self, event: gr.EventData) -> Update:
        """Play what the model hears of a voice."""
        name = str(event.voice)
        sample_rate, audio = self._voices.hear_codes(name)
        url = self._context.served.sound(audio, sample_rate)
        return shell.dock(url, phrases.as_heard(name))

    @plainly
    def examine(self, path: str | None) -> Update:
        """Measure a recording, and say plainly what could be better, or why it cannot be used."""
        try:
            return markup.examination(self._voices.examine(Path(path))) if path else ""
        except StudioError as error:
            return parts.problem(error)

    @property
    def can_recognize(self) -> bool:
        """Whether speech recognition is installed."""
        return self._voices.can_recognize

    @plainly
    def recognize(self, path: str | None) -> str:
        """Write down what is said in a recording, to be corrected."""
        if not path:
            raise gr.Error(text.NO_RECORDING, title=text.NOT_YET, print_exception=False)
        return self._voices.recognize(Path(path))

    @plainly
    def add(
        self,
        path: str | None,
        name: str,
        transcript: str,
        description: str,
        who: str,
        basis: str,
        agreed: bool,
    ) -> tuple[Update, ...]:
        """Add a voice; the form is empty again, and the page is told. Or say what is wrong.

        The last value is said under the button, which is pressed only when nothing is missing.
        """
        try:
            if not path or not agreed:
                raise VoiceError(text.NO_RECORDING if not path else text.NOT_AGREED)
            voice = self._voices.add(
                name, Path(path), transcript, description=description, consent=(who, basis)
            )
        except StudioError as error:
            return *[gr.skip()] * 10, parts.problem(error)
        return None, "", "", "", "", "", False, "", voice.name, library_changed(), gr.skip()

    @plainly
    def rename(self, event: gr.EventData) -> Update:
        """Call a voice otherwise."""
        self._voices.rename(str(event.voice), str(event.title))
        return library_changed()

    @plainly
    def remove(self, event: gr.EventData) -> tuple[Update, ...]:
        """Remove a voice; if something depends on it, only when that has been confirmed."""
        name, confirmed = str(event.voice), event.confirmed is True
        try:
            self._voices.remove(name, confirmed=confirmed)
        except VoiceInUse:
            return markup.confirm(name, describe_uses(self._voices.uses(name))), gr.skip()
        return "", library_changed()
