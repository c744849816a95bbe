"""`app.py check`: is everything in the workspace as it was?"""

import argparse

from studio.cli.answer import answer
from studio.cli.failure import DISK
from studio.cli.options import Commands, json_option, settings_of, workspace_options

EXAMPLE = "example: python app.py check --repair"


def add(commands: Commands) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "check", parents=[workspace_options(), json_option()], epilog=EXAMPLE,
        help="look at every row, all codes and every reference of the workspace",
    )  # fmt: skip
    parser.set_defaults(command=check)
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")


def check(options: argparse.Namespace) -> int:
    """Look at everything, and say or mend what is wrong."""
    from studio.services import check_workspace

    report = check_workspace(settings_of(options), repair=options.repair)
    lines = [
        f"{problem.where}: {problem.what}{f' - {problem.mended}' if problem.mended else ''}"
        for problem in report.problems
    ]
    if not report.healthy and not options.repair:
        lines.append("Mend what can be mended with: python app.py check --repair")
    answer(options, report, lines or f"{report.folder}: everything is as it was.")
    return 0 if report.healthy else DISK
