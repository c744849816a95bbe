"""The parser of all commands, and how each of them ends.

Is: the list of commands, and the one place where errors become sentences and exit codes.
Is not: what any command does.
"""

import argparse
from collections.abc import Sequence

from studio.cli import (
    bundle,
    cast,
    check,
    deliver,
    import_,
    models,
    projects,
    pronounce,
    render,
    takes,
    voices,
)
from studio.cli.failure import STOPPED, CommandFailed, exit_code, report
from studio.cli.studio_page import add_options, given_options, open_studio
from studio.errors import StudioError

COMMANDS = (
    import_, voices, projects, cast, pronounce, takes, bundle, check, render, deliver, models,
)  # fmt: skip
"""In the order of the work, which is the order in which help shows them."""

EXAMPLES = """exit codes: 0 done, 2 wrong arguments, 3 wrong input, 4 engine or checkpoint,
            5 workspace or disk, 6 delivered but a line of the report fails, 130 stopped

examples:
  python app.py                                    open the studio in the browser
  python app.py --mcp                              the same, with every operation as an MCP tool
  python app.py import play.epub -o play.txt       a book becomes a script
  python app.py render play.txt -o play.mp3        the script becomes sound
  python app.py COMMAND --help                     every command shows an example"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are one sentence on stderr."""
    parser = _parser()
    options = parser.parse_args(arguments)
    given = given_options(options)
    if options.command is open_studio and not given:  # without any word, app.py opens it itself
        parser.error("name a command")
    if options.command is not open_studio and given:
        parser.error(f"put --{next(iter(given))} behind the command")
    as_json = getattr(options, "json", False)
    try:
        code: int | None = options.command(options)
    except CommandFailed as error:
        return report(error, error.code, as_json=as_json)
    except StudioError as error:
        return report(error, exit_code(error), as_json=as_json)
    except KeyboardInterrupt:
        return report(CommandFailed("Stopped.", STOPPED), STOPPED, as_json=as_json)
    return code or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="Without a command: open the studio in the browser.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    commands = parser.add_subparsers(metavar="command")
    for command in COMMANDS:
        command.add(commands)
    return parser
