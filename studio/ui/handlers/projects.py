"""The events of the projects: make, open, name, copy, throw away, get back, take along."""

import itertools

import gradio as gr

from studio.services import Bundles, sample_scripts
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import projects as markup
from studio.ui.opening import changed, opening
from studio.ui.words import phrases, text


class ProjectEvents:
    """What happens on the projects' section."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._projects = context.workspace.projects

    @plainly
    def show(self, slug: str, thrown: str) -> tuple[Update, ...]:
        """Show every project as a card, the way back of one, and the trash.

        Args:
            thrown: slug of what was thrown away a moment ago; empty: nothing was.
        """
        return self._lists(slug, thrown)

    @plainly
    def open(self, event: gr.EventData) -> tuple[Update, ...]:
        """Open the project of a card."""
        return opening(self._projects.open(str(event.project)), "script")

    @plainly
    def create(self) -> tuple[Update, ...]:
        """Make a project with a first line to write over."""
        project = self._projects.create(text.NEW_SCRIPT, title=self._new_title())
        return opening(project, "script")

    def _new_title(self) -> str:
        """Return the first title of a new project that no other has: `Untitled`, `Untitled 2`."""
        every = (*self._projects.list(), *self._projects.list(trashed=True))
        taken = {project.title for project in every}
        titles = (phrases.new_title(number) for number in itertools.count(1))
        return next(title for title in titles if title not in taken)

    @plainly
    def create_sample(self, event: gr.EventData) -> tuple[Update, ...]:
        """Open the project of a sample script, or make one where there is none with its text."""
        sample = next(sample for sample in sample_scripts() if sample.slug == event.sample)
        project = self._projects.with_script(sample.text) or self._projects.create(sample.text)
        return opening(project, "script")

    @plainly
    def rename(self, slug: str, event: gr.EventData) -> tuple[Update, ...]:
        """Give the project of a card another title."""
        self._projects.rename(str(event.project), str(event.title))
        return opening(self._context.project(slug))

    @plainly
    def duplicate(self, event: gr.EventData) -> Update:
        """Copy the project of a card with everything it has."""
        return changed(self._projects.duplicate(str(event.project)))

    @plainly
    def delete(self, slug: str, event: gr.EventData) -> tuple[Update, ...]:
        """Put the project of a card in the trash, and offer it back."""
        gone = self._projects.delete(str(event.project))
        left = [project.slug for project in self._projects.list()]
        following = slug if slug in left else next(iter(left), "")
        return gone.slug, *opening(self._context.project(following))

    @plainly
    def restore(self, event: gr.EventData) -> tuple[Update, ...]:
        """Get a project back from the trash, and open it."""
        return "", *opening(self._projects.restore(str(event.project)))

    @plainly
    def bundle(self, event: gr.EventData) -> Update:
        """Write the project of a card as one file, which the browser fetches."""
        project = self._projects.open(str(event.project))
        path = self._context.served.folder / f"{project.slug}{Bundles.suffix}"
        self._context.workspace.bundles.export(project.slug, path)
        return gr.HTML(fetch={"url": self._context.served.address(path), "name": path.name})

    def _lists(self, slug: str, thrown: str) -> tuple[Update, ...]:
        trash = sorted(self._projects.list(trashed=True), key=lambda p: p.trashed or "")
        projects, served = self._projects.list(), self._context.served
        files = {project.slug: self._context.workspace.covers.of(project) for project in projects}
        covers = {
            name: served.address(served.picture(path)) for name, path in files.items() if path
        }
        return (
            markup.cards(projects, slug, covers),
            markup.undo(trash, thrown),
            markup.trash(trash[::-1], thrown),
        )
