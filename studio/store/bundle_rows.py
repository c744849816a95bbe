"""A project's rows as a bundle, and a bundle as rows.

Is: one read transaction out, one write transaction in.
Is not: a zip (`bundle_file`); what comes in has been checked there.

- A voice of the library with the same recording and transcript is used as it is; another voice of
  the same name gets a number behind its name, in cast and takes as well.
- A bundle cannot make a voice a starter voice: it comes in as the user's own, with its consent.
- A take of a key and attempt that is known with other codes comes in as a further attempt.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.core.model import Verdict
from studio.core.pronunciation import Entry
from studio.errors import BundleError
from studio.store.bundle_file import Bundle
from studio.store.bundle_format import (
    BundleAdjustment,
    BundleCodes,
    BundleConsent,
    BundleLink,
    BundleProject,
    BundlePronunciation,
    BundleReference,
    BundleTake,
    BundleTurn,
    BundleVoice,
)
from studio.store.database import Database
from studio.store.project_tables import (
    CastRow,
    ChapterRow,
    ProjectRow,
    PronunciationRow,
    TurnAdjustmentRow,
    TurnRow,
    TurnTakeRow,
)
from studio.store.projects import put_script
from studio.store.pronunciations import entry_of
from studio.store.tables import (
    ConsentRow,
    ReferenceCodesRow,
    ReferenceRow,
    TakeRow,
    VoiceRow,
)


def project_as_bundle(
    database: Database,
    project_id: str,
    voices: Iterable[str],
    shared: Iterable[Entry],
    cover: bytes | None,
) -> Bundle:
    """Everything of a project, with what lies elsewhere.

    Args:
        voices: names of those that travel along.
        shared: entries of the workspace's dictionary; they come behind the project's own, which is
            the order in which they count.
        cover: the picture, from the project's folder.
    """
    blobs: dict[str, bytes] = {}
    with database.read() as session:
        query = select(ProjectRow).where(ProjectRow.project_id == project_id)
        row = session.scalars(query).one()
        turns = session.scalars(
            select(TurnRow)
            .where(TurnRow.project_id == row.id)
            .order_by(TurnRow.position.is_(None), TurnRow.position, TurnRow.id)
        ).all()
        takes, links = _takes_out(session, row.id, {turn.id: turn.turn_id for turn in turns}, blobs)
        project = BundleProject(
            project_id=row.project_id, slug=row.slug, title=row.title, author=row.author,
            language=row.language, created=row.created, changed=row.changed,
            settings=json.loads(row.settings_json), cast=_cast_out(session, row.id),
            turns=tuple(_turn_out(turn) for turn in turns), takes=takes, links=links,
            voices=tuple(_voices_out(session, voices, blobs)),
            pronunciations=tuple(dict.fromkeys(_pronunciations_out(session, row.id, shared))),
            cover=None if cover is None else _put(blobs, cover),
            adjustments=tuple(_adjustments_out(session, row.id)),
        )  # fmt: skip
        return Bundle(project, row.script.text, blobs)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A bundle on its way in: what it is called here, and what its script says.

    Args:
        chapters: titles of the script's chapters.
        cover: name of its cover's file here; None: it has none.
        renamed: filled on the way: a voice's name in the bundle -> its name here.
    """

    bundle: Bundle
    project_id: str
    slug: str
    chapters: Sequence[str]
    cover: str | None = None
    renamed: dict[str, str] = field(default_factory=dict)


