"""Jobs that are paused, moved, cancelled, left behind and held up by a full disk: nothing is lost.

Whatever happens to a job on its way, it sounds as one that nothing happened to.
"""

import hashlib
import threading
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from studio.errors import DiskFull, JobError
from studio.services import PerformRequest, Workspace, job_runner
from studio.store import turn_takes
from studio.store.database import Database
from tests.services.conftest import OpenWorkspace
from tests.services.test_jobs import SCRIPT, SPOKEN, request
from tests.services.test_jobs import sounds as audio_of
from tests.support.fake_engine import FakeEngine


def sounds(workspace: Workspace, job_id: str) -> list[str]:
    """A digest of the audio of every turn."""
    return [hashlib.sha256(audio).hexdigest() for audio in audio_of(workspace, job_id)]


@pytest.fixture(scope="module")
def whole() -> list[str]:
    """Filled by the first test that needs it: the sound of a job that nothing happened to."""
    return []


def expected(open_with: OpenWorkspace, whole: list[str]) -> list[str]:
    if not whole:
        opened = open_with(FakeEngine(), "whole")
        job_id = opened.jobs.start(request())
        assert opened.jobs.wait(job_id, 60).state == "done"
        whole += sounds(opened, job_id)
    return whole


def run_until(workspace: Workspace, engine: FakeEngine, job_id: str, spoken: int) -> None:
    """Let a job run until some chunks have been begun; it goes on slowly."""
    engine.on_step = lambda: time.sleep(0.01 if len(engine.spoken) >= spoken else 0)
    deadline = time.monotonic() + 30
    while len(engine.spoken) < spoken:
        assert time.monotonic() < deadline and not workspace.jobs.progress(job_id).resting
        time.sleep(0.001)


@pytest.mark.parametrize("spoken", [1, 4, 6])
def test_a_paused_job_frees_its_lanes_and_goes_on_where_it_was(
    open_with: OpenWorkspace, whole: list[str], spoken: int
) -> None:
    engine = FakeEngine()
    workspace = open_with(engine)
    engine.on_step = lambda: time.sleep(0.01)
    job_id = workspace.jobs.start(request())
    run_until(workspace, engine, job_id, spoken)
    workspace.jobs.pause(job_id)
    progress = workspace.jobs.wait(job_id, 30)
    assert progress.state == "paused" and not progress.finished and progress.eta_seconds is None
    assert progress.message.startswith("Paused after")
    assert engine.open_chains == 0 and not engine._running
    workspace.jobs.pause(job_id)  # once more changes nothing
    engine.on_step = lambda: None
    assert workspace.jobs.resume(job_id) == job_id
    assert workspace.jobs.wait(job_id, 60).state == "done"
    assert sounds(workspace, job_id) == expected(open_with, whole)


def test_a_paused_job_is_paused_after_a_restart_too(
    open_with: OpenWorkspace, whole: list[str]
) -> None:
    engine = FakeEngine()
    first = open_with(engine)
    engine.on_step = lambda: time.sleep(0.01)
    job_id = first.jobs.start(request())
    run_until(first, engine, job_id, 3)
    first.jobs.pause(job_id)
    first.jobs.wait(job_id, 30)
    first.close()
    again = open_with(FakeEngine())
    assert again.jobs.progress(job_id).state == "paused" and again.jobs.interrupted() == ()
    again.jobs.resume(job_id)
    assert again.jobs.wait(job_id, 60).state == "done"
    assert sounds(again, job_id) == expected(open_with, whole)


def test_a_closed_workspace_leaves_its_jobs_interrupted_and_one_call_resumes_all(
    open_with: OpenWorkspace, whole: list[str]
) -> None:
    engine = FakeEngine()
    first = open_with(engine)
    engine.on_step = lambda: time.sleep(0.002)
    running, queued = first.jobs.start(request()), first.jobs.start(request(seed=1))
    run_until(first, engine, running, 2)
    first.close()
    again = open_with(FakeEngine())
    assert [job.job_id for job in again.jobs.interrupted()] == [running, queued]
    assert again.jobs.resume_interrupted() == (running, queued)
    assert [again.jobs.wait(job_id, 60).state for job_id in (running, queued)] == ["done"] * 2
    assert sounds(again, running) == expected(open_with, whole)


