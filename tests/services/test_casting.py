"""The cast of a project: seen, chosen, taken back, proposed; and gains."""

import pytest

from studio.errors import CastError
from studio.services import Workspace
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
    assert not jack.chosen and jack.suggestions == ("Bea",)
    assert (cecily.voice, cecily.suggestions) == ("Bea", ())


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
    assert [line.voice for line in workspace.casting.accept(tea)] == ["Bea", "Adam"]
    assert workspace.projects.open(tea).cast == {"Cecily": "Adam", "Jack": "Bea"}


def test_gains_that_cannot_be_read_are_none(workspace: Workspace, tea: str) -> None:
    for setting in ("loud", {"Jack": "loud"}, {"Jack": 1000}, {"Jack": None}):
        assert gains_of(workspace.projects.configure(tea, {"gains_db": setting})) == {}
