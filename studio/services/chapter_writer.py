"""Writing a delivery's audio: assembled into a spool, mastered on the way out, encoded at once.

Is: one pass over a chapter's audio for all its formats, and one more for its stems.
Is not: measuring; what was written is decoded again by `studio.services.deliveries`.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.mastering import Mastering, plan_mastering
from studio.core.model import Audio
from studio.media.loudness import LoudnessMeter
from studio.media.room_tone import room_tone
from studio.media.spool import BLOCK, Spool
from studio.media.write import AudioWriter, publish_audio
from studio.services.assembly import SurveyedChapter, assemble, pieces
from studio.services.delivery_work import ASSEMBLING, WRITING, DeliveredFile, Work

CORRECTIONS = 2
LIMITED_DB = 0.3
"""Where the limiter never goes deeper than this, loudness is what one gain makes it."""


def write_audio(work: Work, scratch: Path) -> Iterator[DeliveredFile]:
    """Write every audio file; each is given out when it is complete.

    Args:
        scratch: a folder for what is needed only meanwhile.
    """
    with ExitStack() as stack:
        book = stack.enter_context(_open_book(work)) if work.has_book else None
        for chapter in work.chapters:
            work.pace.enter(chapter.part.number)
            yield from _write_chapter(work, chapter, book, scratch)
    if work.has_book:
        turns = sum(len(chapter.part.turns) for chapter in work.chapters)
        seconds = work.book_samples / work.rate
        yield DeliveredFile(work.names.book("m4b"), "m4b", None, seconds, turns)


def _write_chapter(
    work: Work, chapter: SurveyedChapter, book: AudioWriter | None, scratch: Path
) -> Iterator[DeliveredFile]:
    with Spool(scratch, work.rate) as spool:
        step = work.pace.counting(ASSEMBLING, "assembling")
        assemble(chapter, work.takes, work.gains_db, spool, step)
        mastering = _master(work, spool)
        _encode(work, chapter, spool, mastering, book)
    seconds, turns = chapter.samples / work.rate, len(chapter.part.turns)
    for kind in work.kinds:
        path = work.names.chapter(chapter.part, kind)
        yield DeliveredFile(path, kind, chapter.part.number, seconds, turns)
    if work.options.stems:
        yield from _write_stems(work, chapter, mastering)


def _master(work: Work, spool: Spool) -> Mastering:
    """Find the chapter's gain; where a limiter changes the loudness, listen and correct.

    The envelope predicts RMS exactly, but not what loudness weighs by frequency.
    """
    envelope, lufs = spool.finish()
    mastering, correction_db = plan_mastering(envelope, lufs, work.target), 0.0
    for _ in range(CORRECTIONS):
        if work.target.measure != "lufs" or mastering.limited_db > -LIMITED_DB:
            break
        meter = LoudnessMeter(work.rate)
        for start, block in spool.read():
            meter.add(mastering.apply(block, start))
            work.pace.count(0.0, "mastering")
        correction_db += work.target.aim - meter.finish()
        mastering = plan_mastering(envelope, lufs, work.target, correction_db)
    return mastering


def _encode(
    work: Work,
    chapter: SurveyedChapter,
    spool: Spool,
    mastering: Mastering,
    book: AudioWriter | None,
) -> None:
    """Send the mastered chapter to all its files, which appear together at the end."""
    with ExitStack() as stack:
        label = work.chapter_label(chapter.part)
        writers = [
            stack.enter_context(publish_audio(path, work.rate, label, chapter.samples))
            for path in (work.names.chapter(chapter.part, kind) for kind in work.kinds)
        ]
        if book is not None:
            _write_gap(work, book, chapter.book_start - book.position)
            writers.append(book)
        share = WRITING * len(chapter.part.chunks) / max(chapter.samples, 1)
        for start, block in spool.read():
            mastered = mastering.apply(block, start) + _tone(work, start, block.size)
            for writer in writers:
                writer.write(mastered)
            work.pace.count(share * block.size, "writing")


def _write_stems(
    work: Work, chapter: SurveyedChapter, mastering: Mastering
) -> Iterator[DeliveredFile]:
    """One file for each speaker, as long as the chapter, with the gain that the chapter has."""
    speakers = list(dict.fromkeys(chunk.speaker for chunk in chapter.part.chunks))
    files = work.names.stem_files(chapter.part, speakers)
    label = work.chapter_label(chapter.part)
    with ExitStack() as stack:
        writers: Mapping[str, AudioWriter] = {
            speaker: stack.enter_context(
                publish_audio(path, work.rate, replace(label, title=f"{label.title}: {speaker}"))
            )
            for speaker, path in files.items()
        }
        step = work.pace.counting(0.0, "writing stems")
        for chunk, place, piece in pieces(chapter, work.takes, work.gains_db, step):
            writer = writers[chunk.speaker]
            writer.write_silence(place.start - writer.position)
            writer.write(mastering.apply(piece, place.start))
        for writer in writers.values():
            writer.write_silence(chapter.samples - writer.position)
    seconds = chapter.samples / work.rate
    for path in files.values():
        yield DeliveredFile(path, "stem", chapter.part.number, seconds)


def _open_book(work: Work) -> AbstractContextManager[AudioWriter]:
    return publish_audio(work.names.book("m4b"), work.rate, work.book_label(), work.book_samples)


def _write_gap(work: Work, writer: AudioWriter, samples: int) -> None:
    for start in range(0, samples, BLOCK):
        length = min(BLOCK, samples - start)
        writer.write(np.zeros(length, np.float32) + _tone(work, start, length))


def _tone(work: Work, start: int, samples: int) -> Audio | float:
    level = work.options.room_tone_db
    return 0.0 if level is None else room_tone(start, samples, work.rate, level)
