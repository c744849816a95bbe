"""The events of the projects: make, open, bring in."""

from pathlib import Path

import gradio as gr

from studio.services import import_book, sample_scripts
from studio.ui import text
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import projects as markup
from studio.ui.opening import opening


class ProjectEvents:
    """What happens on the projects' section."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._projects = context.workspace.projects

    @plainly
    def show(self, slug: str) -> Update:
        """Show every project as a card."""
        return markup.cards(self._projects.list(), opened=slug)

    @plainly
    def open(self, event: gr.EventData) -> tuple[Update, ...]:
        """Open the project of a card."""
        return opening(self._projects.open(str(event.project)), "script")

    @plainly
    def create(self, title: str) -> tuple[Update, ...]:
        """Make a project with a first line to write over."""
        return opening(
            self._projects.create(text.NEW_SCRIPT, title=title or text.NEW_TITLE), "script"
        )

    @plainly
    def create_sample(self, name: str) -> tuple[Update, ...]:
        """Make a project of a sample script."""
        sample = next(sample for sample in sample_scripts() if sample.slug == name)
        return opening(self._projects.create(sample.text), "script")

    @plainly
    def bring_in(self, path: str) -> tuple[Update, ...]:
        """Make a project of a file."""
        file = Path(path)
        book = import_book(file)
        project = self._projects.create(book.text, title=file.stem)
        notes = gr.HTML(markup.notes(book.notes), visible=bool(book.notes))
        return *opening(project, "script"), notes
