"""The form of a delivery: which chapters, what is missing in them, what is made, and under which
names.

Is: the gate of a delivery as a list with a way to every open turn, and a control for each choice.
Is not: a memory of choices, which the browser keeps.
"""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from studio.services import (
    ChapterGate,
    TurnState,
    caption_names,
    find_target,
    target_names,
    usual_pattern,
)
from studio.ui.words import delivery_text, phrases


def form(chapters: Sequence[ChapterGate], *, is_exact: bool = True) -> Markup:
    """Return the form for a project with these chapters.

    Args:
        is_exact: whether it is known what is stale; otherwise the form asks for that by itself.
    """
    missing = sum(chapter.count(TurnState.MISSING) for chapter in chapters)
    nothing = missing == sum(chapter.turns for chapter in chapters)
    page = (
        '<p class="tr-ready" id="ready" role="status"><span></span> <button type="button" '
        'class="tr-go" data-go="listen" hidden>{perform}</button></p>'
        '<form class="tr-delivery" data-nothing="{nothing}" data-exact="{exact}">'
        "{chapters}{choices}"
        '<p class="tr-hint">{about}</p>{anyway}<p class="tr-problem" data-problem role="alert" '
        'hidden></p><button type="submit" class="tr-primary" id="deliver" disabled>{deliver}'
        "</button></form>{run}"
    )
    return Markup(page).format(
        perform=delivery_text.GO_PERFORM,
        nothing=str(nothing).lower(), exact=str(is_exact).lower(),
        chapters=_chapters(chapters), choices=_choices(), about=delivery_text.ABOUT,
        anyway=_anyway(chapters), deliver=delivery_text.DELIVER, run=_run(),
    )  # fmt: skip


def _chapters(chapters: Sequence[ChapterGate]) -> Markup:
    rows = Markup("").join(map(_chapter, chapters))
    page = (
        '<fieldset class="tr-gate"><legend>{title}</legend><p class="tr-pick"{hidden}>'
        '<button type="button" data-do="all">{all}</button>'
        '<button type="button" data-do="none">{none}</button></p><ul>{rows}</ul></fieldset>'
    )
    hidden = Markup("" if len(chapters) > 1 else " hidden")
    return Markup(page).format(
        title=delivery_text.CHAPTERS, all=delivery_text.ALL, none=delivery_text.NONE, rows=rows,
        hidden=hidden,
    )  # fmt: skip


def _chapter(chapter: ChapterGate) -> Markup:
    page = (
        '<li data-state="{state}"><label><input type="checkbox" data-chapter="{number}" '
        "{counts}{ticked}> <span>{name}</span></label>"
        "<small>{facts}</small>{turns}</li>"
    )
    return Markup(page).format(
        state=_state(chapter), number=chapter.number, counts=_counts(chapter),
        ticked=Markup(" checked" if chapter.turns else " disabled"), facts=_facts(chapter),
        name=delivery_text.chapter_name(chapter), turns=_open_turns(chapter),
    )  # fmt: skip


def _counts(chapter: ChapterGate) -> Markup:
    """The numbers from which the form's script says how ready the chosen chapters are."""
    counts = {"turns": chapter.turns, **{s.value: chapter.count(s) for s in delivery_text.STATES}}
    return Markup(" ").join(Markup('data-{}="{}"').format(*count) for count in counts.items())


def _state(chapter: ChapterGate) -> str:
    if not chapter.turns:
        return "nothing"
    return "open" if chapter.open_turns else "done"


def _facts(chapter: ChapterGate) -> str:
    if not chapter.turns:
        return delivery_text.NOTHING_SPOKEN
    turns = phrases.counted(chapter.turns, "turn")
    if _untouched(chapter):
        return f"{turns}, {delivery_text.UNTOUCHED}"
    return turns if chapter.open_turns else f"{turns}, {delivery_text.COMPLETE}"


def _untouched(chapter: ChapterGate) -> bool:
    """Whether nothing of a chapter is performed, so that no list need say what is missing."""
    return chapter.count(TurnState.MISSING) == chapter.turns


def _open_turns(chapter: ChapterGate) -> Markup:
    """How many turns are open; which ones is asked when that is opened."""
    if not chapter.open_turns or _untouched(chapter):
        return Markup("")
    page = '<details data-open-of="{}"><summary>{}</summary><ul></ul></details>'
    return Markup(page).format(chapter.number, delivery_text.open_turns(chapter))


def _choices() -> Markup:
    targets = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            name, Markup(" selected" if name == "acx" else ""), find_target(name).description
        )
        for name in target_names()
    )
    captions = {name: name.upper() for name in caption_names()}
    page = (
        '{formats}<label class="tr-field"><span>{target_label}</span><select '
        'data-choice="target">{targets}</select></label><div class="tr-sides">{captions}{extras}'
        '</div><label class="tr-field"><span>{naming}</span><input data-choice="naming" '
        'value="{pattern}" maxlength="100" spellcheck="false" aria-describedby="naming-hint">'
        '</label><p class="tr-chips">{chips}</p>'
        '<p class="tr-hint" id="naming-hint">{hint}<output></output></p>'
    )
    return Markup(page).format(
        formats=_boxes(delivery_text.FORMATS, "formats", delivery_text.FORMAT_NAMES, ("mp3",)),
        extras=_boxes(delivery_text.EXTRAS, "extras", delivery_text.EXTRA_NAMES),
        captions=_boxes(delivery_text.CAPTIONS, "captions", captions),
        target_label=delivery_text.TARGET, targets=targets, naming=delivery_text.NAMING,
        pattern=usual_pattern().replace("{number:02}", "{number}"), chips=_chips(),
        hint=delivery_text.NAMING_HINT,
    )  # fmt: skip


def _chips() -> Markup:
    """Buttons that put a part into the pattern."""
    page = '<button type="button" data-put="{}">{}</button>'
    entries = delivery_text.NAME_PARTS.items()
    return Markup("").join(Markup(page).format(part, label) for part, label in entries)


def _boxes(
    title: str, choice: str, entries: Mapping[str, str], ticked: Iterable[str] = ()
) -> Markup:
    chosen = set(ticked)
    rows = Markup("").join(
        Markup('<label><input type="checkbox" data-list="{}" value="{}"{}> {}</label>').format(
            choice, name, Markup(" checked" if name in chosen else ""), label
        )
        for name, label in entries.items()
    )
    page = '<fieldset class="tr-boxes"><legend>{}</legend>{}</fieldset>'
    return Markup(page).format(title, rows)


def _anyway(chapters: Sequence[ChapterGate]) -> Markup:
    """The choice to deliver what is stale; the form's script says how many turns that are."""
    if not any(chapter.count(TurnState.STALE) for chapter in chapters):
        return Markup("")
    page = (
        '<label class="tr-anyway"><input type="checkbox" data-flag="stale"> <span></span></label>'
    )
    return Markup(page)


def _run() -> Markup:
    page = (
        '<div class="tr-run" role="status" hidden><progress max="1" value="0"></progress>'
        '<p></p><button type="button" data-do="cancel">{}</button></div>'
    )
    return Markup(page).format(delivery_text.CANCEL)
