"""The events of bringing a file in: look at it, choose, and only then make a project of it.

A file is what Gradio has stored of an upload; choices come from the browser with every event and
are checked as data.
"""

from pathlib import Path
from typing import Any

import gradio as gr
from pydantic import BaseModel, ConfigDict, Field

from studio.errors import StudioError
from studio.services import Bundles, ImportOptions, StageDirections, preview_book
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import importing as markup
from studio.ui.markup import parts
from studio.ui.opening import opening


class Choices(BaseModel):
    """What the form of an import says; the names are those of `ImportOptions`."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", max_length=1000)
    chapters: tuple[int, ...] = ()
    take_back: frozenset[int] = frozenset()
    stage_directions: StageDirections = "drop"
    dialogue: bool = True
    merges: dict[str, str] = {}
    corrections: dict[int, str] = {}

    def options(self) -> ImportOptions:
        """Return the choices without the title."""
        return ImportOptions(**self.model_dump(exclude={"title"}))


class ImportEvents:
    """What happens between a file's arrival and its project."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace

    @plainly
    def look(self, path: str | None) -> tuple[Update, ...]:
        """Show what a file would give; a bundle is complete and comes in at once.

        What cannot be read is said in the form's place, and the field takes another file.
        """
        if not path:
            return "", gr.skip(), *[gr.skip()] * 4
        try:
            return self._look(path)
        except StudioError as error:
            return parts.problem(error), None, *[gr.skip()] * 4

    def _look(self, path: str) -> tuple[Update, ...]:
        if Path(path).suffix == Bundles.suffix:
            report = self._workspace.bundles.bring_in(Path(path))
            return "", None, *opening(self._workspace.projects.open(report.project), "script")
        return self._form(path, Choices()), gr.skip(), *[gr.skip()] * 4

    @plainly
    def choose(self, path: str, event: gr.EventData) -> Update:
        """Show what the file would give with these choices."""
        return self._form(path, Choices.model_validate(event.choices))

    @plainly
    def accept(self, path: str, event: gr.EventData) -> tuple[Update, ...]:
        """Make the project; the form and the file go."""
        choices = Choices.model_validate(event.choices)
        made = self._workspace.books.bring_in(Path(path), choices.options(), choices.title)
        return "", None, *opening(made.project, "script")

    def _form(self, path: str, choices: Choices) -> Update:
        book = preview_book(Path(path), choices.options())
        choices.title = choices.title or book.title or Path(path).stem
        kept: dict[str, Any] = choices.model_dump(mode="json")
        return gr.HTML(markup.preview(book, choices.options(), choices.title), choices=kept)
