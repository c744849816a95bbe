"""`app.py` without a command: the studio in the browser, and on request for programs by MCP.

Is: the options of that. Is not: the app (`studio.ui.app`).
"""

import argparse
import importlib.util
from pathlib import Path
from typing import Any

from studio.cli.failure import INPUT, CommandFailed

PREFIX = "studio_"
"""Before the names of these options, since commands have some that are called alike."""
MCP_PACKAGE = "mcp>=1.21,<2"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the studio may be opened with."""
    parser.set_defaults(command=open_studio)
    group = parser.add_argument_group("options of the studio in the browser")
    group.add_argument("--projects", type=Path, metavar="DIR", dest=f"{PREFIX}projects",
                       help="the workspace folder (default: projects)")  # fmt: skip
    group.add_argument("--checkpoint", metavar="starter|s2-pro|PATH", dest=f"{PREFIX}checkpoint",
                       help="which model (default: the one that was chosen last)")  # fmt: skip
    group.add_argument("--lanes", type=int, metavar="N", dest=f"{PREFIX}max_lanes",
                       help="chains performed side by side, 1 to 64 (default: 4)")  # fmt: skip
    group.add_argument("--mcp", action="store_true", default=None, dest=f"{PREFIX}mcp",
                       help="offer every operation as an MCP tool, too")  # fmt: skip


def given_options(options: argparse.Namespace) -> dict[str, Any]:
    """What of these options was given, by name."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in vars(options).items()
        if name.startswith(PREFIX) and value is not None
    }


def open_studio(options: argparse.Namespace) -> None:
    """Open the studio, until it is interrupted.

    Raises:
        CommandFailed: MCP is wanted and not installed, or a number of lanes is impossible.
    """
    given = given_options(options)
    mcp = bool(given.pop("mcp", False))
    if mcp and importlib.util.find_spec("mcp") is None:
        raise CommandFailed(
            f'MCP is not installed. Install it with: python -m pip install "{MCP_PACKAGE}"', INPUT
        )
    if not 1 <= given.get("max_lanes", 1) <= 64:
        raise CommandFailed(f"--lanes {given['max_lanes']}: choose 1 to 64.", INPUT)
    from studio.settings import Settings
    from studio.ui.app import launch

    launch(Settings(**given), mcp=mcp)
