"""Version 8: takes note how they were made, and jobs how boldly they draw.

Is: new columns only; takes from before do not know it, and old jobs draw as is recommended.
Is not: edited, ever.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    "ALTER TABLE take ADD COLUMN made_with VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE job ADD COLUMN sampling_json VARCHAR DEFAULT '{}' NOT NULL",
    "PRAGMA user_version=8",
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STATEMENTS:
        op.execute(statement)
