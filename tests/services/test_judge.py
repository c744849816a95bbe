"""The judge learns a voice's pace, keeps it over a restart, and forgets it with the voice."""

import numpy as np
import pytest
from sqlalchemy import func, select

from engine import Take
from studio.core.checks import STANDARD
from studio.core.habits import REMEMBERED, Observation
from studio.core.spoken_length import spoken_length
from studio.services import PerformRequest, Workspace
from studio.services.judge import WRITE_AFTER, Judge
from studio.store.habits import observations_of, remember
from studio.store.tables import HabitRow
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

TEXT = "The captain folded his map and said nothing for a long time."
REFERENCE = np.ones((2, 30), np.uint16)


def judge_of(workspace: Workspace, language: str = "en") -> Judge:
    references = {"Bea": ("Bea speaks to the whole room.", REFERENCE)}
    return Judge(workspace._database, STANDARD, references, {"Bea": language})


def take(share: float) -> Take:
    """A take of some share of the length of an ordinary voice, at 20 frames a second."""
    frames = round(share * spoken_length(TEXT).seconds * 20)
    codes = np.arange(2 * frames).reshape(2, frames) * 7919 % 800 + 1
    return Take(codes.astype(np.uint16), TEXT, 0, 0, "end")


def verdict(judge: Judge, engine: FakeEngine, share: float) -> bool:
    return judge.check(engine, take(share), TEXT, "Bea").accepted  # type: ignore[arg-type]


def test_the_first_takes_are_judged_by_the_prior_then_the_voices_own_pace_takes_over(
    workspace: Workspace, engine: FakeEngine
) -> None:
    judge = judge_of(workspace)
    assert not verdict(judge, engine, 0.6)
    for _ in range(12):
        verdict(judge, engine, 0.6)
    assert verdict(judge, engine, 0.6), "a fast voice is not refused for ever"
    assert not verdict(judge, engine, 0.6 * 0.74)
    assert not verdict(judge, engine, 1.4)


def test_what_was_learned_outlives_the_process(
    open_with: OpenWorkspace, engine: FakeEngine
) -> None:
    first = open_with(engine)
    judge = judge_of(first)
    for _ in range(WRITE_AFTER + 3):
        verdict(judge, engine, 0.6)
    judge.close()
    first.close()
    assert verdict(judge_of(open_with(engine)), engine, 0.6)


def test_a_killed_process_loses_the_newest_only(workspace: Workspace, engine: FakeEngine) -> None:
    judge = judge_of(workspace)
    for _ in range(WRITE_AFTER + 3):
        verdict(judge, engine, 0.6)
    with workspace._database.read() as session:
        assert session.scalar(select(func.count()).select_from(HabitRow)) == WRITE_AFTER


def test_another_checkpoint_or_reference_is_another_voice(
    workspace: Workspace, engine: FakeEngine
) -> None:
    judge = judge_of(workspace)
    for _ in range(20):
        verdict(judge, engine, 0.6)
    judge.close()
    assert verdict(judge_of(workspace), engine, 0.6)
    assert not verdict(judge_of(workspace), FakeEngine(fingerprint="fake-2"), 0.6)


def test_only_the_newest_are_kept_and_they_go_with_the_voice(workspace: Workspace) -> None:
    database = workspace._database
    remember(database, "Bea", "b", [Observation(i / 1000, -20.0) for i in range(REMEMBERED)])
    remember(database, "Bea", "b", [Observation(None, -21.0)] * 5)
    remember(database, "Nobody", "b", [Observation(0.5, -21.0)])
    found = observations_of(database, "Bea", "b")
    assert len(found) == REMEMBERED
    assert found[0].pace == pytest.approx(0.005) and found[-1] == Observation(None, -21.0)
    workspace.voices.remove("Bea")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(HabitRow)) == 0


def test_a_job_teaches(workspace: Workspace, engine: FakeEngine) -> None:
    script = "\n".join(f"Ann: {TEXT} This is the turn of number {i}." for i in range(3))
    job_id = workspace.jobs.start(PerformRequest(script, {"Ann": "Bea"}))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    with workspace._database.read() as session:
        paces = session.scalars(select(HabitRow.pace)).all()
    assert len(paces) == len(engine.spoken) > 0
    assert all(pace is not None and -0.5 < pace < 0.5 for pace in paces)
