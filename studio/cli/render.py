"""`app.py render`: a script becomes one audio file."""

import argparse
from pathlib import Path

from studio.cli.answer import answer, clock
from studio.cli.failure import INPUT, CommandFailed
from studio.cli.options import (
    Commands,
    json_option,
    performance_options,
    settings_of,
    workspace_options,
)
from studio.cli.progress import advance, bar, perform

EXAMPLE = "example: python app.py render play.txt -o scene.mp3 --voice Lane=Arthur --seed 7"


def add(commands: Commands) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "render", parents=[performance_options(), workspace_options(), json_option()],
        epilog=EXAMPLE, help="perform a script and write it as WAV, FLAC or MP3",
    )  # fmt: skip
    parser.set_defaults(command=render)
    parser.add_argument("script", type=Path, help="a script (docs/script-format.md)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE",
                        help="where to; the ending decides: .wav, .flac or .mp3")  # fmt: skip
    parser.add_argument("--checks", choices=("standard", "permissive"),
                        help="permissive accepts the noise of untrained checkpoints")  # fmt: skip


def render(options: argparse.Namespace) -> None:
    """Perform a script and write it as one audio file."""
    from studio.services import PerformRequest, format_of, open_workspace

    format_of(options.output)
    text = read_script_file(options.script)
    with open_workspace(settings_of(options)) as workspace:
        request = PerformRequest(text, dict(options.voice), options.seed, options.chapter)
        progress = perform(workspace, request)
        with bar("writing", 1.0) as shown:
            export = workspace.exports.deliver(
                progress.job_id, path=options.output, on_progress=lambda done: advance(shown, done)
            )
    notes = [
        f"Turn {note.turn + 1} ({note.speaker}) needs attention: {note.reason}."
        for note in progress.attention
    ]
    facts = f"{export.turns} turns, {clock(export.seconds)}, {export.size_bytes / 1e6:.1f} MB."
    answer(
        options,
        {"export": export, "attention": progress.attention},
        [*notes, f"{export.path}: {facts}"],
    )


def read_script_file(path: Path) -> str:
    """The text of a script's file.

    Raises:
        CommandFailed: it cannot be read, or is no UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.", INPUT) from error
    except UnicodeDecodeError as error:
        raise CommandFailed(
            f"{path} is no UTF-8 text. Bring it in first: python app.py import {path} -o play.txt",
            INPUT,
        ) from error
