"""Progress bars on stderr.

Is: how a job or a longer call looks while it runs. Is not: printed to stdout, ever.
"""

import sys
from typing import TYPE_CHECKING, NoReturn

from studio.cli.answer import clock
from studio.cli.failure import STOPPED, CommandFailed

if TYPE_CHECKING:
    from tqdm import tqdm

    from studio.services import PerformRequest, Progress, Workspace

POLL_SECONDS = 0.2


def follow(workspace: "Workspace", job_id: str) -> "Progress":
    """Show a job until it has ended; Ctrl-C stops it and keeps what it has."""
    with bar("queued", workspace.jobs.progress(job_id).turns_total) as shown:
        try:
            while not (progress := workspace.jobs.wait(job_id, POLL_SECONDS)).resting:
                _show(shown, progress)
        except KeyboardInterrupt:
            workspace.jobs.cancel(job_id)
            progress = workspace.jobs.wait(job_id)
        _show(shown, progress)
    return progress


def perform(workspace: "Workspace", request: "PerformRequest") -> "Progress":
    """Perform to the end, in sight.

    Raises:
        CommandFailed: it was stopped.
        StudioError: it cannot begin, or failed.
    """
    return finish(workspace, workspace.jobs.start(request))


def finish(workspace: "Workspace", job_id: str) -> "Progress":
    """Follow a job to its end.

    Raises:
        CommandFailed: it was stopped.
        StudioError: it failed.
    """
    progress = follow(workspace, job_id)
    if progress.state == "cancelled":
        raise CommandFailed(f"{progress.message} The same command goes on from there.", STOPPED)
    if failure := workspace.jobs.failure(job_id):
        raise failure
    return progress


def bar(words: str, total: float) -> "tqdm[NoReturn]":
    """A progress bar on stderr; where that is a file, a line now and then."""
    from tqdm import tqdm

    return tqdm(
        desc=words,
        total=total,
        bar_format="{percentage:3.0f}% |{bar:30}| {desc}",
        mininterval=0.1 if sys.stderr.isatty() else 10,
    )


def advance(shown: "tqdm[NoReturn]", to: float) -> None:
    """Move a bar to a place."""
    shown.update(to - shown.n)


def _show(shown: "tqdm[NoReturn]", progress: "Progress") -> None:
    eta = "" if progress.eta_seconds is None else f", {clock(progress.eta_seconds)} left"
    speed = f", {progress.speed:.1f}x" if progress.speed else ""
    shown.set_description_str(
        f"{progress.state}: {progress.turns_done}/{progress.turns_total} turns, "
        f"{clock(progress.audio_seconds)} of audio{speed}{eta}",
        refresh=sys.stderr.isatty(),
    )
    advance(shown, progress.fraction * progress.turns_total)
