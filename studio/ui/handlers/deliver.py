"""The events of delivery: a performed project becomes files for listeners, with their report.

A delivery belongs to the server: a page that comes back finds it, running or finished.
"""

import uuid
from typing import Any, Literal

import gradio as gr
from pydantic import BaseModel, ConfigDict, Field

from studio.errors import StudioError
from studio.services import (
    ChapterGate,
    DeliveryOptions,
    DeliveryRun,
    Project,
    chapter_name,
    check_pattern,
)
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import deliver as markup
from studio.ui.markup import delivery_form, parts
from studio.ui.words import delivery_text

MAX_NAMES = 3
"""Names of files that a preview shows."""
MAX_TURNS = 25
"""Open turns of a chapter that are listed; the rest comes as these are mended."""


class Asked(BaseModel):
    """What the form asks; lists hold names that the service knows or refuses."""

    model_config = ConfigDict(extra="forbid")

    do: Literal["names", "turns", "start", "progress", "cancel"]
    project: str = Field(max_length=200)
    chapters: tuple[int, ...] = Field(default=(), max_length=10_000)
    formats: tuple[str, ...] = Field(default=(), max_length=10)
    captions: tuple[Any, ...] = Field(default=(), max_length=10)
    extras: tuple[str, ...] = Field(default=(), max_length=10)
    target: str = "none"
    naming: str = Field(default="", max_length=200)
    stale: bool = False

    def options(self, project: Project) -> DeliveryOptions:
        """Return what is to be delivered."""
        return DeliveryOptions(
            formats=self.formats, target=self.target, captions=self.captions,
            table="table" in self.extras, stems="stems" in self.extras, title=project.title,
            author=project.author, naming=self.pattern,
        )  # fmt: skip

    @property
    def pattern(self) -> str:
        """The pattern of names, in which a plain number has two digits at least."""
        return self.naming.replace("{number}", "{number:02}")


class DeliverEvents:
    """What happens where files are made."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace
        self._runs = context.workspace.delivery_runs

    @plainly
    def show(self, slug: str) -> tuple[Update, ...]:
        """Show the form with what is missing, and the last delivery that was made.

        What needs an engine that is not loaded is left to `look`, which the form asks for then.
        """
        return self._shown(slug, load=False)

    @plainly
    def look(self, slug: str) -> tuple[Update, ...]:
        """Show the same, with what is stale, too; loads the engine."""
        return self._shown(slug, load=self._context.is_draft)

    def _shown(self, slug: str, *, load: bool) -> tuple[Update, ...]:
        project = self._context.project(slug)
        if project is None:
            return gr.HTML(markup.nothing_open(), project=""), ""
        try:
            gate = self._workspace.completeness
            chapters = gate.chapters(project.slug, load=load)
            # A large checkpoint takes long to load, and nobody asks for that by looking here.
            is_exact = gate.is_exact(project.slug) or not self._context.is_draft
            form = delivery_form.form(chapters, is_exact=is_exact)
        except StudioError as error:
            form = parts.problem(error)
        return gr.HTML(form, project=project.slug), self._last(project)

    @plainly
    def archive(self, slug: str) -> Update:
        """Pack all files of the last delivery, for the browser to fetch."""
        project = self._workspace.projects.open(str(slug))
        made = self._runs.made(project.project_id)
        if made is None:
            return gr.skip()
        path = self._context.served.archive(made.folder, project.slug)
        return gr.HTML(fetch={"url": self._context.served.address(path), "name": path.name})

    def answer(self, request: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever somebody sends
        """Answer what the form asks: names of files, open turns, a start, how far it is, a stop.

        Raises:
            StudioError: it cannot be done; the sentence is for the user.
            ValidationError: no form asks like that.
        """
        asked = Asked.model_validate(request)
        project = self._workspace.projects.open(asked.project)
        if asked.do == "names":
            return {"names": self._names(project, asked)}
        if asked.do == "turns":
            return self._open_turns(project, asked)
        if asked.do == "start":
            folder = self._context.served.folder / "deliveries" / uuid.uuid4().hex
            self._runs.start(
                project.project_id, asked.options(project), folder, chapters=asked.chapters,
                stale=asked.stale,
            )  # fmt: skip
        if asked.do == "cancel":
            self._runs.cancel(project.project_id)
        return self._progress(project, self._runs.of(project.project_id))

    def _names(self, project: Project, asked: Asked) -> list[str]:
        check_pattern(asked.pattern)
        kind = next((name for name in asked.formats if name != "m4b"), "mp3")
        titles = enumerate(self._workspace.projects.script(project).chapters, start=1)
        chosen = [(at, part.title) for at, part in titles if at in set(asked.chapters)]
        return [
            f"{chapter_name(asked.pattern, at, title, project.title, project.author)}.{kind}"
            for at, title in chosen[:MAX_NAMES]
        ]

    def _open_turns(self, project: Project, asked: Asked) -> dict[str, Any]:
        """Return what is open in the chapters that are asked for."""
        chapters = self._workspace.completeness.chapters(project.slug, load=self._context.is_draft)
        found = [c for c in chapters if c.number in asked.chapters]
        turns = [turn for chapter in found for turn in chapter.open_turns]
        left = len(turns) - MAX_TURNS
        rows = [
            {
                "id": turn.turn_id, "name": delivery_text.turn_name(turn),
                "why": delivery_text.why_open(turn),
            }
            for turn in turns[:MAX_TURNS]
        ]  # fmt: skip
        return {"turns": rows, "more": delivery_text.more_turns(left) if left > 0 else ""}

    def _progress(self, project: Project, run: DeliveryRun | None) -> dict[str, Any]:
        if run is None:
            return {"state": "none"}
        chapters = self._workspace.projects.script(project).chapters
        title = ""
        if 0 < run.chapter <= len(chapters):
            title = delivery_text.chapter_name(
                ChapterGate(run.chapter, chapters[run.chapter - 1].title, 0, ())
            )
        count = len(run.chapters) or len(chapters)
        return {
            "state": run.state, "share": run.share, "failed": run.error,
            "line": delivery_text.doing(run, title, count),
        }  # fmt: skip

    def _last(self, project: Project) -> str:
        made = self._runs.made(project.project_id)
        if made is None:
            return markup.nothing_made()
        return markup.delivery(made, self._context.served.address, project.changed)
