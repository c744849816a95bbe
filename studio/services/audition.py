"""An audition: a line of a project spoken by a voice that may be cast for it.

Is: one short performance, tied to no project.
Is not: kept in any turn's history.
"""

from dataclasses import replace

from studio.core.model import Audio, Chapter, Scene, Script, Turn, Words
from studio.core.script_text import print_script
from studio.errors import JobError
from studio.services.jobs import Jobs, PerformRequest
from studio.services.projects import Projects
from studio.services.spoken import spoken_rules
from studio.store.database import Database

WAIT_SECONDS = 120
LONGEST_WORDS = 30
"""A longer line is passed over where the speaker has a shorter one."""


class Auditions:
    """Auditions of a workspace. Thread-safe."""

    def __init__(self, database: Database, projects: Projects, jobs: Jobs) -> None:
        self._database = database
        self._projects = projects
        self._jobs = jobs

    def line(self, project: str, speaker: str, voice: str) -> tuple[int, Audio]:
        """Sample rate and audio of a line of a speaker, performed by a voice.

        The line is spoken as it is in the project: with its pronunciations and default direction.

        Raises:
            ProjectError: there is no such project.
            JobError: the speaker has no line, or nothing was performed in time.
            CastError: there is no such voice.
            ConsentMissing: nobody has stated that the voice may be cloned.
        """
        found = self._projects.open(project)
        script = self._projects.script(found)
        turn = _line_of(script, speaker)
        rules = spoken_rules(self._database, script, found.project_id)
        spoken = Script((Chapter("", (Scene((replace(turn, parts=rules.parts(turn)),)),)),))
        job_id = self._jobs.start(PerformRequest(print_script(spoken), {speaker: voice}))
        progress = self._jobs.wait(job_id, WAIT_SECONDS)
        if progress.state != "done":
            self._jobs.cancel(job_id)
            raise self._jobs.failure(job_id) or JobError(
                "The audition is waiting behind another performance. Try it again later."
            )
        return self._jobs.turn_audio(job_id, 0)


def _line_of(script: Script, speaker: str) -> Turn:
    """One line of a speaker: the longest that is still short."""
    turns = [placed.turn for placed in script.placed_turns() if placed.turn.speaker == speaker]
    if not turns:
        raise JobError(f"{speaker} has no line in this script.")
    short = [turn for turn in turns if _words(turn) <= LONGEST_WORDS]
    return max(short, key=_words) if short else min(turns, key=_words)


def _words(turn: Turn) -> int:
    return sum(len(part.text.split()) for part in turn.parts if isinstance(part, Words))
