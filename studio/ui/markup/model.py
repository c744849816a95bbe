"""What performs now, the checkpoints as cards, and how far a download is."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.services import DownloadProgress, LoadedModel, ModelView
from studio.ui.markup import parts
from studio.ui.words import model_text, text

BUTTON = '<button type="button" class="tr-plain" data-do="{do}"{more}>{label}</button>'


def loaded(title: str, found: LoadedModel, is_draft: bool) -> Markup:
    """Return what performs now, with what is known about it."""
    rows = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*fact)
        for fact in model_text.loaded_facts(found).items()
    )
    page = (
        '{heading}<div class="tr-engine"><strong>{name}</strong>{label}</div>'
        '<dl class="tr-model">{rows}</dl><p class="tr-hint">{advice}</p>'
    )
    return Markup(page).format(
        heading=parts.heading(model_text.LOADED), name=title, label=draft_note(is_draft),
        rows=rows, advice=text.DRAFT_ADVICE if is_draft else text.LICENSE_OTHER,
    )  # fmt: skip


def draft_note(is_draft: bool) -> Markup:
    """Return the label that goes with whatever the starter says."""
    if not is_draft:
        return Markup("")
    return Markup('<span class="tr-badge">{}</span>').format(model_text.STARTER_LABEL)


def checkpoints(models: Sequence[ModelView]) -> Markup:
    """Return every checkpoint as a card, and the field for a folder."""
    shown = Markup("").join(map(_card, models))
    page = '{heading}<ul class="tr-checkpoints">{shown}{folder}</ul>'
    heading = parts.heading(model_text.CHECKPOINTS)
    return Markup(page).format(heading=heading, shown=shown, folder=_folder())


def _card(model: ModelView) -> Markup:
    page = (
        '<li class="tr-card tr-checkpoint" data-name="{name}"{current}>'
        "<p><strong>{title}</strong>{badges}</p><p><small>{facts}</small></p>"
        "{advice}{license}{actions}</li>"
    )
    current = Markup(' aria-current="true"') if model.chosen else ""
    return Markup(page).format(
        name=model.name, current=current, title=model.title, badges=_badges(model),
        facts=model_text.facts(model), advice=_advice(model), license=_license(model),
        actions=_actions(model),
    )  # fmt: skip


def _badges(model: ModelView) -> Markup:
    in_use = (
        Markup(' <span class="tr-badge tr-used">{}</span>').format(model_text.IN_USE)
        if model.chosen
        else ""
    )
    note = Markup(" {}").format(draft_note(True)) if model.draft else ""
    return Markup("{}{}").format(in_use, note)


def _advice(model: ModelView) -> Markup:
    lines = (
        *((model.problem,) if model.problem else ()),
        *(model.fitness.advice if model.fitness else ()),
    )
    if not lines:
        return Markup("")
    return Markup('<ul class="tr-advice">{}</ul>').format(parts.joined("<li>{}</li>", lines))


def _license(model: ModelView) -> Markup:
    if model.license is None:
        return Markup("")
    page = (
        '<details class="tr-license"{open}><summary>{name}</summary><ul>{lines}</ul><p>{links}</p>'
        "</details>"
    )
    links = [(model.license.url, model_text.READ_LICENSE)]
    links += [(model.page, model_text.READ_PAGE)] if model.page else []
    link = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
    asked = model.kind == "hub" and not model.accepted
    return Markup(page).format(
        open=Markup(" open") if asked else "", name=model.license.name,
        lines=parts.joined("<li>{}</li>", model.license.summary),
        links=Markup(" · ").join(Markup(link).format(*pair) for pair in links),
    )  # fmt: skip


def _actions(model: ModelView) -> Markup:
    if model.chosen:
        return Markup("")
    if model.installed:
        return _button("use", model_text.USE)
    if model.download is None or model.download.active:
        return Markup("")
    label = model_text.download(model)
    if model.accepted:
        note = Markup("<p><small>{}</small></p>").format(model_text.accepted(model.accepted))
        return Markup("{}{}").format(note, _button("download", label))
    box = Markup('<label class="tr-accept"><input type="checkbox" data-accept> {}</label>')
    return Markup("{}{}").format(
        box.format(model_text.ACCEPT), _button("download", label, disabled=True)
    )


def _button(do: str, label: str, *, disabled: bool = False) -> Markup:
    more = Markup(" disabled") if disabled else ""
    return Markup(BUTTON).format(do=do, more=more, label=label)


def _folder() -> Markup:
    page = (
        '<li class="tr-card tr-checkpoint"><p><strong>{title}</strong></p>'
        "<p><small>{advice}</small></p>"
        '<div class="tr-folder"><input type="text" data-folder aria-label="{hint}" '
        'placeholder="{hint}" spellcheck="false" autocomplete="off">{button}</div></li>'
    )
    return Markup(page).format(
        title=model_text.FOLDER, advice=model_text.FOLDER_ADVICE, hint=model_text.FOLDER_HINT,
        button=_button("folder", model_text.FOLDER_USE),
    )  # fmt: skip


def download(model: ModelView | None) -> Markup:
    """Return how far a download is; nothing where there is none to speak of."""
    progress = model.download if model else None
    if model is None or progress is None or progress.state in ("none", "done"):
        return Markup("")
    page = (
        '<div class="tr-progress" data-state="{state}" data-name="{name}">'
        '<p role="status">{message}</p>'
        '<progress max="1" value="{fraction:.4f}" aria-label="{title}">{fraction:.0%}</progress>'
        "<p>{facts}</p>{foot}</div>"
    )
    return Markup(page).format(
        state=progress.state, name=model.name, message=_message(progress), title=model.title,
        fraction=progress.fraction, facts=model_text.download_facts(progress),
        foot=_foot(progress),
    )  # fmt: skip


def _message(progress: DownloadProgress) -> Markup:
    if progress.state == "failed":
        return Markup('<span class="tr-problem" role="alert">{}</span>').format(progress.message)
    return Markup("{}").format(progress.message)


def _foot(progress: DownloadProgress) -> Markup:
    if not progress.active:
        return Markup("")
    page = '<p class="tr-current">{}</p><p><small>{}</small></p>{}'
    stop = _button("stop", model_text.STOP)
    return Markup(page).format(progress.file, model_text.DOWNLOADING, stop)
