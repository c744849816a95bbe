"""The pronunciations that a project is spoken with, the form for one more, and what they change."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.services import Entry, SpokenView
from studio.ui.markup import parts
from studio.ui.words import cast_text


def entries(found: Sequence[Entry], speakers: Sequence[str]) -> Markup:
    """Return the entries and the form.

    Args:
        speakers: of the script, who can have entries of their own.
    """
    rows = Markup("").join(map(_row, found))
    listed = Markup('<table class="tr-entries"><tbody>{}</tbody></table>').format(rows)
    empty = Markup('<p class="tr-empty">{}</p>').format(cast_text.NO_ENTRIES)
    page = '{}<p class="tr-hint">{}</p>{}{}'
    return Markup(page).format(
        parts.heading(cast_text.PRONUNCIATIONS), cast_text.PRONUNCIATIONS_HINT,
        listed if found else empty, _form(speakers),
    )  # fmt: skip


def _row(entry: Entry) -> Markup:
    page = (
        '<tr><th scope="row">{written}</th><td>→ {spoken}</td><td><small>{scope}</small></td><td>'
        '<button type="button" class="tr-line" data-remove="{number}" aria-label="{label}">{remove}'
        "</button></td></tr>"
    )
    shown = Markup("<code>{}</code>").format(entry.written) if entry.kind == "regex" else None
    return Markup(page).format(
        written=shown or entry.written, spoken=entry.spoken, scope=cast_text.scope(entry),
        number=entry.number, label=cast_text.remove(entry), remove=cast_text.REMOVE,
    )  # fmt: skip


def _form(speakers: Sequence[str]) -> Markup:
    scopes = {"project": cast_text.THIS_PROJECT, "workspace": cast_text.EVERYWHERE}
    scopes |= {f"speaker:{name}": cast_text.only(name) for name in speakers}
    options = Markup("").join(
        Markup('<option value="{}">{}</option>').format(*scope) for scope in scopes.items()
    )
    page = (
        '<form class="tr-entry"><label class="tr-field"><span>{written}</span><input '
        'name="written" maxlength="200" spellcheck="false" required '
        'placeholder="{written_example}"></label>'
        '<label class="tr-field"><span>{spoken}</span><input name="spoken" maxlength="200" '
        'spellcheck="false" placeholder="{spoken_example}"></label>'
        '<label class="tr-field"><span>{applies}</span>'
        '<select name="scope">{options}</select></label><p>'
        '<button type="button" class="tr-line" data-do="preview">{look}</button>'
        '<button type="submit" class="tr-line">{add}</button></p><details class="tr-notes">'
        '<summary>{regex_title}</summary><label><input type="checkbox" name="regex"> {regex}'
        "</label></details></form>"
    )
    return Markup(page).format(
        written=cast_text.WRITTEN, spoken=cast_text.SPOKEN, applies=cast_text.APPLIES,
        options=options, regex=cast_text.REGEX, look=cast_text.TRY, add=cast_text.ADD,
        regex_title=cast_text.REGEX_TITLE, written_example=cast_text.WRITTEN_EXAMPLE,
        spoken_example=cast_text.SPOKEN_EXAMPLE,
    )  # fmt: skip


def changes(views: Sequence[SpokenView], rule: str) -> Markup:
    """Return the turns that are spoken otherwise than they are written.

    Args:
        rule: what is written in the one entry of interest; empty: all are.
    """
    wanted = [view for view in views if not rule or any(c.rule == rule for c in view.changes)]
    if not wanted:
        return Markup('<p class="tr-empty">{}</p>').format(cast_text.NOTHING_CHANGES)
    rows = Markup("").join(map(_change, wanted[: cast_text.MAX_SHOWN]))
    left = len(wanted) - cast_text.MAX_SHOWN
    more = Markup("<li>{}</li>").format(cast_text.more(left)) if left > 0 else ""
    return Markup('<ul class="tr-changes">{}{}</ul>').format(rows, more)


def _change(view: SpokenView) -> Markup:
    words = Markup(", ").join(
        Markup("<del>{}</del> <ins>{}</ins>").format(change.written, change.spoken)
        for change in view.changes
    )
    page = "<li><small>{}</small> {} <p>{}</p></li>"
    return Markup(page).format(cast_text.changed_turn(view), words, view.spoken)
