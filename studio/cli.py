"""The command line: `python app.py render | voices | import`.

Is: arguments in, one service call each, sentences out.
Is not: a second way to do anything; whatever it does, the browser does through the same services.

Exit codes: 0 done, 2 wrong arguments, 3 wrong input (script, voice, audio, book), 4 engine or
checkpoint, 5 workspace or disk, 130 stopped by the user.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TypeAlias

from tqdm import tqdm

from studio.errors import (
    DeliveryError,
    DiskFull,
    EngineProblem,
    JobError,
    StudioError,
    WorkspaceBusy,
    WorkspaceError,
)
from studio.services import (
    PerformRequest,
    Progress,
    Workspace,
    format_of,
    import_book,
    open_workspace,
)
from studio.settings import Settings

INPUT, ENGINE, DISK, STOPPED = 3, 4, 5, 130
POLL_SECONDS = 0.2
MAX_SEED = 2**63 - 1

RENDER_EXAMPLE = "example: python app.py render play.txt -o scene.mp3 --voice Lane=Arthur --seed 7"
VOICES_EXAMPLE = (
    'example: python app.py voices add me.wav --name Me --transcript "What I say in it."'
)
IMPORT_EXAMPLE = "example: python app.py import play.epub --act 1 -o act-one.txt"


class CommandFailed(Exception):
    """A command ended badly; carries the sentence to show and the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are one sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except CommandFailed as error:
        return _complain(str(error), error.code)
    except StudioError as error:
        return _complain(str(error), _exit_code(error))
    except KeyboardInterrupt:
        return _complain("Stopped.", STOPPED)
    return 0


def render(options: argparse.Namespace) -> None:
    """Perform a script and write it as one audio file."""
    format_of(options.output)
    text = _read_script(options.script)
    settings = _settings(options)
    with open_workspace(settings) as workspace:
        request = PerformRequest(text, dict(options.voice), options.seed, options.chapter)
        job_id = workspace.jobs.start(request)
        progress = _follow(workspace, job_id)
        if progress.state == "cancelled":
            raise CommandFailed(f"{progress.message} The same command goes on from there.", STOPPED)
        if failure := workspace.jobs.failure(job_id):
            raise failure
        for note in progress.attention:
            print(f"Turn {note.turn + 1} ({note.speaker}) needs attention: {note.reason}.")
        with _bar("writing", 1.0) as bar:
            export = workspace.exports.deliver(
                job_id, path=options.output, on_progress=lambda done: _advance(bar, done)
            )
    print(
        f"{export.path}: {export.turns} turns, {_clock(export.seconds)}, "
        f"{export.size_bytes / 1e6:.1f} MB."
    )


def voices_list(options: argparse.Namespace) -> None:
    """Print every voice."""
    settings = _settings(options)
    try:
        workspace = open_workspace(settings)
    except WorkspaceBusy:
        workspace = open_workspace(settings, read_only=True)
    with workspace:
        voices = workspace.voices.list()
    if not voices:
        print("There are no voices yet.", VOICES_EXAMPLE, sep="\n")
    width = max((len(voice.name) for voice in voices), default=0)
    for voice in voices:
        facts = [voice.gender, voice.language, voice.description]
        print(f"{voice.name:<{width}}  {', '.join(fact for fact in facts if fact)}")


def voices_add(options: argparse.Namespace) -> None:
    """Add a voice from a recording."""
    with open_workspace(_settings(options)) as workspace:
        voice = workspace.voices.add(
            options.name,
            options.audio,
            options.transcript,
            description=options.description,
            language=options.language,
            gender=options.gender,
        )
    print(f"Added {voice.name} ({voice.seconds:.1f} s).")


def import_file(options: argparse.Namespace) -> None:
    """Bring a book in as a script."""
    imported = import_book(
        options.book, chapter=options.chapter, stage_directions=options.stage_directions
    )
    for note in imported.notes:
        print(note, file=sys.stderr)
    if options.output is None:
        print(imported.text, end="")
        return
    try:
        options.output.write_text(imported.text, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(
            f"{options.output} cannot be written: {error.strerror}.", DISK
        ) from error
    print(f"Wrote {options.output}.")


def _follow(workspace: Workspace, job_id: str) -> Progress:
    """Show a job until it has ended; Ctrl-C stops it and keeps what it has."""
    with _bar("queued", workspace.jobs.progress(job_id).turns_total) as bar:
        try:
            while not (progress := workspace.jobs.wait(job_id, POLL_SECONDS)).finished:
                _show(bar, progress)
        except KeyboardInterrupt:
            workspace.jobs.cancel(job_id)
            progress = workspace.jobs.wait(job_id)
        _show(bar, progress)
    return progress


def _bar(words: str, total: float) -> "tqdm[NoReturn]":
    """A progress bar on stderr; where that is a file, a line now and then."""
    return tqdm(
        desc=words,
        total=total,
        bar_format="{percentage:3.0f}% |{bar:30}| {desc}",
        mininterval=0.1 if sys.stderr.isatty() else 10,
    )


def _show(bar: "tqdm[NoReturn]", progress: Progress) -> None:
    eta = "" if progress.eta_seconds is None else f", {_clock(progress.eta_seconds)} left"
    speed = f", {progress.speed:.1f}x" if progress.speed else ""
    bar.set_description_str(
        f"{progress.state}: {progress.turns_done}/{progress.turns_total} turns, "
        f"{_clock(progress.audio_seconds)} of audio{speed}{eta}",
        refresh=sys.stderr.isatty(),
    )
    _advance(bar, progress.fraction * progress.turns_total)


def _advance(bar: "tqdm[NoReturn]", to: float) -> None:
    bar.update(to - bar.n)


def _clock(seconds: float) -> str:
    """Minutes and seconds: 75.2 is 1:15."""
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02}"


