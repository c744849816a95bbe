"""The events of a project's details: its cover is set, replaced, taken away; words are stored."""

from pathlib import Path

import gradio as gr

from studio.services import Project, about
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import details as markup
from studio.ui.opening import changed, opening
from studio.ui.words import text

FIELDS = ("title", "author", "narrator", "language", "date", "description", "copyright")


class DetailEvents:
    """What happens beside the projects."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._projects = context.workspace.projects
        self._covers = context.workspace.covers

    @plainly
    def show(self, slug: str) -> tuple[Update, ...]:
        """Show the words and the cover of the open project, unless it has just been thrown away."""
        project = self._projects.find(str(slug)) if slug else None
        if project is None or project.trashed:
            return gr.Column(visible=False), *[gr.skip()] * (1 + len(FIELDS))
        further = about(project)
        words = (
            project.title, project.author, further.narrator, project.language, further.date,
            further.description, further.copyright,
        )  # fmt: skip
        return gr.Column(visible=True), self._cover(project), *words

    @plainly
    def describe(self, slug: str, *words: str) -> tuple[Update, ...]:
        """Store the words about the open project."""
        given = dict(zip(FIELDS, words, strict=True))
        project = self._projects.describe(str(slug), **given)
        return markup.saved(), *opening(project)

    @plainly
    def set_cover(self, slug: str, path: str | None) -> tuple[Update, ...]:
        """Make an uploaded picture the cover."""
        if path is None:
            raise gr.Error(text.NO_PICTURE, title=text.NOT_YET, print_exception=False)
        self._covers.set(str(slug), Path(path))
        return self._changed(slug)

    @plainly
    def remove_cover(self, slug: str) -> tuple[Update, ...]:
        """Take the cover away."""
        self._covers.remove(str(slug))
        return self._changed(slug)

    def _changed(self, slug: str) -> tuple[Update, ...]:
        project = self._projects.open(str(slug))
        return self._cover(project), changed(project)

    def _cover(self, project: Project) -> str:
        path = self._covers.of(project)
        served = self._context.served
        address = served.address(served.picture(path)) if path else ""
        return markup.cover(project.title, address)
