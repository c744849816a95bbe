"""The tables of the library and of performances: voices, takes, scripts, jobs, deliveries.

Is: what a row holds. Is not: used outside `studio.store`.

- Codes are a blob of little-endian uint16 in C order, with the number of codebooks beside it and
  the SHA-256 of the blob, by which `check` finds a flipped bit.
- A change of a table is a new step in `studio.store.migrations`; a test compares the two.
"""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Base of all tables."""


class VoiceRow(Base):
    """A voice of the library."""

    __tablename__ = "voice"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str]
    language: Mapped[str]
    gender: Mapped[str]
    origin: Mapped[str]
    tags_json: Mapped[str] = mapped_column(server_default="[]")
    notes: Mapped[str] = mapped_column(server_default="")
    consent: Mapped["ConsentRow | None"] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )
    references: Mapped[list["ReferenceRow"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ReferenceRow.id"
    )


class ConsentRow(Base):
    """Who agreed that a voice is cloned, on what basis, and when that was recorded."""

    __tablename__ = "consent"

    voice_id: Mapped[int] = mapped_column(
        ForeignKey("voice.id", ondelete="CASCADE"), primary_key=True
    )
    who: Mapped[str]
    basis: Mapped[str]
    created: Mapped[str]


class ReferenceRow(Base):
    """A recording behind a voice: its transcript, and its audio where there is any (FLAC)."""

    __tablename__ = "reference"

    id: Mapped[int] = mapped_column(primary_key=True)
    voice_id: Mapped[int] = mapped_column(ForeignKey("voice.id", ondelete="CASCADE"), index=True)
    transcript: Mapped[str]
    audio: Mapped[bytes | None]
    seconds: Mapped[float | None]
    audio_sha256: Mapped[str | None]
    codes: Mapped[list["ReferenceCodesRow"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


class ReferenceCodesRow(Base):
    """What one codec made of a reference."""

    __tablename__ = "reference_codes"

    reference_id: Mapped[int] = mapped_column(
        ForeignKey("reference.id", ondelete="CASCADE"), primary_key=True
    )
    codec: Mapped[str] = mapped_column(primary_key=True)
    n_codebooks: Mapped[int]
    codes: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(server_default="")


class ScriptRow(Base):
    """A script's text, stored once however many jobs perform it."""

    __tablename__ = "script"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]


class JobRow(Base):
    """One performance of a script. `number` gives the order in which jobs were made."""

    __tablename__ = "job"

    number: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(unique=True)
    script_sha256: Mapped[str] = mapped_column(ForeignKey("script.sha256"))
    cast_json: Mapped[str]
    seed: Mapped[int]
    chapter: Mapped[int | None]
    checkpoint: Mapped[str]
    state: Mapped[str]
    turns_done: Mapped[int]
    turns_total: Mapped[int]
    error: Mapped[str]
    created: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="SET NULL"))
    again_json: Mapped[str] = mapped_column(server_default="[]")
    candidates: Mapped[int] = mapped_column(server_default="1")
    since: Mapped[int] = mapped_column(server_default="0")
    sampling_json: Mapped[str] = mapped_column(server_default="{}")
    script: Mapped[ScriptRow] = relationship()


class TakeRow(Base):
    """One rendering of a chunk. `key` is its content key, `voice` the name of its voice, `text` and
    `sheet` say what it says in which voice, `context` and `heard` after hearing what.

    What was not noted when an old take was made is empty.
    """

    __tablename__ = "take"
    __table_args__ = (
        UniqueConstraint("key", "attempt"),
        Index("take_by_key", "key", "verdict"),
        Index("take_by_voice", "voice"),
        Index("take_by_basis", "basis", "key", "pace", "level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    attempt: Mapped[int]
    seed: Mapped[int]
    verdict: Mapped[str]
    reason: Mapped[str]
    severity: Mapped[float]
    n_codebooks: Mapped[int]
    codes: Mapped[bytes]
    created: Mapped[str]
    voice: Mapped[str] = mapped_column(server_default="")
    sha256: Mapped[str] = mapped_column(server_default="")
    pace: Mapped[float | None]
    level: Mapped[float | None]
    basis: Mapped[str] = mapped_column(server_default="")
    text: Mapped[str] = mapped_column(server_default="")
    sheet: Mapped[str] = mapped_column(server_default="")
    context: Mapped[str] = mapped_column(server_default="")
    heard: Mapped[int | None]
    made_with: Mapped[str] = mapped_column(server_default="")


class HearingRow(Base):
    """What speech recognition heard in a take."""

    __tablename__ = "hearing"

    take_id: Mapped[int] = mapped_column(
        ForeignKey("take.id", ondelete="CASCADE"), primary_key=True
    )
    recognizer: Mapped[str]
    transcript: Mapped[str]
    wrong: Mapped[int]
    words: Mapped[int]


class ExportRow(Base):
    """A delivered file."""

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.job_id"), index=True)
    path: Mapped[str]
    format: Mapped[str]
    sample_rate: Mapped[int]
    seconds: Mapped[float]
    turns: Mapped[int]
    created: Mapped[str]
