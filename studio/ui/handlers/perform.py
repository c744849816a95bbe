"""The events of performing and listening.

A performance belongs to the server. The page finds the latest one of the open project, whoever
started it, so that neither a closed tab nor a restart loses it.
"""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.services import ChapterView, PerformRequest, Project, read_script
from studio.ui import phrases, text
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import parts, shell, turns
from studio.ui.markup import progress as markup


class PerformEvents:
    """What happens where a project is performed and heard."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace
        self._jobs = context.workspace.jobs

    @plainly
    def show(self, slug: str, chapter: int) -> tuple[Update, ...]:
        """Show the turns of a project, its chapters, and its latest performance."""
        project = self._context.project(slug)
        if project is None:
            hint = parts.empty(text.NO_PROJECT, text.TURNS)
            return hint, _chapter_menu((), 0), "", *_buttons(None), ""
        view = read_script(project.script)
        state = self._state(project)
        listed = gr.HTML(turns.turns(view, project.script), marks=self._marks(project))
        return listed, _chapter_menu(view.chapters, chapter), *state

    @plainly
    def perform(self, slug: str, chapter: int, seed: float) -> tuple[Update, ...]:
        """Start a performance, which the server owns from here on, and show it at once."""
        project = self._workspace.projects.open(str(slug))
        request = PerformRequest(
            text=project.script,
            cast=self._workspace.casting.chosen(project.slug),
            seed=int(seed or 0),
            chapter=chapter or None,
            project=project.slug,
        )
        self._jobs.start(request)
        return self._shown(project)

    @plainly
    def cancel(self, slug: str) -> None:
        """Ask the performance to stop; what is finished stays."""
        project = self._workspace.projects.open(str(slug))
        job = self._jobs.latest(project.project_id)
        if job:
            self._jobs.cancel(job.job_id)

    @plainly
    def tick(self, slug: str) -> tuple[Update, ...]:
        """Show how far the performance is; the last tick of a finished one says that it is."""
        try:
            return self._shown(self._workspace.projects.open(str(slug)))
        except StudioError as error:  # said once, not with every tick
            return gr.skip(), parts.problem(error), *_buttons(None), ""

    @plainly
    def listen(self, slug: str, event: gr.EventData) -> Update:
        """Play one finished turn."""
        turn = int(event.turn)
        project = self._workspace.projects.open(str(slug))
        job = self._jobs.latest(project.project_id)
        sample_rate, audio = self._jobs.turn_audio(job.job_id if job else "", turn)
        return shell.dock(
            self._context.served.sound(audio, sample_rate), phrases.turn_number(turn + 1)
        )

    def _shown(self, project: Project) -> tuple[Update, ...]:
        # In this order: a job that has ended has marked all its turns.
        state = self._state(project)
        return gr.HTML(marks=self._marks(project)), *state

    def _state(self, project: Project) -> tuple[Update, ...]:
        """Progress, timer, perform, cancel, and the finished job's id."""
        job = self._jobs.latest(project.project_id)
        if job is None:
            return "", *_buttons(None), ""
        report = self._jobs.progress(job.job_id)
        finished = job.job_id if report.state == "done" else ""
        return markup.progress(report), *_buttons(report.finished), finished

    def _marks(self, project: Project) -> dict[str, Any]:
        """Which turns can be heard, and which need attention."""
        heard, attention = self._workspace.takes.heard(project.slug)
        job = self._jobs.latest(project.project_id)
        pending = self._jobs.pending(job.job_id) if job else frozenset()
        done = sorted(heard - pending)
        script = parts.digest(project.script)
        return {"script": script, "done": done, "attention": sorted(attention - pending)}


def _buttons(finished: bool | None) -> tuple[Update, ...]:
    """The timer, "Perform" and "Cancel" for a performance that has ended or not, or for none."""
    running = finished is False
    return gr.Timer(active=running), gr.Button(visible=not running), gr.Button(visible=running)


def _chapter_menu(chapters: Sequence[ChapterView], chosen: int) -> gr.Dropdown:
    """Return the menu of what to perform: the whole script, or one of its chapters."""
    entries = [
        (phrases.chapter_choice(chapter.number, chapter.title, chapter.turns), chapter.number)
        for chapter in chapters
    ]
    choices = [(text.WHOLE_SCRIPT, 0), *entries]
    value = chosen if 0 <= chosen <= len(chapters) else 0
    return gr.Dropdown(choices=choices, value=value, visible=len(chapters) > 1)
