"""Speech recognition as a further check: how many words of each turn are heard otherwise.

Is: asked for, after a performance; what was heard is kept with the take.
Is not: a verdict: a recognizer mishears, some voices more than others, so numbers are for comparing
turns of one voice, and nothing is rejected by them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from studio.core.model import Take
from studio.core.plan import PlannedChunk
from studio.core.staleness import TakeFacts
from studio.core.word_errors import WordErrors, word_errors
from studio.errors import JobError
from studio.media.recognizer import Recognizer, find_recognizer
from studio.services.engine_host import EngineHost
from studio.services.jobs import Jobs
from studio.services.selection import heard_takes
from studio.services.voices import VoiceLibrary
from studio.store.database import Database
from studio.store.hearings import hearing_of, put_hearing
from studio.store.takes import take_by_id


@dataclass(frozen=True, slots=True)
class TurnHeard:
    """What was heard of a turn. `turn` is its index in the script."""

    turn: int
    speaker: str
    wrong: int
    words: int
    transcript: str

    @property
    def rate(self) -> float:
        """Share of its words that were heard otherwise."""
        return WordErrors(self.transcript, self.wrong, self.words).rate


class SpeechCheck:
    """Listens to the takes of a workspace."""

    def __init__(
        self, database: Database, host: EngineHost, jobs: Jobs, voices: VoiceLibrary
    ) -> None:
        self._database = database
        self._host = host
        self._jobs = jobs
        self._voices = voices

    def listen(
        self,
        job_id: str,
        recognizer: Recognizer | None = None,
        on_progress: Callable[[float], object] = lambda _: None,
    ) -> tuple[TurnHeard, ...]:
        """Listen to what is heard of every turn of a performance, a take once.

        Args:
            recognizer: None: the best one installed.
            on_progress: told the share that is done.

        Raises:
            RecognizerMissing: none is installed, or it does not know a voice's language.
            JobError: a turn is not performed.
        """
        ear = recognizer or find_recognizer()
        languages = {voice.name: voice.language for voice in self._voices.list()}
        plan, project = self._jobs.plan(job_id), self._jobs.get(job_id).project_id
        takes = heard_takes(self._database, plan, project, or_by_key=True)
        chunks = list(plan.chunks())
        turns: dict[int, list[tuple[PlannedChunk, WordErrors]]] = {}
        for done, chunk in enumerate(chunks, 1):
            heard = self._hear(ear, chunk, takes.get(chunk.place), languages)
            turns.setdefault(chunk.turn, []).append((chunk, heard))
            on_progress(done / len(chunks))
        return tuple(_turn(turn, parts) for turn, parts in turns.items())

    def known(self, key: str, attempt: int) -> WordErrors | None:
        """What was heard in a take, if someone has listened to it."""
        return hearing_of(self._database, key, attempt)

    def _hear(
        self,
        ear: Recognizer,
        chunk: PlannedChunk,
        facts: TakeFacts | None,
        languages: dict[str, str],
    ) -> WordErrors:
        take = take_by_id(self._database, facts.take_id) if facts else None
        if take is None:
            raise JobError(f"Turn {chunk.turn + 1} has not been performed yet.")
        known = hearing_of(self._database, take.key, take.attempt, ear.name)
        if known is not None:
            return known
        language = languages.get(take.voice, "") or "en"
        heard = word_errors(chunk.text, self._words(ear, take, language), language)
        put_hearing(self._database, take, ear.name, heard)
        return heard

    def _words(self, ear: Recognizer, take: Take, language: str) -> str:
        with self._host.use() as engine:
            audio, rate = engine.decode(take.codes), engine.info.sample_rate
        return ear.transcribe(audio, rate, language)


def _turn(turn: int, parts: list[tuple[PlannedChunk, WordErrors]]) -> TurnHeard:
    return TurnHeard(
        turn=turn,
        speaker=parts[0][0].speaker,
        wrong=sum(heard.wrong for _, heard in parts),
        words=sum(heard.words for _, heard in parts),
        transcript=" ".join(heard.transcript for _, heard in parts),
    )
