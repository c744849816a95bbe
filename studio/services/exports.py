"""Exports: the takes of a finished job as one audio file, at once.

Is: streaming: take by take it is decoded, resampled, trimmed, placed and written.
Is not: mastering; levels stay as the voices have them. For listeners there is
`studio.services.deliveries`.

- Every turn is there or nothing is delivered: a missing take is an error that names it.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from studio import paths
from studio.core.label import Label, ai_mark
from studio.core.timeline import Pauses, Timeline, cut_out
from studio.media.write import AudioFormat, AudioWriter, format_of, publish_audio
from studio.services.casting import pauses_of
from studio.services.engine_host import EngineHost
from studio.services.source import Source, Sources
from studio.services.take_audio import TakeAudio
from studio.settings import Settings
from studio.store import jobs as store
from studio.store.database import Database, now
from studio.store.jobs import Export
from studio.store.projects import find_project

OnProgress = Callable[[float], None]


class Exports:
    """Delivered files of a workspace. Thread-safe."""

    def __init__(
        self, database: Database, host: EngineHost, sources: Sources, settings: Settings
    ) -> None:
        self._database = database
        self._host = host
        self._sources = sources
        self._settings = settings

    def deliver(
        self,
        job_id: str,
        format: AudioFormat = "mp3",
        path: Path | None = None,
        on_progress: OnProgress | None = None,
    ) -> Export:
        """Write a finished job as an audio file, which appears only when complete.

        Args:
            job_id: of a job whose every turn is performed.
            format: used when there is no path.
            path: where to; its ending decides the format. None: the workspace's exports.
            on_progress: told the share that is done, 0 to 1.

        Raises:
            JobError: there is no such job, or turns of it are missing.
            DiskFull: the disk took no more.
            DeliveryError: the file cannot be written.
        """
        if path is not None:
            format_of(path)
        source = self._sources.job(job_id)
        exports = paths.exports_folder(self._settings.projects)
        path = path or exports / f"{source.name}.{format}"
        timeline = Timeline(self._settings.delivery_rate, self._pauses(source))
        label = Label(source.title, mark=ai_mark(source.checkpoint))
        with publish_audio(path, timeline.sample_rate, label) as writer:
            self._write(source, timeline, writer, on_progress or _ignore)
        starts = timeline.turn_starts()
        export = Export(
            job_id=job_id,
            path=path,
            format=format_of(path),
            sample_rate=timeline.sample_rate,
            seconds=writer.position / timeline.sample_rate,
            turns=len(starts),
            created=now(),
            turn_starts=tuple(start / timeline.sample_rate for start in starts.values()),
        )
        if not self._database.read_only:
            store.add_export(self._database, export)
        return export

    def content(self, job_id: str) -> str:
        """A name of what a delivery of a job would hold: it changes with takes and adjustments.

        Raises:
            JobError: as `deliver`.
        """
        source = self._sources.job(job_id)
        kept = f"{source.content} {sorted(self._pauses(source).factors.items())}"
        return hashlib.sha256(kept.encode()).hexdigest()

    def list(self, limit: int = 50) -> tuple[Export, ...]:
        """The newest deliveries whose files still exist, newest first."""
        exports = store.latest_exports(self._database, limit)
        return tuple(export for export in exports if export.path.is_file())

    def _pauses(self, source: Source) -> Pauses:
        """As long as the speakers of the project have them, if it is one."""
        project_id = source.project_id
        return pauses_of(find_project(self._database, project_id) if project_id else None)

    def _write(
        self, source: Source, timeline: Timeline, writer: AudioWriter, on_progress: OnProgress
    ) -> None:
        plan = source.plan
        takes = TakeAudio(self._database, self._host, self._settings, source.heard)
        for done, chunk in enumerate(plan.chunks(), start=1):
            audio = takes.audio(chunk)
            placed = timeline.place(chunk, audio)
            writer.write_silence(placed.silence)
            writer.write(cut_out(placed, audio, timeline.sample_rate))
            on_progress(done / plan.chunk_count)
        writer.write_silence(timeline.closing_silence(plan.tail_ms))


def _ignore(_: float) -> None:
    """Tell nobody."""
