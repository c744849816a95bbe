"""A book -> a script, by the user's choices.

Is: the one place where blocks become turns: speeches with their speakers, stage directions by
choice, prose with its quotations attributed, scenes and chapters.
Is not: a reader of files, and never a change of words: `proven` compares the script's text with
the book's own, character by character.

- Numbers of chapters, quotations and left-out parts do not depend on the choices.
- Brackets of a book are spoken. As direction they are given to the performer where the format
  allows it; what is longer stays spoken.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.core.attribution import SURE, Quotation, attribute
from studio.core.book import Block, Book, Piece, Section
from studio.core.import_options import ImportOptions
from studio.core.left_out import LeftOut, left_out_parts, with_taken_back
from studio.core.model import NARRATOR, Chapter, Direction, Pause, Scene, Script, Turn
from studio.core.stage import StageManager
from studio.core.tidy import calm_name, clean, tidy_name
from studio.core.verbatim import first_difference

CONTEXT = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A quotation with what stands around it, for the user to judge.

    Args:
        chapter: number of its chapter.
        before: the end of the text before it; `after` is the beginning of what follows.
    """

    quotation: Quotation
    chapter: int
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What became of a book.

    Args:
        chapters: title of every chapter of the book, taken or not, by number from 1.
        turns: how many turns each of them has, 0 where it is not taken.
        lines: every quotation of the taken chapters.
        notes: sentences for the user.
    """

    script: Script
    chapters: tuple[str, ...]
    turns: tuple[int, ...]
    left_out: tuple[LeftOut, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]

    @property
    def uncertain(self) -> tuple[Line, ...]:
        """The quotations whose speaker the user should look at."""
        return tuple(line for line in self.lines if line.quotation.confidence < SURE)


def adapt(book: Book, options: ImportOptions) -> Adaptation:
    """Make a script of a book."""
    whole = with_taken_back(book, options.take_back)
    quotations = _quotations(whole, options) if options.dialogue else ()
    writer = _Writer(options, quotations, in_capitals=_names_in_capitals(book))
    numbers = {place: number for number, place in enumerate(_chapter_places(book), start=1)}
    titles = {
        place: section.title or (f"Chapter {numbers[place]}" if place in numbers else "")
        for place, section in enumerate(book.sections)
    }
    made = {
        place: writer.chapter(place, section, titles[place])
        for place, section in _taken(book, options)
    }
    turns = {place: sum(len(scene.turns) for scene in made[place].scenes) for place in made}
    facts = (("title", book.title), ("author", book.author), ("language", _language(book.language)))
    header = tuple(fact for fact in facts if fact[1])
    return Adaptation(
        script=Script(tuple(made.values()), header),
        chapters=tuple(titles[place] for place in numbers),
        turns=tuple(turns.get(place, 0) for place in numbers),
        left_out=left_out_parts(book),
        lines=tuple(_lines(book, whole, quotations, options)),
        notes=tuple(writer.stage.notes()),
    )


def _names_in_capitals(book: Book) -> bool:
    """Whether a play writes all its names in capitals, whatever their spelling is."""
    names = [block.name for section in book.sections for block in section.blocks if block.name]
    return all(name.isupper() for name in names)


def _language(said: str) -> str:
    """A language as a tag, `en-GB`; empty where a book says something else."""
    return said if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", said) else ""


def proven(book: Book, script: Script, options: ImportOptions) -> str | None:
    """None where the script has every word of the taken text, in order; else where it has not."""
    stage = StageManager(options)
    source = []
    for _, section in _taken(book, options):
        for block in section.body:
            pieces = _as_stage(block) if block.kind == "stage" else block.pieces
            if not block.left_out and _is_heard(block, stage):
                source += [stage.kept(piece) for piece in pieces]
    spoken = [
        f"[{part.text}]" if isinstance(part, Direction) else part.text
        for placed in script.placed_turns()
        for part in placed.turn.parts
        if not isinstance(part, Pause)
    ]
    return first_difference(" ".join(source), " ".join(spoken))


def _is_heard(block: Block, stage: StageManager) -> bool:
    """A block of directions alone is heard only where the narrator reads it."""
    directions_only = not any(p.kind == "words" and clean(p.text) for p in block.pieces)
    if block.kind == "stage" or directions_only:
        return stage.options.stage_directions == "narrator"
    return True


def _taken(book: Book, options: ImportOptions) -> list[tuple[int, Section]]:
    """The sections to perform with their places; what the user takes back always is."""
    chapters = _chapter_places(book)
    wanted = {chapters[number - 1] for number in options.chapters if 0 < number <= len(chapters)}
    return [
        (place, section)
        for place, section in enumerate(with_taken_back(book, options.take_back).sections)
        if not section.left_out
        and (not options.chapters or place in wanted or place not in chapters)
    ]


def _chapter_places(book: Book) -> list[int]:
    return [place for place, section in enumerate(book.sections) if not section.left_out]


def _quotations(book: Book, options: ImportOptions) -> tuple[Quotation, ...]:
    texts = [
        ["" if section.is_play else _prose(block) for block in section.body]
        for section in book.sections
    ]
    return attribute(texts, options.corrections)


def _prose(block: Block) -> str:
    """The text of a paragraph of prose as its turns have it; empty for anything else.

    What is left out counts as well, so that the numbers of quotations do not depend on choices.
    """
    if block.kind != "paragraph":
        return ""
    if any(piece.kind not in {"words", "note"} for piece in block.pieces):
        return ""
    return clean("".join(piece.text for piece in block.pieces if piece.kind == "words"))


def _as_stage(block: Block) -> tuple[Piece, ...]:
    """A paragraph of a play that nobody speaks describes the stage."""
    return tuple(
        Piece("direction", piece.text) if piece.kind == "words" else piece for piece in block.pieces
    )


def _lines(
    book: Book, whole: Book, quotations: tuple[Quotation, ...], options: ImportOptions
) -> Iterator[Line]:
    chapters = _chapter_places(book)
    taken = {place for place, _ in _taken(book, options)}
    for quotation in quotations:
        block = whole.sections[quotation.chapter].body[quotation.paragraph]
        if quotation.chapter not in taken & set(chapters) or block.left_out:
            continue
        text = _prose(block)
        shown = replace(quotation, speaker=options.merged(tidy_name(quotation.speaker)))
        yield Line(
            shown, chapters.index(quotation.chapter) + 1,
            _before(text, quotation.start),
            text[quotation.start : quotation.end],
            _after(text, quotation.end),
        )  # fmt: skip


class _Writer:
    """Writes sections as chapters."""

    def __init__(
        self, options: ImportOptions, quotations: tuple[Quotation, ...], *, in_capitals: bool
    ) -> None:
        self.stage = StageManager(options)
        self._in_capitals = in_capitals
        self._options = options
        self._quoted: dict[tuple[int, int], list[Quotation]] = defaultdict(list)
        for quotation in quotations:
            self._quoted[quotation.chapter, quotation.paragraph].append(quotation)

    def chapter(self, place: int, section: Section, title: str) -> Chapter:
        """One section's chapter, cut into scenes at its breaks."""
        scenes: list[list[Turn]] = [[]]
        speaker = NARRATOR
        for number, block in enumerate(section.body):
            if block.kind == "break":
                scenes.append([])
            elif not block.left_out:
                if block.kind == "speech" and block.name:
                    name = calm_name(block.name) if self._in_capitals else block.name
                    speaker = self._options.merged(tidy_name(name))
                elif block.kind != "speech":
                    speaker = NARRATOR
                scenes[-1] += self._turns(speaker, block, self._quoted.get((place, number), []))
        return Chapter(title, tuple(Scene(tuple(turns)) for turns in scenes if turns))

    def _turns(self, speaker: str, block: Block, quoted: list[Quotation]) -> Iterator[Turn]:
        if not quoted:
            pieces = _as_stage(block) if block.kind == "stage" else block.pieces
            yield from self.stage.turns(self._options.merged(speaker), list(pieces))
            return
        text = _prose(block)
        place = 0
        for quotation in quoted:
            yield from self._said(NARRATOR, text[place : quotation.start])
            yield from self._said(
                tidy_name(quotation.speaker), text[quotation.start : quotation.end]
            )
            place = quotation.end
        yield from self._said(NARRATOR, text[place:])

    def _said(self, speaker: str, text: str) -> Iterator[Turn]:
        return self.stage.turns(self._options.merged(speaker), [Piece("words", text)])


def _before(text: str, end: int) -> str:
    """The last whole words before a place."""
    if end <= CONTEXT:
        return text[:end].strip()
    return f"… {text[end - CONTEXT : end].partition(' ')[2].strip()}"


def _after(text: str, start: int) -> str:
    """The first whole words behind a place."""
    if len(text) <= start + CONTEXT:
        return text[start:].strip()
    return f"{text[start : start + CONTEXT].rpartition(' ')[0].strip()} …"
