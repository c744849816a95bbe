"""The projects as cards, and what an import left out."""

from collections.abc import Sequence

from markupsafe import Markup

from studio.services import ProjectSummary
from studio.ui import phrases, text
from studio.ui.markup import parts

notes = parts.notes


def cards(projects: Sequence[ProjectSummary], opened: str) -> Markup:
    """Return every project as a card; the open one is marked."""
    if not projects:
        return parts.empty(text.EMPTY_PROJECTS, text.PROJECTS)
    shown = Markup("").join(_card(project, project.slug == opened) for project in projects)
    return Markup('{}<ul class="tr-cards">{}</ul>').format(parts.heading(text.PROJECTS), shown)


def _card(project: ProjectSummary, is_open: bool) -> Markup:
    page = (
        '<li class="tr-card" data-project="{slug}"{here}><button type="button" data-do="open">'
        "<strong>{title}</strong><span>{author}</span><small>{facts}</small></button></li>"
    )
    return Markup(page).format(
        slug=project.slug, here=Markup(' aria-current="true"') if is_open else "",
        title=project.title, author=project.author, facts=phrases.project_facts(project),
    )  # fmt: skip
