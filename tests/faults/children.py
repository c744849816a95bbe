"""What the killed processes do: the work of a user, on an engine that takes no time.

Is: functions called by name in a forked process (`nursery`); their arguments are strings.
Is not: checks; whoever started a child looks at what it left.

- A child notes what is acknowledged at the moment when it is: a take when its chain hears of it,
  which is before anybody else does.
"""

import hashlib
import itertools
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event

from studio.core.model import Take
from studio.errors import (
    DiskFull,
    ImportFailed,
    ReadOnly,
    ScriptError,
    StudioError,
    WorkspaceBusy,
)
from studio.services import (
    DeliveryOptions,
    PerformRequest,
    Workspace,
    open_workspace,
    preview_book,
)
from studio.settings import Settings
from studio.store.database import Database
from studio.store.migrations import steps
from studio.store.takes import add_take
from tests.support.fake_engine import FakeChain, FakeEngine, FakeRequest, Fault

TURNS = [
    f"{('Ann', 'Bob', 'Cat')[number % 3]}: Turn number {number}, {'and more ' * (number % 5)}."
    for number in range(28)
]
SCRIPT = "---\ntitle: Tea\n---\n" + "\n\n***\n\n".join(
    "\n\n".join(TURNS[start : start + 7]) for start in range(0, len(TURNS), 7)
)
CHUNKS = len(TURNS)
SHORT = (
    "---\ntitle: Short\n---\nAnn: One is here.\n\nBob: Two is there.\n\n***\n\nAnn: Three is near."
)
CAST = {"Ann": "Bea", "Bob": "Adam", "Cat": "Bea"}
LANES = 3
CANARY = "what nobody may read"
FAULTS: dict[int, Fault] = {0: "silent", 1: "limit", 2: "not finite"}
"""What happens to a seventh of all seeds each: the same in every process, unlike a count."""


class Notes:
    """A file of acknowledgements, one a line; each is there as soon as `write` returns."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, *words: str) -> None:
        os.write(self._descriptor, (" ".join(words) + "\n").encode())


class NotedEngine(FakeEngine):
    """Notes what it is asked to perform, and which takes its chains are told to go on from."""

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self.notes = notes

    def chain(self, prefix: SimpleNamespace) -> FakeChain:
        self.open_chains += 1
        return NotedChain(self, list(prefix.parts))


class NotedChain(FakeChain):
    """See `NotedEngine`."""

    engine: NotedEngine

    def perform(self, text: str, *, seed: int, **asked: object) -> FakeRequest:
        self.engine.notes.write("perform", hashlib.sha256(text.encode()).hexdigest())
        always: Fault = "limit" if "number 9," in text else FAULTS.get(seed % 7, "fine")
        self.engine.faults = {text: [always] * 99}
        return super().perform(text, seed=seed, **asked)  # type: ignore[arg-type]

    def accept(self, take: object) -> None:
        content = take.codes.astype("<u2").tobytes()  # type: ignore[attr-defined]
        self.engine.notes.write("take", hashlib.sha256(content).hexdigest())
        super().accept(take)  # type: ignore[arg-type]


def opened(settings: str, notes: Notes) -> Workspace:
    engine = NotedEngine(notes)
    return open_workspace(
        Settings.model_validate_json(settings),
        engine_loader=lambda _: engine,  # type: ignore[arg-type, return-value]
    )


def perform(workspace: Workspace, slug: str) -> str:
    """Perform a project; the job's id."""
    project = workspace.projects.open(slug)
    request = PerformRequest(project.script, project.cast, project=project.slug)
    job_id = workspace.jobs.start(request)
    progress = workspace.jobs.wait(job_id)
    failure = workspace.jobs.failure(job_id)
    if failure is not None:
        raise failure
    if progress.state == "paused":  # until somebody frees some space
        raise DiskFull(progress.message)
    assert progress.state == "done", progress
    return job_id


def render(settings: str, notes: str, out: str, slug: str = "tea") -> None:
    """Perform what is missing, then deliver all of it."""
    acknowledged = Notes(notes)
    with opened(settings, acknowledged) as workspace:
        workspace.exports.deliver(perform(workspace, slug), path=Path(out))
        acknowledged.write("delivered")


