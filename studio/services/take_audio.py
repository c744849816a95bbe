"""The audio of chunks, at the rate of a delivery: from the cache, or decoded by the engine.

Is: bounded: one take at a time.
Is not: an assembler; positions are the timeline's part.
"""

import hashlib
from collections.abc import Mapping

from studio import paths
from studio.core.clip import ClipEdit
from studio.core.model import Audio, Take
from studio.core.plan import Plan, PlannedChunk
from studio.errors import JobError
from studio.media.clip_edit import edit_clip
from studio.media.decoded import DecodedTakes
from studio.media.resample import resample
from studio.services.engine_host import EngineHost
from studio.settings import Settings
from studio.store.database import Database
from studio.store.takes import performed_keys, used_take


def missing_turns(database: Database, plan: Plan) -> list[int]:
    """The turns of a plan, in order, of which a chunk has no take that is heard."""
    done = performed_keys(database, [chunk.key for chunk in plan.chunks()])
    return sorted({chunk.turn for chunk in plan.chunks() if chunk.key not in done})


class TakeAudio:
    """Decoded takes of one delivery. Thread-safe.

    Args:
        edits: of single takes, by turn.
    """

    def __init__(
        self,
        database: Database,
        host: EngineHost,
        settings: Settings,
        edits: Mapping[int, ClipEdit] | None = None,
    ) -> None:
        self._database = database
        self._host = host
        self.sample_rate = settings.delivery_rate
        self._edits = edits or {}
        self._cache = DecodedTakes(paths.cache_folder(settings.projects) / "audio")
        with host.use() as engine:
            self._codec, self._engine_rate = engine.info.codec_fingerprint, engine.info.sample_rate

    def take(self, chunk: PlannedChunk) -> Take:
        """The take of a chunk that is heard.

        Raises:
            JobError: there is none any more.
        """
        take = used_take(self._database, chunk.key)
        if take is None:
            raise JobError(f"The take of turn {chunk.turn + 1} is gone. Perform it again.")
        return take

    def audio(self, chunk: PlannedChunk) -> Audio:
        """The audio of a chunk's take: float32 [n_samples] at `sample_rate`, edits applied."""
        audio = self._decoded(self.take(chunk))
        edit = self._edits.get(chunk.turn)
        return audio if edit is None else edit_clip(audio, self.sample_rate, edit)

    def sweep(self) -> None:
        """Let go of what has not been used for longest, where there is too much."""
        self._cache.sweep()

    def _decoded(self, take: Take) -> Audio:
        name = self._name(take)
        audio = self._cache.get(name)
        if audio is None:
            with self._host.use() as engine:
                audio = engine.decode(take.codes)
            audio = resample(audio, self._engine_rate, self.sample_rate)
            audio = self._cache.put(name, audio, self.sample_rate)
        return audio

    def _name(self, take: Take) -> str:
        content = hashlib.sha256(f"{self._codec}/{self.sample_rate}/{take.codes.shape}".encode())
        content.update(take.codes.tobytes())
        return content.hexdigest()
