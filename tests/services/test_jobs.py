"""Jobs: performed in order, several chains side by side, kept, resumed, cancelled, retried."""

import threading
import time

import numpy as np
import pytest

from engine import EngineError
from studio.errors import CastError, JobError, ScriptError
from studio.services import PerformRequest, Workspace
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine, Fault

SCRIPT = (
    "---\ntitle: Tea\n---\n"
    "Ann: One is here.\nBob: Two is there.\nAnn: Three is near.\n***\n"
    "Bob: Four is far.\nAnn: Five is gone.\n\n# Next\n\n[pause 1s]\n\nAnn: Six is late."
)
SPOKEN = ["One", "Two", "Three", "Four", "Five", "Six"]


def request(text: str = SCRIPT, seed: int = 0, chapter: int | None = None) -> PerformRequest:
    return PerformRequest(text, {"Ann": "Bea"}, seed, chapter)


def perform(workspace: Workspace, asked: PerformRequest | None = None) -> str:
    """Run a job to its end and return its id."""
    job_id = workspace.jobs.start(asked or request())
    assert workspace.jobs.wait(job_id, 60).finished
    return job_id


def sounds(workspace: Workspace, job_id: str) -> list[bytes]:
    """The audio of every turn."""
    turns = sorted(event.turn for event in workspace.jobs.events(job_id))
    return [workspace.jobs.turn_audio(job_id, turn)[1].tobytes() for turn in turns]


def test_a_script_is_performed(workspace: Workspace, engine: FakeEngine) -> None:
    job_id = perform(workspace)
    progress = workspace.jobs.progress(job_id)
    assert progress.state == "done" and progress.message == "All 7 turns are performed."
    assert (progress.turns_done, progress.turns_total, progress.chunks_done) == (7, 7, 6)
    assert progress.fraction == 1 and progress.audio_seconds > 5 and progress.speed > 0
    assert progress.eta_seconds is None and progress.error is None and not progress.attention
    assert sorted(text.split()[0] for text in engine.spoken) == sorted(SPOKEN)
    assert engine.open_chains == 0
    [job] = workspace.jobs.list()
    assert (job.job_id, job.title, job.state, job.turns_done) == (job_id, "Tea", "done", 7)


def test_chains_are_performed_side_by_side_and_each_in_order(
    workspace: Workspace, engine: FakeEngine
) -> None:
    job_id = perform(workspace)
    assert engine.max_running == 3
    order = [text.split()[0] for text in engine.spoken]
    assert order.index("One") < order.index("Two") < order.index("Three")
    assert order.index("Four") < order.index("Five")
    events = workspace.jobs.events(job_id)
    assert [event.number for event in events] == [1, 2, 3, 4, 5, 6]
    assert {event.turn for event in events} == {0, 1, 2, 3, 4, 6}
    assert workspace.jobs.events(job_id, after=4) == events[4:]


def test_lanes_are_a_limit(open_with: OpenWorkspace, engine: FakeEngine) -> None:
    perform(open_with(engine, max_lanes=2))
    assert engine.max_running == 2


def test_one_seed_gives_the_same_sound_and_another_does_not(open_with: OpenWorkspace) -> None:
    first, second, other = (
        sounds(opened, perform(opened, request(seed=seed)))
        for opened, seed in ((open_with(FakeEngine(), name), seed) for name, seed in
                             (("a", 1), ("b", 1), ("c", 2)))
    )  # fmt: skip
    assert first == second
    assert all(a != b for a, b in zip(first, other, strict=True))


def test_the_same_again_performs_nothing(workspace: Workspace, engine: FakeEngine) -> None:
    perform(workspace)
    spoken = len(engine.spoken)
    progress = workspace.jobs.progress(perform(workspace))
    assert len(engine.spoken) == spoken
    assert progress.state == "done" and progress.reused_turns == 6 and progress.speed == 0


def test_an_edit_performs_what_was_spoken_after_hearing_it(
    workspace: Workspace, engine: FakeEngine
) -> None:
    perform(workspace)
    engine.spoken.clear()
    perform(workspace, request(SCRIPT.replace("Two", "Zwei")))
    assert [text.split()[0] for text in engine.spoken] == ["Zwei", "Three"]


