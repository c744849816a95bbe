"""Version 5: what speech recognition heard in a take.

Is: one new table. Is not: edited, ever.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """CREATE TABLE hearing (
        take_id INTEGER NOT NULL,
        recognizer VARCHAR NOT NULL,
        transcript VARCHAR NOT NULL,
        wrong INTEGER NOT NULL,
        words INTEGER NOT NULL,
        PRIMARY KEY (take_id),
        FOREIGN KEY(take_id) REFERENCES take (id) ON DELETE CASCADE
    )""",
    "PRAGMA user_version=5",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        op.execute(statement)
