"""How commands that only look open a workspace.

Is: for writing where that is possible, which also creates it; for reading where it is in use.
Is not: used by commands that change something.
"""

import argparse
from typing import TYPE_CHECKING

from studio.cli.options import settings_of

if TYPE_CHECKING:
    from studio.services import Workspace


def open_to_read(options: argparse.Namespace) -> "Workspace":
    """Open a workspace to look at it, also while another Tableread uses it."""
    from studio.errors import WorkspaceBusy
    from studio.services import open_workspace

    settings = settings_of(options)
    try:
        return open_workspace(settings)
    except WorkspaceBusy:
        return open_workspace(settings, read_only=True)
