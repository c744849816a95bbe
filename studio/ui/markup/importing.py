"""What an import would give, as a form: chapters, speakers, what is left out, who is uncertain.

Is: the preview of `studio.services.preview_book` with a control for each choice.
Is not: a memory of choices; the browser keeps those and sends them all with every change.
"""

from collections.abc import Collection, Sequence

from markupsafe import Markup

from studio.services import BookPreview, ImportOptions
from studio.ui.words import phrases, text

MAX_ROWS = 300
"""Uncertain quotations shown at once; the rest appears as these are decided."""


def preview(book: BookPreview, options: ImportOptions, title: str) -> Markup:
    """Return the form of one file."""
    page = (
        '<section class="tr-import"><header><h2>{heading}</h2><p>{facts}</p></header>'
        '<label class="tr-field"><span>{title_label}</span><input data-value="title" '
        'value="{title}" maxlength="200"></label>{guesses}{notes}{play}{chapters}{speakers}'
        '{left_out}{uncertain}<footer><button type="button" class="tr-primary" data-do="accept">'
        '{accept}</button><button type="button" data-do="dismiss">{dismiss}</button></footer>'
        "</section>"
    )
    return Markup(page).format(
        heading=text.IMPORT_HEADING,
        facts=phrases.book_facts(book),
        title_label=text.PROJECT_TITLE,
        title=title,
        notes=_notes(book.notes),
        play=_choices(options, asks_directions=book.has_directions),
        chapters=_chapters(book, options),
        speakers=_speakers(book, options),
        left_out=_left_out(book, options.take_back),
        uncertain=_uncertain(book),
        guesses=_guesses(len(book.uncertain)),
        accept=phrases.import_chapters(sum(chapter.turns > 0 for chapter in book.chapters)),
        dismiss=text.IMPORT_DISMISS,
    )


def _guesses(number: int) -> Markup:
    """That quotations should be looked at, and the way to them."""
    page = (
        '<p class="tr-ready" data-state="missing"><span>{}</span> '
        '<button type="button" class="tr-go" data-do="guesses">{}</button></p>'
    )
    return Markup(page).format(phrases.guesses(number), text.SHOW_GUESSES) if number else Markup("")


def reading() -> Markup:
    """Return that a file is being read."""
    return Markup('<p class="tr-empty" role="status">{}</p>').format(text.IMPORT_READING)


def _notes(notes: Sequence[str]) -> Markup:
    rows = Markup("").join(Markup("<li>{}</li>").format(note) for note in notes)
    return Markup('<ul class="tr-facts">{}</ul>').format(rows) if notes else Markup("")


def _choices(options: ImportOptions, *, asks_directions: bool) -> Markup:
    dialogue = Markup('<label><input type="checkbox" data-flag="dialogue"{}> {}</label>').format(
        _when(options.dialogue, "checked"), text.DIALOGUE_LABEL
    )
    directions = _directions(options) if asks_directions else ""
    return Markup('<div class="tr-choices">{}{}</div>').format(directions, dialogue)


def _directions(options: ImportOptions) -> Markup:
    choices = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            name, _when(name == options.stage_directions, "selected"), label
        )
        for name, label in text.STAGE_DIRECTIONS.items()
    )
    page = (
        '<label class="tr-field"><span>{}</span>'
        '<select data-value="stage_directions">{}</select></label>'
    )
    return Markup(page).format(text.STAGE_LABEL, choices)


def _chapters(book: BookPreview, options: ImportOptions) -> Markup:
    taken = set(options.chapters) or {chapter.number for chapter in book.chapters}
    rows = Markup("").join(
        Markup(
            '<li><label><input type="checkbox" data-list="chapters" value="{}"{}> <span>{}</span>'
            "</label><small>{}</small></li>"
        ).format(
            chapter.number,
            _when(chapter.number in taken, "checked"),
            chapter.title or phrases.untitled_chapter(chapter.number),
            phrases.counted(chapter.turns, "turn") if chapter.turns else text.NOT_TAKEN,
        )
        for chapter in book.chapters
    )
    return _part(text.CHAPTERS, len(book.chapters), rows, is_open=len(book.chapters) <= 12)


def _speakers(book: BookPreview, options: ImportOptions) -> Markup:
    names = [speaker.name for speaker in book.speakers]
    rows = Markup("").join(
        Markup(
            '<li><span>{}</span><small>{}</small><select data-map="merges" data-key="{}" '
            'aria-label="{}">{}</select></li>'
        ).format(
            speaker.name,
            phrases.counted(speaker.turns, "turn"),
            speaker.name,
            phrases.same_as(speaker.name),
            _names([n for n in names if n != speaker.name], text.OWN_SPEAKER),
        )
        for speaker in book.speakers
    )
    merged = Markup("").join(
        Markup(
            '<li><span>{}</span><button type="button" data-undo="merges" data-key="{}">{}</button>'
            "</li>"
        ).format(phrases.merged(name, into), name, text.UNDO)
        for name, into in options.merges.items()
    )
    return _part(text.SPEAKERS, len(names), rows + merged, is_open=len(names) <= 12)


def _names(names: Sequence[str], first: str) -> Markup:
    entries = Markup("").join(Markup('<option value="{0}">{0}</option>').format(n) for n in names)
    return Markup('<option value="">{}</option>{}').format(first, entries)


def _left_out(book: BookPreview, taken_back: Collection[int]) -> Markup:
    rows = Markup("").join(
        Markup(
            '<li><label><input type="checkbox" data-list="take_back" value="{}"{}> <span>{}: {}'
            '</span></label><small>{}</small><p class="tr-quote">{} …</p></li>'
        ).format(
            part.number,
            _when(part.number in taken_back, "checked"),
            part.reason,
            part.title,
            phrases.counted(part.words, "word"),
            part.first_words,
        )
        for part in book.left_out
    )
    return _part(text.LEFT_OUT, len(book.left_out), rows, hint=text.LEFT_OUT_HINT)


def _uncertain(book: BookPreview) -> Markup:
    names = [speaker.name for speaker in book.speakers]
    rows = Markup("").join(
        Markup(
            '<li><p class="tr-quote">{} <mark>{}</mark> {}</p><small>{}</small>'
            '<select data-map="corrections" data-key="{}" aria-label="{}">{}</select></li>'
        ).format(
            line.before,
            line.text,
            line.after,
            phrases.guessed(line.quotation),
            line.quotation.number,
            text.WHO_SPEAKS,
            _names(names, phrases.keep_guess(line.quotation.speaker)),
        )
        for line in book.uncertain[:MAX_ROWS]
    )
    return _part(text.UNCERTAIN, len(book.uncertain), rows, hint=text.UNCERTAIN_HINT)


def _part(title: str, count: int, rows: Markup, hint: str = "", is_open: bool = False) -> Markup:
    if not count:
        return Markup("")
    page = (
        '<details class="tr-part"{opened}><summary>{title} <small>{count}</small></summary>'
        "{hint}<ul>{rows}</ul></details>"
    )
    told = Markup('<p class="tr-hint">{}</p>').format(hint) if hint else Markup("")
    opened = _when(is_open, "open")
    return Markup(page).format(opened=opened, title=title, count=count, hint=told, rows=rows)


def _when(condition: bool, attribute: str) -> Markup:
    return Markup(f" {attribute}") if condition else Markup("")
