"""Captions and the table of turns that go with a delivery's audio.

Is: made from the same places on the timeline as the audio, so that they fit to the sample.
Is not: needed for the audio; they are asked for.
"""

from collections.abc import Iterator
from dataclasses import replace

from studio.core.caption import Caption, captions
from studio.core.chapters import turn_text
from studio.media.captions import captions_text
from studio.media.publish import publish_text
from studio.media.turns_csv import TurnRow, turns_table
from studio.services.assembly import SurveyedChapter
from studio.services.delivery_work import DeliveredFile, Work


def write_side_files(work: Work) -> Iterator[DeliveredFile]:
    """Write what was asked for besides the audio; each file is given out when it is complete."""
    if work.options.captions:
        yield from _write_captions(work)
    if work.options.table:
        path = work.names.folder / "turns.csv"
        publish_text(path, turns_table(_rows(work)))
        yield DeliveredFile(path, "csv")


def _write_captions(work: Work) -> Iterator[DeliveredFile]:
    """Captions of each chapter, and of the whole book where it is one file."""
    texts = {placed.index: turn_text(placed) for placed in work.source.script.placed_turns()}
    book: list[Caption] = []
    for chapter in work.chapters:
        found = captions(chapter.placed, chapter.part.chunks, texts)
        if work.kinds:
            stem = work.names.stem(chapter.part)
            yield from _write(work, found, stem, chapter.part.number)
        book += [_moved(caption, chapter) for caption in found]
    named = {work.names.stem(chapter.part) for chapter in work.chapters} if work.kinds else set()
    stem = work.names.book("m4b").stem
    if work.has_book and stem not in named:
        yield from _write(work, tuple(book), stem, None)


def _write(
    work: Work, found: tuple[Caption, ...], stem: str, chapter: int | None
) -> Iterator[DeliveredFile]:
    for kind in dict.fromkeys(work.options.captions):
        path = work.names.folder / f"{stem}.{kind}"
        publish_text(path, captions_text(found, work.rate, kind, work.mark))
        yield DeliveredFile(path, kind, chapter)


def _moved(caption: Caption, chapter: SurveyedChapter) -> Caption:
    start = chapter.book_start
    return replace(caption, start=caption.start + start, end=caption.end + start)


def _rows(work: Work) -> Iterator[TurnRow]:
    turns = {placed.index: placed for placed in work.source.script.placed_turns()}
    for chapter in work.chapters:
        for index, (start, end) in chapter.spans.items():
            yield TurnRow(
                chapter=chapter.part.number, title=chapter.part.title, turn=index + 1,
                speaker=turns[index].turn.speaker, start=start / work.rate, end=end / work.rate,
                book_start=(chapter.book_start + start) / work.rate, text=turn_text(turns[index]),
                take="needs attention" if index in chapter.attention else "accepted",
            )  # fmt: skip
