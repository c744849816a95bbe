"""The cast of a project: who speaks whom, how loud, and who else would suit.

Is: speakers with their share of the script, their voices and gains, and proposals.
Is not: a library of voices (`VoiceLibrary`). A proposal is only heard when somebody, or the import
of a book, has chosen it; what nobody has chosen is the library's default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.core import speaker_settings
from studio.core.casting import (
    fitting,
    guess_gender,
    known_speaker,
    known_voice,
    suggested_cast,
)
from studio.core.delivery import LARGEST_GAIN_DB
from studio.core.directions import suggested_directions
from studio.core.gender import spoken_of
from studio.core.model import NARRATOR, Script, Voice
from studio.core.project import Project
from studio.core.timeline import Pauses
from studio.errors import CastError
from studio.services.projects import Projects
from studio.services.scripts import speaker_views
from studio.services.voices import VoiceLibrary

MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class CastLine:
    """A speaker of a project.

    Args:
        voice: who speaks them.
        chosen: whether somebody has chosen that voice; else it is the default.
        gain_db: how much louder they are delivered.
        direction: of their turns that begin without one; empty: none.
        pauses: how long the pauses before and inside their turns are; usual is 1.
        suggestions: voices that would suit, the best first, without `voice`.
    """

    speaker: str
    turns: int
    words: int
    voice: str
    chosen: bool
    gain_db: float
    direction: str
    pauses: float
    suggestions: tuple[str, ...]

    @property
    def narrates(self) -> bool:
        """Whether it is the narrator's."""
        return self.speaker == NARRATOR


class Casting:
    """The casts of a workspace's projects. Thread-safe."""

    def __init__(self, projects: Projects, voices: VoiceLibrary) -> None:
        self._projects = projects
        self._voices = voices

    def view(self, project: str) -> tuple[CastLine, ...]:
        """Every speaker of a project, in the order of appearance.

        Raises:
            ProjectError: there is no such project.
            CastError: there are no voices, or a chosen one is gone.
        """
        found = self._projects.open(project)
        script = self._projects.script(found)
        cast = self._voices.cast(script, _known(found, script))
        voices = [voice for voice in self._voices.list() if voice.may_perform]
        genders, gains = spoken_of(script), gains_of(found)
        directions = speaker_settings.directions(found.settings)
        pauses = speaker_settings.pause_factors(found.settings)
        return tuple(
            CastLine(
                speaker.name, speaker.turns, speaker.words, cast[speaker.name],
                speaker.name in found.cast, gains.get(speaker.name, 0.0),
                directions.get(speaker.name, ""), pauses.get(speaker.name, 1.0),
                _suggestions(speaker.name, voices, cast, genders.get(speaker.name, "")),
            )
            for speaker in speaker_views(script)
        )  # fmt: skip

    def directions(self, project: str) -> tuple[str, ...]:
        """Directions to suggest for speakers: the well-known ones, then the script's own."""
        script = self._projects.script(self._projects.open(project))
        known = suggested_directions(script)
        return tuple(text for text in known if not text.startswith("pause"))

    def chosen(self, project: str) -> dict[str, str]:
        """The choices of a project for those who are in its script now."""
        found = self._projects.open(project)
        return _known(found, self._projects.script(found))

    def choose(
        self,
        project: str,
        voices: Mapping[str, str] | None = None,
        gains_db: Mapping[str, float] | None = None,
        directions: Mapping[str, str] | None = None,
        pauses: Mapping[str, float] | None = None,
    ) -> tuple[CastLine, ...]:
        """Choose voices and settings for speakers; the others stay as they are.

        Args:
            voices: speaker -> voice; an empty voice takes the choice back.
            gains_db: speaker -> decibels.
            directions: speaker -> direction for turns that begin without one; empty: none.
            pauses: speaker -> length of their pauses, as a factor.

        Raises:
            CastError: a speaker or a voice is unknown, a gain too much, or a direction none;
                nothing is changed.
        """
        found = self._projects.open(project)
        speakers = self._projects.script(found).speakers()
        names = [voice.name for voice in self._voices.list()]
        cast = {
            known_speaker(speaker, speakers): known_voice(voice, names) if voice else ""
            for speaker, voice in (voices or {}).items()
        }
        given: dict[str, dict[str, Any]] = {
            speaker_settings.GAINS: {
                name: _checked_gain(name, gain) for name, gain in (gains_db or {}).items()
            },
            speaker_settings.DIRECTIONS: {
                name: speaker_settings.checked_direction(name, text)
                for name, text in (directions or {}).items()
            },
            speaker_settings.PAUSES: {
                name: speaker_settings.checked_factor(name, factor)
                for name, factor in (pauses or {}).items()
            },
        }
        known = {
            key: {known_speaker(name, speakers): value for name, value in values.items()}
            for key, values in given.items()
            if values
        }
        if cast:
            self._projects.cast(project, cast)
        if known:
            self._projects.configure(project, _merged(found, known))
        return self.view(project)

    def accept(self, project: str) -> tuple[CastLine, ...]:
        """Choose a proposed voice for every speaker who has none."""
        found = self._projects.open(project)
        script = self._projects.script(found)
        self._projects.cast(project, self.propose(script, _known(found, script)))
        return self.view(project)

    def propose(self, script: Script, chosen: Mapping[str, str]) -> dict[str, str]:
        """A voice for every speaker of a script: the chosen ones, else one that suits."""
        voices = [voice for voice in self._voices.list() if voice.may_perform]
        return suggested_cast(script, voices, chosen)


def gains_of(project: Project) -> dict[str, float]:
    """The gains of a project's speakers."""
    return speaker_settings.gains(project.settings)


def pauses_of(project: Project | None, pauses: Pauses | None = None) -> Pauses:
    """Pauses, or the usual ones, as long as a project's speakers make them."""
    factors = speaker_settings.pause_factors(project.settings) if project else {}
    return replace(pauses or Pauses(), factors=factors)


def _checked_gain(speaker: str, gain: float) -> float:
    if not abs(gain) <= LARGEST_GAIN_DB:  # not: so that NaN is refused too
        raise CastError(
            f"A gain of {gain:g} dB for {speaker} is too much; at most "
            f"{LARGEST_GAIN_DB:g} either way."
        )
    return gain


def _merged(project: Project, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Settings by speaker with changes; what is as usual is not kept."""
    before: dict[str, Mapping[str, Any]] = {
        speaker_settings.GAINS: speaker_settings.gains(project.settings),
        speaker_settings.DIRECTIONS: speaker_settings.directions(project.settings),
        speaker_settings.PAUSES: speaker_settings.pause_factors(project.settings),
    }
    usual = {speaker_settings.PAUSES: 1.0}
    return {
        key: {
            speaker: value
            for speaker, value in {**before[key], **values}.items()
            if value and value != usual.get(key)
        }
        for key, values in known.items()
    }


def _known(project: Project, script: Script) -> dict[str, str]:
    """The choices of a project for those who are in its script now."""
    speakers = script.speakers()
    return {speaker: voice for speaker, voice in project.cast.items() if speaker in speakers}


def _suggestions(
    speaker: str, voices: list[Voice], cast: Mapping[str, str], gender: str
) -> tuple[str, ...]:
    suit = fitting(speaker, guess_gender(speaker, gender), voices)
    names, used = [voice.name for voice in suit if voice.name != cast[speaker]], set(cast.values())
    return tuple(sorted(names, key=lambda name: name in used)[:MAX_SUGGESTIONS])
