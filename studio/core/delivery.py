"""What a delivery is asked for: formats, target, pauses, metadata.

Is: one value, complete with defaults that suit an audiobook.
Is not: checked against a job; that is the service's part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from studio.core.clip import ClipEdit
from studio.core.file_names import check_pattern
from studio.core.label import Cover
from studio.core.targets import Target
from studio.core.timeline import Pauses
from studio.errors import DeliveryError

DeliveryFormat = Literal["wav", "flac", "mp3", "m4b"]
CaptionFormat = Literal["srt", "vtt"]
FORMATS: tuple[str, ...] = get_args(DeliveryFormat)
CAPTIONS: tuple[str, ...] = get_args(CaptionFormat)

ROOM_TONE_DB = -72.0
"""Below the -60 dB that shops ask for, above the silence that sounds like a fault."""
LOUDEST_TONE_DB = -40.0
LARGEST_GAIN_DB = 24.0


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """How a job is delivered.

    Args:
        formats: "wav", "flac" and "mp3" are one file a chapter, "m4b" is the whole book.
        target: name of a target.
        pauses: by boundary; None: the usual, with the target's silence at both ends.
        room_tone_db: level of the room tone under everything (dBFS RMS); None: digital silence.
        match_speakers: bring all speakers to one level before mastering.
        gains_db: further gain by speaker.
        edits: of single takes, by turn, counted from 0.
        captions: "srt", "vtt".
        table: a CSV of turns with their times.
        stems: a FLAC of each speaker, aligned, without room tone.
        cover: a picture, for MP3 and M4B.
        title, author, narrator, date, language, description, copyright: metadata; empty: the
            project's, else the script's own.
        naming: pattern of the files' names (`studio.core.file_names`); empty: short plain names.
    """

    formats: tuple[str, ...] = ("mp3",)
    target: str = "none"
    pauses: Pauses | None = None
    room_tone_db: float | None = ROOM_TONE_DB
    match_speakers: bool = True
    gains_db: Mapping[str, float] = field(default_factory=dict)
    edits: Mapping[int, ClipEdit] = field(default_factory=dict)
    captions: tuple[CaptionFormat, ...] = ()
    table: bool = False
    stems: bool = False
    cover: Cover | None = None
    title: str = ""
    author: str = ""
    narrator: str = ""
    date: str = ""
    language: str = ""
    description: str = ""
    copyright: str = ""
    naming: str = ""

    def __post_init__(self) -> None:
        _refuse_unknown("format", self.formats, FORMATS)
        _refuse_unknown("kind of captions", self.captions, CAPTIONS)
        if not self.formats:
            raise DeliveryError(f"Name a format: {', '.join(FORMATS)}.")
        check_pattern(self.naming)
        if self.room_tone_db is not None and self.room_tone_db > LOUDEST_TONE_DB:
            raise DeliveryError(
                f"Room tone of {self.room_tone_db:g} dB is a noise; choose {LOUDEST_TONE_DB:g} "
                "or less, or none."
            )
        for speaker, gain in self.gains_db.items():
            if not abs(gain) <= LARGEST_GAIN_DB:  # not: so that NaN is refused too
                raise DeliveryError(
                    f"A gain of {gain:g} dB for {speaker} is too much; at most "
                    f"{LARGEST_GAIN_DB:g} either way."
                )

    def pauses_for(self, target: Target) -> Pauses:
        """The pauses that were asked for, or the usual ones with the target's ends."""
        if self.pauses is not None:
            return self.pauses
        return replace(Pauses(), head=target.head_ms, tail=target.tail_ms)


def delivery_names() -> tuple[str, ...]:
    """The names of all formats of audio."""
    return FORMATS


def caption_names() -> tuple[str, ...]:
    """The names of all formats of captions."""
    return CAPTIONS


def _refuse_unknown(what: str, given: Sequence[str], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise DeliveryError(f"There is no {what} '{name}'. Known: {', '.join(known)}.")
