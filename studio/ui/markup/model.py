"""Which checkpoint performs, where, how good that is, and what its license says."""

from markupsafe import Markup

from studio.services import EngineInfo
from studio.ui import phrases, text
from studio.ui.markup import parts


def card(checkpoint: str, info: EngineInfo | None, is_draft: bool) -> Markup:
    """Return the checkpoint with what is known about it."""
    label = Markup('<span class="tr-badge">{}</span>').format(text.DRAFT_LABEL) if is_draft else ""
    page = (
        '{heading}<div class="tr-engine"><strong>{name}</strong>{label}</div>'
        '<dl class="tr-model">{facts}</dl><p class="tr-hint">{advice}</p>'
    )
    facts = phrases.engine_facts(info) if info else {text.STATE: text.NOT_LOADED}
    rows = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*fact) for fact in facts.items()
    )
    advice = text.DRAFT_ADVICE if is_draft else text.LICENSE_OTHER
    name = info.name if info else checkpoint
    return Markup(page).format(
        heading=parts.heading(text.MODEL), name=name, label=label, facts=rows, advice=advice
    )
