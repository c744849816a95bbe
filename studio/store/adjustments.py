"""What listeners adjusted on the turns of a project: one row a turn, none where all is automatic.

Is: storage; each function is one transaction.
Is not: a check of the numbers (`studio.core.adjustment` makes it).
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studio.core.adjustment import AUTOMATIC, Adjustment
from studio.store.database import Database
from studio.store.project_tables import ProjectRow, TurnAdjustmentRow, TurnRow


def adjustments_of(database: Database, project_id: str) -> dict[str, Adjustment]:
    """Turn id -> its adjustment, of the turns that have one."""
    if not project_id:
        return {}
    with database.read() as session:
        return {turn: found for turn, found in _found(session, project_id)}


def put_adjustment(
    database: Database, project_id: str, turn_id: str, adjustment: Adjustment
) -> bool:
    """Give a turn an adjustment in the place of the one it has; false: there is no such turn."""
    with database.write() as session:
        turn = session.scalar(
            select(TurnRow.id)
            .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
            .where(ProjectRow.project_id == project_id, TurnRow.turn_id == turn_id)
        )
        if turn is None:
            return False
        session.execute(delete(TurnAdjustmentRow).where(TurnAdjustmentRow.turn_row == turn))
        if adjustment != AUTOMATIC:
            session.add(row_of(turn, adjustment))
        return True


def copy_adjustments(database: Database, source_id: str, copy_id: str) -> None:
    """Give a copy of a project, which has the same turn ids, the same adjustments."""
    with database.write() as session:
        query = (
            select(TurnRow.turn_id, TurnRow.id)
            .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
            .where(ProjectRow.project_id == copy_id)
        )
        rows = {turn_id: row for turn_id, row in session.execute(query)}
        session.add_all(
            row_of(rows[turn], found) for turn, found in _found(session, source_id) if turn in rows
        )


def row_of(turn: int, adjustment: Adjustment) -> TurnAdjustmentRow:
    """An adjustment as the row of a turn."""
    return TurnAdjustmentRow(
        turn_row=turn, pause_after=adjustment.pause_after_ms, gain_db=adjustment.gain_db,
        trim_head=adjustment.trim_head_ms, trim_tail=adjustment.trim_tail_ms,
        flagged=adjustment.flagged,
    )  # fmt: skip


def adjustment_of(row: TurnAdjustmentRow) -> Adjustment:
    """A row as an adjustment."""
    return Adjustment(row.pause_after, row.gain_db, row.trim_head, row.trim_tail, row.flagged)


def _found(session: Session, project_id: str) -> list[tuple[str, Adjustment]]:
    query = (
        select(TurnRow.turn_id, TurnAdjustmentRow)
        .join(TurnAdjustmentRow, TurnAdjustmentRow.turn_row == TurnRow.id)
        .join(ProjectRow, ProjectRow.id == TurnRow.project_id)
        .where(ProjectRow.project_id == project_id)
        .order_by(TurnRow.id)
    )
    return [(turn, adjustment_of(row)) for turn, row in session.execute(query)]