def _read_script(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandFailed(f"{path} cannot be read: {error.strerror}.", INPUT) from error
    except UnicodeDecodeError as error:
        raise CommandFailed(
            f"{path} is no UTF-8 text. Bring it in first: python app.py import {path} -o play.txt",
            INPUT,
        ) from error


def _settings(options: argparse.Namespace) -> Settings:
    given = {
        name: value
        for name in ("projects", "checkpoint", "checks")
        if (value := getattr(options, name, None)) is not None
    }
    return Settings(**given)


def _exit_code(error: StudioError) -> int:
    match error:
        case EngineProblem():
            return ENGINE
        case WorkspaceError() | DiskFull() | DeliveryError():
            return DISK
        case JobError():
            return ENGINE
        case _:
            return INPUT


def _complain(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _cast_entry(text: str) -> tuple[str, str]:
    name, equals, voice = text.partition("=")
    if not equals or not name.strip() or not voice.strip():
        raise argparse.ArgumentTypeError(f"'{text}' is no NAME=VOICE")
    return name.strip(), voice.strip()


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MAX_SEED:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 0 to 2^63-1")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py", description="Without arguments: open the studio in the browser."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    workspace = argparse.ArgumentParser(add_help=False)
    workspace.add_argument(
        "--projects", type=Path, metavar="DIR", help="the workspace folder (default: projects)"
    )
    _add_render(commands, workspace)
    _add_voices(commands, workspace)
    _add_import(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_render(commands: Commands, workspace: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "render", parents=[workspace], epilog=RENDER_EXAMPLE,
        help="perform a script and write it as WAV, FLAC or MP3",
    )  # fmt: skip
    parser.set_defaults(command=render)
    parser.add_argument("script", type=Path, help="a script (docs/script-format.md)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE",
                        help="where to; the ending decides: .wav, .flac or .mp3")  # fmt: skip
    parser.add_argument("--chapter", type=int, metavar="N", help="only this chapter, from 1")
    parser.add_argument("--voice", type=_cast_entry, action="append", default=[],
                        metavar="NAME=VOICE", help="who speaks whom; may be repeated")  # fmt: skip
    parser.add_argument("--seed", type=_seed, default=0, metavar="N",
                        help="the same seed gives the same audio (default: 0)")  # fmt: skip
    parser.add_argument("--checkpoint", metavar="starter|PATH",
                        help="which model (default: starter)")  # fmt: skip
    parser.add_argument("--checks", choices=("standard", "permissive"),
                        help="permissive accepts the noise of untrained checkpoints")  # fmt: skip


def _add_voices(commands: Commands, workspace: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("voices", help="list the voices, or add one")
    actions = parser.add_subparsers(required=True, metavar="list|add")
    listing = actions.add_parser("list", parents=[workspace], help="print every voice")
    listing.set_defaults(command=voices_list)
    adding = actions.add_parser(
        "add", parents=[workspace], epilog=VOICES_EXAMPLE, help="add a voice from a recording"
    )
    adding.set_defaults(command=voices_add)
    adding.add_argument("audio", type=Path, help="1 to 120 s of one person speaking")
    adding.add_argument("--name", required=True)
    adding.add_argument("--transcript", required=True, help="what is said in the recording")
    adding.add_argument("--description", default="")
    adding.add_argument("--language", default="en")
    adding.add_argument("--gender", default="", choices=("", "female", "male"))


def _add_import(commands: Commands) -> None:
    parser = commands.add_parser(
        "import", epilog=IMPORT_EXAMPLE, help="bring a play (EPUB) or a text in as a script"
    )
    parser.set_defaults(command=import_file)
    parser.add_argument("book", type=Path, help="an .epub or .txt file")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: the terminal")
    parser.add_argument("--chapter", "--act", type=int, metavar="N", help="only this one, from 1")
    parser.add_argument("--stage-directions", choices=("drop", "narrator", "direction"),
                        default="drop", help="left out, read by the narrator, or given to the "
                        "performer where they say how to speak (default: drop)")  # fmt: skip