def test_interrupted_jobs_can_go_on_by_themselves(open_with: OpenWorkspace) -> None:
    engine = FakeEngine()
    first = open_with(engine)
    engine.on_step = lambda: time.sleep(0.01)
    job_id = first.jobs.start(request())
    run_until(first, engine, job_id, 2)
    first.close()
    again = open_with(FakeEngine(), resume_interrupted=True)
    assert again.jobs.wait(job_id, 60).state == "done"


def held(workspace: Workspace, engine: FakeEngine, count: int) -> tuple[list[str], threading.Event]:
    """Some jobs of a word each, the first of which runs until the event is set."""
    go = threading.Event()
    engine.on_step = lambda: go.wait(30) and None
    words = ("Zero", *SPOKEN)[:count]
    started = [workspace.jobs.start(PerformRequest(f"Ann: {word} it is.")) for word in words]
    while workspace.jobs.progress(started[0]).state != "running":
        time.sleep(0.002)
    return started, go


def test_waiting_jobs_are_moved_paused_and_cancelled(
    workspace: Workspace, engine: FakeEngine
) -> None:
    (first, *others), go = held(workspace, engine, 6)
    assert workspace.jobs.waiting() == tuple(others)
    workspace.jobs.move(others[4], 0)
    workspace.jobs.move(others[0], 99)
    workspace.jobs.cancel(others[1])
    workspace.jobs.pause(others[2])
    assert workspace.jobs.progress(others[1]).state == "cancelled", "at once"
    assert workspace.jobs.progress(others[2]).state == "paused"
    assert workspace.jobs.waiting() == (others[4], others[3], others[0])
    for job_id in (first, others[1]):
        with pytest.raises(JobError, match="does not wait"):
            workspace.jobs.move(job_id, 0)
    with pytest.raises(JobError, match="queued already"):
        workspace.jobs.resume(others[0])
    go.set()
    for job_id in (others[0], others[3], others[4]):
        assert workspace.jobs.wait(job_id, 60).state == "done"
    assert [text.split()[0] for text in engine.spoken] == ["Zero", "Five", "Four", "One"]
    states = {job.job_id: job.state for job in workspace.jobs.list()}
    assert (states[others[1]], states[others[2]]) == ("cancelled", "paused")


def test_cancel_ends_a_paused_job_and_leaves_one_that_is_done(
    workspace: Workspace, engine: FakeEngine
) -> None:
    engine.on_step = lambda: time.sleep(0.01)
    job_id = workspace.jobs.start(request())
    run_until(workspace, engine, job_id, 2)
    workspace.jobs.pause(job_id)
    workspace.jobs.wait(job_id, 30)
    workspace.jobs.cancel(job_id)
    assert workspace.jobs.progress(job_id).state == "cancelled"
    assert workspace.jobs.list()[0].state == "cancelled"
    with pytest.raises(JobError, match="cancelled"):
        workspace.jobs.pause(job_id)
    engine.on_step = lambda: None
    done = workspace.jobs.start(request())
    assert workspace.jobs.wait(done, 60).state == "done"
    workspace.jobs.cancel(done)
    assert workspace.jobs.progress(done).state == "done"


def test_cancelling_frees_the_lanes_within_a_step(workspace: Workspace, engine: FakeEngine) -> None:
    steps: list[int] = []
    engine.on_step = lambda: steps.append(len(engine._running)) or time.sleep(0.002)
    job_id = workspace.jobs.start(request())
    while len(steps) < 5:
        time.sleep(0.001)
    workspace.jobs.cancel(job_id)
    asked = len(steps)
    assert workspace.jobs.wait(job_id, 30).state == "cancelled"
    assert len(steps) <= asked + 2 and not engine._running and engine.open_chains == 0


