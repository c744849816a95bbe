"""States of turns as a page shows them: without the engine, and cheap to ask again."""

import pytest

from studio.core.edits import Rewrite
from studio.core.plan import make_plan
from studio.core.staleness import turn_statuses as turn_statuses_of
from studio.errors import ProjectError, TakeUnknown
from studio.services import (
    PerformRequest,
    Project,
    Workspace,
    answer_take_request,
    planner,
    turn_states,
)
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = "# One\n\nAnn: Hello.\n\nBob: Good day.\n\nAnn: Tea?\n\n# Two\n\nAnn: It is late.\n"
CAST = {"Ann": "Adam", "Bob": "Bea"}


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return workspace.projects.create(SCRIPT, title="Tea", cast=CAST)


def ids(workspace: Workspace) -> list[str]:
    return [turn.turn_id for turn in workspace.projects.turns("tea")]


def perform(workspace: Workspace) -> None:
    project = workspace.projects.open("tea")
    request = PerformRequest(project.script, project.cast, project="tea")
    assert workspace.jobs.wait(workspace.jobs.start(request), 30).state == "done"


def rewrite(workspace: Workspace, turn: int, text: str) -> None:
    revision = workspace.editing.open("tea").frame.revision
    workspace.editing.edit("tea", 1, revision, [Rewrite(ids(workspace)[turn], text)])


def states(workspace: Workspace, chapter: int | None = None) -> list[str]:
    shown = workspace.states.of("tea", chapter)
    return [shown[turn].state.value if turn in shown else "-" for turn in ids(workspace)]


def test_states_are_those_of_the_takes_and_of_a_chapter_alone(
    workspace: Workspace, project: Project
) -> None:
    assert states(workspace) == ["-"] * 4
    perform(workspace)
    assert states(workspace) == ["done"] * 4
    assert states(workspace, 2) == ["-", "-", "-", "done"]
    rewrite(workspace, 1, "Good evening.")
    assert states(workspace) == ["done", "stale", "done", "done"]
    perform(workspace)
    assert states(workspace) == ["done", "done", "soft-stale", "done"]
    one = workspace.takes.accept("tea", ids(workspace)[2])
    assert [take.locked for take in one] == [True]
    assert states(workspace) == ["done", "done", "locked", "done"]
    assert not any(shown.stale for shown in workspace.states.of("tea").values())
    rewrite(workspace, 2, "Cake?")
    assert states(workspace) == ["done", "done", "locked", "done"]
    old = [turn for turn, shown in workspace.states.of("tea").items() if shown.stale]
    assert old == [ids(workspace)[2]]
    assert workspace.states.problems("tea") == ()  # it is what the user wants
    with pytest.raises(ProjectError):
        workspace.states.of("gone")


def test_the_same_answers_as_with_the_engine(workspace: Workspace, project: Project) -> None:
    perform(workspace)
    rewrite(workspace, 0, "Good evening.")
    workspace.takes.accept("tea", ids(workspace)[1])
    exact = {status.turn_id: status.state for status in workspace.takes.status("tea")}
    shown = {turn: one.state for turn, one in workspace.states.of("tea").items()}
    assert shown == exact


def test_looking_loads_no_engine_but_knows_it_of_old(open_with: OpenWorkspace) -> None:
    first = open_with(FakeEngine())
    first.projects.create(SCRIPT, title="Tea", cast=CAST)
    perform(first)
    rewrite(first, 1, "Good evening.")
    first.close()
    again = open_with(FakeEngine())
    assert states(again) == ["done", "stale", "done", "done"]
    assert again.engine_info() is None
    for kept in (again.settings.projects / "cache").glob("engine-*"):
        kept.unlink()
    again.projects.rename("tea", "Coffee")  # so that it is looked at anew
    assert states(again) == ["done"] * 4  # what the takes know of themselves
    assert again.engine_info() is None


