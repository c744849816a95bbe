"""What several sections show: empty places, problems, notes, icons, and the colors of speakers.

Is: small pieces of escaped HTML.
Is not: aware of any section.

A speaker's color is a hue that turns by the golden angle, so that any number of speakers differ;
the style sheet gives it lightness for each theme.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from studio.errors import StudioError
from studio.ui.words import text

GOLDEN_ANGLE = 137.508  # degrees
FIRST_HUE = 200.0
PLAY_ICON = Markup('<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M2 1l7 4-7 4z"/></svg>')


def heading(title: str, note: str = "") -> Markup:
    """Return the heading of a part, with a note beside it."""
    small = Markup(" <small>{}</small>").format(note) if note else ""
    return Markup('<h2 class="tr-heading">{}{}</h2>').format(title, small)


def empty(hint: str) -> Markup:
    """Return what an empty section says about how to fill it."""
    return Markup('<p class="tr-empty">{}</p>').format(hint)


def problem(error: StudioError) -> Markup:
    """Return an error as its plain sentence."""
    return Markup('<p class="tr-problem" role="alert">{}</p>').format(str(error))


def notes(lines: Sequence[str]) -> Markup:
    """Return what an import left out."""
    page = '<details class="tr-notes"><summary>{}</summary><ul>{}</ul></details>'
    return Markup(page).format(text.LEFT_OUT, joined("<li>{}</li>", lines))


def hues(speakers: Iterable[str]) -> dict[str, float]:
    """Return the color of every speaker, by name: the same wherever speakers are shown.

    Args:
        speakers: of the whole script, in order of appearance.
    """
    return {name: (FIRST_HUE + number * GOLDEN_ANGLE) % 360 for number, name in enumerate(speakers)}


def joined(item: str, values: Iterable[str]) -> Markup:
    """Return every value in an item's markup, one after the other."""
    return Markup("").join(Markup(item).format(value) for value in values)
