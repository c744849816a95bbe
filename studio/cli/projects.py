"""`app.py projects`: books and plays, each with its text, cast and takes."""

import argparse
from pathlib import Path

from studio.cli.actions import Action, add_actions
from studio.cli.answer import answer, table
from studio.cli.opening import open_to_read
from studio.cli.options import (
    Commands,
    add_sampling,
    cast_entry,
    sampling_of,
    seed,
    settings_of,
)
from studio.cli.progress import perform as perform_in_sight
from studio.cli.source import read_script_file


def add(commands: Commands) -> None:
    """Add the command's parsers."""
    parsers = add_actions(commands, "projects", "make, list, perform and look after projects", [
        Action("list", list_projects, "print every project", "projects list --trash"),
        Action("create", create, "make a project of a script",
               'projects create play.txt --title "Tea at Five" --voice Lane=Arthur'),
        Action("show", show, "print a project's facts and cast", "projects show tea-at-five"),
        Action("save", save, "give a project a new text; known turns keep their takes",
               "projects save tea-at-five play.txt"),
        Action("cast", cast, "choose voices for speakers",
               "projects cast tea-at-five --voice Lane=Arthur"),
        Action("cover", cover, "show or set the cover, a JPEG or PNG picture",
               "projects cover tea-at-five cover.jpg"),
        Action("rename", rename, "give a project another title",
               'projects rename tea-at-five "Tea at Six"'),
        Action("duplicate", duplicate, "copy a project with its takes",
               "projects duplicate tea-at-five"),
        Action("perform", perform, "perform what has no take yet", "projects perform tea-at-five"),
        Action("delete", delete, "put a project in the trash", "projects delete tea-at-five"),
        Action("restore", restore, "get a project back from the trash",
               "projects restore tea-at-five"),
        Action("purge", purge, "remove a project in the trash for good",
               "projects purge tea-at-five"),
    ])  # fmt: skip
    for name, parser in parsers.items():
        if name not in ("list", "create"):
            parser.add_argument("project", help="its slug, as `projects list` shows it")
    parsers["list"].add_argument("--trash", action="store_true", help="those in the trash")
    for name in ("create", "save"):
        parsers[name].add_argument("script", type=Path, help="a script (docs/script-format.md)")
    for name in ("create", "duplicate"):
        parsers[name].add_argument("--title", default="", help="default: made from what is there")
    parsers["rename"].add_argument("title")
    parsers["cover"].add_argument("picture", type=Path, nargs="?", help="nothing: show where it is")
    parsers["cover"].add_argument("--remove", action="store_true", help="take it away")
    for name in ("create", "cast"):
        parsers[name].add_argument("--voice", type=cast_entry, action="append", default=[],
                                   metavar="NAME=VOICE",
                                   help="who speaks whom; may be repeated")  # fmt: skip
    parsers["perform"].add_argument("--seed", type=seed, default=0, metavar="N")
    add_sampling(parsers["perform"])
    parsers["perform"].add_argument("--chapter", type=int, metavar="N", help="only this chapter")
    parsers["perform"].add_argument("--checkpoint", metavar="starter|PATH")
    parsers["perform"].add_argument("--checks", choices=("standard", "permissive"))


def list_projects(options: argparse.Namespace) -> None:
    """Print every project, or those in the trash."""
    with open_to_read(options) as workspace:
        found = workspace.projects.list(trashed=options.trash)
    rows = [("project", "title", "chapters", "turns", "takes")]
    rows += [(p.slug, p.title, str(p.chapters), str(p.turns), str(p.takes)) for p in found]
    nothing = "The trash is empty." if options.trash else "There are no projects yet."
    answer(options, found, table(rows) if found else nothing)


def create(options: argparse.Namespace) -> None:
    """Make a project of a script."""
    from studio.services import open_workspace

    text = read_script_file(options.script)
    with open_workspace(settings_of(options)) as workspace:
        project = workspace.projects.create(text, title=options.title, cast=dict(options.voice))
        turns = len(workspace.projects.turns(project.slug))
    answer(options, project, f"Made {project.slug}: {turns} turns.")


