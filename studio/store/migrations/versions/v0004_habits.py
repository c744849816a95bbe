"""Version 4: what is usual for a voice, learned from its takes.

Is: one new table. Is not: edited, ever.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """CREATE TABLE voice_habit (
        id INTEGER NOT NULL,
        voice_id INTEGER NOT NULL,
        basis VARCHAR NOT NULL,
        pace DOUBLE,
        level DOUBLE NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(voice_id) REFERENCES voice (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX habit_of_voice ON voice_habit (voice_id, basis)",
    "PRAGMA user_version=4",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)
