"""What a command performs or delivers: a project by its slug, or a script's file.

Is: the one place where the two are told apart. A file of that name goes first.
Is not: a reader of books (`app.py import`).
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.failure import INPUT, CommandFailed
from studio.cli.options import sampling_of

if TYPE_CHECKING:
    from studio.services import PerformRequest, Workspace


def file_text(wanted: str) -> str | None:
    """The text of a script's file; None where the argument is a project's slug.

    Raises:
        CommandFailed: it can only be a file, and cannot be read.
    """
    path = Path(wanted)
    return read_script_file(path) if path.exists() or path.suffix else None


def request_of(
    workspace: "Workspace", options: argparse.Namespace, text: str | None
) -> "PerformRequest":
    """What to perform, as the arguments of `performance_options` say.

    Args:
        text: of `options.script`, where that is a file.
    """
    from studio.services import PerformRequest

    cast, slug = dict(options.voice), ""
    if text is None:
        project = workspace.projects.open(options.script)
        text, slug = project.script, project.slug
        cast = {**workspace.casting.chosen(slug), **cast}
    sampling = sampling_of(options)
    return PerformRequest(text, cast, options.seed, options.chapter, slug, sampling=sampling)


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
            f"{path} is no UTF-8 text. Make a project of it first: python app.py import {path}",
            INPUT,
        ) from error
