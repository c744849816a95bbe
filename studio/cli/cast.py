"""`app.py cast`: who speaks whom in a project, and how loud."""

import argparse
from typing import TYPE_CHECKING

from studio.cli.answer import answer, table
from studio.cli.opening import open_to_read
from studio.cli.options import Commands, gain, json_option, settings_of, workspace_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from studio.services import CastLine

EXAMPLE = 'example: python app.py cast tea-at-five Lane=Walter "Lady Bracknell=Nora" --gain Lane=-2'


def add(commands: Commands) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "cast", parents=[workspace_options(), json_option()], epilog=EXAMPLE,
        help="show and choose who speaks whom in a project",
    )  # fmt: skip
    parser.set_defaults(command=cast)
    parser.add_argument("project", help="its slug, as `projects list` shows it")
    parser.add_argument("voices", nargs="*", type=_choice, metavar="NAME=VOICE",
                        help="who speaks whom; `NAME=` takes a choice back")  # fmt: skip
    parser.add_argument("--gain", type=gain, action="append", default=[], metavar="NAME=DB",
                        help="louder or quieter when delivered; may be repeated")  # fmt: skip
    parser.add_argument("--accept", action="store_true",
                        help="choose a suggested voice for everybody who has none")  # fmt: skip


def cast(options: argparse.Namespace) -> None:
    """Show a project's cast, after changing it where that was asked for."""
    from studio.services import open_workspace

    if options.voices or options.gain or options.accept:
        with open_workspace(settings_of(options)) as workspace:
            lines = workspace.casting.choose(
                options.project, dict(options.voices), dict(options.gain)
            )
            if options.accept:
                lines = workspace.casting.accept(options.project)
    else:
        with open_to_read(options) as workspace:
            lines = workspace.casting.view(options.project)
    answer(options, lines, _table(lines))


def _table(lines: "Iterable[CastLine]") -> list[str]:
    rows = [("speaker", "turns", "words", "voice", "gain", "would suit")]
    rows += [
        (
            line.speaker, str(line.turns), str(line.words),
            line.voice if line.chosen else f"{line.voice} (by default)",
            f"{line.gain_db:+g} dB" if line.gain_db else "", ", ".join(line.suggestions),
        )
        for line in lines
    ]  # fmt: skip
    return table(rows)


def _choice(text: str) -> tuple[str, str]:
    """`NAME=VOICE` or `NAME=` as a pair."""
    name, equals, voice = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"'{text}' is no NAME=VOICE")
    return name.strip(), voice.strip()
