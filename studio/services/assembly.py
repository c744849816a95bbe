"""Assembling a chapter: takes onto a timeline, and from there into a spool or into stems.

Is: two passes over the takes. The survey places them, so that every length is known before
anything is written; the second pass writes.
Is not: mastering (`studio.core.mastering`) or encoding.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from studio.core.caption import turn_spans
from studio.core.chapters import ChapterPart
from studio.core.mastering import from_db
from studio.core.model import Audio
from studio.core.plan import PlannedChunk
from studio.core.speaker_levels import SpeakerLevels
from studio.core.timeline import Pauses, Placed, Timeline, cut_out
from studio.media.spool import Spool
from studio.services.take_audio import TakeAudio

OnChunk = Callable[[], None]


@dataclass(slots=True)
class SurveyedChapter:
    """A chapter whose every sample has its place.

    Args:
        samples: length of the chapter, silence at both ends included.
        book_start: sample of the whole book at which it begins.
        attention: turns whose take failed its checks and is used anyway.
    """

    part: ChapterPart
    placed: tuple[Placed, ...]
    samples: int
    book_start: int = 0
    attention: tuple[int, ...] = field(default=())

    @property
    def spans(self) -> dict[int, tuple[int, int]]:
        """Turn -> its first sample in the chapter and the one behind its last."""
        return turn_spans(self.placed)


def survey(
    part: ChapterPart, takes: TakeAudio, pauses: Pauses, levels: SpeakerLevels, on_chunk: OnChunk
) -> SurveyedChapter:
    """Place every take of a chapter; decodes what is not in the cache."""
    timeline = Timeline(takes.sample_rate, pauses)
    attention: list[int] = []
    for chunk in part.chunks:
        audio = takes.audio(chunk)
        levels.add(chunk.speaker, audio)
        timeline.place(chunk, audio)
        if takes.take(chunk).verdict != "accepted":
            attention.append(chunk.turn)
        on_chunk()
    samples = timeline.end + timeline.closing_silence(part.tail_ms)
    unique = tuple(dict.fromkeys(attention))
    return SurveyedChapter(part, tuple(timeline.placed), samples, attention=unique)


def pieces(
    chapter: SurveyedChapter, takes: TakeAudio, gains_db: Mapping[str, float], on_chunk: OnChunk
) -> Iterator[tuple[PlannedChunk, Placed, Audio]]:
    """Every take of a chapter before mastering: cut, faded, at its speaker's gain."""
    for chunk, place in zip(chapter.part.chunks, chapter.placed, strict=True):
        piece = cut_out(place, takes.audio(chunk), takes.sample_rate)
        gain = gains_db.get(chunk.speaker, 0.0)
        yield chunk, place, piece * from_db(gain) if gain else piece
        on_chunk()


def assemble(
    chapter: SurveyedChapter,
    takes: TakeAudio,
    gains_db: Mapping[str, float],
    spool: Spool,
    on_chunk: OnChunk,
) -> None:
    """Write a chapter into a spool, from its first sample to its last."""
    for _, place, piece in pieces(chapter, takes, gains_db, on_chunk):
        spool.write_silence(place.silence)
        spool.write(piece)
    spool.write_silence(chapter.samples - spool.samples)
