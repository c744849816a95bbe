"""What the steps of one delivery share: what is delivered, where to, how far it is.

Is: values, and one counter. Is not: any of the steps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio import paths
from studio.core.chapters import ChapterPart
from studio.core.delivery import DeliveryOptions
from studio.core.file_names import chapter_name, file_name
from studio.core.label import ChapterMark, Label, ai_mark
from studio.core.targets import Target
from studio.errors import DeliveryStopped
from studio.services.assembly import SurveyedChapter
from studio.services.source import Source
from studio.services.take_audio import TakeAudio

OnDelivery = Callable[[float, str], None]
OnChapter = Callable[[int], None]
"""Told the number of the chapter that is worked on from here."""

# What the steps cost in comparison, per take; only the progress bar depends on it.
READING, ASSEMBLING, WRITING, MEASURING = 1.0, 0.3, 1.0, 0.3


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file. `chapter` is its chapter's number, None for what holds the whole book."""

    path: Path
    kind: str
    chapter: int | None = None
    seconds: float = 0.0
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """Where the files of a delivery go. No text of a user leads out of its folder.

    Args:
        pattern: of the chapters' names; empty: titles become slugs.
    """

    folder: Path
    title: str
    numbered: bool
    author: str = ""
    pattern: str = ""

    def stem(self, part: ChapterPart) -> str:
        """The name of a chapter's files, without an ending."""
        if self.pattern:
            title = part.title or (f"Chapter {part.number}" if self.numbered else self.title)
            return chapter_name(self.pattern, part.number, title, self.title, self.author)
        if not self.numbered:
            return paths.slug(self.title)
        return f"{part.number:02d}-{paths.slug(part.title or f'chapter {part.number}')}"

    def chapter(self, part: ChapterPart, ending: str) -> Path:
        """A file of a chapter."""
        return self.folder / f"{self.stem(part)}.{ending}"

    def book(self, ending: str) -> Path:
        """A file of the whole book."""
        name = file_name(self.title) if self.pattern else ""
        return self.folder / f"{name or paths.slug(self.title)}.{ending}"

    def stem_files(self, part: ChapterPart, speakers: Sequence[str]) -> dict[str, Path]:
        """A file for each speaker, numbered, since two names may have one slug."""
        folder = self.folder / "stems" / self.stem(part)
        return {
            speaker: folder / f"{number:02d}-{paths.slug(speaker)}.flac"
            for number, speaker in enumerate(speakers, start=1)
        }


class Pace:
    """How much of a delivery is done, and whether to go on.

    Raises, from every method that counts:
        DeliveryStopped: the user wants it to stop.
    """

    def __init__(
        self,
        on_progress: OnDelivery | None = None,
        cancelled: Callable[[], bool] | None = None,
        on_chapter: OnChapter | None = None,
    ) -> None:
        self._total = 1.0
        self._done = 0.0
        self._tell = on_progress or (lambda share, doing: None)
        self._cancelled = cancelled or (lambda: False)
        self.enter: OnChapter = on_chapter or (lambda chapter: None)

    def expect(self, total: float) -> None:
        """Note how much there is to do."""
        self._total = max(total, 1e-9)

    def count(self, units: float, doing: str) -> None:
        """Add to what is done."""
        if self._cancelled():
            raise DeliveryStopped("The delivery was stopped. Files that were complete are kept.")
        self._done += units
        self._tell(min(self._done / self._total, 1.0), doing)

    def counting(self, units: float, doing: str) -> Callable[[], None]:
        """A function that adds the same each time."""
        return lambda: self.count(units, doing)


@dataclass(frozen=True, slots=True)
class Work:
    """One delivery in the making.

    Args:
        gains_db: by speaker, as measured and as asked for.
    """

    source: Source
    options: DeliveryOptions
    target: Target
    names: Names
    takes: TakeAudio
    pace: Pace
    chapters: tuple[SurveyedChapter, ...]
    gains_db: Mapping[str, float]

    @property
    def rate(self) -> int:
        """Sample rate of everything that is delivered."""
        return self.takes.sample_rate

    @property
    def mark(self) -> str:
        """The sentence that says that the speech is AI-generated."""
        return ai_mark(self.source.checkpoint)

    @property
    def book_samples(self) -> int:
        """Length of all chapters together, the pauses between them included."""
        last = self.chapters[-1]
        return last.book_start + last.samples

    @property
    def kinds(self) -> tuple[str, ...]:
        """The formats that are one file a chapter, each once."""
        return tuple(kind for kind in dict.fromkeys(self.options.formats) if kind != "m4b")

    @property
    def has_book(self) -> bool:
        """Whether the whole book becomes one file."""
        return "m4b" in self.options.formats

    def chapter_label(self, part: ChapterPart) -> Label:
        """What a chapter's file says about itself."""
        book = self.book_label()
        numbers = [chapter.part.number for chapter in self.chapters]
        return Label(
            title=part.title or (f"Chapter {part.number}" if len(numbers) > 1 else book.title),
            artist=book.artist, album=book.title, narrator=book.narrator, date=book.date,
            language=book.language, description=book.description, copyright=book.copyright,
            mark=book.mark, cover=book.cover,
            track=numbers.index(part.number) + 1, tracks=len(numbers),
        )  # fmt: skip

    def book_label(self) -> Label:
        """What the whole book says about itself, chapters included."""
        options, source = self.options, self.source
        notes = dict(source.script.notes)
        marks = tuple(
            ChapterMark(
                chapter.part.title or f"Chapter {chapter.part.number}",
                chapter.book_start, chapter.book_start + chapter.samples,
            )
            for chapter in self.chapters
        )  # fmt: skip
        return Label(
            title=options.title or source.title,
            artist=options.author or source.script.author,
            narrator=options.narrator or ", ".join(dict.fromkeys(source.cast.values())),
            date=options.date or notes.get("date", ""),
            language=options.language or notes.get("language", ""),
            description=options.description,
            copyright=options.copyright or notes.get("copyright", ""),
            mark=self.mark, cover=options.cover, chapters=marks,
        )  # fmt: skip