def render_or_refuse(settings: str, notes: str, out: str, slug: str) -> None:
    """The same, where a disk is expected to fail; the kind of the failure is noted."""
    try:
        render(settings, notes, out, slug)
    except StudioError as error:
        Notes(notes).write("refused", type(error).__name__)


def deliver(settings: str, folder: str, target: str, largest_file: str = "") -> None:
    """Deliver the newest performance; where a size is given, no file may grow beyond it."""
    options = DeliveryOptions(formats=("flac", "m4b"), target=target, captions=("srt",), table=True)
    with opened(settings, Notes(os.devnull)) as workspace:
        [job, *_] = workspace.jobs.list()
        if largest_file:
            import resource  # not on Windows, where this module is imported all the same

            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest_file), hard))
        workspace.deliveries.deliver(job.job_id, options, Path(folder))


def deliver_to_a_full_disk(settings: str, folder: str, target: str, largest_file: str) -> None:
    """The same, where only a full disk may be the reason of a failure."""
    with suppress(DiskFull):
        deliver(settings, folder, target, largest_file)


def keep_writing(settings: str, notes: str) -> None:
    """Hold the workspace and commit one take after the other, until killed."""
    acknowledged = Notes(notes)
    with opened(settings, acknowledged) as workspace:
        for number in itertools.count():
            codes = np.full((2, 9), number % 1000, np.uint16)
            add_take(workspace._database, Take(f"written-{number}", 0, number, codes))
            acknowledged.write("written", f"written-{number}")


def look_on(settings: str, notes: str, seconds: str) -> None:
    """Beside another process: refused for writing, read, and try to write all the same.

    A slow machine takes longer than the seconds: three rounds are made in any case.
    """
    acknowledged, end, seen, rounds = Notes(notes), time.monotonic() + float(seconds), 0, 0
    while time.monotonic() < end or rounds < 3:
        rounds += 1
        try:
            opened(settings, acknowledged).close()
        except WorkspaceBusy:
            acknowledged.write("busy")
        looking = open_workspace(Settings.model_validate_json(settings), read_only=True)
        with looking as workspace:
            tries: list[Callable[[], object]] = [
                lambda: workspace.projects.create(SHORT, title="Mine"),
                lambda: workspace.projects.rename("tea", "Mine"),
                lambda: workspace.jobs.start(PerformRequest(SHORT)),
                lambda: workspace.voices.describe("Bea", notes="mine"),
                lambda: workspace.voices.remove("Bea", confirmed=True),
                lambda: add_take(workspace._database, Take("mine", 0, 0, np.ones((2, 9)))),
            ]
            for attempt in tries:
                try:
                    attempt()
                except ReadOnly:
                    acknowledged.write("refused")
            for _ in range(20):
                found = count_of(workspace, "take")
                assert found >= seen, "a reader must not see time run backwards"
                seen = found
    acknowledged.write("seen", str(seen))


def count_of(workspace: Workspace, table: str) -> int:
    with workspace._database.read() as session:
        rows = session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}")
        return int(rows.scalar_one())


def migrate(path: str, revision: str) -> None:
    """Bring a database to a version that need not be the newest."""
    config = Config(attributes={})
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(Path(steps.__file__).parent))
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config.attributes["connection"] = connection
        if not connection.dialect.has_table(connection, "alembic_version"):
            command.stamp(config, steps.FIRST)
        command.upgrade(config, revision)


def open_and_die(path: str, notes: str, after: str) -> None:
    """Open an old database and be killed at the nth statement of its migration."""
    statements = itertools.count()
    acknowledged = Notes(notes)

    def count(*_: object) -> None:
        acknowledged.write("statement")
        if next(statements) == int(after):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    Database(Path(path)).close()


def import_a_book(path: str, notes: str) -> None:
    """Look into a file as the import does; how that ended, its seconds and its megabytes."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    before, began = memory("VmRSS"), sum(os.times()[:4])
    try:
        text = preview_book(Path(path)).text
        outcome = "secret" if CANARY in text else "read"
    except (ImportFailed, ScriptError) as error:
        outcome = type(error).__name__
    spent = sum(os.times()[:4]) - began  # of the processor, children included
    Notes(notes).write("ended", outcome, f"{spent:.2f}", f"{memory('VmHWM') - before:.0f}")


def memory(name: str) -> float:
    """Megabytes of a line of what the system says about this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