def cancelled_at(workspace: Workspace, engine: FakeEngine, spoken: int) -> str:
    """Cancel a job as soon as some chunks have been begun."""
    begun = threading.Event()

    def watch() -> None:
        if len(engine.spoken) >= spoken:
            begun.set()
            time.sleep(0.002)

    engine.on_step = watch
    job_id = workspace.jobs.start(request())
    assert begun.wait(30)
    workspace.jobs.cancel(job_id)
    assert workspace.jobs.wait(job_id, 30).state == "cancelled"
    engine.on_step = lambda: None
    return job_id


@pytest.mark.parametrize("spoken", [1, 4, 5, 6])
def test_a_cancelled_job_goes_on_where_it_was_and_sounds_the_same(
    open_with: OpenWorkspace, spoken: int
) -> None:
    whole = open_with(FakeEngine(), "whole")
    expected = sounds(whole, perform(whole))
    engine = FakeEngine()
    workspace = open_with(engine)
    stopped = cancelled_at(workspace, engine, spoken)
    assert engine.open_chains == 0
    assert "kept" in workspace.jobs.progress(stopped).message
    done_before = {event.turn for event in workspace.jobs.events(stopped)}
    resumed = workspace.jobs.resume(stopped)
    progress = workspace.jobs.wait(resumed, 60)
    assert progress.state == "done" and progress.reused_turns == len(done_before)
    assert sounds(workspace, resumed) == expected


def test_jobs_wait_for_each_other_and_a_waiting_one_can_be_cancelled(
    workspace: Workspace, engine: FakeEngine
) -> None:
    engine.on_step = lambda: time.sleep(0.002)
    first = workspace.jobs.start(request())
    second = workspace.jobs.start(request(seed=1))
    assert workspace.jobs.progress(second).state == "queued"
    workspace.jobs.cancel(second)
    assert workspace.jobs.wait(first, 60).state == "done"
    assert workspace.jobs.wait(second, 60).state == "cancelled"


def test_progress_while_it_runs(workspace: Workspace, engine: FakeEngine) -> None:
    engine.on_step = lambda: time.sleep(0.002)
    job_id = workspace.jobs.start(request())
    seen = []
    while not (progress := workspace.jobs.wait(job_id, 0.01)).finished:
        seen.append(progress)
    running = [progress for progress in seen if progress.state == "running"]
    assert any(": " in progress.current for progress in running)
    assert any(progress.eta_seconds for progress in running)
    done = [progress.chunks_done for progress in seen]
    assert done == sorted(done)
    assert engine.info.sample_rate == workspace.jobs.turn_audio(job_id, 0)[0]


@pytest.mark.parametrize("fault", ["limit", "silent", "short", "not finite"])
def test_a_failed_take_is_performed_again_with_another_seed(
    workspace: Workspace, engine: FakeEngine, fault: str
) -> None:
    engine.faults = {"Two": [fault, fault]}  # type: ignore[dict-item]
    job_id = perform(workspace)
    assert workspace.jobs.progress(job_id).state == "done"
    assert not workspace.jobs.progress(job_id).attention
    assert sum("Two" in text for text in engine.spoken) == 3


def test_when_every_attempt_fails_the_least_bad_is_used_in_plain_sight(
    workspace: Workspace, engine: FakeEngine
) -> None:
    engine.faults = {"Two": ["silent", "limit", "silent"]}
    job_id = perform(workspace)
    progress = workspace.jobs.progress(job_id)
    assert progress.state == "done" and "1 of them needs attention" in progress.message
    [attention] = progress.attention
    assert (attention.turn, attention.speaker) == (1, "Bob")
    assert attention.reason == "it ran to its length limit"
    event = next(event for event in workspace.jobs.events(job_id) if event.turn == 1)
    assert event.attention == attention.reason
    assert np.abs(workspace.jobs.turn_audio(job_id, 1)[1]).max() > 0.1
    assert "One is here." in engine.heard and "Two is there." not in engine.heard
    again = workspace.jobs.progress(perform(workspace))
    assert [note.turn for note in again.attention] == [1]


def test_a_take_that_needs_attention_is_out_of_the_context_after_a_resume_too(
    open_with: OpenWorkspace,
) -> None:
    faults: dict[str, list[Fault]] = {"Two": ["limit"] * 3}
    whole = open_with(FakeEngine(faults=dict(faults)), "whole")
    expected = sounds(whole, perform(whole))
    engine = FakeEngine(faults={**faults, "Three": ["device"]})
    workspace = open_with(engine)
    stopped = perform(workspace)
    assert workspace.jobs.progress(stopped).state == "failed"
    engine.faults = {}
    resumed = workspace.jobs.resume(stopped)
    assert workspace.jobs.wait(resumed, 60).state == "done"
    assert sounds(workspace, resumed) == expected


