"""`app.py render`: a script or a project is performed, and becomes one audio file on demand."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.answer import answer, clock
from studio.cli.options import (
    Commands,
    json_option,
    performance_options,
    settings_of,
    workspace_options,
)
from studio.cli.progress import advance, bar, perform
from studio.cli.source import file_text, request_of

if TYPE_CHECKING:
    from studio.services import Export, Progress, Recognizer, TurnHeard, Workspace

EXAMPLE = """example: python app.py render play.txt -o scene.mp3 --voice Lane=Walter --seed 7
         python app.py render tea-at-five --chapter 1"""

WORST_SHOWN = 5


def add(commands: Commands) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "render", parents=[performance_options(), workspace_options(), json_option()],
        epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter,
        help="perform a script or a project, and write it as WAV, FLAC or MP3",
    )  # fmt: skip
    parser.set_defaults(command=render)
    parser.add_argument("script", help="a script (docs/script-format.md), or a project's slug")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="where to; the ending decides: .wav, .flac or .mp3 (default: the "
                        "takes are only kept)")  # fmt: skip
    parser.add_argument("--checks", choices=("standard", "permissive"),
                        help="permissive accepts the noise of untrained checkpoints")  # fmt: skip
    parser.add_argument("--check-speech", action="store_true",
                        help="let speech recognition listen to every turn")  # fmt: skip


def render(options: argparse.Namespace) -> None:
    """Perform what has no take yet, and write it as one audio file where that was asked for."""
    from studio.services import find_recognizer, format_of, open_workspace

    if options.output is not None:
        format_of(options.output)
    text = file_text(options.script)
    ear = find_recognizer() if options.check_speech else None
    with open_workspace(settings_of(options)) as workspace:
        request = request_of(workspace, options, text)
        progress = perform(workspace, request)
        heard = _listen(workspace, progress.job_id, ear) if ear else ()
        if options.output is None:
            _answer(options, progress, [_next_step(options, request.project)], heard=heard)
            return
        with bar("writing", 1.0) as shown:
            export = workspace.exports.deliver(
                progress.job_id, path=options.output, on_progress=lambda done: advance(shown, done)
            )
    facts = f"{export.turns} turns, {clock(export.seconds)}, {export.size_bytes / 1e6:.1f} MB."
    _answer(options, progress, [f"{export.path}: {facts}"], export, heard)


def _listen(workspace: "Workspace", job_id: str, ear: "Recognizer") -> "tuple[TurnHeard, ...]":
    with bar("listening", 1.0) as shown:
        return workspace.speech.listen(job_id, ear, lambda done: advance(shown, done))


def _heard_lines(heard: "tuple[TurnHeard, ...]") -> list[str]:
    """How much was heard otherwise, and the turns where most was."""
    wrong, words = sum(turn.wrong for turn in heard), sum(turn.words for turn in heard)
    if not words:
        return []
    worst = sorted((turn for turn in heard if turn.wrong), key=lambda turn: -turn.rate)
    return [
        f"Speech recognition heard {wrong} of {words} words otherwise ({wrong / words:.0%}).",
        *(
            f'Turn {turn.turn + 1} ({turn.speaker}), {turn.rate:.0%}: heard "{turn.transcript}".'
            for turn in worst[:WORST_SHOWN]
        ),
    ]


def _answer(
    options: argparse.Namespace,
    progress: "Progress",
    lines: list[str],
    export: "Export | None" = None,
    heard: "tuple[TurnHeard, ...]" = (),
) -> None:
    notes = [
        f"Turn {note.turn + 1} ({note.speaker}) needs attention: {note.reason}."
        for note in progress.attention
    ]
    value = {
        "job": progress.job_id, "export": export, "attention": progress.attention,
        "heard": heard,
    }  # fmt: skip
    answer(options, value, [progress.message, *notes, *_heard_lines(heard), *lines])


def _next_step(options: argparse.Namespace, project: str) -> str:
    chapter = f" --chapter {options.chapter}" if options.chapter else ""
    return (
        f"Deliver it with: python app.py deliver {project or options.script}{chapter} "
        "--format m4b,mp3 --target acx"
    )
