"""What happens on each event of the page: convert, call one service, convert back.

Is: the boundary between the browser and the services, one method an event.
Is not: a place for decisions about scripts, voices or jobs.

What the browser sends is untrusted: an event's data is read by type, a name by its look-up in the
workspace. A job is known to the page by its id, kept in the browser, so that a reload finds it.
"""

import functools
import html
import logging
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypedDict, TypeVar
from urllib.parse import quote

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from studio.errors import StudioError
from studio.paths import slug
from studio.services import (
    ChapterView,
    Export,
    PerformRequest,
    ScriptView,
    Workspace,
    import_book,
    read_script,
    sample_scripts,
)
from studio.ui import markup, text

P = ParamSpec("P")
R = TypeVar("R")
Audio = NDArray[np.float32]  # [n_samples], mono, -1 to 1
Update = Any  # a Gradio component as an update, or a plain value
log = logging.getLogger(__name__)


class PageJob(TypedDict):
    """What a page remembers of the job it shows."""

    id: str
    script: str  # digest of the script it performs


MAX_SERVED = 16  # finished files kept for download; an older one is written anew when asked for
NO_JOB: PageJob = {"id": "", "script": ""}
PROGRESS = gr.Progress()  # Gradio fills in the page's own where a parameter has one as default


def plainly(handler: Callable[P, R]) -> Callable[P, R]:
    """Show an error as one plain sentence; an unexpected one as a number to look up in the log."""

    @functools.wraps(handler)
    def shown(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except StudioError as error:
            raise _toast(str(error)) from error
        except gr.Error:
            raise
        except Exception as error:
            number = uuid.uuid4().hex[:8]
            log.exception("error %s in %s", number, handler.__name__)
            raise _toast(text.UNEXPECTED.format(id=number)) from error

    return shown


def _toast(sentence: str) -> gr.Error:
    # Gradio renders the message as HTML, and a sentence may quote the user's own text.
    message = html.escape(sentence)
    return gr.Error(message, title=text.ERROR_TITLE, print_exception=False)


class Handlers:
    """The events of one app; holds the workspace and the exports already written.

    Args:
        workspace: the open workspace, safe to use from several threads.
        served: folder of the files that the browser may fetch, outside the projects.
    """

    def __init__(self, workspace: Workspace, served: Path) -> None:
        self.workspace = workspace
        self.served = served
        self._exports: dict[tuple[str, str], Export] = {}

    @plainly
    def choose_sample(self, name: str) -> str:
        """Return the text of a sample script."""
        return next(sample.text for sample in sample_scripts() if sample.slug == name)

    @plainly
    def open_file(self, path: str) -> tuple[str, Update]:
        """Return a file's script text, and what its import left out."""
        book = import_book(Path(path))
        return book.text, gr.HTML(markup.notes(book.notes), visible=bool(book.notes))

    @plainly
    def read(self, script: str, chosen: dict[str, str], chapter: int) -> tuple[Update, ...]:
        """Show a script's turns, cast and chapters, or where it cannot be read."""
        if not script.strip():
            return self._unreadable(markup.empty(text.EMPTY_SCRIPT, heading=text.TURNS))
        try:
            view = read_script(script)
            cast = self.workspace.default_cast(script, _still_there(view, chosen))
        except StudioError as error:
            return self._unreadable(markup.problem(error))
        table = markup.cast_table(view, cast, self.workspace.voices.list())
        return (
            markup.turns(view, script),
            table,
            _chapter_menu(view.chapters, chapter),
            gr.Button(interactive=True),
        )

    def _unreadable(self, shown: str) -> tuple[Update, ...]:
        cast = markup.empty(text.EMPTY_CAST, heading=text.CAST)
        return shown, cast, _chapter_menu((), 0), gr.Button(interactive=False)

    @plainly
    def recast(self, event: gr.EventData) -> dict[str, str]:
        """Return the cast that the table shows now."""
        return {str(speaker): str(voice) for speaker, voice in event.cast.items()}

    @plainly
    def audition(self, event: gr.EventData) -> Update:
        """Play the reference of a voice."""
        name = str(event.voice)
        return _heard(self.workspace.voices.listen(name), name)

    @plainly
    def listen(self, job: PageJob, event: gr.EventData) -> Update:
        """Play one finished turn."""
        turn = int(event.turn)
        audio = self.workspace.jobs.turn_audio(job["id"], turn)
        return _heard(audio, text.turn_number(turn + 1))

    @plainly
    def perform(
        self, script: str, chosen: dict[str, str], chapter: int, seed: float
    ) -> tuple[Update, ...]:
        """Start a performance, which the server owns from here on, and show it at once."""
        cast = self.workspace.default_cast(script, _still_there(read_script(script), chosen))
        request = PerformRequest(
            text=script, cast=cast, seed=int(seed or 0), chapter=chapter or None
        )
        job_id = self.workspace.jobs.start(request)
        job: PageJob = {"id": job_id, "script": markup.digest(script)}
        return job, *self._state(job)

    @plainly
    def cancel(self, job: PageJob) -> None:
        """Ask a performance to stop; what is finished stays."""
        self.workspace.jobs.cancel(job["id"])

    @plainly
    def open_page(self, draft: str, job: PageJob) -> tuple[Update, ...]:
        """Bring back the script and the job this browser had, or start with the first sample."""
        known = job["id"] in {summary.job_id for summary in self.workspace.jobs.list()}
        first = sample_scripts()[0]
        script, sample = (draft, None) if draft else (first.text, first.slug)
        return script, sample, job if known else NO_JOB, gr.Timer(active=known)

    @plainly
    def tick(self, job: PageJob) -> tuple[Update, ...]:
        """Show how far the job is; the last tick of a finished one hands it to delivery."""
        try:
            return self._state(job)
        except StudioError as error:  # said once, not with every tick
            stop, idle = gr.Timer(active=False), gr.Button(visible=True)
            return markup.problem(error), gr.skip(), stop, idle, gr.skip(), "", gr.skip()

    def _state(self, job: PageJob) -> tuple[Update, ...]:
        report = self.workspace.jobs.progress(job["id"])
        return (
            markup.progress(report),
            gr.HTML(marks=self._marks(job)),
            gr.Timer(active=not report.finished),
            gr.Button(visible=report.finished),
            gr.Button(visible=not report.finished),
            job["id"] if report.state == "done" else "",
            self.engine_card(),
        )

    def _marks(self, job: PageJob) -> dict[str, Any]:
        events = self.workspace.jobs.events(job["id"])
        return {
            "script": job["script"],
            "done": [event.turn for event in events],
            "attention": [event.turn for event in events if event.attention],
        }

    def engine_card(self) -> str:
        """Return which checkpoint performs."""
        checkpoint = self.workspace.settings.checkpoint
        return markup.engine_card(checkpoint, self.workspace.engine_info(), self.is_draft)

    @property
    def is_draft(self) -> bool:
        """Whether what is heard is the starter checkpoint."""
        return self.workspace.settings.checkpoint == "starter"

    @plainly
    def deliver(
        self, finished: str, audio_format: str, job: PageJob, shown: gr.Progress = PROGRESS
    ) -> tuple[Update, ...]:
        """Write the finished chapter and show its player and its download."""
        if not finished:
            return "", gr.Row(visible=False), gr.skip(), gr.skip()
        export = self._export(finished, audio_format, shown)
        turns = sorted(event.turn for event in self.workspace.jobs.events(finished))
        # Not strict: of a job from before the server was started there are no events.
        starts = list(zip(turns, export.turn_starts, strict=False))
        return (
            markup.player(export, f"gradio_api/file={quote(export.path.as_posix())}"),
            gr.Row(visible=True),
            gr.DownloadButton(value=export.path),
            gr.HTML(marks=self._marks(job) | {"starts": starts}),
        )

    def _export(self, job_id: str, audio_format: str, shown: gr.Progress) -> Export:
        if (job_id, audio_format) not in self._exports:
            title = next(job.title for job in self.workspace.jobs.list() if job.job_id == job_id)
            path = self.served / job_id / f"{slug(title)}.{audio_format}"
            path.parent.mkdir(exist_ok=True)
            self._forget_old_exports()
            self._exports[job_id, audio_format] = self.workspace.exports.deliver(
                job_id, path=path, on_progress=lambda done: shown(done, text.DELIVERING)
            )
        return self._exports[job_id, audio_format]

    def _forget_old_exports(self) -> None:
        while len(self._exports) >= MAX_SERVED:
            oldest = self._exports.pop(next(iter(self._exports)))
            oldest.path.unlink(missing_ok=True)


def _still_there(view: ScriptView, chosen: dict[str, str]) -> dict[str, str]:
    """Return the choices for speakers that the script still has."""
    names = {speaker.name for speaker in view.speakers}
    return {speaker: voice for speaker, voice in chosen.items() if speaker in names}


def _chapter_menu(chapters: Sequence[ChapterView], chosen: int) -> gr.Dropdown:
    """Return the menu of what to perform: the whole script, or one of its chapters."""
    entries = [
        (text.chapter_choice(chapter.number, chapter.title, chapter.turns), chapter.number)
        for chapter in chapters
    ]
    choices = [(text.WHOLE_SCRIPT, 0), *entries]
    value = chosen if 0 <= chosen <= len(chapters) else 0
    return gr.Dropdown(choices=choices, value=value, visible=len(chapters) > 1)


def _heard(sound: tuple[int, Audio], label: str) -> gr.Audio:
    """Return the player of a short sound, at its own level: Gradio would raise floats to full."""
    sample_rate, samples = sound
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    return gr.Audio((sample_rate, pcm), label=label, visible=True)
