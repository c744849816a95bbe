"""What the takes of a voice said about its pace and level.

Is: a question to the takes, which carry it. Is not: the estimate (`studio.core.habits`).
"""

from collections.abc import Collection

from sqlalchemy import select

from studio.core.habits import REMEMBERED, Observation
from studio.store.database import Database
from studio.store.tables import TakeRow


def observations_of(
    database: Database, basis: str, besides: Collection[str]
) -> tuple[Observation, ...]:
    """The newest observations of a voice, oldest first.

    Args:
        basis: digest of the checkpoint and the reference that make the voice.
        besides: content keys whose takes do not count.
    """
    # Every column is in the index `take_by_basis`: no take's codes are read.
    query = select(TakeRow.key, TakeRow.pace, TakeRow.level).where(TakeRow.basis == basis)
    found: list[Observation] = []
    with database.read() as session:
        for key, pace, level in session.execute(query.order_by(TakeRow.id.desc())):
            if level is not None and key not in besides:
                found.append(Observation(pace, level))
            if len(found) == REMEMBERED:
                break
    return tuple(reversed(found))
