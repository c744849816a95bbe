"""The projects as cards, the trash, and the words about the open one."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from studio.services import ProjectSummary, SampleScript
from studio.ui.words import phrases, text

NONE: Mapping[str, str] = MappingProxyType({})


def begin() -> Markup:
    """Return the way to begin from nothing."""
    page = '<button type="button" class="tr-primary tr-card" data-do="create">{}</button>'
    return Markup(page).format(text.NEW_PROJECT)


def samples(samples: Sequence[SampleScript]) -> Markup:
    """Return the samples, each a way to begin."""
    choices = Markup("").join(
        Markup(
            '<button type="button" class="tr-card" data-do="sample" data-sample="{}">{}</button>'
        ).format(sample.slug, phrases.sample_choice(sample.title, sample.turns))
        for sample in samples
    )
    page = '<div class="tr-begin"><span>{}</span>{}</div>'
    return Markup(page).format(text.SAMPLE, choices)


def cards(
    projects: Sequence[ProjectSummary], opened: str, covers: Mapping[str, str] = NONE
) -> Markup:
    """Return every project as a card; the open one is marked.

    Args:
        covers: where a browser finds the covers, by slug.
    """
    if not projects:
        return Markup('<p class="tr-empty">{}</p>').format(text.EMPTY_PROJECTS)
    shown = Markup("").join(
        _card(project, project.slug == opened, covers.get(project.slug, "")) for project in projects
    )
    return Markup('<ul class="tr-cards">{}</ul>').format(shown)


def _card(project: ProjectSummary, is_open: bool, cover: str) -> Markup:
    page = (
        '<li class="tr-card" data-project="{slug}"{here}>'
        '<button type="button" class="tr-face" data-do="open">{cover}'
        "<strong>{title}</strong><span>{author}</span><small>{facts}</small>"
        '<small>{progress}<time datetime="{changed}" data-ago>{date}</time></small></button>'
        '<details class="tr-more"><summary aria-label="{more}" title="{more}">{dots}</summary>'
        "<div>{actions}</div></details></li>"
    )
    return Markup(page).format(
        slug=project.slug, here=Markup(' aria-current="true"') if is_open else "",
        cover=_cover(cover), progress=_progress(project), changed=project.changed,
        date=project.changed[:10], title=project.title, author=project.author,
        facts=phrases.project_facts(project),
        more=phrases.more_about(project.title), dots="…", actions=_actions(),
    )  # fmt: skip


def _cover(address: str) -> Markup:
    # Beside the title, which says the same.
    picture = '<img class="tr-face-cover" src="{}" alt="" loading="lazy" decoding="async">'
    return Markup(picture).format(address) if address else Markup("")


def _progress(project: ProjectSummary) -> Markup:
    """How much of a project is performed; nothing where nothing is."""
    if not project.performed:
        return Markup("")
    page = '<span class="tr-performed"{}>{}</span> · '
    done = project.performed == project.turns
    return Markup(page).format(Markup(" data-all") if done else "", phrases.performed(project))


def _actions() -> Markup:
    page = '<button type="button" data-do="{}">{}</button>'
    return Markup("").join(Markup(page).format(*action) for action in text.PROJECT_ACTIONS.items())


def trash(projects: Sequence[ProjectSummary], thrown: str) -> Markup:
    """Return what lies in the trash but what is offered back by `undo`, and the way back."""
    older = [project for project in projects if project.slug != thrown]
    if not older:
        return Markup("")
    page = '<details class="tr-trash"><summary>{title}</summary><ul>{rows}</ul></details>'
    rows = Markup("").join(map(_thrown, older))
    return Markup(page).format(title=phrases.in_the_trash(len(older)), rows=rows)


def undo(projects: Sequence[ProjectSummary], thrown: str) -> Markup:
    """Return the way back of what was thrown away a moment ago.

    Args:
        projects: in the trash.
        thrown: its slug; empty: nothing was.
    """
    return Markup("").join(_undo(project) for project in projects if project.slug == thrown)


def _undo(project: ProjectSummary) -> Markup:
    page = (
        '<p class="tr-undo tr-card" role="status" data-project="{}"><span>{}</span>'
        '<button type="button" data-do="restore">{}</button></p>'
    )
    return Markup(page).format(project.slug, phrases.thrown_away(project.title), text.UNDO)


def _thrown(project: ProjectSummary) -> Markup:
    page = (
        '<li class="tr-card" data-project="{}"><span>{}</span>'
        '<button type="button" data-do="restore">{}</button></li>'
    )
    return Markup(page).format(project.slug, project.title, text.RESTORE)
