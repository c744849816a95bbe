"""Captions and the table of turns that go with a delivery's audio.

Is: made from the same places on the timeline as the audio, so that they fit to the sample.
Is not: needed for the audio; they are asked for.

- Both have the words that are heard. Where the script has changed since, the table says so.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from studio.core.caption import Caption, captions, heard_words
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
    book: list[Caption] = []
    for chapter in work.chapters:
        found = captions(chapter.placed, chapter.part.chunks, _heard(work, chapter))
        if work.kinds:
            stem = work.names.stem(chapter.part)
            yield from _write(work, found, stem, chapter.part.number)
        book += [_moved(caption, chapter) for caption in found]
    named = {work.names.stem(chapter.part) for chapter in work.chapters} if work.kinds else set()
    stem = work.names.book("m4b").stem
    if work.has_book and stem not in named:
        yield from _write(work, tuple(book), stem, None)


def _heard(work: Work, chapter: SurveyedChapter) -> tuple[str, ...]:
    """The words of each chunk of a chapter, as they are heard."""
    chunks, turns = chapter.part.chunks, set(chapter.part.turns)
    placed_turns = work.source.script.placed_turns()
    texts = {placed.index: turn_text(placed) for placed in placed_turns if placed.index in turns}
    return heard_words(chunks, texts, {c.place: work.takes.take(c).text for c in chunks})


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
    changed = {status.turn: status.locked for status in work.source.statuses if status.stale}
    for chapter in work.chapters:
        texts: dict[int, list[str]] = {}
        for chunk, words in zip(chapter.part.chunks, _heard(work, chapter), strict=True):
            texts.setdefault(chunk.turn, []).append(words)
        for index, (start, end) in chapter.spans.items():
            yield TurnRow(
                chapter=chapter.part.number, title=chapter.part.title, turn=index + 1,
                speaker=turns[index].turn.speaker, start=start / work.rate, end=end / work.rate,
                book_start=(chapter.book_start + start) / work.rate,
                text=" ".join(filter(None, texts[index])),
                take=_take(index, changed, chapter.attention),
            )  # fmt: skip


def _take(turn: int, changed: Mapping[int, bool], attention: Collection[int]) -> str:
    """What is to be known of a turn's take. `changed`: turn -> whether it is locked."""
    if turn in changed:
        return "locked, changed since" if changed[turn] else "changed since"
    return "needs attention" if turn in attention else "accepted"
