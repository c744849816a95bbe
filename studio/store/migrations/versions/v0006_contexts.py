"""Version 6: a take remembers what it says and what was heard before it; jobs that perform again.

Is: new columns only; takes from before know neither, and are told apart by their empty sheet.
Is not: edited, ever.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "ALTER TABLE take ADD COLUMN text VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE take ADD COLUMN sheet VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE take ADD COLUMN context VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE take ADD COLUMN heard INTEGER",
    "ALTER TABLE turn_take ADD COLUMN chosen INTEGER DEFAULT '0' NOT NULL",
    "UPDATE turn_take SET chosen = 1 WHERE selected",
    "ALTER TABLE job ADD COLUMN again_json VARCHAR DEFAULT '[]' NOT NULL",
    "ALTER TABLE job ADD COLUMN candidates INTEGER DEFAULT '1' NOT NULL",
    "ALTER TABLE job ADD COLUMN since INTEGER DEFAULT '0' NOT NULL",
    "PRAGMA user_version=6",
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STATEMENTS:
        op.execute(statement)
