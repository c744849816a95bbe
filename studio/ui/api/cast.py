"""The cast of a project for programs: who speaks with which voice, and how loud."""

from studio.ui.api.answers import Json, JsonList
from studio.ui.api.files import downloadable
from studio.ui.context import Context


class CastApi:
    """The operations on a project's cast."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._casting = context.workspace.casting

    def show(self, project: str) -> JsonList:
        """Return every speaker of a project with turns, words, voice, gain and suggestions.

        Args:
            project: its slug.
        """
        return self._casting.view(project)  # type: ignore[return-value]

    def choose(
        self, project: str, voices: dict[str, str], gains_db: dict[str, float] | None = None
    ) -> JsonList:
        """Choose voices and gains for speakers; the others stay as they are.

        Args:
            project: its slug.
            voices: speaker to voice; an empty voice takes the choice back.
            gains_db: speaker to decibels.
        """
        return self._casting.choose(project, voices, gains_db)  # type: ignore[return-value]

    def accept(self, project: str) -> JsonList:
        """Choose a proposed voice for every speaker who has none.

        Args:
            project: its slug.
        """
        return self._casting.accept(project)  # type: ignore[return-value]

    def audition(self, project: str, speaker: str, voice: str) -> Json:
        """Perform a real line of a speaker with a voice, as a file to be downloaded.

        Args:
            project: its slug.
            speaker: as the script names them.
            voice: as voices_list names it.
        """
        rate, audio = self._context.workspace.auditions.line(project, speaker, voice)
        return downloadable(self._context.served.sound_file(audio, rate))
