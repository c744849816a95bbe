"""Projects: their rows, and the rows that belong to them alone.

Is: storage; each function is one transaction.
Is not: a reader of scripts; it is given turns with their ids (`studio.core.identity`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from studio.core.project import Project, ProjectSummary, StoredTurn
from studio.store.database import Database
from studio.store.project_tables import (
    CastRow,
    ChapterRow,
    ProjectRow,
    TurnRow,
    TurnTakeRow,
)
from studio.store.tables import ScriptRow, TakeRow


def add_project(
    database: Database, project: Project, chapters: Sequence[str], turns: Sequence[StoredTurn]
) -> None:
    """Add a project with its chapters, turns and cast. Its id and its slug must be free."""
    with database.write() as session:
        row = ProjectRow(
            project_id=project.project_id, slug=project.slug, title=project.title,
            author=project.author, language=project.language,
            settings_json=json.dumps(dict(project.settings)), cover=project.cover,
            script_sha256=put_script(session, project.title, project.script),
            created=project.created, changed=project.changed, trashed=project.trashed,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _put_chapters(session, row.id, chapters)
        _put_turns(session, row.id, turns)
        _put_cast(session, row.id, project.cast)


def save_project(
    database: Database, project: Project, chapters: Sequence[str], turns: Sequence[StoredTurn]
) -> None:
    """Replace a project's text, turns, cast and facts; turns left out keep their takes."""
    with database.write() as session:
        row = _row(session, project.project_id)
        row.title, row.author, row.language = project.title, project.author, project.language
        row.settings_json, row.cover = json.dumps(dict(project.settings)), project.cover
        row.changed, row.trashed = project.changed, project.trashed
        row.script_sha256 = put_script(session, project.title, project.script)
        _put_chapters(session, row.id, chapters)
        _put_turns(session, row.id, turns)
        _put_cast(session, row.id, project.cast)


def find_project(database: Database, reference: str) -> Project | None:
    """The project of a slug or an id."""
    wanted = or_(ProjectRow.slug == reference, ProjectRow.project_id == reference)
    with database.read() as session:
        row = session.scalar(
            select(ProjectRow).where(wanted).options(joinedload(ProjectRow.script))
        )
        if row is None:
            return None
        cast = session.scalars(select(CastRow).where(CastRow.project_id == row.id))
        return _project(row, {entry.speaker: entry.voice for entry in cast})


def all_slugs(database: Database) -> set[str]:
    """Every slug that is taken, thrown away projects included."""
    with database.read() as session:
        return set(session.scalars(select(ProjectRow.slug)))


def slug_of_script(database: Database, text: str) -> str | None:
    """The slug of the project that has exactly this text and was changed last, if there is one."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    query = (
        select(ProjectRow.slug)
        .where(ProjectRow.script_sha256 == sha256, ProjectRow.trashed.is_(None))
        .order_by(ProjectRow.changed.desc(), ProjectRow.id.desc())
    )
    with database.read() as session:
        return session.scalars(query.limit(1)).first()


def list_projects(database: Database, *, trashed: bool = False) -> tuple[ProjectSummary, ...]:
    """The projects, or those in the trash, the last changed first."""
    with database.read() as session:
        rows = session.execute(_summaries(trashed)).all()
    return tuple(ProjectSummary(**row._mapping) for row in rows)


def project_turns(database: Database, project_id: str) -> tuple[StoredTurn, ...]:
    """Every turn of a project: those of the script in order, then those that left it."""
    order = (TurnRow.position.is_(None), TurnRow.position, TurnRow.id)
    with database.read() as session:
        # Columns, not rows of a class: a book has thousands of turns.
        columns = (
            TurnRow.turn_id, TurnRow.position, TurnRow.chapter, TurnRow.scene, TurnRow.speaker,
            TurnRow.text,
        )  # fmt: skip
        query = select(*columns).where(TurnRow.project_id == _row(session, project_id).id)
        return tuple(StoredTurn(*row) for row in session.execute(query.order_by(*order)))


def script_turn_ids(database: Database, project_id: str) -> tuple[str, ...]:
    """The ids of the turns of a project's script, in order."""
    ordered = (
        select(TurnRow.turn_id)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == project_id, TurnRow.position.is_not(None))
        .order_by(TurnRow.position)
        .subquery()
    )
    # Joined by SQLite: asked for with every look, and a book has thousands.
    with database.read() as session:
        joined = session.scalar(select(func.group_concat(ordered.c.turn_id, " ")))
    return tuple((joined or "").split())


