"""Version 3: pronunciations as the dictionary has them, with a language and a rule for capitals.

Is: the table made anew; nothing could write to it in version 2.
Is not: edited, ever.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "DROP TABLE pronunciation",
    """CREATE TABLE pronunciation (
        id INTEGER NOT NULL,
        project_id INTEGER,
        speaker VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        written VARCHAR NOT NULL,
        spoken VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        language VARCHAR NOT NULL,
        "case" VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX pronunciation_of ON pronunciation (project_id, position)",
    "PRAGMA user_version=3",
)


def upgrade() -> None:
    """Make the table anew."""
    for statement in STATEMENTS:
        op.execute(statement)
