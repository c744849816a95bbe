"""What depends on a voice, and the removal of a voice with all of it.

Is: who uses a voice (casts, takes, jobs, deliveries), and one transaction that takes it all away.
Is not: the removal of files, or of what a deleted row leaves in free pages (`Database.scrub`).

- A take from before voices were noted may be of any voice that an older job cast; where one cast
  this voice, all such takes count as its own.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from studio.store.database import Database
from studio.store.jobs import UNFINISHED
from studio.store.project_tables import CastRow, ProjectRow
from studio.store.tables import ExportRow, JobRow, TakeRow, VoiceRow


@dataclass(frozen=True, slots=True)
class VoiceUses:
    """What would go with a voice.

    Args:
        projects: titles of the projects that cast it.
        takes: how many takes it is heard in.
        jobs: how many performances cast it.
        running: how many of them have not ended.
        exports: delivered files in which it is heard.
    """

    projects: tuple[str, ...]
    takes: int
    jobs: int
    running: int
    exports: tuple[Path, ...]

    @property
    def anything(self) -> bool:
        """Whether anything depends on it."""
        return bool(self.projects or self.takes or self.exports)


def voice_uses(database: Database, name: str) -> VoiceUses:
    """Everything that depends on a voice."""
    with database.read() as session:
        jobs = _jobs(session, name)
        cast = select(ProjectRow.title).join(CastRow).where(CastRow.voice == name)
        exports = select(ExportRow.path).where(ExportRow.job_id.in_([job.job_id for job in jobs]))
        takes = select(func.count()).select_from(TakeRow).where(_heard(name, jobs))
        return VoiceUses(
            projects=tuple(session.scalars(cast.distinct().order_by(ProjectRow.title))),
            takes=session.scalars(takes).one(),
            jobs=len(jobs),
            running=sum(job.state in UNFINISHED for job in jobs),
            exports=tuple(Path(path) for path in dict.fromkeys(session.scalars(exports))),
        )


def remove_voice_and_uses(database: Database, name: str) -> None:
    """Remove a voice, its references and codes, its takes, casts and records of deliveries."""
    with database.write() as session:
        jobs = _jobs(session, name)
        session.execute(delete(TakeRow).where(_heard(name, jobs)))
        session.execute(delete(CastRow).where(CastRow.voice == name))
        session.execute(delete(ExportRow).where(ExportRow.job_id.in_([job.job_id for job in jobs])))
        session.execute(delete(VoiceRow).where(VoiceRow.name == name))


def _jobs(session: Session, name: str) -> list[JobRow]:
    """The jobs that cast a voice; their casts are JSON, so they are all looked at."""
    return [row for row in session.scalars(select(JobRow)) if name in _voices(row.cast_json)]


def _voices(cast_json: str) -> set[str]:
    return set(json.loads(cast_json).values())


def _heard(name: str, jobs: list[JobRow]) -> ColumnElement[bool]:
    own = TakeRow.voice == name
    return or_(own, TakeRow.voice == "") if jobs else own
