"""Takes: rows of codes, found by content key, kept for ever.

Is: storage; each function is one transaction, durable when it returns.
Is not: a judgement about a take (`studio.core.checks`), or its place in a turn (`turn_takes`).
"""

import hashlib
from collections.abc import Iterable
from typing import Any, TypeVarTuple, cast

from sqlalchemy import Integer, Row, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from studio.core.model import Codes, Take, Verdict
from studio.core.staleness import USED, TakeFacts
from studio.store.database import Database, codes_from_blob, codes_to_blob, now
from studio.store.tables import TakeRow

Columns = TypeVarTuple("Columns")
_BATCH = 500  # SQLite limits the number of variables in a statement

FACTS = (
    TakeRow.id.label("take_id"), TakeRow.key, TakeRow.verdict, TakeRow.reason, TakeRow.text,
    TakeRow.sheet, TakeRow.context, TakeRow.heard, TakeRow.sha256,
    (func.length(TakeRow.codes, type_=Integer) // (2 * TakeRow.n_codebooks)).label("frames"),
)  # fmt: skip
"""The columns of `TakeFacts` that are a take's own, by their names there."""


def codes_digest(codes: Codes) -> str:
    """SHA-256 of codes [n_codebooks, n_frames], as it stands beside them."""
    return hashlib.sha256(codes_to_blob(codes)).hexdigest()


def add_take(database: Database, take: Take) -> None:
    """Commit a take. One with the same key and attempt is the same take and stays."""
    with database.write() as session:
        put_take(session, take)


def put_take(session: Session, take: Take) -> int:
    """Add a take in the caller's transaction; returns its row."""
    row = insert(TakeRow).values(
        key=take.key, attempt=take.attempt, seed=take.seed, verdict=take.verdict,
        reason=take.reason, severity=take.severity, n_codebooks=take.codes.shape[0],
        codes=codes_to_blob(take.codes), sha256=codes_digest(take.codes), voice=take.voice,
        created=now(), pace=take.pace, level=take.level, basis=take.basis,
        text=take.text, sheet=take.sheet, context=take.context, heard=take.heard,
        made_with=take.made_with,
    )  # fmt: skip
    session.execute(row.on_conflict_do_nothing())
    same = (TakeRow.key == take.key, TakeRow.attempt == take.attempt)
    return session.scalars(select(TakeRow.id).where(*same)).one()


def mark_attention(session: Session, take: Take) -> None:
    """Turn a rejected take into one that is used, in the caller's transaction."""
    session.execute(
        update(TakeRow)
        .where(TakeRow.key == take.key, TakeRow.attempt == take.attempt)
        .values(verdict="attention")
    )


def newest_take(database: Database) -> int:
    """The row of the newest take; 0 where there is none."""
    with database.read() as session:
        return session.scalar(select(func.max(TakeRow.id))) or 0


def takes_of(database: Database, key: str) -> tuple[Take, ...]:
    """Every take of a content key, in order of attempt."""
    query = select(TakeRow).where(TakeRow.key == key).order_by(TakeRow.attempt)
    with database.read() as session:
        return tuple(take_of_row(row) for row in session.scalars(query))


def take_by_id(database: Database, take_id: int) -> Take | None:
    """The take of a row."""
    with database.read() as session:
        row = session.get(TakeRow, take_id)
        return None if row is None else take_of_row(row)


def used_take(database: Database, key: str) -> Take | None:
    """The take of a content key that is used, or None if there is none yet."""
    with database.read() as session:
        row = session.scalar(_used(select(TakeRow)).where(TakeRow.key == key))
        return None if row is None else take_of_row(row)


def used_facts(database: Database, keys: Iterable[str]) -> dict[str, TakeFacts]:
    """Content key -> the take of it that is used, for those of the keys that have one."""
    wanted, found = list(dict.fromkeys(keys)), dict[str, TakeFacts]()
    with database.read() as session:
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            for row in session.execute(_used(select(*FACTS)).where(TakeRow.key.in_(batch))):
                found.setdefault(row.key, facts_of_row(row))
    return found


def performed_keys(database: Database, keys: Iterable[str]) -> set[str]:
    """Those of the keys that have a take which is used."""
    return set(used_facts(database, keys))


def facts_of_row(
    row: Row[*tuple[Any, ...]], *, selected: bool = False, locked: bool = False, chosen: int = 0
) -> TakeFacts:
    """A row that holds `FACTS` as a value; the rest is its place in a turn's history."""
    facts: dict[str, Any] = {column.key: row._mapping[column.key] for column in FACTS}
    return TakeFacts(**facts, selected=selected, locked=locked, chosen=chosen)


def take_of_row(row: TakeRow) -> Take:
    """A row as a value, its codes included."""
    return Take(
        key=row.key, attempt=row.attempt, seed=row.seed,
        codes=codes_from_blob(row.codes, row.n_codebooks),
        verdict=cast(Verdict, row.verdict), reason=row.reason, severity=row.severity,
        voice=row.voice, pace=row.pace, level=row.level, basis=row.basis,
        text=row.text, sheet=row.sheet, context=row.context, heard=row.heard,
        made_with=row.made_with,
    )  # fmt: skip


def _used(query: Select[*Columns]) -> Select[*Columns]:
    """The first used take of each key comes first."""
    return query.where(TakeRow.verdict.in_(USED)).order_by(TakeRow.key, TakeRow.attempt)
