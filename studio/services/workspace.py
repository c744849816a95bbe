"""A workspace: one folder with its database, voices, jobs and deliveries, opened by one process.

Is: where everything is put together and taken apart again.
Is not: a singleton; whoever opens it passes it on.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType

from filelock import FileLock, Timeout

from engine import EngineInfo
from studio import paths
from studio.core.script_text import parse_script
from studio.errors import WorkspaceBusy, WorkspaceError
from studio.services.adjusting import Adjusting
from studio.services.audition import Auditions
from studio.services.book_projects import BookProjects
from studio.services.bundles import Bundles
from studio.services.casting import Casting
from studio.services.completeness import Completeness
from studio.services.covers import Covers
from studio.services.deliveries import Deliveries
from studio.services.delivery_runs import DeliveryRuns
from studio.services.editing import Editing
from studio.services.engine_host import EngineHost, EngineLoader, load_engine
from studio.services.exports import Exports
from studio.services.jobs import Jobs
from studio.services.listening import Listening
from studio.services.models import Models
from studio.services.planner import Planner
from studio.services.projects import Projects
from studio.services.pronunciations import Pronunciations
from studio.services.source import Sources
from studio.services.speech_check import SpeechCheck
from studio.services.take_sounds import TakeSounds
from studio.services.takes import Takes
from studio.services.turn_states import TurnStates
from studio.services.voices import VoiceLibrary
from studio.settings import Settings
from studio.store.database import Database
from studio.store.jobs import mark_interrupted


class Workspace:
    """An open workspace. Thread-safe; a context manager that closes it."""

    def __init__(
        self, settings: Settings, database: Database, host: EngineHost, lock: FileLock | None
    ) -> None:
        self.settings = settings
        self.voices = VoiceLibrary(database, host, settings)
        self.projects = Projects(database)
        self.editing = Editing(database, self.projects)
        self.adjusting = Adjusting(database, self.projects)
        self.casting = Casting(self.projects, self.voices)
        self.covers = Covers(database, self.projects)
        self.books = BookProjects(self.projects, self.casting, self.covers)
        self.pronunciations = Pronunciations(database, self.projects)
        self.bundles = Bundles(database, self.projects, self.voices)
        planner = Planner(database, host, self.voices, settings)
        self.jobs = Jobs(database, host, self.voices, self.projects, planner, settings)
        self.speech = SpeechCheck(database, host, self.jobs, self.voices)
        self.states = TurnStates(database, self.projects, planner, self.jobs)
        sounds = TakeSounds(database, host, settings)
        self.takes = Takes(database, self.projects, planner, self.jobs, sounds)
        self.models = Models(database, host, self.jobs, settings)
        sources = Sources(database, self.jobs, self.projects, planner, host)
        self.exports = Exports(database, host, sources, settings)
        self.completeness = Completeness(host, self.projects, self.takes, sources, self.states)
        self.deliveries = Deliveries(database, host, sources, settings)
        self.listening = Listening(database, host, self.projects, planner, self.jobs, settings)
        self.delivery_runs = DeliveryRuns(self.deliveries)
        self.auditions = Auditions(database, self.projects, self.jobs)
        self._database = database
        self._host = host
        self._lock = lock

    @property
    def read_only(self) -> bool:
        """Whether another process writes to it, so that this one only looks."""
        return self._database.read_only

    def engine_info(self, *, load: bool = False) -> EngineInfo | None:
        """What the engine says about itself.

        Args:
            load: load the engine if it is not; otherwise the answer is None until it is.

        Raises:
            EngineProblem: it cannot be loaded.
        """
        if load:
            with self._host.use() as engine:
                return engine.info
        return self._host.info

    def default_cast(self, text: str, chosen: Mapping[str, str] | None = None) -> dict[str, str]:
        """A voice for every speaker of a script: the chosen, the front matter's, or a default.

        Raises:
            ScriptError: the script cannot be read.
            CastError: a speaker or a voice is unknown.
        """
        return self.voices.cast(parse_script(text), chosen or {})

    def close(self) -> None:
        """Stop what is running and let another process have the workspace."""
        self.listening.close()
        self.delivery_runs.close()
        self.jobs.close()
        self._database.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_workspace(
    settings: Settings, *, read_only: bool = False, engine_loader: EngineLoader = load_engine
) -> Workspace:
    """Open a workspace, and make it where there is none.

    Raises:
        WorkspaceBusy: another process has it open for writing.
        WorkspaceError: it cannot be opened.
    """
    with ExitStack() as undo:
        lock = None if read_only else lock_workspace(settings)
        if lock is not None:
            undo.callback(lock.release)
        database = Database(paths.database_file(settings.projects), read_only=read_only)
        undo.callback(database.close)
        workspace = Workspace(settings, database, EngineHost(settings, engine_loader), lock)
        if not read_only:
            mark_interrupted(database)
            workspace.voices.seed()
            if settings.resume_interrupted:
                workspace.jobs.resume_interrupted()
        undo.pop_all()
        return workspace


def lock_workspace(settings: Settings) -> FileLock:
    """Take the lock of a workspace, which one process holds at a time; it dies with its process.

    Raises:
        WorkspaceBusy: another process has it.
        WorkspaceError: the folder cannot be used.
    """
    lock = FileLock(paths.lock_file(settings.projects))
    try:
        settings.projects.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise WorkspaceBusy(
            f"Another Tableread is using {settings.projects}. Close it, or choose another folder "
            "with --projects."
        ) from error
    except OSError as error:
        raise WorkspaceError(
            f"The workspace folder {settings.projects} cannot be used: {error.strerror}. "
            "Choose another with --projects."
        ) from error
    return lock
