"""What the takes of a voice said about its pace and level, so that a restart keeps it.

Is: the newest observations of each voice; they go when the voice goes.
Is not: the estimate (`studio.core.habits`).

- `basis` is a digest of checkpoint and reference: with another of either, a voice is another one.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from studio.core.habits import REMEMBERED, Observation
from studio.store.database import Database
from studio.store.tables import HabitRow, VoiceRow


def remember(
    database: Database, voice: str, basis: str, observations: Sequence[Observation]
) -> None:
    """Add observations of a voice and let go of the oldest; of a voice that is gone, none."""
    with database.write() as session:
        voice_id = session.scalar(select(VoiceRow.id).where(VoiceRow.name == voice))
        if voice_id is None or not observations:
            return
        row = {"voice_id": voice_id, "basis": basis}
        session.execute(
            insert(HabitRow), [row | {"pace": o.pace, "level": o.level} for o in observations]
        )
        mine = (HabitRow.voice_id == voice_id, HabitRow.basis == basis)
        newest = select(HabitRow.id).where(*mine).order_by(HabitRow.id.desc()).limit(REMEMBERED)
        session.execute(delete(HabitRow).where(*mine, HabitRow.id.not_in(newest)))


def observations_of(database: Database, voice: str, basis: str) -> tuple[Observation, ...]:
    """What is remembered of a voice, oldest first."""
    query = (
        select(HabitRow.pace, HabitRow.level)
        .join(VoiceRow, VoiceRow.id == HabitRow.voice_id)
        .where(VoiceRow.name == voice, HabitRow.basis == basis)
        .order_by(HabitRow.id)
    )
    with database.read() as session:
        return tuple(Observation(pace, level) for pace, level in session.execute(query))
