"""The frame of the page: top bar, sections, help, the player, and whose voices speak."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.ui.words import phrases, text

# Paths of a 24 by 24 drawing with round strokes.
ICONS = {
    "projects": "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
    "script": "M5 6h14M5 10h14M5 14h9M5 18h11",
    "cast": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0"
    "M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5",
    "listen": "M4 10v4M8 6v12M12 9v6M16 4v16M20 10v4",
    "voices": "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 "
    "17.5V21",
    "deliver": "M12 4v10M8 10.5l4 4 4-4M5 19h14",
    "model": "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
    "theme": "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
}
NAMED_KEYS = {"Alt", "Backspace", "Ctrl", "Enter", "Esc", "F8", "Shift", "Space"}
TYPED = {"***", "Name:"}


def icon(name: str) -> Markup:
    """Return one of the drawings."""
    return Markup('<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(
        ICONS[name]
    )


def top(title: str) -> Markup:
    """Return the top bar: the studio, the open project, the sections, and help.

    Args:
        title: of the open project; empty: there is none.
    """
    links = Markup("").join(map(_link, text.SECTIONS.items()))
    page = (
        '<header class="tr-top"><a class="tr-brand" href="#" data-section="projects">{brand}</a>'
        '<span class="tr-open" title="{title}">{title}</span>'
        '<nav class="tr-nav" aria-label="{sections}">{links}</nav>'
        '<div class="tr-tools"><button type="button" data-do="theme" aria-label="{theme}" '
        'title="{theme}">{icon}</button><button type="button" data-do="help" aria-label="{help}" '
        'title="{help}">?</button></div></header>{dialog}'
    )
    return Markup(page).format(
        brand=text.TITLE, title=title, sections=text.SECTIONS_LABEL, links=links,
        theme=text.THEME, help=text.HELP, icon=icon("theme"), dialog=_help(),
    )  # fmt: skip


def _link(section: tuple[str, str]) -> Markup:
    name, label = section
    page = '<a href="#{name}" data-section="{name}">{icon}<span>{label}</span></a>'
    return Markup(page).format(name=name, label=label, icon=icon(name))


def heading(section: str) -> Markup:
    """Return the heading of a section; the script's is the chapter's title, so it is only read."""
    page = '<h1 class="tr-page" data-section="{}">{}</h1>'
    return Markup(page).format(section, text.SECTIONS[section])


def _help() -> Markup:
    page = (
        '<dialog class="tr-help" aria-labelledby="tr-help-title"><header>'
        '<h2 id="tr-help-title" tabindex="-1">{title}</h2><form method="dialog">'
        '<button aria-label="{close}" title="{close}">×</button></form></header>'
        '<div class="tr-help-body">'
        "<section><h3>{steps_title}</h3><ol>{steps}</ol></section>"
        "<section><h3>{format_title}</h3><pre>{format}</pre><p>{hint}</p></section>{groups}"
        "</div></dialog>"
    )
    return Markup(page).format(
        title=text.HELP, close=text.CLOSE, steps_title=text.HELP_STEPS_TITLE,
        steps=Markup("").join(map(_step, text.HELP_STEPS)), format_title=text.HELP_FORMAT_TITLE,
        format=text.HELP_FORMAT, hint=text.HELP_FORMAT_HINT,
        groups=Markup("").join(map(_group, text.SHORTCUTS.items())),
    )  # fmt: skip


def _step(step: tuple[str, str, str]) -> Markup:
    page = '<li><a href="#{}" data-section="{}">{}</a> {}</li>'
    section, name, rest = step
    return Markup(page).format(section, section, name, rest)


def _group(group: tuple[str, Sequence[tuple[str, str]]]) -> Markup:
    title, lines = group
    page = "<section><h3>{}</h3><dl>{}</dl></section>"
    return Markup(page).format(title, Markup("").join(map(_shortcut, lines)))


def _shortcut(line: tuple[str, str]) -> Markup:
    keys, does = line
    pressed = Markup(" ").join(map(_pressed, keys.split()))
    return Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(pressed, does)


def _pressed(word: str) -> Markup:
    """Return a word of a shortcut: a key as one, what is typed as text, the rest as it stands."""
    bare = word.removesuffix(",")
    comma = word[len(bare) :]
    if bare in TYPED:
        return Markup("<code>{}</code>{}").format(bare, comma)
    if bare in NAMED_KEYS or (len(bare) == 1 and bare != "…"):
        return Markup("<kbd>{}</kbd>{}").format(bare, comma)
    return Markup("{}").format(word)


def licenses(is_draft: bool) -> Markup:
    """Return whose voices are heard and under which license."""
    notice = text.LICENSE_OURS if is_draft else text.LICENSE_OTHER
    page = '<p class="tr-licenses">{} <a href="{}" target="_blank" rel="noreferrer">{}</a></p>'
    return Markup(page).format(notice, text.GRADIO_ADDRESS, text.GRADIO)


def dock(url: str, label: str, *, original: bool = False) -> Markup:
    """Return the small player at the foot of the page, which plays at once.

    Args:
        original: somebody's own recording, which no model has made.
    """
    page = (
        '<div class="tr-dock"{original}><span title="{label}">{label}</span>'
        '<audio controls autoplay src="{url}" aria-label="{listen}"></audio>'
        '<button type="button" data-do="close" aria-label="{close}" title="{close}">×</button>'
        "</div>"
    )
    return Markup(page).format(
        label=label, url=url, listen=phrases.listen_to(label), close=text.CLOSE_PLAYER,
        original=Markup(" data-original") if original else "",
    )  # fmt: skip
