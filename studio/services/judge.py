"""The judge of a performance: checks every take by what is usual for its voice, and learns.

Is: the checks of `studio.core` with the voices' references, languages and earlier takes.
Is not: what happens to a take that is refused (`studio.services.performer`).

- What a take says about its voice is committed with the take, so that nothing of it is ever lost.
- A take is judged by takes of other performances and by those before it in its own chain, never by
  what happens to be done in another chain: an interrupted performance judges as a whole one does.
- Not thread-safe: it belongs to the thread that performs.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from engine import Engine
from engine import Take as EngineTake
from studio.core.checks import CheckLimits, CheckResult, check_take, observe
from studio.core.habits import Observation, VoiceHabits, expected_of
from studio.core.model import Codes, Take
from studio.core.sound import speech_seconds
from studio.store.database import Database
from studio.store.habits import observations_of


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one voice before this performance."""

    basis: str
    language: str
    guess: VoiceHabits
    earlier: tuple[Observation, ...]


class Judge:
    """Checks the takes of a performance.

    Args:
        references: voice name -> transcript and codes of its reference.
        languages: voice name -> language, such as "en".
        keys: content keys of the performance, whose takes only count inside their chain.
    """

    def __init__(
        self,
        database: Database,
        limits: CheckLimits,
        references: Mapping[str, tuple[str, Codes]],
        languages: Mapping[str, str],
        keys: Collection[str] = (),
    ) -> None:
        self.limits = limits
        self._database = database
        self._references = references
        self._languages = languages
        self._keys = frozenset(keys)
        self._known: dict[str, _Known] = {}

    def of_chain(self) -> "ChainJudge":
        """A judge for one chain."""
        return ChainJudge(self)

    def known(self, engine: Engine, voice: str) -> _Known:
        """What is known of a voice; asked once."""
        if voice not in self._known:
            transcript, codes = self._references[voice]
            language = self._languages.get(voice, "")
            audio, rate = engine.decode(codes), engine.info.sample_rate
            told = observe(audio, rate, transcript, language)
            guess = expected_of(language, told, speech_seconds(audio, rate))
            basis = _basis(engine, codes)
            earlier = observations_of(self._database, basis, self._keys)
            self._known[voice] = _Known(basis, language, guess, earlier)
        return self._known[voice]


class ChainJudge:
    """Checks the takes of one chain, in order, and learns from them as it goes."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._seen: dict[str, list[Observation]] = {}

    def recall(self, takes: Iterable[Take]) -> None:
        """Learn again from what has been performed before, in the order of the chain."""
        for take in takes:
            if take.level is not None:
                self._learn(take.voice, Observation(take.pace, take.level))

    def check(
        self, engine: Engine, performed: EngineTake, text: str, voice: str
    ) -> tuple[CheckResult, str]:
        """Check a finished take of a voice; returns the basis of what it says about it, too."""
        known = self._judge.known(engine, voice)
        result = check_take(
            performed.codes,
            engine.decode(performed.codes),
            engine.info.sample_rate,
            text,
            hit_limit=performed.stopped == "limit",
            limits=self._judge.limits,
            habits=known.guess.learned([*known.earlier, *self._seen.get(voice, ())]),
            language=known.language,
        )
        if result.observation is not None:
            self._learn(voice, result.observation)
        return result, known.basis

    def _learn(self, voice: str, observation: Observation) -> None:
        self._seen.setdefault(voice, []).append(observation)


def _basis(engine: Engine, codes: Codes) -> str:
    """With another checkpoint or another reference, a voice is another one."""
    content = hashlib.sha256(engine.info.fingerprint.encode())
    content.update(engine.info.codec_fingerprint.encode() + codes.tobytes())
    return content.hexdigest()
