"""`app.py bundle`: a project as one `.tableread` file, complete by itself."""

import argparse
from pathlib import Path

from studio.cli.actions import Action, add_actions
from studio.cli.answer import answer
from studio.cli.opening import open_to_read
from studio.cli.options import Commands, settings_of


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parsers = add_actions(commands, "bundle", "a project as one file, and back", [
        Action("export", export, "write a project with its voices and takes as one file",
               "bundle export tea-at-five -o tea.tableread"),
        Action("import", bring_in, "add the project of a bundle to the workspace",
               "bundle import tea.tableread"),
    ])  # fmt: skip
    parsers["export"].add_argument("project", help="its slug, as `projects list` shows it")
    parsers["export"].add_argument("-o", "--output", type=Path, metavar="FILE",
                                   help="default: the slug, here")  # fmt: skip
    parsers["import"].add_argument("bundle", type=Path, help="a .tableread file")


def export(options: argparse.Namespace) -> None:
    """Write a project as a bundle."""
    with open_to_read(options) as workspace:
        report = workspace.bundles.export(options.project, options.output)
    facts = f"{report.turns} turns, {report.takes} takes, {report.voices} voices"
    answer(options, report, f"{report.path}: {facts}, {report.size_bytes / 1e6:.1f} MB.")


def bring_in(options: argparse.Namespace) -> None:
    """Add the project of a bundle."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        report = workspace.bundles.bring_in(options.bundle)
    facts = f"{report.turns} turns, {report.takes} takes"
    renamed = [f"{old} is called {new} here." for old, new in report.renamed.items()]
    answer(options, report, [f"Added {report.project}: {facts}.", *renamed])
