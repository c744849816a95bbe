"""`app.py import`: a book or a play becomes a script."""

import argparse
import sys
from pathlib import Path

from studio.cli.failure import DISK, CommandFailed
from studio.cli.options import Commands

EXAMPLE = "example: python app.py import play.epub --act 1 -o act-one.txt"


def add(commands: Commands) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "import", epilog=EXAMPLE, help="bring a play (EPUB) or a text in as a script"
    )
    parser.set_defaults(command=import_file)
    parser.add_argument("book", type=Path, help="an .epub or .txt file")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: the terminal")
    parser.add_argument("--chapter", "--act", type=int, metavar="N", help="only this one, from 1")
    parser.add_argument("--stage-directions", choices=("drop", "narrator", "direction"),
                        default="drop", help="left out, read by the narrator, or given to the "
                        "performer where they say how to speak (default: drop)")  # fmt: skip


def import_file(options: argparse.Namespace) -> None:
    """Bring a book in as a script."""
    from studio.services import import_book

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