def copy_takes(database: Database, source_id: str, copy_id: str) -> None:
    """Give a copy of a project, which has the same turn ids, the same takes."""
    with database.write() as session:
        source, copy = _row(session, source_id), _row(session, copy_id)
        rows = {
            row.turn_id: row.id
            for row in session.scalars(select(TurnRow).where(TurnRow.project_id == copy.id))
        }
        links = session.execute(
            select(TurnTakeRow, TurnRow.turn_id)
            .join(TurnRow, TurnRow.id == TurnTakeRow.turn_row)
            .where(TurnRow.project_id == source.id)
            .order_by(TurnTakeRow.id)
        )
        session.add_all(
            TurnTakeRow(
                turn_row=rows[turn_id], chunk=link.chunk, take_id=link.take_id,
                selected=link.selected, locked=link.locked, chosen=link.chosen,
            )
            for link, turn_id in links.all()
        )  # fmt: skip


def purge_project(database: Database, project_id: str) -> int:
    """Remove a project for good, with the takes that no other project has. Returns how many."""
    with database.write() as session:
        row = _row(session, project_id)
        linked = (
            select(TurnTakeRow.take_id)
            .join(TurnRow, TurnRow.id == TurnTakeRow.turn_row)
            .where(TurnRow.project_id == row.id)
        )
        takes = set(session.scalars(linked))
        session.execute(delete(ProjectRow).where(ProjectRow.id == row.id))
        orphans = select(TakeRow.id).where(~exists().where(TurnTakeRow.take_id == TakeRow.id))
        gone = takes & set(session.scalars(orphans))
        for take in gone:
            session.execute(delete(TakeRow).where(TakeRow.id == take))
        return len(gone)


def put_script(session: Session, title: str, text: str) -> str:
    """Keep a text, stored once however often it is used; returns its digest."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if session.get(ScriptRow, sha256) is None:
        session.add(ScriptRow(sha256=sha256, title=title, text=text))
        session.flush()
    return sha256


def _row(session: Session, project_id: str) -> ProjectRow:
    return session.scalars(select(ProjectRow).where(ProjectRow.project_id == project_id)).one()


def _project(row: ProjectRow, cast: Mapping[str, str]) -> Project:
    return Project(
        project_id=row.project_id, slug=row.slug, title=row.title, author=row.author,
        language=row.language, script=row.script.text, created=row.created, changed=row.changed,
        settings=json.loads(row.settings_json), cast=cast, cover=row.cover, trashed=row.trashed,
    )  # fmt: skip


def _put_chapters(session: Session, project: int, titles: Sequence[str]) -> None:
    session.execute(delete(ChapterRow).where(ChapterRow.project_id == project))
    session.add_all(
        ChapterRow(project_id=project, number=number, title=title)
        for number, title in enumerate(titles, start=1)
    )


def _put_turns(session: Session, project: int, turns: Sequence[StoredTurn]) -> None:
    query = select(TurnRow).where(TurnRow.project_id == project)
    rows = {row.turn_id: row for row in session.scalars(query)}
    for row in rows.values():
        row.position = None
    for turn in turns:
        row = rows.get(turn.turn_id) or TurnRow(project_id=project, turn_id=turn.turn_id)
        row.position, row.chapter, row.scene = turn.position, turn.chapter, turn.scene
        row.speaker, row.text = turn.speaker, turn.text
        session.add(row)


def _put_cast(session: Session, project: int, cast: Mapping[str, str]) -> None:
    session.execute(delete(CastRow).where(CastRow.project_id == project))
    session.add_all(
        CastRow(project_id=project, speaker=speaker, voice=voice) for speaker, voice in cast.items()
    )


def _summaries(trashed: bool) -> Select[Any]:
    own_turns = (TurnRow.project_id == ProjectRow.id, TurnRow.position.is_not(None))
    links = (
        select(func.count(TurnTakeRow.take_id.distinct()))
        .join(TurnRow, TurnRow.id == TurnTakeRow.turn_row)
        .where(TurnRow.project_id == ProjectRow.id)
    )
    heard = (
        select(func.count(TurnRow.id.distinct()))
        .join(TurnTakeRow, TurnRow.id == TurnTakeRow.turn_row)
        .where(*own_turns, TurnTakeRow.selected)
    )
    counts = (
        select(func.count()).where(ChapterRow.project_id == ProjectRow.id).label("chapters"),
        select(func.count()).where(*own_turns).label("turns"),
        links.label("takes"),
        links.where(TurnTakeRow.locked).label("locked"),
        heard.label("performed"),
    )
    chosen = ProjectRow.trashed.is_not(None) if trashed else ProjectRow.trashed.is_(None)
    return (
        select(
            ProjectRow.slug,
            ProjectRow.title,
            ProjectRow.author,
            *counts,
            ProjectRow.changed,
            ProjectRow.trashed,
            ProjectRow.cover,
        )
        .where(chosen)
        .order_by(ProjectRow.changed.desc(), ProjectRow.id.desc())
    )