def test_retries_already_made_are_not_made_again(
    open_with: OpenWorkspace, engine: FakeEngine
) -> None:
    engine.faults = {"Two": ["silent", "silent", "limit"]}
    workspace = open_with(engine, retries=1)
    perform(workspace)
    assert sum("Two" in text for text in engine.spoken) == 2


def test_a_chunk_that_cannot_be_performed_at_all_fails_the_job_by_name(
    workspace: Workspace, engine: FakeEngine
) -> None:
    engine.faults = {"Two": ["not finite"] * 3}
    progress = workspace.jobs.progress(perform(workspace))
    assert progress.state == "failed"
    assert progress.error is not None and progress.error.startswith("Turn 2 (Bob) cannot be")
    assert "Two is there." in progress.error


def test_a_failed_device_fails_the_job_and_the_next_one_gets_a_new_engine(
    workspace: Workspace, engine: FakeEngine
) -> None:
    engine.faults = {"Two": ["device"]}
    stopped = perform(workspace)
    assert workspace.jobs.progress(stopped).state == "failed"
    assert "device is gone" in workspace.jobs.progress(stopped).message
    assert workspace.engine_info() is None
    resumed = workspace.jobs.resume(stopped)
    assert workspace.jobs.wait(resumed, 60).state == "done"


def test_an_engine_that_cannot_be_loaded_fails_the_job(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> FakeEngine:
        raise EngineError("a tensor is missing")

    monkeypatch.setattr(workspace._host, "_loader", refuse)
    progress = workspace.jobs.progress(perform(workspace))
    assert progress.state == "failed" and progress.error == "a tensor is missing"
    assert (progress.turns_done, workspace.jobs.list()[0].turns_done) == (0, 0)


def test_what_is_done_is_on_record_while_it_runs(workspace: Workspace, engine: FakeEngine) -> None:
    recorded: list[int] = []
    engine.on_step = lambda: recorded.append(workspace.jobs.list()[0].turns_done)
    perform(workspace)
    assert recorded == sorted(recorded) and len(set(recorded)) > 2


def test_an_unforeseen_error_is_logged_with_a_number(
    workspace: Workspace, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> None:
        raise ZeroDivisionError("secret detail")

    engine.on_step = break_down
    progress = workspace.jobs.progress(perform(workspace))
    assert progress.state == "failed"
    assert progress.error is not None and "secret" not in progress.error
    assert progress.error.split()[-1].rstrip(".") in caplog.text
    engine.on_step = lambda: None
    assert workspace.jobs.progress(perform(workspace)).state == "done"


def test_only_one_chapter(workspace: Workspace, engine: FakeEngine) -> None:
    progress = workspace.jobs.progress(perform(workspace, request(chapter=2)))
    assert (progress.state, progress.turns_total) == ("done", 2)
    assert [text.split()[0] for text in engine.spoken] == ["Six"]


def test_what_cannot_be_performed_is_refused_at_once(workspace: Workspace) -> None:
    with pytest.raises(ScriptError):
        workspace.jobs.start(PerformRequest("Ann: [oh"))
    with pytest.raises(CastError, match="Known: Adam, Bea"):
        workspace.jobs.start(PerformRequest(SCRIPT, {"Ann": "Nobody"}))
    with pytest.raises(CastError, match="Known: Ann, Bob"):
        workspace.jobs.start(PerformRequest(SCRIPT, {"Anne": "Bea"}))
    with pytest.raises(CastError, match="Chapter 9"):
        workspace.jobs.start(PerformRequest(SCRIPT, chapter=9))
    assert workspace.jobs.list() == ()


def test_unknown_jobs_and_turns_are_errors(workspace: Workspace) -> None:
    for ask in (workspace.jobs.progress, workspace.jobs.cancel, workspace.jobs.resume):
        with pytest.raises(JobError, match="no job"):
            ask("nothing")
    job_id = perform(workspace)
    with pytest.raises(JobError, match="Turn 99"):
        workspace.jobs.turn_audio(job_id, 98)


def test_the_front_matter_casts_and_a_choice_wins(workspace: Workspace) -> None:
    text = "---\ncast:\n  Ann: Bea\n  Bob: Bea\n  Absent: Nobody\n---\nAnn: a\nBob: b"
    assert workspace.default_cast(text) == {"Ann": "Bea", "Bob": "Bea"}
    assert workspace.default_cast(text, {"Bob": "Adam"}) == {"Ann": "Bea", "Bob": "Adam"}