def test_a_full_disk_pauses_the_queue_and_the_job_goes_on_when_there_is_room(
    open_with: OpenWorkspace, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = expected(open_with, whole)
    full, looked = threading.Event(), threading.Event()
    write = Database.write

    def refuse_when_full(database: Database) -> object:
        if full.is_set():
            looked.set()
            raise DiskFull("The disk is full. Free some space.")
        return write(database)

    monkeypatch.setattr(Database, "write", refuse_when_full)
    monkeypatch.setattr(job_runner, "DISK_SECONDS", 0.02)
    engine = FakeEngine()
    workspace = open_with(engine)
    engine.on_step = lambda: time.sleep(0.01)
    job_id, other = workspace.jobs.start(request()), workspace.jobs.start(request(seed=1))
    engine.on_step = lambda: full.set() if len(engine.spoken) >= 4 else None
    progress = workspace.jobs.wait(job_id, 60)
    assert progress.state == "paused" and "Free some space" in progress.message
    assert isinstance(workspace.jobs.failure(job_id), DiskFull)
    looked.clear()
    assert looked.wait(10), "it looks again"
    assert workspace.jobs.progress(other).state == "queued"
    engine.on_step = lambda: None
    full.clear()
    assert workspace.jobs.wait(other, 60).state == "done"
    assert workspace.jobs.progress(job_id).state == "done"
    assert sounds(workspace, job_id) == sound
    assert workspace.jobs.list()[1].error == ""


def test_a_job_that_the_disk_paused_can_be_cancelled(
    open_with: OpenWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runner, "DISK_SECONDS", 0.02)
    workspace = open_with(FakeEngine())

    def refuse(*_: object) -> None:
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(turn_takes, "commit_takes", refuse)
        patch.setattr(job_runner, "ROOM_BYTES", 2**62)
        job_id = workspace.jobs.start(request())
        assert workspace.jobs.wait(job_id, 30).state == "paused"
        workspace.jobs.cancel(job_id)
    after = workspace.jobs.start(request(seed=3))
    assert workspace.jobs.wait(after, 60).state == "done"
    assert workspace.jobs.progress(job_id).state == "cancelled"


@settings(
    max_examples=6,
    phases=[Phase.generate],  # an example takes a second; shrinking one would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stops=st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=4), n=st.integers())
def test_whatever_stops_a_job_it_sounds_the_same_in_the_end(
    open_with: OpenWorkspace, whole: list[str], stops: list[tuple[bool, int]], n: int
) -> None:
    engine = FakeEngine()
    workspace = open_with(engine, f"examples{n}-{time.monotonic_ns()}")
    job_id = workspace.jobs.start(PerformRequest(SCRIPT, {"Ann": "Bea"}))
    for pause, after in stops:
        steps = iter(range(after))
        reached = threading.Event()

        def count(steps: object = steps, reached: threading.Event = reached) -> None:
            if next(steps, None) is None:  # type: ignore[call-overload]
                reached.set()
                time.sleep(0.001)

        engine.on_step = count
        while not reached.wait(0.005) and not workspace.jobs.progress(job_id).resting:
            pass
        if workspace.jobs.progress(job_id).state == "done":
            break
        (workspace.jobs.pause if pause else workspace.jobs.cancel)(job_id)
        workspace.jobs.wait(job_id, 30)
        workspace.jobs.resume(job_id)
    engine.on_step = lambda: None
    assert workspace.jobs.wait(job_id, 60).state == "done"
    assert sounds(workspace, job_id) == expected(open_with, whole)
    workspace.close()


def test_the_front_begins_first_and_the_longest_chain_beside_it(open_with: OpenWorkspace) -> None:
    engine = FakeEngine()
    workspace = open_with(engine, max_lanes=2)
    script = (
        "# One\n\nAnn: Short it is.\n\n# Two\n\n" + "Ann: Middle it is now.\n" * 2
        + "\n# Three\n\n" + "".join(f"Ann: Longest it is, number {i}.\n" for i in range(4))
    )  # fmt: skip
    job_id = workspace.jobs.start(PerformRequest(script))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    first = [text.split()[0] for text in engine.spoken]
    assert first[:2] == ["Short", "Longest"] and engine.max_running == 2
    assert first.index("Middle") < len(first) - 1 - first[::-1].index("Longest")