def show(options: argparse.Namespace) -> None:
    """Print a project's facts and cast."""
    with open_to_read(options) as workspace:
        project = workspace.projects.open(options.project)
        cast = workspace.default_cast(project.script, project.cast)
    facts = (("title", project.title), ("author", project.author), ("language", project.language))
    rows = [row for row in (*facts, ("changed", project.changed)) if row[1]]
    chosen = [(name, f"{voice}{'' if name in project.cast else ' (by default)'}")
              for name, voice in cast.items()]  # fmt: skip
    answer(options, {"project": project, "cast": cast}, [*table(rows), "", *table(chosen)])


def save(options: argparse.Namespace) -> None:
    """Give a project a new text."""
    from studio.services import open_workspace

    text = read_script_file(options.script)
    with open_workspace(settings_of(options)) as workspace:
        before = {turn.turn_id for turn in workspace.projects.turns(options.project)}
        project = workspace.projects.save(options.project, text)
        after = [turn.turn_id for turn in workspace.projects.turns(options.project)]
    known = sum(turn in before for turn in after)
    counts = {"turns": len(after), "known": known, "new": len(after) - known}
    answer(options, counts, f"{project.slug}: {known} turns as before, {len(after) - known} new.")


def cast(options: argparse.Namespace) -> None:
    """Choose voices for speakers."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        for _, voice in options.voice:
            workspace.voices.get(voice)
        project = workspace.projects.cast(options.project, dict(options.voice))
    answer(options, project.cast, [f"{name}: {voice}" for name, voice in project.cast.items()])


def cover(options: argparse.Namespace) -> None:
    """Show, set or take away a project's cover."""
    from studio.services import open_workspace

    if options.picture is None and not options.remove:
        with open_to_read(options) as workspace:
            path = workspace.covers.file(options.project)
    else:
        with open_workspace(settings_of(options)) as workspace:
            if options.remove:
                workspace.covers.remove(options.project)
            else:
                workspace.covers.set(options.project, options.picture)
            path = workspace.covers.file(options.project)
    answer(options, {"cover": path}, str(path) if path else f"{options.project} has no cover.")


def rename(options: argparse.Namespace) -> None:
    """Give a project another title."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        project = workspace.projects.rename(options.project, options.title)
    answer(options, project, f"{project.slug} is now called {project.title}.")


def duplicate(options: argparse.Namespace) -> None:
    """Copy a project with its takes."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        project = workspace.projects.duplicate(options.project, options.title)
    answer(options, project, f"Made {project.slug}.")


def perform(options: argparse.Namespace) -> None:
    """Perform what has no take yet."""
    from studio.services import PerformRequest, open_workspace

    with open_workspace(settings_of(options)) as workspace:
        project = workspace.projects.open(options.project)
        request = PerformRequest(
            project.script,
            workspace.casting.chosen(project.slug),
            options.seed,
            options.chapter,
            project.slug,
            sampling=sampling_of(options),
        )
        progress = perform_in_sight(workspace, request)
    answer(options, progress, progress.message)


def delete(options: argparse.Namespace) -> None:
    """Put a project in the trash."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        project = workspace.projects.delete(options.project)
    back = f"Get it back with: python app.py projects restore {project.slug}"
    answer(options, project, f"{project.slug} is in the trash. {back}")


def restore(options: argparse.Namespace) -> None:
    """Get a project back from the trash."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        project = workspace.projects.restore(options.project)
    answer(options, project, f"{project.slug} is back.")


def purge(options: argparse.Namespace) -> None:
    """Remove a project in the trash for good."""
    from studio.services import open_workspace

    with open_workspace(settings_of(options)) as workspace:
        takes = workspace.projects.purge(options.project)
    answer(options, {"takes": takes}, f"{options.project} is gone, with {takes} takes.")
