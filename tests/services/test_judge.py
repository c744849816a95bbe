"""The judge learns a voice as takes come, keeps it over a restart, forgets it with the voice."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import func, select

from engine import Take as EngineTake
from studio.core.checks import STANDARD
from studio.core.habits import REMEMBERED
from studio.core.model import Take
from studio.core.spoken_length import spoken_length
from studio.services import PerformRequest, Workspace
from studio.services.judge import ChainJudge, Judge
from studio.store.habits import observations_of
from studio.store.tables import TakeRow
from studio.store.takes import add_take
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

TEXT = "The captain folded his map and said nothing for a long time."
REFERENCE = np.ones((2, 30), np.uint16)
FAST = 0.6
"""Share of an ordinary voice's length: a voice that the prior does not expect."""


def judge_of(workspace: Workspace, keys: tuple[str, ...] = ()) -> ChainJudge:
    references = {"Bea": ("Bea speaks to the whole room.", REFERENCE)}
    return Judge(workspace._database, STANDARD, references, {"Bea": "en"}, keys).of_chain()


def performed(share: float) -> EngineTake:
    """A take of some share of the length of an ordinary voice, at 20 frames a second."""
    frames = round(share * spoken_length(TEXT).seconds * 20)
    codes = np.arange(2 * frames).reshape(2, frames) * 7919 % 800 + 1
    return EngineTake(codes.astype(np.uint16), TEXT, 0, 0, "end")


def verdict(judge: ChainJudge, engine: FakeEngine, share: float) -> bool:
    result, _ = judge.check(engine, performed(share), TEXT, "Bea")  # type: ignore[arg-type]
    return result.accepted


def commit(workspace: Workspace, engine: FakeEngine, count: int = 12, key: str = "k") -> list[Take]:
    """Takes of the fast voice, as a performance commits them."""
    judge, take = judge_of(workspace), performed(FAST)
    made = []
    for attempt in range(count):
        result, basis = judge.check(engine, take, TEXT, "Bea")  # type: ignore[arg-type]
        told = result.observation
        assert told is not None
        made.append(Take(key, attempt, 0, take.codes, voice="Bea",
                         pace=told.pace, level=told.level, basis=basis))  # fmt: skip
        add_take(workspace._database, made[-1])
    return made


def test_the_first_takes_are_judged_by_the_prior_then_the_voices_own_pace_takes_over(
    workspace: Workspace, engine: FakeEngine
) -> None:
    judge = judge_of(workspace)
    assert not verdict(judge, engine, FAST)
    for _ in range(12):
        verdict(judge, engine, FAST)
    assert verdict(judge, engine, FAST), "a fast voice is not refused for ever"
    assert not verdict(judge, engine, FAST * 0.74)
    assert not verdict(judge, engine, 1.4)


def test_what_was_learned_outlives_the_process(
    open_with: OpenWorkspace, engine: FakeEngine
) -> None:
    first = open_with(engine)
    commit(first, engine)
    first.close()
    assert verdict(judge_of(open_with(engine)), engine, FAST)


def test_a_resumed_chain_judges_as_one_that_was_not_interrupted(
    workspace: Workspace, engine: FakeEngine
) -> None:
    whole, resumed = judge_of(workspace, ("k",)), judge_of(workspace, ("k",))
    for _ in range(5):
        verdict(whole, engine, FAST)
    resumed.recall(commit(workspace, engine, 5))
    shares = np.linspace(0.3, 1.2, 40)
    for share in shares:
        assert verdict(whole, engine, share) == verdict(resumed, engine, share)


def test_takes_of_the_same_performance_count_only_inside_their_chain(
    workspace: Workspace, engine: FakeEngine
) -> None:
    commit(workspace, engine)
    assert not verdict(judge_of(workspace, ("k",)), engine, FAST)
    assert verdict(judge_of(workspace, ("other",)), engine, FAST)


def test_another_checkpoint_or_reference_is_another_voice(
    workspace: Workspace, engine: FakeEngine
) -> None:
    commit(workspace, engine)
    assert not verdict(judge_of(workspace), FakeEngine(fingerprint="fake-2"), FAST)


def test_only_the_newest_count_and_they_go_with_the_voice(
    workspace: Workspace, engine: FakeEngine
) -> None:
    [take] = commit(workspace, engine, 1)
    for attempt in range(1, REMEMBERED + 20):
        add_take(workspace._database, replace(take, attempt=attempt, pace=attempt / 1000))
    found = observations_of(workspace._database, take.basis, ())
    paces = [observation.pace for observation in found]
    assert paces == pytest.approx([i / 1000 for i in range(20, REMEMBERED + 20)])
    workspace.voices.remove("Bea", confirmed=True)
    assert observations_of(workspace._database, take.basis, ()) == ()


def test_a_job_teaches(workspace: Workspace, engine: FakeEngine) -> None:
    script = "\n".join(f"Ann: {TEXT} This is the turn of number {i}." for i in range(3))
    job_id = workspace.jobs.start(PerformRequest(script, {"Ann": "Bea"}))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    with workspace._database.read() as session:
        paces = session.scalars(select(TakeRow.pace).where(TakeRow.basis != "")).all()
        assert session.scalar(select(func.count()).select_from(TakeRow)) == len(paces)
    assert len(paces) == len(engine.spoken) > 0
    assert all(pace is not None and -0.5 < pace < 0.5 for pace in paces)
