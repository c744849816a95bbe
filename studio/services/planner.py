"""From a script and its cast to a plan, with what it is performed with.

Is: where the engine's facts, the voices and the settings come together for one script.
Is not: the planning (`studio.core.plan`), which needs none of them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial

from engine import EngineInfo, Sampling
from studio.core.model import Codes, Script
from studio.core.plan import CastVoice, Plan, PlanSettings, make_plan
from studio.core.project import Project
from studio.core.sampling import AS_RECOMMENDED, SamplingChoice
from studio.core.segment import DEFAULT_BUDGET
from studio.core.spoken import SpokenRules
from studio.errors import CastError
from studio.services.engine_host import EngineHost
from studio.services.engine_memory import remember_engine, remembered_engine
from studio.services.kept import Kept
from studio.services.spoken import language_of, spoken_rules
from studio.services.voices import VoiceLibrary
from studio.settings import Settings
from studio.store.database import Database

DRAFT_CHUNK_BYTES = 160
"""About 10 s of speech; the starter was trained on sentences of up to 15 s."""

VOICES = ("voice", "reference", "reference_codes", "consent")
MAX_LOOKED = 40
"""Plans that were looked at last: one or two for each of twenty pages."""
MAX_CHAPTERS = 2000
"""Of twenty books; a chapter's plan takes about 20 kB."""
MAX_SHEETS = 200
References = dict[str, tuple[str, Codes]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what it is performed with.

    Args:
        cast: speaker -> voice, every speaker.
        references: voice name -> transcript and codes of its reference.
        info: of the engine that the plan is made for.
        sampling: how it draws.
    """

    plan: Plan
    cast: Mapping[str, str]
    references: References
    info: EngineInfo
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a script is planned with."""

    voices: Mapping[str, CastVoice]
    settings: PlanSettings
    spoken: SpokenRules

    def plan(self, script: Script, chapter: int | None) -> Plan:
        return make_plan(script, self.voices, self.settings, chapter, self.spoken)

    def plan_if_any(self, script: Script, chapter: int) -> Plan | None:
        """None: there is nothing to perform in the chapter."""
        try:
            return self.plan(script, chapter)
        except CastError:
            return None


class Planner:
    """Makes the plans of a workspace. Thread-safe."""

    def __init__(
        self, database: Database, host: EngineHost, voices: VoiceLibrary, settings: Settings
    ) -> None:
        self._database = database
        self._host = host
        self._voices = voices
        self._settings = settings
        self._sheets: Kept[CastVoice] = Kept(MAX_SHEETS)
        self._looked: Kept[Plan] = Kept(MAX_LOOKED)
        self._chapters: Kept[Plan | None] = Kept(MAX_CHAPTERS)

    def plan(
        self,
        script: Script,
        cast: Mapping[str, str],
        seed: int = 0,
        chapter: int | None = None,
        project_id: str = "",
        sampling: SamplingChoice = AS_RECOMMENDED,
    ) -> Planned:
        """Plan a script, or one chapter of it, as it is spoken in its project; loads the engine.

        Args:
            cast: speaker -> voice, every speaker.
            project_id: whose dictionary and numbers are used; empty: only the workspace's entries.

        Raises:
            CastError: there is no such chapter, or nothing in it to perform.
            PronunciationError: the dictionary cannot be used on this script.
            VoiceError: a voice is gone, or nobody has stated that it may be cloned.
            EngineProblem: the engine cannot be loaded.
        """
        with self._host.use() as engine:
            info = engine.info
            remember_engine(self._host.settings, info)
            names = sorted(set(cast.values()))
            references = {name: self._voices.reference(name, engine) for name in names}
        sheets = {
            name: CastVoice(name, transcript, hashlib.sha256(codes.tobytes()).hexdigest())
            for name, (transcript, codes) in references.items()
        }
        voices = {speaker: sheets[name] for speaker, name in cast.items()}
        spoken = spoken_rules(self._database, script, project_id)
        draws = _drawn(info.default_sampling, sampling)
        settings = replace(self._plan_settings(info, seed), sampling=asdict(draws))
        plan = make_plan(script, voices, settings, chapter, spoken)
        return Planned(plan, cast, references, info, draws)

    def outline(self, script: Script, project: Project, chapter: int | None = None) -> Plan:
        """What would be performed of a project, without the engine: no key of it is a content key.

        Cut as the engine that is loaded would have it, or the one that is named.

        Raises:
            CastError: there is no such chapter, or nothing in it to perform.
            PronunciationError: the dictionary cannot be used on this script.
        """
        info = self._host.info
        draft = self._host.checkpoint == "starter" if info is None else is_draft(info)
        budget = self._settings.chunk_bytes or (DRAFT_CHUNK_BYTES if draft else DEFAULT_BUDGET)
        nobody = {name: CastVoice(name, "", "") for name in script.speakers()}
        spoken = spoken_rules(self._database, script, project.project_id)
        return make_plan(script, nobody, PlanSettings("", chunk_bytes=budget), chapter, spoken)

    def project(self, script: Script, project: Project, chapter: int | None = None) -> Planned:
        """Plan a project as it is now, with the voices it is cast with or would get.

        Args:
            script: of the project, its turns with their ids.

        Raises:
            As `plan`.
        """
        cast = self.cast(script, project)
        return self.plan(script, cast, chapter=chapter, project_id=project.project_id)

    @property
    def known_info(self) -> EngineInfo | None:
        """What the engine says of itself, or said the last time; None: it was never loaded."""
        return self._host.info or remembered_engine(self._host.settings)

    def look(self, script: Script, project: Project, chapter: int | None = None) -> Plan | None:
        """The plan of a project as it is now, without loading the engine.

        A voice that this engine has not heard yet is planned as one that no take was made with.

        Returns:
            None: nothing is known of the engine.

        Raises:
            CastError: there is no such chapter, nothing in it to perform, or a voice is gone.
            PronunciationError: the dictionary cannot be used on this script.
        """
        info = self.known_info
        if info is None:
            return None
        # All that a plan is made of; the turns' ids are in the script.
        moment = self._written(info), project, script
        return self._looked.get(
            (project.project_id, chapter),
            moment,
            lambda: self._terms(script, project, info).plan(script, chapter),
        )

    def look_by_chapter(self, script: Script, project: Project) -> tuple[Plan, ...] | None:
        """The plans of all chapters in which there is something to perform; else as `look`.

        A chapter that has not changed is not planned anew when others have.
        """
        info = self.known_info
        if info is None:
            return None
        terms = self._terms(script, project, info)
        language = language_of(script, project)
        moment = self._written(info), project.settings, language, terms.voices, terms.settings
        plans, first = [], 0
        for number, chapter in enumerate(script.chapters, start=1):
            plan = self._chapters.get(
                (project.project_id, number),
                (moment, chapter, first),
                partial(terms.plan_if_any, script, number),
            )
            plans += [plan] if plan else []
            first += sum(len(scene.turns) for scene in chapter.scenes)
        return tuple(plans)

    def _written(self, info: EngineInfo) -> tuple[object, EngineInfo]:
        return self._database.moment(*VOICES, "pronunciation"), info

    def _terms(self, script: Script, project: Project, info: EngineInfo) -> _Terms:
        cast = self.cast(script, project)
        sheets = {name: self._sheet(name, info) for name in set(cast.values())}
        voices = {speaker: sheets[name] for speaker, name in cast.items()}
        spoken = spoken_rules(self._database, script, project.project_id)
        return _Terms(voices, self._plan_settings(info), spoken)

    def cast(self, script: Script, project: Project) -> dict[str, str]:
        """The voice of every speaker of a project: chosen, or the one they would get.

        Raises:
            CastError: a chosen voice is gone.
        """
        speakers = set(script.speakers())
        chosen = {name: voice for name, voice in project.cast.items() if name in speakers and voice}
        return self._voices.cast(script, chosen)

    def _sheet(self, name: str, info: EngineInfo) -> CastVoice:
        moment = self._database.moment(*VOICES), info
        return self._sheets.get(name, moment, lambda: self._read_sheet(name, info))

    def _read_sheet(self, name: str, info: EngineInfo) -> CastVoice:
        transcript, codes = self._voices.known_reference(name, info.codec_fingerprint)
        digest = "" if codes is None else hashlib.sha256(codes.tobytes()).hexdigest()
        return CastVoice(name, transcript, digest)

    def _plan_settings(self, info: EngineInfo, seed: int = 0) -> PlanSettings:
        return PlanSettings(
            engine=f"{info.fingerprint}/{info.codec_fingerprint}",
            codec=info.codec_fingerprint,
            sampling=asdict(info.default_sampling),
            seed=seed,
            chunk_bytes=self._settings.chunk_bytes or chunk_budget(info),
            max_speakers=min(self._settings.max_speakers, info.max_speakers),
        )


def _drawn(own: Sampling, choice: SamplingChoice) -> Sampling:
    """The checkpoint's own sampling, but for what is chosen."""
    temperature = own.temperature if choice.temperature is None else choice.temperature
    return replace(own, temperature=temperature, top_p=choice.top_p or own.top_p)


def chunk_budget(info: EngineInfo) -> int:
    """How many bytes of text suit a checkpoint: a small one speaks a sentence or two at a time."""
    return DRAFT_CHUNK_BYTES if is_draft(info) else DEFAULT_BUDGET


def is_draft(info: EngineInfo) -> bool:
    """Whether a checkpoint is a small one."""
    return info.speed_class == "draft"
