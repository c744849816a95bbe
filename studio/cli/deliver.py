"""`app.py deliver`: a performed script becomes files for listeners, with a report."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from studio.cli.answer import answer, clock
from studio.cli.failure import INPUT, REPORT, CommandFailed
from studio.cli.options import (
    Commands,
    gain,
    json_option,
    performance_options,
    settings_of,
    workspace_options,
)
from studio.cli.progress import advance, bar, perform
from studio.cli.source import file_text, request_of
from studio.errors import DeliveryError

if TYPE_CHECKING:
    from tqdm import tqdm

    from studio.services import Delivery, DeliveryOptions, Workspace

EXAMPLE = "example: python app.py deliver play.txt --format mp3,m4b --target acx --captions srt,vtt"


def add(commands: Commands) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "deliver", parents=[performance_options(), workspace_options(), json_option()],
        epilog=EXAMPLE, help="master a performed script, write it in any format, and measure it",
    )  # fmt: skip
    parser.set_defaults(command=deliver)
    parser.add_argument("script", nargs="?",
                        help="a project's slug, or a script's file; what is missing of it is "
                        "performed first (default: the newest finished performance)")  # fmt: skip
    parser.add_argument("--job", metavar="ID", help="a performance by its id, or its beginning")
    parser.add_argument("--as-is", action="store_true", help="of a project: perform nothing, "
                        "refuse what is missing or stale")  # fmt: skip
    parser.add_argument("--allow-stale", action="store_true", help="of a project: perform nothing, "
                        "deliver takes that say something else than the script, too")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="where to")
    _add_output(parser)
    _add_metadata(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", type=_names, default=("mp3",), metavar="LIST",
                        help="of wav, flac, mp3, m4b (default: mp3)")  # fmt: skip
    parser.add_argument("--target", default="none",
                        help="acx, podcast-16, streaming-14 or none (default)")  # fmt: skip
    parser.add_argument("--captions", type=_names, default=(), metavar="LIST",
                        help="of srt, vtt")  # fmt: skip
    parser.add_argument("--table", action="store_true", help="a CSV of turns with their times")
    parser.add_argument("--stems", action="store_true", help="a file for each speaker, aligned")
    parser.add_argument("--gain", type=gain, action="append", default=[], metavar="NAME=DB",
                        help="louder or quieter, by speaker; may be repeated")  # fmt: skip
    parser.add_argument("--naming", default="", metavar="PATTERN",
                        help="names of the chapters' files, of {number:02}, {title}, {book} and "
                        "{author} (default: short plain names)")  # fmt: skip
    parser.add_argument("--no-room-tone", action="store_true", help="digital silence in pauses")


def _add_metadata(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cover", type=Path, metavar="FILE", help="a JPEG or PNG picture")
    for name in ("title", "author", "narrator", "date", "copyright"):
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help="metadata")


def deliver(options: argparse.Namespace) -> None:
    """Deliver a performance; ends with its own exit code where a line of the report fails."""
    from studio.services import open_workspace

    wanted = _delivery_options(options)
    text = file_text(options.script) if options.script else None
    with open_workspace(settings_of(options)) as workspace:
        job_id = _job(workspace, options, text)
        with bar("delivering", 1.0) as shown:
            delivery = _deliver(workspace, options, job_id, wanted, shown)
    paths = [delivery.report_page, *(file.path for file in delivery.files)]
    value = {
        "folder": delivery.folder,
        "files": delivery.files,
        "report": delivery.report.as_json(),
    }
    answer(options, value, [*_lines(delivery), f"{len(paths)} files in {delivery.folder}"])
    if not delivery.report.passed:
        raise CommandFailed(f"A line of the report fails: {delivery.report_page}", REPORT)


def _delivery_options(options: argparse.Namespace) -> "DeliveryOptions":
    """The options as the service takes them; what it refuses is wrong input, not a full disk."""
    try:
        return _asked_for(options)
    except DeliveryError as error:
        raise CommandFailed(str(error), INPUT) from error


def _asked_for(options: argparse.Namespace) -> "DeliveryOptions":
    from studio.services import DeliveryOptions, find_target, read_cover

    find_target(options.target)
    return DeliveryOptions(
        formats=options.format, target=options.target, captions=options.captions,
        table=options.table, stems=options.stems, gains_db=dict(options.gain),
        room_tone_db=None if options.no_room_tone else DeliveryOptions().room_tone_db,
        cover=read_cover(options.cover) if options.cover else None,
        title=options.title, author=options.author, narrator=options.narrator,
        date=options.date, copyright=options.copyright, naming=options.naming,
    )  # fmt: skip


def _job(workspace: "Workspace", options: argparse.Namespace, text: str | None) -> str:
    """Perform what is missing; the id of the job to deliver, empty for a project as it is now."""
    if options.script is None:
        return _find(workspace, options.job)
    if text is None and (options.as_is or options.allow_stale):
        return ""
    job_id = perform(workspace, request_of(workspace, options, text)).job_id
    return job_id if text is not None else ""


def _deliver(
    workspace: "Workspace",
    options: argparse.Namespace,
    job_id: str,
    wanted: "DeliveryOptions",
    shown: "tqdm[NoReturn]",
) -> "Delivery":
    def tell(done: float, _: str) -> None:
        advance(shown, done)

    if job_id:
        return workspace.deliveries.deliver(job_id, wanted, options.output, tell)
    return workspace.deliveries.deliver_project(
        options.script, wanted, options.output, tell,
        chapters=(options.chapter,) if options.chapter else (), stale=options.allow_stale,
    )  # fmt: skip


def _find(workspace: "Workspace", wanted: str | None) -> str:
    jobs = workspace.jobs.list()
    if wanted:
        found = [job for job in jobs if job.job_id.startswith(wanted)]
        if len(found) != 1:
            raise CommandFailed(f"{len(found)} performances begin with '{wanted}'.", INPUT)
        return found[0].job_id
    done = next((job.job_id for job in jobs if job.state == "done"), None)
    if done is None:
        raise CommandFailed("Nothing has been performed to its end yet. Name a script.", INPUT)
    return done


def _lines(delivery: "Delivery") -> list[str]:
    """Every file with its verdict, and every line that fails."""
    seconds = {file.path.name: file.seconds for file in delivery.files}
    lines = []
    for file in delivery.report.files:
        verdict = "PASS" if file.passed else "FAIL"
        lines.append(f"{verdict}  {file.file}: {file.turns} turns, {clock(seconds[file.file])}")
        for line in file.lines:
            if line.verdict == "FAIL":
                wanted = f"wanted: {line.wanted}"
                lines.append(f"      {line.name} {line.value:.2f} {line.unit}, {wanted}")
        for words, turns in (("stale", file.stale), ("soft-stale", file.soft_stale)):
            if turns:
                lines.append(f"      {words}: turn {', '.join(map(str, turns))}")
    return lines


def _names(text: str) -> tuple[str, ...]:
    """`a,b` as a tuple, each once."""
    return tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
