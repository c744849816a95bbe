"""The pronunciation dictionary's rows: of the whole workspace, and of each project.

Is: storage; each function is one transaction. A row without a project is the workspace's.
Is not: a judge of entries (`studio.core.pronunciation`); what comes here has been checked.
"""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from studio.core.pronunciation import CaseRule, Entry, Kind, Scope
from studio.store.database import Database
from studio.store.project_tables import ProjectRow, PronunciationRow


def entries_for(database: Database, project_id: str = "") -> tuple[Entry, ...]:
    """The workspace's entries and those of one project, each in their order."""
    with database.read() as session:
        project = _project(session, project_id)
        wanted = or_(PronunciationRow.project_id.is_(None), PronunciationRow.project_id == project)
        order = (PronunciationRow.project_id, PronunciationRow.position, PronunciationRow.id)
        rows = session.scalars(select(PronunciationRow).where(wanted).order_by(*order))
        return tuple(entry_of(row) for row in rows)


def find_entry(database: Database, number: int) -> Entry | None:
    """The entry of a number."""
    with database.read() as session:
        row = session.get(PronunciationRow, number)
        return None if row is None else entry_of(row)


def add_entry(database: Database, entry: Entry, project_id: str = "") -> int:
    """Put an entry behind the others of its project, or of the workspace; returns its number."""
    with database.write() as session:
        project = _project(session, project_id)
        last = select(func.max(PronunciationRow.position)).where(
            PronunciationRow.project_id.is_(None)
            if project is None
            else PronunciationRow.project_id == project
        )
        row = PronunciationRow(
            project_id=project, position=(session.scalar(last) or 0) + 1, **_columns(entry)
        )
        session.add(row)
        session.flush()
        return row.id


def change_entry(database: Database, entry: Entry) -> None:
    """Replace what the entry of that number says; its place and its project stay."""
    with database.write() as session:
        row = session.get_one(PronunciationRow, entry.number)
        for name, value in _columns(entry).items():
            setattr(row, name, value)


def remove_entry(database: Database, number: int) -> None:
    """Remove an entry, if it is there."""
    with database.write() as session:
        if (row := session.get(PronunciationRow, number)) is not None:
            session.delete(row)


def copy_entries(database: Database, source_id: str, copy_id: str) -> None:
    """Give a copy of a project the same entries."""
    with database.write() as session:
        source, copy = _project(session, source_id), _project(session, copy_id)
        query = select(PronunciationRow).where(PronunciationRow.project_id == source)
        for row in session.scalars(query).all():
            columns = _columns(entry_of(row))
            session.add(PronunciationRow(project_id=copy, position=row.position, **columns))


def carry_entries(session: Session, project: int, names: Mapping[str, str]) -> None:
    """Give a speaker's entries to their new name too, where it does not have the same already.

    The old name keeps them, so that a renaming can be undone.
    """
    query = select(PronunciationRow).where(PronunciationRow.project_id == project)
    rows = session.scalars(query.order_by(PronunciationRow.position)).all()
    known = {(row.speaker, row.written, row.kind, row.language) for row in rows}
    for row in rows:
        new = names.get(row.speaker)
        if new and (new, row.written, row.kind, row.language) not in known:
            columns = {**_columns(entry_of(row)), "speaker": new}
            session.add(PronunciationRow(project_id=project, position=row.position, **columns))


def entry_of(row: PronunciationRow) -> Entry:
    """A row as an entry."""
    own: Scope = "speaker" if row.speaker else "project"
    return Entry(
        written=row.written, spoken=row.spoken, kind=cast(Kind, row.kind),
        scope="workspace" if row.project_id is None else own, speaker=row.speaker,
        language=row.language, case=cast(CaseRule, row.case), number=row.id,
    )  # fmt: skip


def _columns(entry: Entry) -> dict[str, str]:
    return {
        name: getattr(entry, name)
        for name in ("written", "spoken", "kind", "speaker", "language", "case")
    }


def _project(session: Session, project_id: str) -> int | None:
    query = select(ProjectRow.id).where(ProjectRow.project_id == project_id)
    return session.scalar(query) if project_id else None
