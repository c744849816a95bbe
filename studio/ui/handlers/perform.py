"""The events of performing: start, watch, pause, go on, stop, and perform a turn again.

A performance belongs to the server. The page finds the one of the open project that is at work, or
the latest, whoever started it, so that neither a closed tab nor a restart loses it.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace

import gradio as gr

from studio.errors import StudioError
from studio.services import Attention, Job, PerformRequest, Progress, Project, TurnState
from studio.ui.boundary import Update, plainly
from studio.ui.context import Context
from studio.ui.markup import parts
from studio.ui.markup import progress as markup
from studio.ui.opening import changed

AT_WORK = ("queued", "loading", "running")
"""The states of performances that go on by themselves."""


class PerformEvents:
    """What happens where a project is performed and heard."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workspace = context.workspace
        self._jobs = context.workspace.jobs

    @plainly
    def show(self, slug: str) -> tuple[Update, ...]:
        """Have the timeline read a project, and show its latest performance.

        The first of what is returned is the button for all chapters, of use where there are more.
        """
        project = self._context.project(slug)
        if project is None:
            return gr.Button(visible=False), gr.HTML(project=""), "", *_controls(None), ""
        chapters = self._workspace.projects.script(project).chapters
        sheet, *state = self._shown(project)
        performed = sheet.props["performed"]
        sheet = gr.HTML(project=project.slug, opened=uuid.uuid4().hex, performed=performed)
        return gr.Button(visible=len(chapters) > 1), sheet, *state

    @plainly
    def perform(self, slug: str, chapter: int | None, seed: float) -> tuple[Update, ...]:
        """Start a performance, which the server owns from here on, and show it at once.

        Args:
            chapter: the one that is looked at, counted from 1; None: all of them.
        """
        project = self._project(slug)
        request = PerformRequest(
            text=project.script,
            cast=self._workspace.casting.chosen(project.slug),
            seed=int(seed or 0),
            chapter=chapter or None,
            project=project.slug,
        )
        self._jobs.start(request)
        return self._shown(project)

    def perform_all(self, slug: str, seed: float) -> tuple[Update, ...]:
        """Start a performance of all chapters."""
        return self.perform(slug, None, seed)

    @plainly
    def again(self, event: gr.EventData) -> tuple[Update, ...]:
        """Perform one turn once more; what was heard of it until now stays in its history."""
        project = self._project(str(event.project))
        self._workspace.takes.again(project.slug, [str(event.turn)])
        return self._shown(project)

    @plainly
    def pause(self, slug: str) -> tuple[Update, ...]:
        """Have the performance rest, also beyond a restart, until it is told to go on."""
        return self._done_with(slug, self._jobs.pause)

    @plainly
    def resume(self, slug: str) -> tuple[Update, ...]:
        """Go on with a performance that rests."""
        return self._done_with(slug, self._jobs.resume)

    @plainly
    def cancel(self, slug: str) -> tuple[Update, ...]:
        """Ask the performance to stop; what is finished stays."""
        return self._done_with(slug, self._jobs.cancel)

    @plainly
    def drop(self, slug: str, event: gr.EventData) -> tuple[Update, ...]:
        """Take a performance out of those that wait."""
        self._jobs.cancel(str(event.job))
        return self._shown(self._project(slug))

    @plainly
    def tick(self, slug: str) -> tuple[Update, ...]:
        """Show how far the performance is; the last tick of one tells the other sections."""
        try:
            project = self._project(slug)
            sheet, page, timer, *rest = self._shown(project)
        except StudioError as error:  # said once, not with every tick
            return gr.skip(), parts.problem(error), *_controls(None), "", gr.skip()
        news = gr.skip() if timer.active else f"{changed(project)} {uuid.uuid4().hex}"
        return sheet, page, timer, *rest, news

    def _project(self, slug: str) -> Project:
        return self._workspace.projects.open(str(slug))

    def _done_with(self, slug: str, what: Callable[[str], object]) -> tuple[Update, ...]:
        project = self._project(slug)
        if job := self._job(project):
            what(job.job_id)
        return self._shown(project)

    def _job(self, project: Project) -> Job | None:
        """The performance of a project that is at work or comes first, or the latest one."""
        mine = [job for job in self._jobs.list() if job.project_id == project.project_id]
        left = [job for job in mine if job.state in AT_WORK]
        waiting = self._jobs.waiting()
        at_work = [job for job in left if job.job_id not in waiting]
        done = [job for job in mine if job.state != "cancelled" or job.turns_done]
        return next(iter([*at_work, *reversed(left), *done, *mine]), None)

    def _shown(self, project: Project) -> tuple[Update, ...]:
        """The timeline's news, progress, timer, the four buttons, and the finished job's id."""
        job = self._job(project)
        if job is None:
            return gr.HTML(performed=""), "", *_controls(None), ""
        report = self._jobs.progress(job.job_id)
        finished = job.job_id if report.state == "done" and not job.again else ""
        page = markup.progress(self._as_it_is_now(project, report), self._waiting(job))
        where = f"{job.chapter or 0} {report.chunks_done} {report.current}"
        news = f"{report.job_id} {report.state} {where}"
        return gr.HTML(performed=news), page, *_controls(report), finished

    def _as_it_is_now(self, project: Project, report: Progress) -> Progress:
        """After a performance turns are renamed, chosen and performed again: what needs attention
        is asked of the project, not of a job of the past.
        """
        if not (report.finished and report.attention):
            return report
        attention = tuple(
            Attention(problem.number - 1, problem.speaker, problem.reason)
            for problem in self._workspace.states.problems(project.slug)
            if problem.state == TurnState.ATTENTION
        )
        return replace(report, attention=attention)

    def _waiting(self, shown: Job) -> tuple[Job, ...]:
        """The performances that wait, but for the one that is shown."""
        waiting = (self._jobs.get(job_id) for job_id in self._jobs.waiting())
        return tuple(job for job in waiting if job.job_id != shown.job_id)


def _controls(report: Progress | None) -> tuple[Update, ...]:
    """The timer, and "Perform", "Pause", "Go on" and "Cancel" as they are of use."""
    running = report is not None and not report.resting
    can_resume = report is not None and report.state in ("paused", "interrupted")
    return (
        gr.Timer(active=running),
        gr.Button(visible=not running and not (report and report.state == "paused")),
        gr.Button(visible=running),
        gr.Button(visible=can_resume),
        gr.Button(visible=running or can_resume),
    )
