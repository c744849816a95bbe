"""`app.py models`: which checkpoint performs, and how to get Fish Audio S2 Pro."""

import argparse
import sys
from typing import TYPE_CHECKING

from studio.cli.actions import Action, add_actions
from studio.cli.answer import answer, clock, table
from studio.cli.failure import ENGINE, STOPPED, CommandFailed
from studio.cli.opening import open_to_read
from studio.cli.options import Commands, settings_of
from studio.cli.progress import POLL_SECONDS, advance, bar

if TYPE_CHECKING:
    from studio.services import DownloadProgress, Models, ModelView


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parsers = add_actions(commands, "models", "list, download and choose the checkpoint", [
        Action("list", list_models, "print every checkpoint, and how it suits this machine",
               "models list"),
        Action("download", download, "download a checkpoint, or go on where it stopped",
               "models download s2-pro --accept-license"),
        Action("use", use, "have a checkpoint perform from now on", "models use s2-pro"),
    ])  # fmt: skip
    parsers["download"].add_argument("name", help="as `models list` shows it")
    parsers["download"].add_argument("--accept-license", action="store_true",
                                     help="say that you have read it and accept it")  # fmt: skip
    parsers["use"].add_argument("name", help="as `models list` shows it, or a folder of yours")


def list_models(options: argparse.Namespace) -> None:
    """Print every checkpoint."""
    with open_to_read(options) as workspace:
        models = workspace.models.list()
    rows = [(_mark(model), model.name, model.title, _facts(model)) for model in models]
    advice = [
        f"{model.name}: {line}"
        for model in models
        if model.fitness is not None
        for line in model.fitness.advice
    ]
    answer(options, models, [*table(rows), *advice])


def download(options: argparse.Namespace) -> None:
    """Download a checkpoint in sight, once its license has been accepted."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        model = workspace.models.find(options.name)
        if options.accept_license:
            workspace.models.accept(model.name)
        elif model.license is not None and not model.accepted:
            print(license_text(model), file=sys.stderr)
        progress = _follow(workspace.models, model.name)
    answer(options, progress, f"{progress.message} Choose it with: {_use(model.name)}")


def use(options: argparse.Namespace) -> None:
    """Have a checkpoint perform from now on."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        model = workspace.models.use(options.name)
    notice = model.license.notice if model.license else ""
    answer(options, model, f"{model.title} performs from now on. {notice}".rstrip())


def license_text(model: "ModelView") -> str:
    """What a license says, where to read it, and how large the download is."""
    assert model.license is not None
    lines = "\n".join(f"  {line}" for line in model.license.summary)
    size = model.download_bytes / 1e9
    return f"{model.license.name}, {model.license.url}\n{lines}\nDownload: {size:.1f} GB."


def _follow(models: "Models", name: str) -> "DownloadProgress":
    """Show a download until it has ended; Ctrl-C stops it and keeps what it has.

    Raises:
        CommandFailed: it failed or was stopped.
    """
    progress = models.download(name)
    with bar("asking the Hub", 1.0) as shown:
        try:
            while (progress := models.wait(name, POLL_SECONDS)).active:
                shown.set_description_str(_words(progress), refresh=sys.stderr.isatty())
                advance(shown, progress.fraction)
        except KeyboardInterrupt:
            progress = models.cancel(name)
        advance(shown, progress.fraction)
    if progress.state == "done":
        return progress
    if progress.state == "cancelled":
        raise CommandFailed(f"{progress.message} The same command goes on from there.", STOPPED)
    raise CommandFailed(progress.message, ENGINE)


def _words(progress: "DownloadProgress") -> str:
    eta = "" if progress.eta_seconds is None else f", {clock(progress.eta_seconds)} left"
    speed = f", {progress.bytes_per_second / 1e6:.1f} MB/s" if progress.bytes_per_second else ""
    done, total = progress.n_bytes / 1e9, progress.total_bytes / 1e9
    return f"{progress.state} {progress.file}: {done:.2f} of {total:.2f} GB{speed}{eta}"


def _mark(model: "ModelView") -> str:
    return "*" if model.chosen else " "


def _facts(model: "ModelView") -> str:
    state = "installed" if model.installed else f"{model.download_bytes / 1e9:.1f} GB to download"
    quality = ", draft quality" if model.draft else ""
    license_name = f", {model.license.name}" if model.license else ""
    return f"{model.parameters / 1e6:,.0f} million parameters{quality}{license_name}, {state}"


def _use(name: str) -> str:
    return f"python app.py models use {name}"
