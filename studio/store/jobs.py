"""Jobs, the scripts they perform, and the files that were delivered from them.

Is: storage. Is not: the running of a job (`studio.services.jobs`).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.core.model import Job, JobState
from studio.core.sampling import SamplingChoice
from studio.store.database import Database, now
from studio.store.project_tables import ProjectRow
from studio.store.projects import put_script
from studio.store.tables import ExportRow, JobRow

UNFINISHED = ("queued", "loading", "running")


@dataclass(frozen=True, slots=True)
class Export:
    """A delivered file.

    Args:
        turn_starts: seconds at which each turn begins; known only right after the delivery.
        created: UTC, ISO 8601.
    """

    job_id: str
    path: Path
    format: str
    sample_rate: int
    seconds: float
    turns: int
    created: str = ""
    turn_starts: tuple[float, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Size of the file now."""
        return self.path.stat().st_size


def add_job(database: Database, job: Job) -> None:
    """Add a job and, if it is new, its script."""
    with database.write() as session:
        sha256 = put_script(session, job.title, job.script)
        query = select(ProjectRow.id).where(ProjectRow.project_id == job.project_id)
        session.add(
            JobRow(
                job_id=job.job_id,
                script_sha256=sha256,
                cast_json=json.dumps(dict(job.cast)),
                seed=job.seed,
                chapter=job.chapter,
                checkpoint=job.checkpoint,
                state=job.state,
                turns_done=job.turns_done,
                turns_total=job.turns_total,
                error=job.error,
                created=job.created,
                project_id=session.scalar(query),
                again_json=json.dumps(job.again),
                candidates=job.candidates,
                since=job.since,
                sampling_json=json.dumps(job.sampling.chosen()),
            )
        )


def update_job(
    database: Database, job_id: str, state: JobState, turns_done: int, error: str = ""
) -> None:
    """Record how far a job has come."""
    with database.write() as session:
        session.execute(
            update(JobRow)
            .where(JobRow.job_id == job_id)
            .values(state=state, turns_done=turns_done, error=error)
        )


def mark_interrupted(database: Database) -> None:
    """Record that the process which owned the unfinished jobs is gone."""
    with database.write() as session:
        session.execute(
            update(JobRow).where(JobRow.state.in_(UNFINISHED)).values(state="interrupted")
        )


def jobs_in(database: Database, states: Collection[str]) -> tuple[Job, ...]:
    """The jobs in some states, oldest first."""
    query = select(JobRow).where(JobRow.state.in_(states)).order_by(JobRow.number)
    with database.read() as session:
        return tuple(_job(session, row) for row in session.scalars(query))


def get_job(database: Database, job_id: str) -> Job | None:
    """The job with an id."""
    with database.read() as session:
        row = session.scalar(select(JobRow).where(JobRow.job_id == job_id))
        return None if row is None else _job(session, row)


def latest_jobs(database: Database, limit: int, project_id: str | None = None) -> tuple[Job, ...]:
    """The newest jobs, newest first; of one project, or of all."""
    query = select(JobRow).order_by(JobRow.number.desc()).limit(limit)
    if project_id is not None:
        query = query.join(ProjectRow, ProjectRow.id == JobRow.project_id)
        query = query.where(ProjectRow.project_id == project_id)
    with database.read() as session:
        return tuple(_job(session, row) for row in session.scalars(query))


def add_export(database: Database, export: Export) -> None:
    """Record a delivered file."""
    with database.write() as session:
        session.add(
            ExportRow(
                job_id=export.job_id,
                path=str(export.path),
                format=export.format,
                sample_rate=export.sample_rate,
                seconds=export.seconds,
                turns=export.turns,
                created=export.created or now(),
            )
        )


def latest_exports(database: Database, limit: int) -> tuple[Export, ...]:
    """The newest deliveries, newest first, whether or not their files still exist."""
    query = select(ExportRow).order_by(ExportRow.id.desc()).limit(limit)
    with database.read() as session:
        return tuple(_export(row) for row in session.scalars(query))


def _job(session: Session, row: JobRow) -> Job:
    project = session.get(ProjectRow, row.project_id) if row.project_id else None
    return Job(
        job_id=row.job_id, title=row.script.title, script=row.script.text,
        cast=json.loads(row.cast_json), seed=row.seed, chapter=row.chapter,
        checkpoint=row.checkpoint, created=row.created, state=cast(JobState, row.state),
        turns_done=row.turns_done, turns_total=row.turns_total, error=row.error,
        project_id=project.project_id if project else "",
        again=tuple(json.loads(row.again_json)), candidates=row.candidates, since=row.since,
        sampling=SamplingChoice(**json.loads(row.sampling_json)),
    )  # fmt: skip


def _export(row: ExportRow) -> Export:
    return Export(
        job_id=row.job_id, path=Path(row.path), format=row.format, sample_rate=row.sample_rate,
        seconds=row.seconds, turns=row.turns, created=row.created,
    )  # fmt: skip
