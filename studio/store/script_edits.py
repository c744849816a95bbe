"""An edit of a project's script, as one small transaction.

Is: what autosave writes: the text, and only the rows that an edit changed.
Is not: a reader of scripts; it is told which turns came and went (`studio.services.editing`).

- The text must be the one that the edit was made for, or nothing is written.
- The text before is forgotten where no job performed it, or every pause in typing would leave a
  copy of the whole book.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from studio.core.project import StoredTurn
from studio.core.speaker_settings import carried
from studio.store.database import Database, now
from studio.store.project_tables import CastRow, ChapterRow, ProjectRow, TurnRow
from studio.store.projects import put_script
from studio.store.pronunciations import carry_entries
from studio.store.tables import JobRow, ScriptRow


@dataclass(frozen=True, slots=True)
class TextEdit:
    """What an edit did to a project.

    Args:
        before: digest of the text it was made for.
        text: the text now.
        at: position of the first turn that was taken out or put in.
        removed: how many turns were taken out there.
        inserted: the turns put in there; changed ones are among them.
        replaced: turns behind them of which chapter or scene is another now.
        chapters: the titles, or None where they are as they were.
        voices: speaker -> voice for speakers that have none yet.
        facts: title, author or language, where the front matter says another.
        renamed: old name -> new name of speakers, whose settings and pronunciations come along.
    """

    before: str
    text: str
    at: int
    removed: int
    inserted: Sequence[StoredTurn]
    replaced: Sequence[StoredTurn] = ()
    chapters: Sequence[str] | None = None
    voices: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)


def save_edit(database: Database, project_id: str, edit: TextEdit) -> bool:
    """Write an edit; False: the project has another text by now, and nothing was written."""
    with database.write() as session:
        query = select(ProjectRow).where(ProjectRow.project_id == project_id)
        project = session.scalars(query).one()
        if project.script_sha256 != edit.before:
            return False
        project.script_sha256 = put_script(session, project.title, edit.text)
        project.changed = now()
        for name, value in edit.facts.items():
            setattr(project, name, value)
        session.flush()
        _forget_text(session, edit.before)
        _splice_turns(session, project.id, edit)
        _put_turns(session, project.id, edit.replaced)
        if edit.chapters is not None:
            _put_chapters(session, project.id, edit.chapters)
        _add_voices(session, project.id, edit.voices)
        if edit.renamed:
            settings = carried(json.loads(project.settings_json), edit.renamed)
            project.settings_json = json.dumps(settings)
            carry_entries(session, project.id, edit.renamed)
    return True


def _forget_text(session: Session, sha256: str) -> None:
    used = (
        exists().where(ProjectRow.script_sha256 == sha256),
        exists().where(JobRow.script_sha256 == sha256),
    )
    session.execute(delete(ScriptRow).where(ScriptRow.sha256 == sha256, *(~use for use in used)))


def _splice_turns(session: Session, project: int, edit: TextEdit) -> None:
    """Give the turns their new positions; those taken out stay, without one, with their takes."""
    end = edit.at + edit.removed
    gone = (TurnRow.project_id == project, TurnRow.position >= edit.at, TurnRow.position < end)
    session.execute(update(TurnRow).where(*gone).values(position=None))
    if shift := len(edit.inserted) - edit.removed:
        behind = (TurnRow.project_id == project, TurnRow.position >= end)
        moved = update(TurnRow).where(*behind).values(position=TurnRow.position + shift)
        session.execute(moved.execution_options(synchronize_session=False))
    _put_turns(session, project, edit.inserted)


def _put_turns(session: Session, project: int, turns: Sequence[StoredTurn]) -> None:
    if not turns:
        return
    names = ("turn_id", "position", "chapter", "scene", "speaker", "text")
    rows = [{name: getattr(turn, name) for name in names} for turn in turns]
    statement = insert(TurnRow)
    statement = statement.on_conflict_do_update(
        index_elements=["project_id", "turn_id"],
        set_={name: statement.excluded[name] for name in names[1:]},
    )
    session.execute(statement, [row | {"project_id": project} for row in rows])


def _put_chapters(session: Session, project: int, titles: Sequence[str]) -> None:
    session.execute(delete(ChapterRow).where(ChapterRow.project_id == project))
    rows = [
        {"project_id": project, "number": number, "title": title}
        for number, title in enumerate(titles, start=1)
    ]
    session.execute(insert(ChapterRow), rows)


def _add_voices(session: Session, project: int, voices: Mapping[str, str]) -> None:
    rows = [
        {"project_id": project, "speaker": speaker, "voice": voice}
        for speaker, voice in voices.items()
    ]
    if rows:
        session.execute(insert(CastRow).on_conflict_do_nothing(), rows)
