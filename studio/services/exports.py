"""Exports: the takes of a finished job as one audio file, at once.

Is: streaming: take by take it is decoded, resampled, trimmed, placed and written.
Is not: mastering; levels stay as the voices have them. For listeners there is
`studio.services.deliveries`.

- Every turn is there or nothing is delivered: a missing take is an error that names it.
"""

from collections.abc import Callable
from pathlib import Path

from studio import paths
from studio.core.label import Label, ai_mark
from studio.core.plan import Plan
from studio.core.timeline import Timeline, cut_out
from studio.errors import JobError
from studio.media.write import AudioFormat, AudioWriter, format_of, publish_audio
from studio.services.engine_host import EngineHost
from studio.services.jobs import Jobs
from studio.services.take_audio import TakeAudio, missing_turns
from studio.settings import Settings
from studio.store import jobs as store
from studio.store.database import Database, now
from studio.store.jobs import Export

OnProgress = Callable[[float], None]


class Exports:
    """Delivered files of a workspace. Thread-safe."""

    def __init__(
        self, database: Database, host: EngineHost, jobs: Jobs, settings: Settings
    ) -> None:
        self._database = database
        self._host = host
        self._jobs = jobs
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
        path = path or self._default_path(job_id, format)
        kind = format_of(path)
        plan = self._jobs.plan(job_id)
        self._refuse_gaps(plan)
        timeline = Timeline(self._settings.delivery_rate)
        job = store.get_job(self._database, job_id)
        label = Label(job.title, mark=ai_mark(job.checkpoint)) if job else None
        with publish_audio(path, timeline.sample_rate, label) as writer:
            self._write(plan, timeline, writer, on_progress or _ignore)
        starts = timeline.turn_starts()
        export = Export(
            job_id=job_id,
            path=path,
            format=kind,
            sample_rate=timeline.sample_rate,
            seconds=writer.position / timeline.sample_rate,
            turns=len(starts),
            created=now(),
            turn_starts=tuple(start / timeline.sample_rate for start in starts.values()),
        )
        if not self._database.read_only:
            store.add_export(self._database, export)
        return export

    def list(self, limit: int = 50) -> tuple[Export, ...]:
        """The newest deliveries whose files still exist, newest first."""
        exports = store.latest_exports(self._database, limit)
        return tuple(export for export in exports if export.path.is_file())

    def _write(
        self, plan: Plan, timeline: Timeline, writer: AudioWriter, on_progress: OnProgress
    ) -> None:
        takes = TakeAudio(self._database, self._host, self._settings)
        for done, chunk in enumerate(plan.chunks(), start=1):
            audio = takes.audio(chunk)
            placed = timeline.place(chunk, audio)
            writer.write_silence(placed.silence)
            writer.write(cut_out(placed, audio, timeline.sample_rate))
            on_progress(done / plan.chunk_count)
        writer.write_silence(timeline.closing_silence(plan.tail_ms))

    def _refuse_gaps(self, plan: Plan) -> None:
        if missing := missing_turns(self._database, plan):
            raise JobError(
                f"{len(missing)} turns have not been performed yet, the first is turn "
                f"{missing[0] + 1}. Perform the script to the end first."
            )

    def _default_path(self, job_id: str, kind: AudioFormat) -> Path:
        title = next((job.title for job in self._jobs.list() if job.job_id == job_id), "untitled")
        folder = paths.exports_folder(self._settings.projects)
        return folder / f"{paths.slug(title)}-{job_id[:8]}.{kind}"


def _ignore(_: float) -> None:
    """Tell nobody."""
