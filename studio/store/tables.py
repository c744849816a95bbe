"""The tables of the workspace database.

Is: what a row holds. Is not: used outside `studio.store`.

- Codes are a blob of little-endian uint16 in C order, with the number of codebooks beside it.
- `SCHEMA_VERSION` goes into SQLite's `user_version`; a change of a table raises it.
"""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA_VERSION = 1


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
    references: Mapped[list["ReferenceRow"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ReferenceRow.id"
    )


class ReferenceRow(Base):
    """A recording behind a voice: its transcript, and its audio where there is any (FLAC)."""

    __tablename__ = "reference"

    id: Mapped[int] = mapped_column(primary_key=True)
    voice_id: Mapped[int] = mapped_column(ForeignKey("voice.id", ondelete="CASCADE"), index=True)
    transcript: Mapped[str]
    audio: Mapped[bytes | None]
    seconds: Mapped[float | None]
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
    script: Mapped[ScriptRow] = relationship()


class TakeRow(Base):
    """One rendering of a chunk. `key` is the chunk's content key."""

    __tablename__ = "take"
    __table_args__ = (UniqueConstraint("key", "attempt"), Index("take_by_key", "key", "verdict"))

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
