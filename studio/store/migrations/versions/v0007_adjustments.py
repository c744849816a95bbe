"""Version 7: what listeners adjust on turns, without performing them again.

Is: a new table, empty. Is not: edited, ever.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """CREATE TABLE turn_adjustment (
        turn_row INTEGER NOT NULL,
        pause_after INTEGER,
        gain_db DOUBLE NOT NULL,
        trim_head INTEGER NOT NULL,
        trim_tail INTEGER NOT NULL,
        flagged BOOLEAN NOT NULL,
        PRIMARY KEY (turn_row),
        FOREIGN KEY(turn_row) REFERENCES turn (id) ON DELETE CASCADE
    )""",
    "PRAGMA user_version=7",
)


def upgrade() -> None:
    """Add the table."""
    for statement in STATEMENTS:
        op.execute(statement)