def bundle_into_rows(database: Database, arrival: Arrival) -> dict[str, str]:
    """Add a bundle's project with all that belongs to it; returns the voices that were renamed."""
    project, blobs = arrival.bundle.project, arrival.bundle.blobs
    with database.write() as session:
        for voice in project.voices:
            arrival.renamed[voice.name] = _voice_in(session, voice, blobs)
        row = ProjectRow(
            project_id=arrival.project_id, slug=arrival.slug, title=project.title,
            author=project.author, language=project.language,
            settings_json=json.dumps(project.settings), cover=arrival.cover,
            script_sha256=put_script(session, project.title, arrival.bundle.script),
            created=project.created, changed=project.changed, trashed=None,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(
            ChapterRow(project_id=row.id, number=number, title=title)
            for number, title in enumerate(arrival.chapters, start=1)
        )
        session.add_all(
            CastRow(project_id=row.id, speaker=speaker, voice=arrival.renamed.get(voice, voice))
            for speaker, voice in project.cast.items()
        )
        session.add_all(
            PronunciationRow(project_id=row.id, position=position, **entry.model_dump())
            for position, entry in enumerate(project.pronunciations)
        )
        _takes_in(session, row.id, arrival)
    return {name: new for name, new in arrival.renamed.items() if new != name}


def _takes_in(session: Session, project: int, arrival: Arrival) -> None:
    content = arrival.bundle.project
    turns = [TurnRow(project_id=project, **turn.model_dump()) for turn in content.turns]
    takes = [_take_in(session, take, arrival) for take in content.takes]
    session.add_all(turns)
    session.flush()
    rows = {turn.turn_id: turn.id for turn in turns}
    session.add_all(
        TurnTakeRow(
            turn_row=rows[link.turn_id], chunk=link.chunk, take_id=takes[link.take].id,
            selected=link.selected, locked=link.locked, chosen=link.chosen,
        )
        for link in content.links
    )  # fmt: skip
    session.add_all(
        TurnAdjustmentRow(turn_row=rows[found.turn_id], **found.model_dump(exclude={"turn_id"}))
        for found in content.adjustments
    )


def _take_in(session: Session, take: BundleTake, arrival: Arrival) -> TakeRow:
    known = session.scalars(select(TakeRow).where(TakeRow.key == take.key)).all()
    same = next((row for row in known if row.attempt == take.attempt), None)
    if same is not None and (same.sha256, same.seed) == (take.codes, take.seed):
        return same
    attempts = {row.attempt for row in known}
    attempt = max(attempts) + 1 if take.attempt in attempts else take.attempt
    row = TakeRow(
        key=take.key, attempt=attempt, seed=take.seed, verdict=take.verdict, reason=take.reason,
        severity=take.severity, n_codebooks=take.n_codebooks, created=take.created,
        codes=_codes(arrival.bundle.blobs, take.codes, take.n_codebooks), sha256=take.codes,
        voice=arrival.renamed.get(take.voice, take.voice), text=take.text, sheet=take.sheet,
        context=take.context, heard=take.heard, made_with=take.made_with,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _voice_in(session: Session, voice: BundleVoice, blobs: Mapping[str, bytes]) -> str:
    """The name under which a voice is known here, after adding it where it is new."""
    taken = {row.name.casefold(): row for row in session.scalars(select(VoiceRow))}
    name, number = voice.name, 1
    while name.casefold() in taken:
        if _is_same(taken[name.casefold()], voice):
            return taken[name.casefold()].name
        number += 1
        name = f"{voice.name} ({number})"
    consent = voice.consent if voice.origin == "user" else None
    session.add(
        VoiceRow(
            name=name, description=voice.description, language=voice.language,
            gender=voice.gender, origin="user", tags_json=json.dumps(voice.tags),
            notes=voice.notes,
            consent=ConsentRow(who=consent.who, basis=consent.basis, created=consent.recorded)
            if consent else None,
            references=[_reference_in(reference, blobs) for reference in voice.references],
        )
    )  # fmt: skip
    session.flush()
    return name


def _is_same(row: VoiceRow, voice: BundleVoice) -> bool:
    known = [(reference.transcript, reference.audio_sha256) for reference in row.references]
    return known == [(reference.transcript, reference.audio) for reference in voice.references]


def _reference_in(reference: BundleReference, blobs: Mapping[str, bytes]) -> ReferenceRow:
    return ReferenceRow(
        transcript=reference.transcript, seconds=reference.seconds, audio_sha256=reference.audio,
        audio=blobs[reference.audio] if reference.audio else None,
        codes=[
            ReferenceCodesRow(
                codec=codes.codec, n_codebooks=codes.n_codebooks, sha256=codes.codes,
                codes=_codes(blobs, codes.codes, codes.n_codebooks),
            )
            for codes in reference.codes
        ],
    )  # fmt: skip


def _codes(blobs: Mapping[str, bytes], sha256: str, n_codebooks: int) -> bytes:
    blob = blobs[sha256]
    if not blob or len(blob) % (2 * n_codebooks):
        raise BundleError("A take in the bundle is no codes. Ask for the bundle once more.")
    return blob


def _takes_out(
    session: Session, project: int, turns: Mapping[int, str], blobs: dict[str, bytes]
) -> tuple[tuple[BundleTake, ...], tuple[BundleLink, ...]]:
    query = (
        select(TurnTakeRow, TakeRow)
        .join(TakeRow, TakeRow.id == TurnTakeRow.take_id)
        .join(TurnRow, TurnRow.id == TurnTakeRow.turn_row)
        .where(TurnRow.project_id == project)
        .order_by(TurnTakeRow.id)
    )
    pairs = [(link, take) for link, take in session.execute(query)]
    takes = sorted({take.id: take for _, take in pairs}.values(), key=lambda t: (t.key, t.attempt))
    places = {take.id: place for place, take in enumerate(takes)}
    links = tuple(
        BundleLink(
            turn_id=turns[link.turn_row], chunk=link.chunk, take=places[take.id],
            selected=link.selected, locked=link.locked, chosen=link.chosen,
        )
        for link, take in pairs
    )  # fmt: skip
    return tuple(_take_out(take, blobs) for take in takes), links


def _take_out(take: TakeRow, blobs: dict[str, bytes]) -> BundleTake:
    return BundleTake(
        key=take.key, attempt=take.attempt, seed=take.seed, reason=take.reason,
        verdict=cast(Verdict, take.verdict), severity=take.severity,
        n_codebooks=take.n_codebooks, codes=_put(blobs, take.codes), voice=take.voice,
        created=take.created, text=take.text, sheet=take.sheet, context=take.context,
        heard=take.heard, made_with=take.made_with,
    )  # fmt: skip


def _voices_out(
    session: Session, names: Iterable[str], blobs: dict[str, bytes]
) -> Iterable[BundleVoice]:
    query = select(VoiceRow).where(VoiceRow.name.in_(sorted(set(names))))
    for row in session.scalars(query.order_by(VoiceRow.name)):
        consent = row.consent
        yield BundleVoice(
            name=row.name, description=row.description, language=row.language, gender=row.gender,
            origin="starter" if row.origin == "starter" else "user", notes=row.notes,
            tags=tuple(json.loads(row.tags_json)),
            consent=BundleConsent(who=consent.who, basis=consent.basis, recorded=consent.created)
            if consent else None,
            references=tuple(_reference_out(reference, blobs) for reference in row.references),
        )  # fmt: skip


def _reference_out(row: ReferenceRow, blobs: dict[str, bytes]) -> BundleReference:
    codes = tuple(
        BundleCodes(codec=made.codec, n_codebooks=made.n_codebooks, codes=_put(blobs, made.codes))
        for made in sorted(row.codes, key=lambda made: made.codec)
    )
    audio = None if row.audio is None else _put(blobs, row.audio)
    return BundleReference(transcript=row.transcript, seconds=row.seconds, audio=audio, codes=codes)


def _put(blobs: dict[str, bytes], content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    blobs[sha256] = content
    return sha256


def _turn_out(row: TurnRow) -> BundleTurn:
    return BundleTurn(
        turn_id=row.turn_id, position=row.position, chapter=row.chapter, scene=row.scene,
        speaker=row.speaker, text=row.text,
    )  # fmt: skip


def _adjustments_out(session: Session, project: int) -> Iterable[BundleAdjustment]:
    query = (
        select(TurnRow.turn_id, TurnAdjustmentRow)
        .join(TurnAdjustmentRow, TurnAdjustmentRow.turn_row == TurnRow.id)
        .where(TurnRow.project_id == project)
        .order_by(TurnRow.id)
    )
    for turn_id, row in session.execute(query):
        yield BundleAdjustment(
            turn_id=turn_id, pause_after=row.pause_after, gain_db=row.gain_db,
            trim_head=row.trim_head, trim_tail=row.trim_tail, flagged=row.flagged,
        )  # fmt: skip


def _cast_out(session: Session, project: int) -> dict[str, str]:
    query = select(CastRow).where(CastRow.project_id == project).order_by(CastRow.speaker)
    return {row.speaker: row.voice for row in session.scalars(query)}


def _pronunciations_out(
    session: Session, project: int, shared: Iterable[Entry]
) -> Iterable[BundlePronunciation]:
    query = select(PronunciationRow).where(PronunciationRow.project_id == project)
    own = [entry_of(row) for row in session.scalars(query.order_by(PronunciationRow.position))]
    for entry in [*own, *shared]:
        yield BundlePronunciation(
            written=entry.written, spoken=entry.spoken, kind=entry.kind, speaker=entry.speaker,
            language=entry.language, case=entry.case,
        )  # fmt: skip


def project_ids(database: Database) -> set[str]:
    """The ids of all projects."""
    with database.read() as session:
        return set(session.scalars(select(ProjectRow.project_id)))
