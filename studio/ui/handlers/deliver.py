"""The events of delivery: a performed project becomes files for listeners, with their report.

A finished delivery is kept for its project, so that a page that comes back finds it.
"""

import shutil
import uuid
from typing import Any

import gradio as gr

from studio.errors import JobError
from studio.services import Delivery, DeliveryOptions, Project
from studio.ui import text
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import deliver as markup

MAX_DELIVERIES = 8
"""Deliveries kept for download; an older one is made anew when asked for."""
PROGRESS = gr.Progress()  # Gradio fills in the page's own where a parameter has one as default


class DeliverEvents:
    """What happens where files are made; holds what was delivered of each project."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace
        self._made: dict[str, Delivery] = {}

    @plainly
    def show(self, slug: str) -> tuple[Update, ...]:
        """Show what is missing for a delivery, and the last one that was made."""
        project = self._context.project(slug)
        if project is None:
            return markup.nothing_open(), gr.Button(interactive=False), ""
        turns = len(self._workspace.projects.turns(project.slug))
        heard, attention = self._workspace.takes.heard(project.slug)
        ready = gr.Button(interactive=bool(heard))
        return markup.readiness(turns, len(heard), len(attention)), ready, self._last(project)

    @plainly
    def deliver(
        self,
        slug: str,
        formats: list[str],
        target: str,
        captions: list[str],
        extras: list[str],
        narrator: str,
        shown: gr.Progress = PROGRESS,
    ) -> str:
        """Deliver the latest performance of the project, and show its files and report."""
        project = self._workspace.projects.open(str(slug))
        options = DeliveryOptions(
            formats=tuple(formats), target=target, captions=_captions(captions),
            table="table" in extras, stems="stems" in extras, title=project.title,
            author=project.author, narrator=narrator,
        )  # fmt: skip
        folder = self._context.served.folder / "deliveries" / uuid.uuid4().hex
        folder.mkdir(parents=True)
        self._make_room()
        self._made[project.project_id] = self._workspace.deliveries.deliver(
            self._performance(project), options, folder, lambda done, what: shown(done, what)
        )
        return self._last(project)

    @plainly
    def archive(self, slug: str) -> Update:
        """Pack all files of the last delivery, for the browser to fetch."""
        project = self._workspace.projects.open(str(slug))
        made = self._made.get(project.project_id)
        if made is None:
            return gr.skip()
        path = self._context.served.archive(made.folder, project.slug)
        return gr.HTML(fetch={"url": self._context.served.address(path), "name": path.name})

    def _performance(self, project: Project) -> str:
        job = self._workspace.jobs.latest(project.project_id)
        if job is None:
            raise JobError(text.NOT_PERFORMED)
        return job.job_id

    def _last(self, project: Project) -> str:
        made = self._made.get(project.project_id)
        return markup.delivery(made, self._context.served.address) if made else ""

    def _make_room(self) -> None:
        while len(self._made) >= MAX_DELIVERIES:
            oldest = self._made.pop(next(iter(self._made)))
            shutil.rmtree(oldest.folder, ignore_errors=True)


def _captions(chosen: list[str]) -> Any:  # noqa: ANN401 - the options refuse what they do not know
    return tuple(chosen)
