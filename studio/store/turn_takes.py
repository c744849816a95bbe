"""Which takes were made for a turn of a project, and which of them is heard.

Is: history, selection and locks; each function is one transaction.
Is not: a rule about which take should be heard (`studio.core.staleness`).

- At most one take of a chunk is selected; the database itself refuses a second one.
- A locked take stays selected: nothing here replaces it but its own unlocking.
- Every choice is counted, so that what was heard before can be found again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from studio.core.model import Take, Verdict
from studio.core.project import TurnTake
from studio.core.staleness import USED, TakeFacts
from studio.store.database import Database
from studio.store.project_tables import ProjectRow, TurnRow, TurnTakeRow
from studio.store.tables import TakeRow
from studio.store.takes import FACTS, facts_of_row, mark_attention, put_take

_PLACE = (TurnTakeRow.selected, TurnTakeRow.locked, TurnTakeRow.chosen)


@dataclass(frozen=True, slots=True)
class TurnPlace:
    """A chunk of a turn of a project; `chunk` counts the parts of the turn from 0."""

    project_id: str
    turn_id: str
    chunk: int


def link_takes(database: Database, project_id: str, turn_id: str, chunk: int, key: str) -> None:
    """Put all takes of a content key into a turn's history, and select the one that is used.

    A locked take of this chunk stays selected.
    """
    with database.write() as session:
        query = select(TakeRow.id, TakeRow.verdict).where(TakeRow.key == key)
        takes = session.execute(query.order_by(TakeRow.attempt)).all()
        used = next((take for take, verdict in takes if verdict in USED), None)
        place = TurnPlace(project_id, turn_id, chunk)
        _link(session, place, [take for take, _ in takes], used)


def commit_takes(
    database: Database, place: TurnPlace | None, made: Sequence[Take], best: Take | None
) -> None:
    """Commit new takes with their place in the history, and select the best of them.

    Args:
        place: the chunk of a turn they were made for; None: no project's.
        best: one of them, or one committed earlier; rejected, it is used all the same and marked
            as needing attention. None: the selection stays.
    """
    with database.write() as session:
        rows = [put_take(session, take) for take in made]
        used = None if best is None else put_take(session, best)
        if best is not None and best.verdict == "rejected":
            mark_attention(session, best)
        if place is not None:
            _link(session, place, rows, used)


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


def chunk_history(database: Database, place: TurnPlace) -> tuple[TakeFacts, ...]:
    """Every take of one chunk, oldest first."""
    query = (
        select(*FACTS, *_PLACE)
        .join(TurnTakeRow, TurnTakeRow.take_id == TakeRow.id)
        .join(TurnRow, TurnRow.id == TurnTakeRow.turn_row)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == place.project_id, TurnRow.turn_id == place.turn_id)
        .where(TurnTakeRow.chunk == place.chunk)
        .order_by(TurnTakeRow.id)
    )
    with database.read() as session:
        return tuple(
            facts_of_row(row, selected=row.selected, locked=row.locked, chosen=row.chosen)
            for row in session.execute(query)
        )


def selected_takes(
    database: Database, project_id: str, chapter: int | None = None
) -> dict[tuple[str, int], TakeFacts]:
    """Turn id and chunk -> the selected take, of a project or a chapter of it in one query."""
    query = (
        select(*FACTS, *_PLACE, TurnRow.turn_id, TurnTakeRow.chunk)
        .join(TurnTakeRow, TurnTakeRow.take_id == TakeRow.id)
        .join(TurnRow, TurnRow.id == TurnTakeRow.turn_row)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == project_id, TurnTakeRow.selected)
    )
    if chapter is not None:
        query = query.where(TurnRow.chapter == chapter)
    with database.read() as session:
        return {
            (row.turn_id, row.chunk): facts_of_row(
                row, selected=True, locked=row.locked, chosen=row.chosen
            )
            for row in session.execute(query)
        }


def choose_take(database: Database, place: TurnPlace, take_id: int) -> None:
    """Select a take of a chunk's history, unless another one is locked."""
    with database.write() as session:
        _link(session, place, [], take_id)


def select_take(database: Database, number: int, *, lock: bool = False) -> bool:
    """Make a take the one that is heard, and lock it; false if another one of its chunk is."""
    with database.write() as session:
        row = session.get_one(TurnTakeRow, number)
        if not row.selected and _locked(session, row.turn_row, row.chunk):
            return False
        _select(session, row.turn_row, row.chunk, row.take_id)
        if lock:
            row.locked = True
        return True


def unlock_take(database: Database, number: int) -> None:
    """Let a take be replaced again; it stays selected until then."""
    with database.write() as session:
        session.get_one(TurnTakeRow, number).locked = False


def _link(session: Session, place: TurnPlace, takes: Sequence[int], used: int | None) -> None:
    """Put takes into a history and select one; a project that is gone has none."""
    turn = session.scalar(_turn_query(place.project_id, place.turn_id))
    if turn is None:
        return
    for take in dict.fromkeys([*takes, *([] if used is None else [used])]):
        row = insert(TurnTakeRow).values(
            turn_row=turn, chunk=place.chunk, take_id=take, selected=False, locked=False
        )
        session.execute(row.on_conflict_do_nothing())
    if used is not None and not _locked(session, turn, place.chunk):
        _select(session, turn, place.chunk, used)


def _turn_row(session: Session, project_id: str, turn_id: str) -> int:
    return session.scalars(_turn_query(project_id, turn_id)).one()


def _turn_query(project_id: str, turn_id: str) -> Select[int]:
    return (
        select(TurnRow.id)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == project_id, TurnRow.turn_id == turn_id)
    )


def _locked(session: Session, turn: int, chunk: int) -> bool:
    query = select(func.count()).where(
        TurnTakeRow.turn_row == turn, TurnTakeRow.chunk == chunk, TurnTakeRow.locked
    )
    return session.scalars(query).one() > 0


def _select(session: Session, turn: int, chunk: int, take: int) -> None:
    """Two statements, because the index allows one selected take at every moment."""
    here = (TurnTakeRow.turn_row == turn, TurnTakeRow.chunk == chunk)
    this = (*here, TurnTakeRow.take_id == take)
    if session.scalar(select(TurnTakeRow.selected).where(*this)):
        return
    last = session.scalar(select(func.max(TurnTakeRow.chosen)).where(*here)) or 0
    session.execute(update(TurnTakeRow).where(*here).values(selected=False))
    session.execute(update(TurnTakeRow).where(*this).values(selected=True, chosen=last + 1))


def _turn_take(row: TurnTakeRow, turn_id: str) -> TurnTake:
    take = row.take
    return TurnTake(
        number=row.id, turn_id=turn_id, chunk=row.chunk, key=take.key, attempt=take.attempt,
        seed=take.seed, verdict=cast(Verdict, take.verdict), reason=take.reason, voice=take.voice,
        frames=len(take.codes) // (2 * take.n_codebooks), created=take.created,
        selected=row.selected, locked=row.locked, text=take.text, chosen=row.chosen,
        take_id=take.id, made_with=take.made_with,
    )  # fmt: skip
