"""The judge of a performance: checks every take by what is usual for its voice, and learns.

Is: the checks of `studio.core` with the voices' references, languages and remembered takes.
Is not: what happens to a take that is refused (`studio.services.performer`).

- What is learned is written down now and then: a process that dies loses a few observations, which
  is no harm, and a take costs no second transaction.
- Because it learns, a take at the very edge may be judged otherwise after an interruption.
- Not thread-safe: it belongs to the thread that performs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import Engine
from engine import Take as EngineTake
from studio.core.checks import CheckLimits, CheckResult, check_take, observe
from studio.core.habits import Observation, VoiceHabits, expected_of
from studio.core.model import Codes
from studio.core.sound import speech_seconds
from studio.store.database import Database
from studio.store.habits import observations_of, remember

WRITE_AFTER = 8
"""Observations of a voice that are written down together."""


@dataclass(slots=True)
class _Known:
    """What is known of one voice: before its takes, and from them."""

    basis: str
    language: str
    before: VoiceHabits
    seen: list[Observation]
    written: int
    habits: VoiceHabits = field(init=False)

    def __post_init__(self) -> None:
        self.habits = self.before.learned(self.seen)

    def learn(self, observation: Observation) -> None:
        self.seen.append(observation)
        self.habits = self.before.learned(self.seen)


class Judge:
    """Checks the takes of a performance.

    Args:
        references: voice name -> transcript and codes of its reference.
        languages: voice name -> language, such as "en".
    """

    def __init__(
        self,
        database: Database,
        limits: CheckLimits,
        references: Mapping[str, tuple[str, Codes]],
        languages: Mapping[str, str],
    ) -> None:
        self._database = database
        self._limits = limits
        self._references = references
        self._languages = languages
        self._known: dict[str, _Known] = {}

    def check(self, engine: Engine, performed: EngineTake, text: str, voice: str) -> CheckResult:
        """Check a finished take of a voice, and learn from it."""
        known = self._of(engine, voice)
        result = check_take(
            performed.codes,
            engine.decode(performed.codes),
            engine.info.sample_rate,
            text,
            hit_limit=performed.stopped == "limit",
            limits=self._limits,
            habits=known.habits,
            language=known.language,
        )
        if result.observation is not None:
            known.learn(result.observation)
            if len(known.seen) - known.written >= WRITE_AFTER:
                self._write(voice, known)
        return result

    def close(self) -> None:
        """Write down what has been learned.

        Raises:
            DiskFull: the disk took no more; only what was learned last is lost.
        """
        for voice, known in self._known.items():
            self._write(voice, known)

    def _write(self, voice: str, known: _Known) -> None:
        remember(self._database, voice, known.basis, known.seen[known.written :])
        known.written = len(known.seen)

    def _of(self, engine: Engine, voice: str) -> _Known:
        if voice not in self._known:
            transcript, codes = self._references[voice]
            language = self._languages.get(voice, "")
            content = hashlib.sha256(engine.info.fingerprint.encode())
            content.update(engine.info.codec_fingerprint.encode() + codes.tobytes())
            seen = list(observations_of(self._database, voice, content.hexdigest()))
            self._known[voice] = _Known(
                content.hexdigest(), language,
                _before(engine, transcript, codes, language), seen, len(seen),
            )  # fmt: skip
        return self._known[voice]


def _before(engine: Engine, transcript: str, codes: Codes, language: str) -> VoiceHabits:
    """What is expected of a voice by its reference alone."""
    audio, rate = engine.decode(codes), engine.info.sample_rate
    told = observe(audio, rate, transcript, language)
    return expected_of(language, told, speech_seconds(audio, rate))
