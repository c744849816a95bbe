"""The cover of the open project, and that its details are saved."""

from markupsafe import Markup

from studio.ui.markup import parts
from studio.ui.words import phrases, text


def cover(title: str, address: str) -> Markup:
    """Return a project's heading with its cover, or the place where one would be.

    Args:
        address: where a browser finds the picture; empty: there is none.
    """
    heading = parts.heading(text.DETAILS, title)
    if not address:
        page = '{}<div class="tr-cover" data-empty><span>{}</span></div>'
        return Markup(page).format(heading, text.NO_COVER)
    page = (
        '{}<div class="tr-cover"><img src="{}" alt="{}">'
        '<button type="button" data-do="remove">{}</button></div>'
    )
    return Markup(page).format(heading, address, phrases.cover_of(title), text.REMOVE_COVER)


def saved() -> Markup:
    """Return that the words are stored."""
    return Markup('<p class="tr-hint" role="status">{}</p>').format(text.SAVED)
