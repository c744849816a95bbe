"""Version 2, "production core": projects with takes of turns, consent, pronunciations, digests.

Is: additions only; every row of version 1 stays as it is and gets the digest of its bytes.
Is not: edited, ever.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = (
    """CREATE TABLE project (
        id INTEGER NOT NULL,
        project_id VARCHAR NOT NULL,
        slug VARCHAR NOT NULL,
        title VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        language VARCHAR NOT NULL,
        settings_json VARCHAR NOT NULL,
        cover VARCHAR,
        script_sha256 VARCHAR NOT NULL,
        created VARCHAR NOT NULL,
        changed VARCHAR NOT NULL,
        trashed VARCHAR,
        PRIMARY KEY (id),
        UNIQUE (project_id),
        UNIQUE (slug),
        FOREIGN KEY(script_sha256) REFERENCES script (sha256)
    )""",
    """CREATE TABLE chapter (
        id INTEGER NOT NULL,
        project_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        title VARCHAR NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (project_id, number),
        FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE turn (
        id INTEGER NOT NULL,
        project_id INTEGER NOT NULL,
        turn_id VARCHAR NOT NULL,
        position INTEGER,
        chapter INTEGER NOT NULL,
        scene INTEGER NOT NULL,
        speaker VARCHAR NOT NULL,
        text VARCHAR NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (project_id, turn_id),
        FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE cast_entry (
        project_id INTEGER NOT NULL,
        speaker VARCHAR NOT NULL,
        voice VARCHAR NOT NULL,
        PRIMARY KEY (project_id, speaker),
        FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE turn_take (
        id INTEGER NOT NULL,
        turn_row INTEGER NOT NULL,
        chunk INTEGER NOT NULL,
        take_id INTEGER NOT NULL,
        selected BOOLEAN NOT NULL,
        locked BOOLEAN NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (turn_row, chunk, take_id),
        FOREIGN KEY(turn_row) REFERENCES turn (id) ON DELETE CASCADE,
        FOREIGN KEY(take_id) REFERENCES take (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX turn_take_by_take ON turn_take (take_id)",
    "CREATE UNIQUE INDEX one_selected_take ON turn_take (turn_row, chunk) WHERE selected",
    """CREATE TABLE pronunciation (
        id INTEGER NOT NULL,
        project_id INTEGER,
        speaker VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        pattern VARCHAR NOT NULL,
        spoken VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX pronunciation_of ON pronunciation (project_id, position)",
    """CREATE TABLE consent (
        voice_id INTEGER NOT NULL,
        who VARCHAR NOT NULL,
        basis VARCHAR NOT NULL,
        created VARCHAR NOT NULL,
        PRIMARY KEY (voice_id),
        FOREIGN KEY(voice_id) REFERENCES voice (id) ON DELETE CASCADE
    )""",
)
COLUMNS = (
    "ALTER TABLE voice ADD COLUMN tags_json VARCHAR DEFAULT '[]' NOT NULL",
    "ALTER TABLE voice ADD COLUMN notes VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE reference ADD COLUMN audio_sha256 VARCHAR",
    "ALTER TABLE reference_codes ADD COLUMN sha256 VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE take ADD COLUMN voice VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE take ADD COLUMN sha256 VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE job ADD COLUMN project_id INTEGER REFERENCES project (id) ON DELETE SET NULL",
    "CREATE INDEX take_by_voice ON take (voice)",
)


def upgrade() -> None:
    """Make what is new, then put the digest of every recording and all codes beside them."""
    for statement in (*TABLES, *COLUMNS):
        op.execute(statement)
    _digest("take", "codes", "sha256")
    _digest("reference_codes", "codes", "sha256")
    _digest("reference", "audio", "audio_sha256")
    op.execute("PRAGMA user_version=2")


def _digest(table: str, blob: str, column: str) -> None:
    """Row by row: the blobs of a library need not fit into memory."""
    connection = op.get_bind()
    rows = connection.exec_driver_sql(
        f"SELECT rowid FROM {table} WHERE {blob} IS NOT NULL"
    ).scalars()
    for row in rows.all():
        content = connection.exec_driver_sql(f"SELECT {blob} FROM {table} WHERE rowid=?", (row,))
        connection.execute(
            sa.text(f"UPDATE {table} SET {column}=:digest WHERE rowid=:row"),
            {"digest": hashlib.sha256(content.scalar_one()).hexdigest(), "row": row},
        )
