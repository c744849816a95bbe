"""The tables of projects: chapters, turns, cast, takes and adjustments of turns, pronunciations.

Is: what a row holds. Is not: used outside `studio.store`.

- The text of a project is the script row it points to, exactly as it was written. Chapters and
  turns are read from it and give the turns identities that survive edits.
- A turn that is no longer in the script keeps its row, without a position, and with it its takes:
  an undo finds both again.
"""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studio.store.tables import Base, ScriptRow, TakeRow


class ProjectRow(Base):
    """One book or play. `trashed` is when it was thrown away, or NULL."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    author: Mapped[str]
    language: Mapped[str]
    settings_json: Mapped[str]
    cover: Mapped[str | None]
    script_sha256: Mapped[str] = mapped_column(ForeignKey("script.sha256"))
    created: Mapped[str]
    changed: Mapped[str]
    trashed: Mapped[str | None]
    script: Mapped[ScriptRow] = relationship()


class ChapterRow(Base):
    """A chapter; `number` counts from 1."""

    __tablename__ = "chapter"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]


class TurnRow(Base):
    """A turn. `position` counts from 0 over the script; NULL: it is not in the script now."""

    __tablename__ = "turn"
    __table_args__ = (UniqueConstraint("project_id", "turn_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    turn_id: Mapped[str]
    position: Mapped[int | None]
    chapter: Mapped[int]
    scene: Mapped[int]
    speaker: Mapped[str]
    text: Mapped[str]


class CastRow(Base):
    """Who speaks a speaker of a project, by the voice's name."""

    __tablename__ = "cast_entry"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("project.id", ondelete="CASCADE"), primary_key=True
    )
    speaker: Mapped[str] = mapped_column(primary_key=True)
    voice: Mapped[str]


class TurnTakeRow(Base):
    """A take that was made for a chunk of a turn; one of a chunk is selected, it may be locked.

    `chosen` counts the choices of a chunk: the take that was selected last has the highest.
    """

    __tablename__ = "turn_take"
    __table_args__ = (
        UniqueConstraint("turn_row", "chunk", "take_id"),
        Index("turn_take_by_take", "take_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_row: Mapped[int] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"))
    chunk: Mapped[int]
    take_id: Mapped[int] = mapped_column(ForeignKey("take.id", ondelete="CASCADE"))
    selected: Mapped[bool]
    locked: Mapped[bool]
    chosen: Mapped[int] = mapped_column(server_default="0")
    take: Mapped[TakeRow] = relationship()


Index(
    "one_selected_take",
    TurnTakeRow.turn_row,
    TurnTakeRow.chunk,
    unique=True,
    sqlite_where=TurnTakeRow.selected,
)


class TurnAdjustmentRow(Base):
    """What a listener adjusted on a turn. Milliseconds; `pause_after` NULL: automatic."""

    __tablename__ = "turn_adjustment"

    turn_row: Mapped[int] = mapped_column(
        ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True
    )
    pause_after: Mapped[int | None]
    gain_db: Mapped[float]
    trim_head: Mapped[int]
    trim_tail: Mapped[int]
    flagged: Mapped[bool]


class PronunciationRow(Base):
    """How something is spoken: for everything, one project, or one speaker of a project."""

    __tablename__ = "pronunciation"
    __table_args__ = (Index("pronunciation_of", "project_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    speaker: Mapped[str]
    position: Mapped[int]
    written: Mapped[str]
    spoken: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    case: Mapped[str]