def test_an_answer_is_kept_until_something_is_written(
    workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(workspace)
    looked: list[object] = []
    judge = workspace.states._judge
    monkeypatch.setattr(workspace.states, "_judge", lambda *of: (looked.append(of), judge(*of))[1])
    for _ in range(3):
        assert states(workspace) == ["done"] * 4
    assert len(looked) == 1
    rewrite(workspace, 3, "It is very late.")
    assert states(workspace)[3] == "stale"
    assert len(looked) == 2


def test_only_the_chapter_that_was_changed_is_planned_and_judged_anew(
    workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(workspace)
    assert states(workspace) == ["done"] * 4
    planned, judged = [], []
    monkeypatch.setattr(
        planner, "make_plan",
        lambda *of: (planned.append(of[3]), make_plan(*of))[1],
    )  # fmt: skip
    monkeypatch.setattr(
        turn_states, "turn_statuses", lambda *of: (judged.append(of[0]), turn_statuses_of(*of))[1]
    )
    rewrite(workspace, 1, "Good evening.")
    assert states(workspace) == ["done", "stale", "done", "done"]
    assert (planned, [plan.turns for plan in judged]) == ([1], [(0, 1, 2)])
    workspace.takes.accept("tea", 4)
    assert states(workspace) == ["done", "stale", "done", "locked"]
    assert (planned, [plan.turns for plan in judged[1:]]) == ([1], [(3,)])
    workspace.casting.choose("tea", {"Bob": "Adam"})
    states(workspace)
    assert planned == [1, 1, 2]


def test_a_chapter_of_pauses_hides_nothing_of_the_others(workspace: Workspace) -> None:
    script = SCRIPT.replace("# Two", "# Silence\n\nAnn: [pause 2s]\n\n# Two")
    workspace.projects.create(script, title="Tea", cast=CAST)
    perform(workspace)
    rewrite(workspace, 0, "Good evening.")
    assert states(workspace) == ["stale", "done", "done", "-", "done"]
    counts = [(one.performed, one.total) for one in workspace.states.chapters("tea")]
    assert counts == [(2, 3), (0, 0), (1, 1)]


def test_problems_are_walked_through_and_cleared(open_with: OpenWorkspace) -> None:
    workspace = open_with(FakeEngine(faults={"Tea": ["silent"] * 9}))
    workspace.projects.create(SCRIPT, title="Tea", cast=CAST)
    perform(workspace)
    rewrite(workspace, 3, "It is very late.")
    tea, late = workspace.states.problems("tea")
    assert (tea.number, tea.chapter, tea.speaker, tea.text) == (3, 1, "Ann", "Tea?")
    assert tea.state == "attention" and tea.reason
    assert (late.number, late.chapter, late.state, late.reason) == (4, 2, "stale", "")
    workspace.takes.accept("tea", tea.turn)
    assert workspace.states.problems("tea") == (late,)
    perform(workspace)
    flag = ids(workspace)[1]
    workspace.adjusting.change("tea", flag, "flagged", 1)
    [found] = workspace.states.problems("tea")
    assert (found.turn, found.state, found.flagged) == (flag, "done", True)
    assert answer_take_request(workspace, {"do": "unflag", "project": "tea", "turn": flag}) == {}
    assert workspace.states.problems("tea") == ()
    again = workspace.takes.again("tea", [1])
    workspace.jobs.wait(again.job_id, 30)
    assert [one.number for one in workspace.states.problems("tea", soft_stale=True)] == [2]
    workspace.takes.history("tea", 1)
    fresh = workspace.projects.create("Ann: New.\n", title="New", cast={"Ann": "Adam"})
    with pytest.raises(TakeUnknown, match="has not been performed"):
        workspace.takes.accept(fresh.slug, 1)


def test_how_far_each_chapter_is(open_with: OpenWorkspace) -> None:
    def counts() -> list[tuple[int, int, int]]:
        found = workspace.states.chapters("tea")
        assert [one.number for one in found] == [1, 2]
        return [(one.performed, one.total, one.attention) for one in found]

    workspace = open_with(FakeEngine(faults={"Tea": ["silent"] * 9}))
    script = SCRIPT.replace("Ann: Tea?", "Ann: [pause 1s]\n\nAnn: Tea?")
    project = workspace.projects.create(script, title="Tea", cast=CAST)
    assert counts() == [(0, 4, 0), (0, 1, 0)]  # nobody knows yet that a pause is not performed
    request = PerformRequest(project.script, project.cast, chapter=1, project="tea")
    workspace.jobs.wait(workspace.jobs.start(request), 30)
    assert counts() == [(3, 3, 1), (0, 1, 0)]
    rewrite(workspace, 0, "Good evening.")
    assert counts() == [(2, 3, 2), (0, 1, 0)]
    workspace.takes.accept("tea", ids(workspace)[0])
    assert counts() == [(3, 3, 1), (0, 1, 0)]  # it is what the user wants
    perform(workspace)
    assert counts() == [(3, 3, 1), (1, 1, 0)]


def test_a_page_asks_for_takes_and_gets_plain_values(
    workspace: Workspace, project: Project
) -> None:
    def ask(do: str, **request: object) -> dict:
        return answer_take_request(workspace, {"do": do, "project": "tea", **request})  # type: ignore[return-value]

    def wait() -> dict:
        job = ask("states", chapter=1)["job"]
        workspace.jobs.wait(job["id"], 30)
        return ask("states", chapter=1)

    turn = ids(workspace)[0]
    about = {"number": 1, "speaker": "Ann", "text": "Hello."}
    nothing = {
        "turn": about, "previous": None, "next": ids(workspace)[1], "state": "missing",
        "reason": "", "restorable": False, "takes": [],
    }  # fmt: skip
    assert ask("history", turn=turn) == nothing
    assert ask("perform", chapter=1) == {"performed": [], "locked": []}
    shown = wait()
    assert shown["job"]["running"] is False and shown["job"]["error"] == ""
    assert [one["state"] for one in shown["turns"].values()] == ["done"] * 3
    workspace.adjusting.change("tea", turn, "flagged", 1)
    assert (shown["flagged"], ask("states", chapter=1)["flagged"]) == ([], [turn])
    assert ask("states", chapter=2)["flagged"] == []
    [take] = ask("lock", turn=turn, take=ask("history", turn=turn)["takes"][0]["number"])["takes"]
    assert (take["locked"], take["voice"], take["text"]) == (True, "Adam", "Hello.")
    assert take["seconds"] == pytest.approx(0.45, abs=0.4) and take["verdict"] == "accepted"
    made = ask("perform", turns=[turn], reach="chapter", candidates=2, seed=3)
    assert made == {"performed": ids(workspace)[1:3], "locked": [turn]}
    wait()
    takes = ask("history", turn=ids(workspace)[1])["takes"]
    assert [one["selected"] for one in takes].count(True) == 1 and len(takes) == 3
    assert ask("restore", turn=ids(workspace)[1])["takes"][0]["selected"]
    assert ask("unlock", turn=turn, take=take["number"])["takes"][0]["locked"] is False
    peaks = ask("peaks", turn=turn, take=take["number"])["peaks"]
    assert len(peaks) == 120 and 0 < max(peaks) <= 1
    assert ask("sound", turn=turn).sample_rate == 8000  # type: ignore[attr-defined]
    assert ask("stop") == {}
    assert (ask("problems")["problems"][0]["flagged"], ask("unflag", turn=turn)) == (True, {})
    chapters = [
        {"number": 1, "performed": 3, "total": 3, "attention": 0},
        {"number": 2, "performed": 0, "total": 1, "attention": 0},
    ]
    assert ask("problems") == {"problems": [], "chapters": chapters}


def test_what_was_performed_in_another_project_is_heard_and_can_be_chosen(
    workspace: Workspace, project: Project
) -> None:
    perform(workspace)
    twin = workspace.projects.create(SCRIPT, title="Twin", cast=CAST)
    [turn, *_] = [turn.turn_id for turn in workspace.projects.turns("twin")]
    assert workspace.states.of("twin")[turn].heard
    assert workspace.takes.history("twin", turn) == ()
    request = {"do": "accept", "project": twin.slug, "turn": turn}
    answer = answer_take_request(workspace, request)
    assert isinstance(answer, dict) and answer["state"] == "locked"
    assert states(workspace)[0] == "done"


@pytest.mark.parametrize(
    "request_",
    [
        None, {"do": "drop", "project": "tea"}, {"do": "states", "project": "tea"},
        {"do": "perform", "project": "tea", "turns": ["../x"]},
        {"do": "perform", "project": "tea", "turns": ["a"], "candidates": 5},
        {"do": "sound", "project": "tea", "turn": "a", "take": "1"},
    ],
)  # fmt: skip
def test_what_a_page_may_not_ask_is_refused(workspace: Workspace, request_: object) -> None:
    answer = answer_take_request(workspace, request_)
    assert isinstance(answer, dict) and answer["error"]["kind"] == "request"


def test_what_cannot_be_had_is_one_sentence(workspace: Workspace, project: Project) -> None:
    request = {"do": "sound", "project": "tea", "turn": "unknown"}
    sentence = {"kind": "take", "message": "tea has no turn unknown."}
    assert answer_take_request(workspace, request) == {"error": sentence}


def test_voices_that_were_performed_stay_when_others_come(workspace: Workspace) -> None:
    workspace.projects.create("Ann: Hello.\n\nBob: Good day.\n", title="New")
    start = workspace.projects.open("new")
    assert start.cast == {}
    job_id = workspace.jobs.start(PerformRequest(start.script, project="new"))
    workspace.jobs.wait(job_id, 30)
    cast = workspace.projects.open("new").cast
    assert set(cast) == {"Ann", "Bob"}
    workspace.projects.save("new", f"Cid: Before you both, a word or two.\n\n{start.script}")
    statuses = workspace.takes.status("new")
    assert [status.state.value for status in statuses] == ["missing", "done", "done"]
    assert workspace.projects.open("new").cast == cast
