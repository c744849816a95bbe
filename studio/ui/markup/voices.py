"""The voice library as cards."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.services import Voice
from studio.ui import phrases, text
from studio.ui.markup import parts


def cards(voices: Sequence[Voice]) -> Markup:
    """Return every voice with a button to hear it."""
    shown = Markup("").join(map(_card, voices))
    return Markup('{}<ul class="tr-cards">{}</ul>').format(parts.heading(text.VOICES), shown)


def _card(voice: Voice) -> Markup:
    page = (
        '<li class="tr-card tr-voice" data-voice="{name}">'
        '<button type="button" data-do="audition" aria-label="{listen}">{icon}</button>'
        "<div><strong>{name}</strong><span>{description}</span></div></li>"
    )
    return Markup(page).format(
        name=voice.name, description=voice.description, icon=parts.PLAY_ICON,
        listen=phrases.listen_to(voice.name),
    )  # fmt: skip
