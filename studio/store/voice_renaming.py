"""A voice's new name, wherever a voice is known by its name.

Is: one transaction over the library, casts, takes and performances.
Is not: a change of what has been performed; a take is of a recording, whatever that is called.

- The text of a script stays as it is written. Where its front matter casts the voice by the old
  name, the project's cast, which goes before it, has the new one.
"""

import json
from collections.abc import Iterator

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studio.core.front_matter import FENCE, parse_front_matter
from studio.errors import VoiceError
from studio.store.database import Database
from studio.store.jobs import UNFINISHED
from studio.store.project_tables import CastRow, ProjectRow
from studio.store.tables import JobRow, ScriptRow, TakeRow, VoiceRow


def rename_voice(database: Database, name: str, new: str) -> None:
    """Call a voice otherwise, and all that is known by its name.

    Raises:
        VoiceError: the new name is taken, or the voice is being performed.
    """
    try:
        with database.write() as session:
            _rename_in_jobs(session, name, new)
            session.add_all(_cast_by_script(session, name, new))
            for column in (VoiceRow.name, CastRow.voice, TakeRow.voice):
                session.execute(update(column.class_).where(column == name).values({column: new}))
    except IntegrityError as error:
        raise VoiceError(f"There is a voice called {new} already. Choose another name.") from error


def _rename_in_jobs(session: Session, name: str, new: str) -> None:
    for job in session.scalars(select(JobRow)):
        cast = json.loads(job.cast_json)
        if name not in cast.values():
            continue
        if job.state in UNFINISHED:
            raise VoiceError(f"{name} is being performed. Cancel that first, or wait for its end.")
        renamed = {speaker: new if voice == name else voice for speaker, voice in cast.items()}
        job.cast_json = json.dumps(renamed)


def _cast_by_script(session: Session, name: str, new: str) -> Iterator[CastRow]:
    """What a project's cast has to say, because its script says the old name."""
    scripts = select(ProjectRow.id, ScriptRow.text).join(ProjectRow.script)
    for project_id, text in session.execute(scripts.where(ScriptRow.text.startswith(FENCE))).all():
        known = select(CastRow.speaker).where(CastRow.project_id == project_id)
        chosen = set(session.scalars(known))
        for speaker, voice in parse_front_matter(text.splitlines()).cast:
            if voice.casefold() == name.casefold() and speaker not in chosen:
                yield CastRow(project_id=project_id, speaker=speaker, voice=new)
