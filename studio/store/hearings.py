"""What speech recognition heard in a take, kept beside it.

Is: one row for a take at most; it goes with the take. Is not: part of a bundle: it can be heard
again.
"""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from studio.core.model import Take
from studio.core.word_errors import WordErrors
from studio.store.database import Database
from studio.store.tables import HearingRow, TakeRow


def put_hearing(database: Database, take: Take, recognizer: str, heard: WordErrors) -> None:
    """Keep what was heard in a take; what was heard before is replaced."""
    values = {
        "recognizer": recognizer, "transcript": heard.transcript,
        "wrong": heard.wrong, "words": heard.words,
    }  # fmt: skip
    query = select(TakeRow.id).where(TakeRow.key == take.key, TakeRow.attempt == take.attempt)
    with database.write() as session:
        row = insert(HearingRow).values(take_id=session.scalars(query).one(), **values)
        session.execute(row.on_conflict_do_update(index_elements=["take_id"], set_=values))


def hearing_of(
    database: Database, key: str, attempt: int, recognizer: str = ""
) -> WordErrors | None:
    """What was heard in a take, by a recognizer or by any; None: nobody has listened."""
    query = (
        select(HearingRow)
        .join(TakeRow, TakeRow.id == HearingRow.take_id)
        .where(TakeRow.key == key, TakeRow.attempt == attempt)
    )
    with database.read() as session:
        row = session.scalar(query)
        if row is None or recognizer not in ("", row.recognizer):
            return None
        return WordErrors(row.transcript, row.wrong, row.words)
