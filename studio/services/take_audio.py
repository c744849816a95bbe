"""The audio of chunks, at the rate of a delivery: from the cache, or decoded by the engine.

Is: bounded: one take at a time.
Is not: an assembler; positions are the timeline's part. It chooses no takes either.
"""

import hashlib
from collections.abc import Mapping

from studio import paths
from studio.core.clip import ClipEdit
from studio.core.model import Audio
from studio.core.plan import Place, PlannedChunk
from studio.core.staleness import TakeFacts
from studio.errors import JobError, TakeUnknown
from studio.media.clip_edit import edit_clip
from studio.media.decoded import DecodedTakes
from studio.media.resample import resample
from studio.services.engine_host import EngineHost
from studio.settings import Settings
from studio.store.database import Database
from studio.store.takes import take_by_id


class TakeAudio:
    """Decoded takes of one delivery. Thread-safe.

    Args:
        heard: the take of each chunk; fixed, so that every pass over a chapter hears the same.
        edits: of single takes, by turn.
        codec: fingerprint of the codec that what is in the cache was made by, where the engine
            need not be loaded to know it; empty: the engine says it.
    """

    def __init__(
        self,
        database: Database,
        host: EngineHost,
        settings: Settings,
        heard: Mapping[Place, TakeFacts],
        edits: Mapping[int, ClipEdit] | None = None,
        codec: str = "",
    ) -> None:
        self._database = database
        self._host = host
        self.sample_rate = settings.delivery_rate
        self._heard = heard
        self._edits = edits or {}
        self._cache = DecodedTakes(paths.cache_folder(settings.projects) / "audio")
        self.codec = codec
        if not codec:
            with host.use() as engine:
                self.codec = engine.info.codec_fingerprint

    def take(self, chunk: PlannedChunk) -> TakeFacts:
        """The take of a chunk that is heard."""
        return self._heard[chunk.place]

    def audio(self, chunk: PlannedChunk) -> Audio:
        """The audio of a chunk's take: float32 [n_samples] at `sample_rate`, edits applied.

        Raises:
            JobError: the take is gone; its voice was removed.
        """
        try:
            audio = self.of_take(self.take(chunk))
        except TakeUnknown as error:
            raise JobError(
                f"The take of turn {chunk.turn + 1} is gone. Perform it again."
            ) from error
        edit = self._edits.get(chunk.turn)
        return audio if edit is None else edit_clip(audio, self.sample_rate, edit)

    def sweep(self) -> None:
        """Let go of what has not been used for longest, where there is too much."""
        self._cache.sweep()

    def of_take(self, facts: TakeFacts) -> Audio:
        """The audio of any take, without edits.

        Raises:
            TakeUnknown: the take is gone.
        """
        name = self._name(facts)
        audio = self._cache.get(name)
        if audio is None:
            take = take_by_id(self._database, facts.take_id)
            if take is None:
                raise TakeUnknown("This take is gone, since its voice was removed.")
            with self._host.use() as engine:
                self.codec, rate = engine.info.codec_fingerprint, engine.info.sample_rate
                audio = engine.decode(take.codes)
            audio = resample(audio, rate, self.sample_rate)
            audio = self._cache.put(self._name(facts), audio, self.sample_rate)
        return audio

    def _name(self, take: TakeFacts) -> str:
        content = f"{self.codec}/{self.sample_rate}/{take.frames}/{take.sha256}"
        return hashlib.sha256(content.encode()).hexdigest()
