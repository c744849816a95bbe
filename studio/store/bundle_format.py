"""What a `.tableread` bundle says: the shape of its two JSON files, checked when they are read.

Is: the format, version 4, documented in docs/workspace.md. Version 1 had no covers
and no contexts of takes, version 2 no adjustments of turns,
version 3 not how takes were made.
Is not: a reader of zips (`bundle_file`) or of the database (`bundle_rows`).

- Nothing in here is a path. Bytes are named by their SHA-256 and nothing else.
- Unknown fields are refused: a newer format has a newer version.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.adjustment import LARGEST_GAIN_DB, LONGEST_PAUSE_MS, LONGEST_TRIM_MS
from studio.core.pronunciation import CaseRule, Entry, Kind

VERSION = 4

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Identity = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Moment = Annotated[str, Field(max_length=40)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Codebooks = Annotated[int, Field(ge=1, le=64)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileFacts(_Strict):
    """Size and digest of a file in a bundle."""

    size: Count
    sha256: Sha256


class Manifest(_Strict):
    """`manifest.json`: what the bundle is and every other file in it."""

    format: Literal["tableread"]
    version: int
    files: dict[str, FileFacts]


class BundleConsent(_Strict):
    """Who agreed that a voice is cloned."""

    who: Name
    basis: Name
    recorded: Moment


class BundleCodes(_Strict):
    """What one codec made of a reference."""

    codec: Name
    n_codebooks: Codebooks
    codes: Sha256


class BundleReference(_Strict):
    """A recording behind a voice."""

    transcript: str
    seconds: float | None
    audio: Sha256 | None
    codes: tuple[BundleCodes, ...]


class BundleVoice(_Strict):
    """A voice that the project is cast with."""

    name: Name
    description: str
    language: str
    gender: str
    origin: Literal["starter", "user"]
    tags: tuple[str, ...]
    notes: str
    consent: BundleConsent | None
    references: tuple[BundleReference, ...] = Field(min_length=1)


class BundleTurn(_Strict):
    """A turn; `position` is None where it is not in the script now."""

    turn_id: Identity
    position: Count | None
    chapter: Count
    scene: Count
    speaker: str
    text: str


class BundleTake(_Strict):
    """A take; `codes` names its bytes."""

    key: Sha256
    attempt: Count
    seed: Count
    verdict: Literal["accepted", "attention", "rejected"]
    reason: str
    severity: float
    n_codebooks: Codebooks
    codes: Sha256
    voice: str
    created: Moment
    text: str = ""
    sheet: str = ""
    context: str = ""
    heard: Count | None = None
    made_with: str = ""


class BundleLink(_Strict):
    """A take in the history of a turn; `take` counts the takes from 0."""

    turn_id: Identity
    chunk: Count
    take: Count
    selected: bool
    locked: bool
    chosen: Count = 0


class BundleAdjustment(_Strict):
    """What a listener adjusted on a turn. Milliseconds; a pause of None is automatic."""

    turn_id: Identity
    pause_after: Annotated[int, Field(ge=0, le=LONGEST_PAUSE_MS)] | None = None
    gain_db: Annotated[float, Field(ge=-LARGEST_GAIN_DB, le=LARGEST_GAIN_DB)] = 0.0
    trim_head: Annotated[int, Field(ge=0, le=LONGEST_TRIM_MS)] = 0
    trim_tail: Annotated[int, Field(ge=0, le=LONGEST_TRIM_MS)] = 0
    flagged: bool = False


class BundlePronunciation(_Strict):
    """An entry of the project's pronunciation dictionary."""

    written: str
    spoken: str
    kind: Kind
    speaker: str
    language: str
    case: CaseRule

    def as_entry(self) -> Entry:
        """The entry as a value."""
        return Entry(scope="speaker" if self.speaker else "project", **self.model_dump())


class BundleProject(_Strict):
    """`project.json`: everything but the script's text and the bytes."""

    project_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,80}$")]
    title: Name
    author: str
    language: str
    created: Moment
    changed: Moment
    settings: dict[str, Any]
    cast: dict[str, str]
    turns: tuple[BundleTurn, ...]
    takes: tuple[BundleTake, ...]
    links: tuple[BundleLink, ...]
    voices: tuple[BundleVoice, ...]
    pronunciations: tuple[BundlePronunciation, ...]
    cover: Sha256 | None = None
    adjustments: tuple[BundleAdjustment, ...] = ()

    def blobs(self) -> set[str]:
        """The digests of all bytes that it names."""
        references = [reference for voice in self.voices for reference in voice.references]
        return {
            *(take.codes for take in self.takes),
            *(reference.audio for reference in references if reference.audio),
            *(codes.codes for reference in references for codes in reference.codes),
            *([self.cover] if self.cover else []),
        }
