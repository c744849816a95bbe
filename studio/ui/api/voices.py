"""The voice library for programs."""

from gradio.data_classes import FileData

from studio.ui.api.answers import Json, JsonList
from studio.ui.api.files import downloadable, uploaded
from studio.ui.context import Context


class VoicesApi:
    """The operations on voices."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._voices = context.workspace.voices

    def list(self) -> JsonList:
        """List the voices, with their consent statements."""
        return self._voices.list()  # type: ignore[return-value]

    def check(self, recording: FileData) -> Json:
        """Measure a recording before it becomes a voice, with advice in plain words.

        Args:
            recording: an uploaded audio file, 10 to 30 seconds of one person.
        """
        return self._voices.examine(uploaded(recording))  # type: ignore[return-value]

    def add(
        self, recording: FileData, name: str, transcript: str, consent_who: str,
        consent_basis: str, description: str = "", language: str = "en", gender: str = "",
    ) -> Json:  # fmt: skip
        """Add a voice from a recording. It may be cloned only with the consent that is stated.

        Args:
            recording: an uploaded audio file, 10 to 30 seconds of one person.
            name: of the voice.
            transcript: what is said in the recording, word by word.
            consent_who: who has agreed that this voice is cloned.
            consent_basis: on what basis, such as "my own voice" or "release of 3 May".
            description: what the voice is like.
            language: an ISO 639-1 code.
            gender: female, male or empty.
        """
        return self._voices.add(  # type: ignore[return-value]
            name, uploaded(recording), transcript, description=description, language=language,
            gender=gender, consent=(consent_who, consent_basis),
        )  # fmt: skip

    def rename(self, name: str, new_name: str) -> Json:
        """Call a voice of your own otherwise. Casts and takes go with it; nothing becomes stale.

        Args:
            name: of the voice.
            new_name: 1 to 60 characters that no other voice is called.
        """
        return self._voices.rename(name, new_name)  # type: ignore[return-value]

    def uses(self, name: str) -> Json:
        """Return what depends on a voice, and would go with it.

        Args:
            name: of the voice.
        """
        return self._voices.uses(name)  # type: ignore[return-value]

    def remove(self, name: str, confirmed: bool = False) -> Json:
        """Remove a voice and everything made of it.

        Args:
            name: of the voice.
            confirmed: needed where something depends on it; voices_uses says what.
        """
        return self._voices.remove(name, confirmed=confirmed)  # type: ignore[return-value]

    def audition(self, name: str, as_heard: bool = False) -> Json:
        """Return the recording of a voice, as a file to be downloaded.

        Args:
            name: of the voice.
            as_heard: what the model hears of it instead: its codes, decoded.
        """
        listen = self._voices.hear_codes if as_heard else self._voices.listen
        rate, audio = listen(name)
        return downloadable(self._context.served.sound_file(audio, rate))
