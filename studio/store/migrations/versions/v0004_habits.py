"""Version 4: a take says what it tells about the pace and the level of its voice.

Is: new columns only; takes from before tell nothing.
Is not: edited, ever.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    "ALTER TABLE take ADD COLUMN pace DOUBLE",
    "ALTER TABLE take ADD COLUMN level DOUBLE",
    "ALTER TABLE take ADD COLUMN basis VARCHAR DEFAULT '' NOT NULL",
    'CREATE INDEX take_by_basis ON take (basis, "key", pace, level)',
    "PRAGMA user_version=4",
)


def upgrade() -> None:
    """Add the columns and their index."""
    for statement in STATEMENTS:
        op.execute(statement)
