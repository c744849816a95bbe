"""Takes: rows of codes, found by content key, kept for ever.

Is: storage; each function is one transaction, durable when it returns.
Is not: a judgement about a take (`studio.core.checks`).
"""

import hashlib
from collections.abc import Iterable
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from studio.core.model import Take, Verdict
from studio.store.database import Database, codes_from_blob, codes_to_blob, now
from studio.store.tables import TakeRow

USED = ("accepted", "attention")
_BATCH = 500  # SQLite limits the number of variables in a statement


def add_take(database: Database, take: Take) -> None:
    """Commit a take. One with the same key and attempt is the same take and stays."""
    codes = codes_to_blob(take.codes)
    row = insert(TakeRow).values(
        key=take.key, attempt=take.attempt, seed=take.seed, verdict=take.verdict,
        reason=take.reason, severity=take.severity, n_codebooks=take.codes.shape[0],
        codes=codes, sha256=hashlib.sha256(codes).hexdigest(), voice=take.voice, created=now(),
        pace=take.pace, level=take.level, basis=take.basis,
    )  # fmt: skip
    with database.write() as session:
        session.execute(row.on_conflict_do_nothing())


def use_after_all(database: Database, take: Take) -> None:
    """Turn a rejected take into the one that is used, marked as needing attention."""
    with database.write() as session:
        session.execute(
            update(TakeRow)
            .where(TakeRow.key == take.key, TakeRow.attempt == take.attempt)
            .values(verdict="attention")
        )


def takes_of(database: Database, key: str) -> tuple[Take, ...]:
    """Every take of a chunk, in order of attempt."""
    query = select(TakeRow).where(TakeRow.key == key).order_by(TakeRow.attempt)
    with database.read() as session:
        return tuple(take_of_row(row) for row in session.scalars(query))


def used_take(database: Database, key: str) -> Take | None:
    """The take of a chunk that is heard, or None if there is none yet."""
    query = select(TakeRow).where(TakeRow.key == key, TakeRow.verdict.in_(USED))
    with database.read() as session:
        row = session.scalar(query.order_by(TakeRow.attempt))
        return None if row is None else take_of_row(row)


def performed_keys(database: Database, keys: Iterable[str]) -> set[str]:
    """Those of the keys that have a take which is used."""
    wanted, found = list(keys), set[str]()
    with database.read() as session:
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            query = select(TakeRow.key).where(TakeRow.key.in_(batch), TakeRow.verdict.in_(USED))
            found.update(session.scalars(query))
    return found


def take_of_row(row: TakeRow) -> Take:
    """A row as a value, its codes included."""
    return Take(
        key=row.key, attempt=row.attempt, seed=row.seed,
        codes=codes_from_blob(row.codes, row.n_codebooks),
        verdict=cast(Verdict, row.verdict), reason=row.reason, severity=row.severity,
        voice=row.voice, pace=row.pace, level=row.level, basis=row.basis,
    )  # fmt: skip
