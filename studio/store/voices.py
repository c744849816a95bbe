"""Voices, their references, and what each codec made of them.

Is: storage. Is not: a judgement whether audio can serve as a reference (`studio.services.voices`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from studio.core.model import Codes, Consent, Voice
from studio.errors import VoiceError
from studio.store.database import Database, codes_from_blob, codes_to_blob
from studio.store.tables import ConsentRow, ReferenceCodesRow, ReferenceRow, VoiceRow


@dataclass(frozen=True, slots=True)
class StoredReference:
    """A recording behind a voice. `audio` is a whole FLAC file, None where only codes exist."""

    reference_id: int
    transcript: str
    audio: bytes | None


def all_voices(database: Database) -> tuple[Voice, ...]:
    """Every voice: the user's own first, each group in the order in which it was added."""
    # The recordings stay where they are: a list of voices need not read megabytes of audio.
    references = joinedload(VoiceRow.references).load_only(ReferenceRow.seconds)
    query = select(VoiceRow).options(references, joinedload(VoiceRow.consent)).order_by(VoiceRow.id)
    with database.read() as session:
        voices = [_voice(row) for row in session.scalars(query).unique()]
    return tuple(sorted(voices, key=lambda voice: voice.origin != "user"))


def add_voice(
    database: Database, voice: Voice, transcript: str, audio: bytes | None = None
) -> None:
    """Add a voice with one reference.

    Raises:
        VoiceError: the name is taken.
    """
    reference = ReferenceRow(
        transcript=transcript, audio=audio, seconds=voice.seconds,
        audio_sha256=None if audio is None else hashlib.sha256(audio).hexdigest(),
    )  # fmt: skip
    row = VoiceRow(
        name=voice.name, description=voice.description, language=voice.language,
        gender=voice.gender, origin=voice.origin, tags_json=json.dumps(voice.tags),
        notes=voice.notes, consent=_consent_row(voice.consent), references=[reference],
    )  # fmt: skip
    try:
        with database.write() as session:
            session.add(row)
    except IntegrityError as error:
        raise VoiceError(
            f"There is a voice called {voice.name} already. Choose another name."
        ) from error


def give_consent(database: Database, name: str, consent: Consent) -> None:
    """Record that a voice may be cloned; an earlier statement is replaced."""
    with database.write() as session:
        row = session.scalars(select(VoiceRow).where(VoiceRow.name == name)).one()
        session.execute(delete(ConsentRow).where(ConsentRow.voice_id == row.id))
        session.add(
            ConsentRow(
                voice_id=row.id, who=consent.who, basis=consent.basis, created=consent.recorded
            )
        )


def describe_voice(database: Database, name: str, changes: Mapping[str, str]) -> None:
    """Change a voice's description, language, gender, notes or tags_json."""
    with database.write() as session:
        row = session.scalars(select(VoiceRow).where(VoiceRow.name == name)).one()
        for field, value in changes.items():
            setattr(row, field, value)


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


def transcripts(database: Database) -> dict[str, str]:
    """What is said in the user's own voices, by name."""
    own = select(VoiceRow.name, ReferenceRow.transcript).join(VoiceRow.references)
    own = own.where(VoiceRow.origin == "user").order_by(ReferenceRow.id.desc())
    with database.read() as session:
        return {name: words for name, words in session.execute(own)}  # the first one stays


def reference_codes(database: Database, reference_id: int, codec: str) -> Codes | None:
    """What a codec made of a reference, if it has been asked before."""
    with database.read() as session:
        row = session.get(ReferenceCodesRow, (reference_id, codec))
        return None if row is None else codes_from_blob(row.codes, row.n_codebooks)


def put_reference_codes(database: Database, reference_id: int, codec: str, codes: Codes) -> None:
    """Keep what a codec made of a reference."""
    blob = codes_to_blob(codes)
    row = ReferenceCodesRow(
        reference_id=reference_id, codec=codec, n_codebooks=codes.shape[0], codes=blob,
        sha256=hashlib.sha256(blob).hexdigest(),
    )  # fmt: skip
    with database.write() as session:
        session.merge(row)


def _voice(row: VoiceRow) -> Voice:
    consent = row.consent
    return Voice(
        name=row.name, description=row.description, language=row.language, gender=row.gender,
        origin=cast(Literal["starter", "user"], row.origin), seconds=row.references[0].seconds,
        tags=tuple(json.loads(row.tags_json)), notes=row.notes,
        consent=Consent(consent.who, consent.basis, consent.created) if consent else None,
    )  # fmt: skip


def _consent_row(consent: Consent | None) -> ConsentRow | None:
    if consent is None:
        return None
    return ConsentRow(who=consent.who, basis=consent.basis, created=consent.recorded)
