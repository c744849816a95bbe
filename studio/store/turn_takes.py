"""Which takes were made for a turn of a project, and which of them is heard.

Is: history, selection and locks; each function is one transaction.
Is not: the codes of a take (`studio.store.takes`).

- At most one take of a chunk is selected; the database itself refuses a second one.
- A locked take stays selected: nothing here replaces it but its own unlocking.
"""

from typing import cast

from sqlalchemy import func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from studio.core.model import Take, Verdict
from studio.core.project import TurnTake
from studio.store.database import Database
from studio.store.project_tables import ProjectRow, TurnRow, TurnTakeRow
from studio.store.tables import TakeRow
from studio.store.takes import USED, take_of_row


def link_takes(database: Database, project_id: str, turn_id: str, chunk: int, key: str) -> None:
    """Put all takes of a content key into a turn's history, and select the one that is used.

    A locked take of this chunk stays selected.
    """
    with database.write() as session:
        turn = _turn_row(session, project_id, turn_id)
        takes = session.execute(
            select(TakeRow.id, TakeRow.verdict).where(TakeRow.key == key).order_by(TakeRow.attempt)
        ).all()
        for take, _ in takes:
            values = {"turn_row": turn, "chunk": chunk, "take_id": take}
            row = insert(TurnTakeRow).values(**values, selected=False, locked=False)
            session.execute(row.on_conflict_do_nothing())
        used = next((take for take, verdict in takes if verdict in USED), None)
        if used is not None and not _locked(session, turn, chunk):
            _select(session, turn, chunk, used)


def history(database: Database, project_id: str, turn_id: str) -> tuple[TurnTake, ...]:
    """Every take of a turn, chunk by chunk, oldest first."""
    with database.read() as session:
        turn = _turn_row(session, project_id, turn_id)
        query = select(TurnTakeRow).where(TurnTakeRow.turn_row == turn)
        rows = session.scalars(query.order_by(TurnTakeRow.chunk, TurnTakeRow.id)).all()
        return tuple(_turn_take(row, turn_id) for row in rows)


def heard_turns(database: Database, project_id: str) -> dict[int, set[Verdict]]:
    """What is selected for every turn of a project's script that has any: position -> verdicts."""
    query = (
        select(TurnRow.position, TakeRow.verdict)
        .join(TurnTakeRow, TurnTakeRow.turn_row == TurnRow.id)
        .join(TakeRow, TakeRow.id == TurnTakeRow.take_id)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == project_id, TurnRow.position.is_not(None))
        .where(TurnTakeRow.selected)
    )
    heard: dict[int, set[Verdict]] = {}
    with database.read() as session:
        for position, verdict in session.execute(query):
            heard.setdefault(cast(int, position), set()).add(cast(Verdict, verdict))
    return heard


def select_take(database: Database, number: int) -> bool:
    """Make a take the one that is heard; false if another one of its chunk is locked."""
    with database.write() as session:
        row = session.get_one(TurnTakeRow, number)
        if not row.selected and _locked(session, row.turn_row, row.chunk):
            return False
        _select(session, row.turn_row, row.chunk, row.take_id)
        return True


def lock_take(database: Database, number: int, locked: bool) -> None:
    """Lock the selected take of a chunk, or unlock it."""
    with database.write() as session:
        session.get_one(TurnTakeRow, number).locked = locked


def selected_take(database: Database, project_id: str, turn_id: str, chunk: int) -> Take | None:
    """The take of a chunk that is heard, with its codes."""
    query = (
        select(TakeRow)
        .join(TurnTakeRow, TurnTakeRow.take_id == TakeRow.id)
        .join(TurnRow, TurnRow.id == TurnTakeRow.turn_row)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == project_id, TurnRow.turn_id == turn_id)
        .where(TurnTakeRow.chunk == chunk, TurnTakeRow.selected)
    )
    with database.read() as session:
        row = session.scalar(query)
        return None if row is None else take_of_row(row)


def _turn_row(session: Session, project_id: str, turn_id: str) -> int:
    query = (
        select(TurnRow.id)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == project_id, TurnRow.turn_id == turn_id)
    )
    return session.scalars(query).one()


def _locked(session: Session, turn: int, chunk: int) -> bool:
    query = select(func.count()).where(
        TurnTakeRow.turn_row == turn, TurnTakeRow.chunk == chunk, TurnTakeRow.locked
    )
    return session.scalars(query).one() > 0


def _select(session: Session, turn: int, chunk: int, take: int) -> None:
    """Two statements, because the index allows one selected take at every moment."""
    here = (TurnTakeRow.turn_row == turn, TurnTakeRow.chunk == chunk)
    session.execute(
        update(TurnTakeRow).where(*here, TurnTakeRow.take_id != take).values(selected=False)
    )
    session.execute(
        update(TurnTakeRow).where(*here, TurnTakeRow.take_id == take).values(selected=True)
    )


def _turn_take(row: TurnTakeRow, turn_id: str) -> TurnTake:
    take = row.take
    return TurnTake(
        number=row.id, turn_id=turn_id, chunk=row.chunk, key=take.key, attempt=take.attempt,
        seed=take.seed, verdict=cast(Verdict, take.verdict), reason=take.reason, voice=take.voice,
        frames=len(take.codes) // (2 * take.n_codebooks), created=take.created,
        selected=row.selected, locked=row.locked,
    )  # fmt: skip
