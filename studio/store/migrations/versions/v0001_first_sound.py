"""Version 1, "first sound": voices, takes, scripts, jobs, deliveries.

Is: the statements that SQLAlchemy made before there were migrations, word for word.
Is not: edited, ever.
"""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """CREATE TABLE voice (
        id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        description VARCHAR NOT NULL,
        language VARCHAR NOT NULL,
        gender VARCHAR NOT NULL,
        origin VARCHAR NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name)
    )""",
    """CREATE TABLE script (
        sha256 VARCHAR NOT NULL,
        title VARCHAR NOT NULL,
        text VARCHAR NOT NULL,
        PRIMARY KEY (sha256)
    )""",
    """CREATE TABLE take (
        id INTEGER NOT NULL,
        "key" VARCHAR NOT NULL,
        attempt INTEGER NOT NULL,
        seed INTEGER NOT NULL,
        verdict VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        severity DOUBLE NOT NULL,
        n_codebooks INTEGER NOT NULL,
        codes BLOB NOT NULL,
        created VARCHAR NOT NULL,
        PRIMARY KEY (id),
        UNIQUE ("key", attempt)
    )""",
    'CREATE INDEX take_by_key ON take ("key", verdict)',
    """CREATE TABLE reference (
        id INTEGER NOT NULL,
        voice_id INTEGER NOT NULL,
        transcript VARCHAR NOT NULL,
        audio BLOB,
        seconds DOUBLE,
        PRIMARY KEY (id),
        FOREIGN KEY(voice_id) REFERENCES voice (id) ON DELETE CASCADE
    )""",
    "CREATE INDEX ix_reference_voice_id ON reference (voice_id)",
    """CREATE TABLE job (
        number INTEGER NOT NULL,
        job_id VARCHAR NOT NULL,
        script_sha256 VARCHAR NOT NULL,
        cast_json VARCHAR NOT NULL,
        seed INTEGER NOT NULL,
        chapter INTEGER,
        checkpoint VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        turns_done INTEGER NOT NULL,
        turns_total INTEGER NOT NULL,
        error VARCHAR NOT NULL,
        created VARCHAR NOT NULL,
        PRIMARY KEY (number),
        UNIQUE (job_id),
        FOREIGN KEY(script_sha256) REFERENCES script (sha256)
    )""",
    """CREATE TABLE reference_codes (
        reference_id INTEGER NOT NULL,
        codec VARCHAR NOT NULL,
        n_codebooks INTEGER NOT NULL,
        codes BLOB NOT NULL,
        PRIMARY KEY (reference_id, codec),
        FOREIGN KEY(reference_id) REFERENCES reference (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE export (
        id INTEGER NOT NULL,
        job_id VARCHAR NOT NULL,
        path VARCHAR NOT NULL,
        format VARCHAR NOT NULL,
        sample_rate INTEGER NOT NULL,
        seconds DOUBLE NOT NULL,
        turns INTEGER NOT NULL,
        created VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(job_id) REFERENCES job (job_id)
    )""",
    "CREATE INDEX ix_export_job_id ON export (job_id)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
    op.execute("PRAGMA user_version=1")
