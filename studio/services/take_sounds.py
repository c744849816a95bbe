"""What takes sound like, to be listened to: at the engine's own rate, one take after the other.

Is: decoded audio, from the cache or made by the engine.
Is not: a delivery (`studio.services.take_audio`), which has gains, fades and a rate of its own, nor
a choice of takes.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from engine import EngineInfo
from studio import paths
from studio.core.model import Audio
from studio.errors import TakeUnknown
from studio.media.decoded import DecodedTakes
from studio.services.engine_host import EngineHost
from studio.settings import Settings
from studio.store.database import Database
from studio.store.takes import codes_digest, take_by_id


class TakeSounds:
    """Decodes takes. Thread-safe; loads the engine."""

    def __init__(self, database: Database, host: EngineHost, settings: Settings) -> None:
        self._database = database
        self._host = host
        self._cache = DecodedTakes(paths.cache_folder(settings.projects) / "audio")

    def audio(self, take_ids: Sequence[int]) -> tuple[int, Audio]:
        """The sample rate, and takes one after the other: float32 [n_samples].

        Args:
            take_ids: rows of takes, at least one.

        Raises:
            TakeUnknown: a take is gone; its voice was removed.
            EngineProblem: the engine cannot be loaded.
        """
        info = self._info()
        return info.sample_rate, np.concatenate([self._decoded(take, info) for take in take_ids])

    def _info(self) -> EngineInfo:
        # While something is performed, whoever wants the engine waits: not for what is known.
        if self._host.info is not None:
            return self._host.info
        with self._host.use() as engine:
            return engine.info

    def _decoded(self, take_id: int, info: EngineInfo) -> Audio:
        take = take_by_id(self._database, take_id)
        if take is None:
            raise TakeUnknown("This take is gone, since its voice was removed. Perform it again.")
        content = f"{info.codec_fingerprint}/{info.sample_rate}/{codes_digest(take.codes)}"
        name = hashlib.sha256(content.encode()).hexdigest()
        audio = self._cache.get(name)
        if audio is None:
            with self._host.use() as engine:
                decoded = engine.decode(take.codes)
            audio = self._cache.put(name, decoded, info.sample_rate)
        return audio
