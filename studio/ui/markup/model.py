"""Which checkpoint performs, where, and how good that is."""

from markupsafe import Markup

from studio.services import EngineInfo
from studio.ui import text
from studio.ui.markup import parts


def card(checkpoint: str, info: EngineInfo | None, is_draft: bool) -> Markup:
    """Return the checkpoint with what is known about it."""
    label = Markup('<span class="tr-badge">{}</span>').format(text.DRAFT_LABEL) if is_draft else ""
    where = info.device if info else text.NOT_LOADED
    name = info.name if info else checkpoint
    page = (
        '{heading}<div class="tr-engine"><strong>{name}</strong>{label}<span>{where}</span></div>'
    )
    heading = parts.heading(text.MODEL)
    return Markup(page).format(heading=heading, label=label, name=name, where=where)
