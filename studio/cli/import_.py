"""`app.py import`: a book, a play or a text becomes a project, or a script's file."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.answer import answer, table
from studio.cli.failure import DISK, CommandFailed
from studio.cli.options import Commands, json_option, settings_of, workspace_options

if TYPE_CHECKING:
    from studio.services import BookPreview, ImportOptions

EXAMPLE = """example: python app.py import novel.epub --preview
         python app.py import novel.epub
         python app.py import play.epub --act 1 --stage-directions narrator -o act.txt
         python app.py import novel.epub --merge "The Butler=Poole" --correct 12=Anna"""

STAGE_HINT = "Add --stage-directions narrator."


def add(commands: Commands) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "import", parents=[workspace_options(), json_option()], epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        help="make a project of a book, a play or a text",
    )  # fmt: skip
    parser.set_defaults(command=import_file)
    parser.add_argument("book", type=Path, help=".epub, .docx, .pdf, .html, .md, .fountain, .csv, "
                        ".tsv or .txt (docs/importing.md)")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="write the script to a file (- is the terminal) instead of making a "
                        "project")  # fmt: skip
    parser.add_argument("--title", default="", help="of the project (default: the book's own)")
    parser.add_argument("--preview", action="store_true",
                        help="only show chapters, speakers, what is left out, and whose lines "
                        "are uncertain")  # fmt: skip
    _add_choices(parser)


def import_file(options: argparse.Namespace) -> None:
    """Make a project or a script of a book, or show what would come of it."""
    from studio.services import preview_book

    if options.preview:
        preview = preview_book(options.book, _choices(options))
        answer(options, preview, _lines(preview))
    elif options.output:
        _write_script(options)
    else:
        _make_project(options)


def _make_project(options: argparse.Namespace) -> None:
    from studio.services import open_workspace, read_script

    with open_workspace(settings_of(options)) as workspace:
        made = workspace.books.bring_in(options.book, _choices(options), options.title)
    view, slug = read_script(made.project.script), made.project.slug
    counts = {"chapters": len(view.chapters), "turns": len(view.turns),
              "speakers": len(view.speakers)}  # fmt: skip
    value = {"project": slug, "title": made.project.title, **counts, "cover": made.cover,
             "notes": made.notes}  # fmt: skip
    answer(options, value, [
        *_hinted(made.notes),
        f"Made {slug}: {', '.join(f'{count} {name}' for name, count in counts.items())}"
        f"{', with its cover' if made.cover else ''}.",
        f"See and change who speaks whom: python app.py cast {slug}",
        f"Perform the first chapter: python app.py render {slug} --chapter 1",
    ])  # fmt: skip


def _write_script(options: argparse.Namespace) -> None:
    from studio.services import import_book

    imported = import_book(options.book, _choices(options))
    for note in _hinted(imported.notes):
        print(note, file=sys.stderr)
    if options.output == Path("-"):
        value = {"text": imported.text, "notes": imported.notes}
        answer(options, value, imported.text.removesuffix("\n"))
        return
    try:
        options.output.write_text(imported.text, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(
            f"{options.output} cannot be written: {error.strerror}.", DISK
        ) from error
    done = {"path": options.output, "notes": imported.notes}
    answer(options, done, f"Wrote {options.output}.")


def _add_choices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--chapter", "--act", type=int, action="append", default=[], metavar="N",
                        help="only this one, from 1; may be repeated")  # fmt: skip
    parser.add_argument("--stage-directions", choices=("drop", "narrator", "direction"),
                        default="drop", help="left out, read by the narrator, or given to the "
                        "performer where they say how to speak (default: drop)")  # fmt: skip
    parser.add_argument("--brackets", choices=("spoken", "direction"), default="spoken",
                        help="what [brackets] in the book are (default: spoken)")  # fmt: skip
    parser.add_argument("--dialogue", choices=("split", "narrator"), default="split",
                        help="quoted speech gets speakers, or stays with the narrator "
                        "(default: split)")  # fmt: skip
    parser.add_argument("--take-back", type=int, action="append", default=[], metavar="N",
                        help="perform this left-out part, as numbered by --preview; may be "
                        "repeated")  # fmt: skip
    parser.add_argument("--merge", type=_pair, action="append", default=[], metavar="NAME=NAME",
                        help="the second speaks the first's lines; may be repeated")  # fmt: skip
    parser.add_argument("--correct", type=_correction, action="append", default=[],
                        metavar="N=NAME", help="who speaks a quotation, as numbered by --preview; "
                        "may be repeated")  # fmt: skip


def _choices(options: argparse.Namespace) -> "ImportOptions":
    from studio.services import ImportOptions

    return ImportOptions(
        chapters=tuple(options.chapter),
        take_back=frozenset(options.take_back),
        stage_directions=options.stage_directions,
        brackets=options.brackets,
        dialogue=options.dialogue == "split",
        merges=dict(options.merge),
        corrections=dict(options.correct),
    )


def _lines(preview: "BookPreview") -> list[str]:
    """A preview in words."""
    by = f" by {preview.author}" if preview.author else ""
    lines = [f"{preview.title}{by}", "", "Chapters"]
    lines += table((f"{c.number:>4}", c.title, f"{c.turns} turns") for c in preview.chapters)
    lines += ["", "Speakers"]
    lines += table((f"    {s.name}", f"{s.turns} turns", f"{s.words} words")
                   for s in preview.speakers)  # fmt: skip
    if preview.left_out:
        lines += ["", "Left out (--take-back N)"]
        lines += table((f"{p.number:>4}", p.reason, f"{p.words} words", f"{p.first_words} …")
                       for p in preview.left_out)  # fmt: skip
    if preview.uncertain:
        lines += ["", "Uncertain (--correct N=NAME)"]
        lines += table(
            (f"{line.quotation.number:>4}", line.quotation.speaker,
             f"{line.quotation.confidence:.0%}", line.quotation.rule,
             f"…{line.before[-25:]} {_short(line.text)} {line.after[:30]}…")
            for line in preview.uncertain
        )  # fmt: skip
    return [*lines, "", *_hinted(preview.notes)]


def _hinted(notes: Iterable[str]) -> list[str]:
    """Notes, with the option that does what they say."""
    return [
        f"{note} {STAGE_HINT}" if "stage directions are left out" in note else note
        for note in notes
    ]


def _short(text: str) -> str:
    return text if len(text) <= 50 else f"{text[:49]}…"


def _pair(text: str) -> tuple[str, str]:
    one, equals, other = (part.strip() for part in text.partition("="))
    if not equals or not one or not other:
        raise argparse.ArgumentTypeError(f"'{text}' is no NAME=NAME")
    return one, other


def _correction(text: str) -> tuple[int, str]:
    number, _, name = (part.strip() for part in text.partition("="))
    if not number.isascii() or not number.isdigit() or not name:
        raise argparse.ArgumentTypeError(f"'{text}' is no N=NAME")
    return int(number), name
