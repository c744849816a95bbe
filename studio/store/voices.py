"""Voices, their references, and what each codec made of them.

Is: storage. Is not: a judgement whether audio can serve as a reference (`studio.services.voices`).
"""

from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from studio.core.model import Codes, Voice
from studio.store.database import Database, codes_from_blob, codes_to_blob
from studio.store.tables import ReferenceCodesRow, ReferenceRow, VoiceRow


@dataclass(frozen=True, slots=True)
class StoredReference:
    """A recording behind a voice. `audio` is a whole FLAC file, None where only codes exist."""

    reference_id: int
    transcript: str
    audio: bytes | None


def all_voices(database: Database) -> tuple[Voice, ...]:
    """Every voice: the user's own first, each group in the order in which it was added."""
    query = select(VoiceRow).options(joinedload(VoiceRow.references)).order_by(VoiceRow.id)
    with database.read() as session:
        voices = [_voice(row) for row in session.scalars(query).unique()]
    return tuple(sorted(voices, key=lambda voice: voice.origin != "user"))


def add_voice(
    database: Database, voice: Voice, transcript: str, audio: bytes | None = None
) -> None:
    """Add a voice with one reference. The name must be free."""
    reference = ReferenceRow(transcript=transcript, audio=audio, seconds=voice.seconds)
    row = VoiceRow(
        name=voice.name, description=voice.description, language=voice.language,
        gender=voice.gender, origin=voice.origin, references=[reference],
    )  # fmt: skip
    with database.write() as session:
        session.add(row)


def remove_voice(database: Database, name: str) -> None:
    """Remove a voice, its references and their codes."""
    with database.write() as session:
        row = session.scalar(select(VoiceRow).where(VoiceRow.name == name))
        if row is not None:
            session.delete(row)


def reference_of(database: Database, name: str) -> StoredReference:
    """The first reference of a voice, which is the one that is performed with.

    Raises:
        KeyError: there is no such voice.
    """
    query = select(ReferenceRow).join(VoiceRow).where(VoiceRow.name == name)
    with database.read() as session:
        row = session.scalar(query.order_by(ReferenceRow.id))
        if row is None:
            raise KeyError(name)
        return StoredReference(row.id, row.transcript, row.audio)


def reference_codes(database: Database, reference_id: int, codec: str) -> Codes | None:
    """What a codec made of a reference, if it has been asked before."""
    with database.read() as session:
        row = session.get(ReferenceCodesRow, (reference_id, codec))
        return None if row is None else codes_from_blob(row.codes, row.n_codebooks)


def put_reference_codes(database: Database, reference_id: int, codec: str, codes: Codes) -> None:
    """Keep what a codec made of a reference."""
    with database.write() as session:
        session.merge(
            ReferenceCodesRow(
                reference_id=reference_id,
                codec=codec,
                n_codebooks=codes.shape[0],
                codes=codes_to_blob(codes),
            )
        )


def _voice(row: VoiceRow) -> Voice:
    return Voice(
        name=row.name, description=row.description, language=row.language, gender=row.gender,
        origin=cast(Literal["starter", "user"], row.origin), seconds=row.references[0].seconds,
    )  # fmt: skip
