"""`check`: is everything in a workspace as it was, and can the rest be mended?

Is: the order of things: lock, open or rebuild, look at everything, rewrite.
Is not: part of an open workspace; it opens the database itself, because it may be damaged.
"""

from dataclasses import dataclass
from pathlib import Path

from studio import paths
from studio.errors import Damaged, WorkspaceBusy, WorkspaceError
from studio.services.workspace import lock_workspace
from studio.settings import Settings
from studio.store.backup import back_up
from studio.store.checkup import THE_DATABASE, Problem, check_up
from studio.store.database import SCHEMA_VERSION, UNREADABLE, Database
from studio.store.salvage import salvage


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found in a workspace."""

    folder: Path
    problems: tuple[Problem, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong, or everything that was is mended."""
        return all(problem.mended for problem in self.problems)


def check_workspace(settings: Settings, *, repair: bool = False) -> CheckReport:
    """Look at every row, all codes and every reference of a workspace.

    Args:
        repair: mend what can be mended, after a backup; the report says what was done.

    Raises:
        WorkspaceBusy: it is to be repaired while another process uses it.
        WorkspaceError: there is no workspace.
        Damaged: nothing of it can be read, and there is no backup.
    """
    path = paths.database_file(settings.projects)
    if not path.is_file():
        raise WorkspaceError(f"There is no workspace in {settings.projects}.")
    try:
        lock = lock_workspace(settings)
    except WorkspaceBusy:
        if repair:
            raise
        return _look(settings, read_only=True)
    with lock:
        return _repair(settings) if repair else _look(settings)


def _look(settings: Settings, *, read_only: bool = False) -> CheckReport:
    try:
        database = Database(paths.database_file(settings.projects), read_only=read_only)
    except Damaged as error:
        return CheckReport(settings.projects, (Problem(THE_DATABASE, str(error)),))
    try:
        return CheckReport(settings.projects, _problems(database, settings.projects, False))
    finally:
        database.close()


def _repair(settings: Settings) -> CheckReport:
    path, folder = paths.database_file(settings.projects), settings.projects
    rebuilt = _rebuilt(path, folder) if _is_damaged(path, folder) else ()
    try:
        database = Database(path)
        try:
            return CheckReport(folder, rebuilt + _mended(database, folder))
        finally:
            database.close()
    except UNREADABLE as error:
        raise Damaged(
            f"The workspace database {path} cannot be mended ({error}). Its parts are kept in "
            f"{folder}; move studio.db away to start with an empty workspace."
        ) from error


def _is_damaged(path: Path, folder: Path) -> bool:
    """Whether the file itself is, so that what is in it has to move to a new one."""
    try:
        database = Database(path)
    except Damaged:
        return True
    try:
        return any(found.where == THE_DATABASE for found in _problems(database, folder, False))
    finally:
        database.close()


def _rebuilt(path: Path, folder: Path) -> tuple[Problem, ...]:
    done = salvage(path, paths.backups_folder(folder))
    return (Problem(THE_DATABASE, "is damaged", f"rebuilt: {'; '.join(done)}"),)


def _mended(database: Database, folder: Path) -> tuple[Problem, ...]:
    found = _problems(database, folder, False)
    if found:
        with database.raw() as connection:
            back_up(connection, paths.backups_folder(folder), SCHEMA_VERSION)
        found = _problems(database, folder, True)
    database.scrub()
    return found


def _problems(database: Database, folder: Path, repair: bool) -> tuple[Problem, ...]:
    with database.raw() as connection:
        return tuple(check_up(connection, paths.backups_folder(folder), repair=repair))
