"""`app.py pronounce`: how words and numbers are spoken where they are written otherwise."""

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.actions import Action, add_actions
from studio.cli.answer import answer, table
from studio.cli.opening import open_to_read
from studio.cli.options import Commands, settings_of
from studio.cli.source import file_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from studio.services import Entry, SpokenView, Workspace

FIELDS = ("written", "spoken", "kind", "speaker", "language", "case")


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parsers = add_actions(commands, "pronounce", "how words and numbers are spoken", [
        Action("list", list_entries, "print the dictionary", "pronounce list --project tea"),
        Action("add", add_entry, "have a word spoken otherwise",
               "pronounce add Cholmondeley Chumley --project tea --speaker Jack"),
        Action("change", change, "change an entry", "pronounce change 3 --spoken Chumlee"),
        Action("remove", remove, "remove an entry", "pronounce remove 3"),
        Action("preview", preview, "print every turn that is spoken otherwise than written",
               "pronounce preview tea --numbers all"),
        Action("numbers", numbers, "choose which numbers, dates and abbreviations are read out",
               "pronounce numbers tea year abbreviation"),
    ])  # fmt: skip
    for name in ("list", "add"):
        parsers[name].add_argument("--project", default="", metavar="SLUG",
                                   help="of this project (default: of the workspace)")  # fmt: skip
    _add_entry_fields(parsers["add"], parsers["change"])
    parsers["add"].add_argument("--preview", metavar="SCRIPT",
                                help="only show what it would change in a project or a script's "
                                "file")  # fmt: skip
    for name in ("change", "remove"):
        parsers[name].add_argument("number", type=int, help="as `pronounce list` shows it")
    parsers["preview"].add_argument("script", help="a project's slug, or a script's file")
    parsers["preview"].add_argument("--numbers", action="append", metavar="KIND",
                                    help="as if this were chosen; may be repeated")  # fmt: skip
    parsers["numbers"].add_argument("project", help="its slug, as `projects list` shows it")
    parsers["numbers"].add_argument("kinds", nargs="*", metavar="KIND|all|none",
                                    help="such as year or date (docs/pronunciation.md); "
                                    "nothing: print the choice")  # fmt: skip
    parsers["numbers"].add_argument("--language", default="", metavar="CODE",
                                    help="default: the script's own")  # fmt: skip


def list_entries(options: argparse.Namespace) -> None:
    """Print the entries of the workspace, and of a project."""
    with open_to_read(options) as workspace:
        entries = workspace.pronunciations.list(options.project)
    nothing = "There are no entries yet. Add one: python app.py pronounce add WRITTEN SPOKEN"
    answer(options, entries, _entry_table(entries) if entries else nothing)


def add_entry(options: argparse.Namespace) -> None:
    """Add an entry, or show what it would change."""
    from studio.services import Entry, open_workspace

    entry = Entry(
        scope="speaker" if options.speaker else "project" if options.project else "workspace",
        **_given(options),
    )
    if options.preview:
        _preview_entry(options, entry)
        return
    with open_workspace(settings_of(options)) as workspace:
        added = workspace.pronunciations.add(entry, options.project)
    answer(options, added, f"Entry {added.number}: {added.written} is spoken {_said(added)}.")


def change(options: argparse.Namespace) -> None:
    """Change an entry."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        entry = workspace.pronunciations.change(options.number, **_given(options))
    answer(options, entry, f"Entry {entry.number}: {entry.written} is spoken {_said(entry)}.")


def remove(options: argparse.Namespace) -> None:
    """Remove an entry."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        entry = workspace.pronunciations.remove(options.number)
    answer(options, entry, f"Removed entry {entry.number}: {entry.written}.")


def preview(options: argparse.Namespace) -> None:
    """Print what a script or a project says otherwise than written."""
    text = file_text(options.script)
    with open_to_read(options) as workspace:
        text, project = _script(workspace, options.script, text)
        views = workspace.pronunciations.preview(text, project, numbers=options.numbers)
    _show(options, views)


def numbers(options: argparse.Namespace) -> None:
    """Choose which numbers a project reads, or print the choice."""
    from studio.services import open_workspace

    if not options.kinds:
        with open_to_read(options) as workspace:
            chosen = workspace.pronunciations.numbers(options.project)
    else:
        kinds = [kind for kind in options.kinds if kind != "none"]
        with open_workspace(settings_of(options)) as workspace:
            chosen = workspace.pronunciations.set_numbers(options.project, kinds, options.language)
    lines = [f"{language}: {', '.join(kinds)}" for language, kinds in chosen.items()]
    answer(options, chosen, lines or "Numbers are spoken as the checkpoint reads them.")


def _add_entry_fields(new: argparse.ArgumentParser, old: argparse.ArgumentParser) -> None:
    new.add_argument("written", help="the word, the words, or a regular expression")
    new.add_argument("spoken", help='what is said instead, spelled as it sounds; "": nothing')
    for name in ("--written", "--spoken"):
        old.add_argument(name, metavar="TEXT")
    for parser in (new, old):
        parser.add_argument("--speaker", metavar="NAME", help="only where this speaker says it")
        parser.add_argument("--kind", choices=("word", "regex"), help="default: word")
        parser.add_argument("--language", metavar="CODE", help="only in scripts of this language")
        parser.add_argument("--case", choices=("any", "exact"),
                            help="exact: capitals have to agree")  # fmt: skip


def _preview_entry(options: argparse.Namespace, entry: "Entry") -> None:
    text = file_text(options.preview)
    with open_to_read(options) as workspace:
        text, project = _script(workspace, options.preview, text)
        views = workspace.pronunciations.preview(text, project, trial=[entry])
    _show(options, [view for view in views if any(c.rule == entry.written for c in view.changes)])


def _script(workspace: "Workspace", wanted: str, text: str | None) -> tuple[str, str]:
    """The text of a file, or of a project with its slug."""
    if text is not None:
        return text, ""
    project = workspace.projects.open(wanted)
    return project.script, project.slug


def _show(options: argparse.Namespace, views: "Iterable[SpokenView]") -> None:
    views = tuple(views)
    lines = []
    for view in views:
        lines.append(f"turn {view.turn} ({view.speaker}): {view.spoken}")
        lines += [f"    {c.written} -> {c.spoken or 'nothing'}  ({c.rule})" for c in view.changes]
    count = f"{len(views)} {'turn is' if len(views) == 1 else 'turns are'}"
    answer(options, views, [*lines, f"{count} spoken otherwise than written."])


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of an entry that were named."""
    return {name: value for name in FIELDS if (value := getattr(options, name)) is not None}


def _entry_table(entries: "Iterable[Entry]") -> list[str]:
    rows = [("entry", "written", "spoken", "where", "")]
    rows += [
        (str(e.number), e.written, e.spoken, e.speaker or e.scope, _details(e)) for e in entries
    ]
    return table(rows)


def _details(entry: "Entry") -> str:
    facts = (
        entry.language,
        "regex" if entry.kind == "regex" else "",
        "exact capitals" if entry.case == "exact" else "",
    )
    return ", ".join(filter(None, facts))


def _said(entry: "Entry") -> str:
    return entry.spoken or "not at all"
