"""The cast of a project: seen, chosen, taken back, proposed; and gains."""

from pathlib import Path

import pytest

from studio.errors import CastError
from studio.services import PerformRequest, TurnState, Workspace
from studio.services.casting import gains_of

TEXT = (
    "---\ntitle: Tea\n---\nJack: I love Cecily. She knows. Ask Cecily what she knows.\n\n"
    "Cecily: Yes, Jack.\n\nJack: Good."
)


@pytest.fixture
def tea(workspace: Workspace) -> str:
    return workspace.projects.create(TEXT).slug


def test_a_cast_is_seen_with_its_lines_and_who_would_suit(workspace: Workspace, tea: str) -> None:
    jack, cecily = workspace.casting.view(tea)
    assert (jack.speaker, jack.turns, jack.words, jack.voice) == ("Jack", 2, 11, "Adam")
    assert not jack.chosen and jack.suggestions == ()
    assert (cecily.voice, cecily.suggestions) == ("Bea", ())
    _, cecily = workspace.casting.choose(tea, {"Cecily": "Adam"})
    assert cecily.suggestions == ("Bea",)


def test_voices_and_gains_are_chosen_and_taken_back(workspace: Workspace, tea: str) -> None:
    jack, cecily = workspace.casting.choose(tea, {"jack": "bea"}, {"CECILY": -2.5, "Jack": 1})
    assert (jack.voice, jack.chosen, jack.gain_db, cecily.gain_db) == ("Bea", True, 1, -2.5)
    assert workspace.projects.open(tea).cast == {"Jack": "Bea"}
    jack, cecily = workspace.casting.choose(tea, {"Jack": ""}, {"Jack": 0})
    assert not jack.chosen and jack.gain_db == 0 and cecily.gain_db == -2.5
    refused: list[tuple[dict[str, str], dict[str, float]]] = [
        ({"Bob": "Bea"}, {}),
        ({"Jack": "Eve"}, {}),
        ({"Jack": "Bea"}, {"Jo": 1}),
        ({"Jack": "Bea"}, {"Jack": 99.0}),
        ({}, {"Jack": float("nan")}),
    ]
    for voices, gains in refused:
        with pytest.raises(CastError):
            workspace.casting.choose(tea, voices, gains)
    assert workspace.projects.open(tea).cast == {}


def test_proposals_suit_who_is_spoken_of_and_become_choices(workspace: Workspace, tea: str) -> None:
    script = workspace.projects.script(workspace.projects.open(tea))
    assert workspace.casting.propose(script, {}) == {"Jack": "Adam", "Cecily": "Bea"}
    workspace.casting.choose(tea, {"Cecily": "Adam"})
    assert [line.voice for line in workspace.casting.accept(tea)] == ["Adam", "Adam"]
    assert workspace.projects.open(tea).cast == {"Cecily": "Adam", "Jack": "Adam"}


def test_gains_that_cannot_be_read_are_none(workspace: Workspace, tea: str) -> None:
    for setting in ("loud", {"Jack": "loud"}, {"Jack": 1000}, {"Jack": None}):
        assert gains_of(workspace.projects.configure(tea, {"gains_db": setting})) == {}


def test_a_default_direction_and_pauses_reach_what_is_performed(
    workspace: Workspace, tea: str, tmp_path: Path
) -> None:
    jack, cecily = workspace.casting.choose(
        tea, directions={"jack": "[softly]"}, pauses={"CECILY": 3.0}
    )
    assert (jack.direction, jack.pauses, cecily.pauses) == ("softly", 1.0, 3.0)
    jobs, project = workspace.jobs, workspace.projects.open(tea)
    job_id = jobs.start(PerformRequest(project.script, project=tea))
    assert jobs.wait(job_id, 60).state == "done"
    texts = {chunk.speaker: chunk.text for chunk in jobs.plan(job_id).chunks()}
    assert texts["Jack"].startswith("[softly] ") and "softly" not in texts["Cecily"]
    lengths = []
    for number in range(2):
        made = workspace.deliveries.deliver_project(tea, folder=tmp_path / str(number))
        lengths.append(made.files[0].seconds)
        workspace.casting.choose(tea, pauses={"Cecily": 1.0})
    assert lengths[0] - lengths[1] == pytest.approx(0.9, abs=0.1)  # 450 ms, three times
    assert workspace.projects.open(tea).settings["pause_factors"] == {}
    workspace.casting.choose(tea, directions={"Jack": ""})
    assert {turn.state for turn in workspace.takes.status(tea)} >= {TurnState.STALE}
    assert workspace.auditions.line(tea, "Jack", "Adam")[1].size
