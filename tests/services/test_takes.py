"""Takes of a project: what is heard, what is stale, and performing again."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine import Sampling
from studio.core.edits import Rewrite
from studio.core.sampling import SamplingChoice
from studio.errors import JobError, StaleTakes, TakeLocked, TakeUnknown
from studio.services import DeliveryOptions, PerformRequest, Project, Workspace
from studio.settings import Settings
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = """---
title: Tea
---
# One

Ann: Hello there, Bob.
Bob: Good day to you.
Ann: Tea or coffee?
Bob: Tea, if you please.

# Two

Ann: It is late now.
"""
CAST = {"Ann": "Adam", "Bob": "Bea"}
ALL = ["done"] * 5


@pytest.fixture
def project(workspace: Workspace) -> Project:
    made = workspace.projects.create(SCRIPT, cast=CAST)
    perform(workspace)
    return made


def perform(workspace: Workspace, **request: object) -> str:
    project = workspace.projects.open("tea")
    job_id = workspace.jobs.start(
        PerformRequest(project.script, project.cast, project="tea", **request)  # type: ignore[arg-type]
    )
    assert workspace.jobs.wait(job_id, 30).state == "done"
    return job_id


def again(workspace: Workspace, *turns: int, **options: object) -> str:
    started = workspace.takes.again("tea", turns, **options)  # type: ignore[arg-type]
    assert workspace.jobs.wait(started.job_id, 30).state == "done"
    return started.job_id


def states(workspace: Workspace) -> list[str]:
    return [status.state.value for status in workspace.takes.status("tea")]


def heard(workspace: Workspace, turn: int) -> int:
    [number] = [take.number for take in workspace.takes.history("tea", turn) if take.selected]
    return number


def edit(workspace: Workspace, old: str, new: str) -> None:
    workspace.projects.save("tea", workspace.projects.open("tea").script.replace(old, new))


def delivered(workspace: Workspace, folder: Path) -> bytes:
    made = workspace.deliveries.deliver_project("tea", DeliveryOptions(formats=("flac",)), folder)
    return made.files[0].path.read_bytes()


def test_a_turn_that_is_performed_again_makes_those_behind_it_soft_stale(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    assert states(workspace) == ALL
    before = heard(workspace, 2)
    engine.spoken.clear()
    engine.heard.clear()
    again(workspace, 2)
    assert engine.spoken == ["Good day to you."]
    assert engine.heard == ["Hello there, Bob.", "Good day to you."]  # read, and accepted
    assert heard(workspace, 2) != before
    assert states(workspace) == ["done", "done", "soft-stale", "soft-stale", "done"]
    workspace.takes.restore("tea", 2)
    assert heard(workspace, 2) == before
    assert states(workspace) == ALL


def test_a_retake_hears_the_takes_that_are_selected_before_it(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    again(workspace, 1)
    again(workspace, 2)
    after_retake = workspace.takes.history("tea", 2)[-1]
    workspace.takes.restore("tea", 1)
    again(workspace, 2)
    after_first = workspace.takes.history("tea", 2)[-1]
    assert after_retake.key != after_first.key
    assert states(workspace) == ["done", "done", "soft-stale", "soft-stale", "done"]


def test_every_retake_is_another_one_and_nothing_is_lost(
    workspace: Workspace, project: Project
) -> None:
    for _ in range(3):
        again(workspace, 3)
    takes = workspace.takes.history("tea", 3)
    assert len({take.seed for take in takes}) == len({take.number for take in takes}) == 4
    assert [take.selected for take in takes] == [False, False, False, True]
    assert [take.text for take in takes] == ["Tea or coffee?"] * 4


def test_an_edit_is_performed_alone_and_an_undo_needs_no_performance(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    again(workspace, 2)
    again(workspace, 2, reach="chain")
    retake = heard(workspace, 2)
    assert states(workspace) == ALL
    edit(workspace, "Good day", "Good evening")
    assert states(workspace) == ["done", "stale", "done", "done", "done"]
    engine.spoken.clear()
    perform(workspace)
    assert engine.spoken == ["Good evening to you."]
    assert states(workspace) == ["done", "done", "soft-stale", "soft-stale", "done"]
    edit(workspace, "Good evening", "Good day")
    perform(workspace)
    assert engine.spoken == ["Good evening to you."]
    assert heard(workspace, 2) == retake and states(workspace) == ALL


def test_from_a_turn_on_to_the_end_of_its_chain_or_chapter(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    engine.spoken.clear()
    started = workspace.takes.again("tea", [3], reach="chain")
    assert started.turns == (2, 3)
    progress = workspace.jobs.wait(started.job_id, 30)
    assert (progress.turns_done, progress.turns_total) == (2, 2)
    assert engine.spoken == ["Tea or coffee?", "Tea, if you please."]
    assert states(workspace) == ALL
    started = workspace.takes.again("tea", [2, 5], reach="chapter")
    assert started.turns == (1, 2, 3, 4)
    workspace.jobs.wait(started.job_id, 30)


def test_of_several_candidates_the_best_is_heard_and_the_others_are_kept(
    open_with: OpenWorkspace,
) -> None:
    engine = FakeEngine(faults={"coffee": ["fine", "short", "silent", "fine"]})
    workspace = open_with(engine)
    workspace.projects.create(SCRIPT, cast=CAST)
    perform(workspace)
    engine.heard.clear()
    again(workspace, 3, candidates=3)
    _, *made = workspace.takes.history("tea", 3)
    assert [take.verdict for take in made] == ["rejected", "rejected", "accepted"]
    assert [take.selected for take in made] == [False, False, True]
    assert [take.seed - made[0].seed for take in made] == [0, 1, 2]
    assert engine.heard.count("Hello there, Bob.") == 1
    assert states(workspace)[2:4] == ["done", "soft-stale"]
    with pytest.raises(JobError, match="choose 1 to 16"):
        workspace.takes.again("tea", [3], candidates=17)


def test_takes_know_how_boldly_they_were_drawn(open_with: OpenWorkspace) -> None:
    engine = FakeEngine()
    workspace = open_with(engine)
    workspace.projects.create(SCRIPT, cast=CAST)
    perform(workspace)
    assert set(engine.drawn) == {Sampling()}
    engine.drawn.clear()
    job_id = again(workspace, 3, sampling=SamplingChoice(temperature=0.4, top_p=0.9))
    assert engine.drawn == [Sampling(temperature=0.4, top_p=0.9)]
    first, second = (json.loads(take.made_with) for take in workspace.takes.history("tea", 3))
    assert first == {"checkpoint": "starter", "temperature": 0.8, "top_p": 0.8, "top_k": 30}
    assert second == first | {"temperature": 0.4, "top_p": 0.9}
    assert workspace.jobs.get(job_id).sampling == SamplingChoice(0.4, 0.9)
    assert states(workspace)[2:4] == ["done", "soft-stale"]


@pytest.mark.parametrize(
    ("sampling", "said"),
    [({"temperature": 1.6}, "choose 0 to 1.5"), ({"top_p": 0.0}, "more than 0, and at most 1")],
)
def test_sampling_out_of_bounds_is_refused(sampling: dict[str, float], said: str) -> None:
    with pytest.raises(JobError, match=said):
        SamplingChoice(**sampling)


def test_when_no_new_take_passes_the_old_one_stays(open_with: OpenWorkspace) -> None:
    engine = FakeEngine(faults={"coffee": ["fine", "silent", "not finite", "short"]})
    workspace = open_with(engine)
    workspace.projects.create(SCRIPT, cast=CAST)
    perform(workspace)
    before = heard(workspace, 3)
    job_id = again(workspace, 3)
    [note] = workspace.jobs.progress(job_id).attention
    assert note.turn == 2 and "the old stays" in note.reason
    assert heard(workspace, 3) == before and states(workspace) == ALL
    verdicts = [take.verdict for take in workspace.takes.history("tea", 3)]
    assert verdicts == ["accepted", "rejected", "rejected"]


def test_a_locked_take_stays_and_is_heard(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    locked = heard(workspace, 2)
    workspace.takes.lock("tea", 2, locked)
    with pytest.raises(TakeLocked, match="Turn 2 is locked"):
        workspace.takes.again("tea", [2])
    engine.spoken.clear()
    started = workspace.takes.again("tea", [1], reach="chain")
    assert (started.turns, started.locked) == ((0, 2, 3), (1,))
    workspace.jobs.wait(started.job_id, 30)
    assert "Good day to you." not in engine.spoken and "Good day to you." in engine.heard
    assert heard(workspace, 2) == locked
    assert states(workspace) == ["done", "locked", "done", "done", "done"]
    edit(workspace, "Good day to you", "Quite another text")
    assert states(workspace)[1] == "locked" and workspace.takes.status("tea")[1].stale
    perform(workspace)
    assert heard(workspace, 2) == locked


def test_a_take_that_is_locked_while_its_turn_is_performed_again_stays(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    before = heard(workspace, 2)

    def lock_it() -> None:
        engine.on_step = lambda: None
        workspace.takes.lock("tea", 2, before)

    engine.on_step = lock_it
    again(workspace, 2, reach="chain")
    assert heard(workspace, 2) == before
    assert [take.selected for take in workspace.takes.history("tea", 2)] == [True, False]
    assert states(workspace) == ["done", "locked", "done", "done", "done"]


def test_a_turn_is_performed_again_where_others_were_never_performed(
    workspace: Workspace, engine: FakeEngine
) -> None:
    workspace.projects.create(SCRIPT, cast=CAST)
    again(workspace, 2)
    assert engine.spoken == ["Good day to you."]
    assert states(workspace) == ["missing", "done", "missing", "missing", "missing"]
    perform(workspace)
    assert states(workspace) == ["done", "soft-stale", "done", "done", "done"]


def test_an_interrupted_retake_goes_on_where_it_was(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    started = workspace.takes.again("tea", [1], reach="chain", candidates=2)
    engine.on_step = lambda: (
        workspace.jobs.cancel(started.job_id) if "Tea or coffee?" in engine.spoken[5:] else None
    )
    assert workspace.jobs.wait(started.job_id, 30).state == "cancelled"
    engine.on_step = lambda: None
    done = [len(workspace.takes.history("tea", turn)) for turn in (1, 2, 3, 4)]
    assert done == [3, 3, 1, 1]
    resumed = workspace.jobs.resume(started.job_id)
    assert workspace.jobs.wait(resumed, 30).state == "done"
    assert [len(workspace.takes.history("tea", turn)) for turn in (1, 2, 3, 4)] == [3] * 4
    assert states(workspace) == ALL


def test_turns_of_a_running_job_are_queued_and_performing(
    workspace: Workspace, project: Project, engine: FakeEngine
) -> None:
    seen: list[list[str]] = []
    engine.on_step = lambda: seen.append(states(workspace)) if not seen else None
    again(workspace, 3, reach="chain")
    assert seen == [["done", "done", "performing", "queued", "done"]]
    assert states(workspace) == ALL


def test_a_turn_sounds_as_its_own_takes_wherever_it_stands(
    workspace: Workspace, project: Project, settings: Settings
) -> None:
    ids = [turn.turn_id for turn in workspace.projects.turns("tea")]
    rate, second = workspace.takes.sound("tea", ids[1])
    assert rate == 8000 and second.size and second.dtype == np.float32
    edit(workspace, "Ann: Hello there, Bob.\n", "")
    assert np.array_equal(workspace.takes.sound("tea", ids[1])[1], second)
    with pytest.raises(TakeUnknown, match="no turn"):
        workspace.takes.sound("tea", ids[0])
    again(workspace, 1)
    first, retake = workspace.takes.history("tea", ids[1])
    assert not np.array_equal(workspace.takes.sound("tea", ids[1])[1], second)
    assert np.array_equal(workspace.takes.sound("tea", ids[1], first.number)[1], second)
    with pytest.raises(TakeUnknown, match="has no take"):
        workspace.takes.sound("tea", ids[2], retake.number)
    for kept in (settings.projects / "cache").rglob("*.flac"):
        kept.unlink()
    assert np.array_equal(workspace.takes.sound("tea", ids[1], first.number)[1], second)


def test_a_turn_that_is_longer_than_its_takes_is_not_heard(
    workspace: Workspace, project: Project
) -> None:
    ids = [turn.turn_id for turn in workspace.projects.turns("tea")]

    def rewrite(text: str) -> None:
        revision = workspace.editing.open("tea").frame.revision
        workspace.editing.edit("tea", 1, revision, [Rewrite(ids[2], text)])

    rewrite("Tea or coffee, or whatever else there may be in the house? " * 4)
    with pytest.raises(TakeUnknown, match="Turn 3 of tea has not been performed"):
        workspace.takes.sound("tea", ids[2])
    perform(workspace)
    whole = workspace.takes.sound("tea", ids[2])[1]
    takes = [take for take in workspace.takes.history("tea", ids[2]) if take.selected]
    assert len(takes) > 1 and whole.size == 400 * sum(take.frames for take in takes)
    rewrite("Tea or coffee?")
    assert workspace.takes.sound("tea", ids[2])[1].size == 400 * takes[0].frames
    rewrite("[pause 1s]")
    with pytest.raises(TakeUnknown, match="a pause"):
        workspace.takes.sound("tea", 3)


def test_a_delivery_hears_what_is_selected(
    workspace: Workspace, project: Project, tmp_path: Path
) -> None:
    job_id = workspace.jobs.list()[0].job_id
    first = delivered(workspace, tmp_path / "a")
    turn = workspace.jobs.turn_audio(job_id, 1)[1]
    again(workspace, 2)
    assert delivered(workspace, tmp_path / "b") != first
    assert not np.array_equal(workspace.jobs.turn_audio(job_id, 1)[1], turn)
    retake = workspace.exports.deliver(job_id, path=tmp_path / "retake.wav").path.read_bytes()
    workspace.takes.restore("tea", 2)
    assert delivered(workspace, tmp_path / "c") == first
    old = workspace.exports.deliver(job_id, path=tmp_path / "old.wav").path.read_bytes()
    assert old != retake
    # A job of an earlier text is still what it was, where the turn was edited since.
    edit(workspace, "Good day", "Good evening")
    perform(workspace)
    assert workspace.exports.deliver(job_id, path=tmp_path / "e.wav").path.read_bytes() == old


def test_what_cannot_be_delivered_is_named(
    workspace: Workspace, project: Project, tmp_path: Path
) -> None:
    edit(workspace, "It is late now.", "It is late now.\nBob: So it is.")
    with pytest.raises(JobError, match=r"1 turn has not .* turn 6 \(chapter 2, Bob: 'So it is"):
        workspace.deliveries.deliver_project("tea")
    assert workspace.deliveries.deliver_project("tea", folder=tmp_path, chapters=(1,)).report
    perform(workspace)
    edit(workspace, "Tea or", "Water or")
    edit(workspace, "So it", "Yes it")
    with pytest.raises(StaleTakes, match=r"2 turns say .* turn 3 .*Water.*, turn 6 .* stale\.$"):
        workspace.deliveries.deliver_project("tea")
    report = workspace.deliveries.deliver_project("tea", folder=tmp_path, stale=True).report
    assert [(file.stale, file.soft_stale) for file in report.files] == [((3,), ()), ((6,), ())]
    workspace.takes.lock("tea", 3, heard(workspace, 3))
    workspace.takes.lock("tea", 6, heard(workspace, 6))
    again(workspace, 1)
    report = workspace.deliveries.deliver_project("tea", folder=tmp_path).report
    assert [file.soft_stale for file in report.files] == [(2, 4), ()]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "2 turns (2, 4): performed before a change in front" in page


def test_the_history_can_be_gone_through_and_unknown_things_are_said(
    workspace: Workspace, project: Project
) -> None:
    with pytest.raises(TakeUnknown, match="Nothing else has been heard of turn 1"):
        workspace.takes.restore("tea", 1)
    with pytest.raises(TakeUnknown, match="no turn 9"):
        workspace.takes.again("tea", [9])
    again(workspace, 1)
    first, second = (take.number for take in workspace.takes.history("tea", 1))
    for expected in (first, second, first):
        workspace.takes.restore("tea", 1)
        assert heard(workspace, 1) == expected


def test_a_copy_and_a_bundle_know_what_is_stale(
    workspace: Workspace, project: Project, tmp_path: Path
) -> None:
    again(workspace, 2)
    bundle = workspace.bundles.export("tea", tmp_path / "tea.tableread").path
    workspace.projects.duplicate("tea", "Copy")
    arrived = workspace.bundles.bring_in(bundle).project
    for slug in ("copy", arrived):
        found = [status.state.value for status in workspace.takes.status(slug)]
        assert found == ["done", "done", "soft-stale", "soft-stale", "done"]
        workspace.takes.restore(slug, 2)
        assert [status.state.value for status in workspace.takes.status(slug)] == ALL
