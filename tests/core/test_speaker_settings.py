"""What is settled for speakers: read with care, heard in the plan and in the pauses, carried."""

import pytest

from studio.core.model import Direction, Pause, Turn, Words
from studio.core.plan import Boundary, PlannedChunk, engine_text
from studio.core.pronunciation import Dictionary, Entry
from studio.core.speaker_settings import (
    carried,
    checked_direction,
    checked_factor,
    directions,
    gains,
    pause_factors,
)
from studio.core.spoken import SpokenRules
from studio.core.timeline import Pauses
from studio.errors import CastError

STRANGE = {
    "gains_db": {"Ann": 3, "Bob": "loud", "Cid": 99, "Dan": float("nan")},
    "directions": {"Ann": "softly", "Bob": 7, "Cid": "[x", "Dan": "pause 1s", "Eve": ""},
    "pause_factors": ["Ann"],
}


def test_what_a_bundle_may_hold_is_read_with_care() -> None:
    assert gains(STRANGE) == {"Ann": 3.0}
    assert directions(STRANGE) == {"Ann": "softly"}
    assert pause_factors(STRANGE) == {}


def test_a_direction_is_words_without_brackets() -> None:
    assert checked_direction("Ann", " [very  softly] ") == "very softly"
    assert checked_direction("Ann", " ") == ""
    for text in ("a]b", "pause 0.5s", "x" * 300, "\\"):
        with pytest.raises(CastError, match="cannot direct Ann"):
            checked_direction("Ann", text)
    with pytest.raises(CastError, match="times as long"):
        checked_factor("Ann", float("nan"))


@pytest.mark.parametrize(
    ("parts", "spoken"),
    [
        ((Words("Lee said."),), "[softly] Leigh said."),
        ((Words("Go. "), Direction("loud"), Words(" Now!")), "[softly] Go. [loud] Now!"),
        ((Direction("loud"), Words(" Go.")), "[loud] Go."),
        ((Pause(500), Words(" Go.")), "[softly] Go."),
    ],
)
def test_a_default_direction_is_in_front_of_turns_without_one(parts, spoken: str) -> None:
    rules = SpokenRules([Dictionary([Entry("Lee", "Leigh")])], {"Ann": "softly"})
    assert engine_text(rules.parts(Turn("Ann", parts))) == spoken
    assert "softly" not in engine_text(rules.parts(Turn("Bob", parts)))


def test_a_speakers_pauses_are_longer_and_those_written_are_not() -> None:
    pauses = Pauses(factors={"Ann": 2.0})

    def before(speaker: str, boundary: Boundary, pause_ms: int | None = None) -> int:
        return pauses.before(PlannedChunk("", 0, speaker, 0, "", boundary, pause_ms))

    assert before("Ann", Boundary.SPEAKER) == 2 * Pauses().speaker
    assert before("Ann", Boundary.CHUNK) == 2 * Pauses().chunk
    assert before("Bob", Boundary.SPEAKER) == Pauses().speaker
    assert before("Ann", Boundary.SCENE) == Pauses().scene
    assert before("Ann", Boundary.TURN, 700) == 700


def test_a_new_name_gets_what_the_old_one_has() -> None:
    before = {"gains_db": {"Ann": 2}, "directions": {"Ann": "soft", "Eva": "loud"}, "other": 1}
    after = carried(before, {"Ann": "Eva"})
    assert after["gains_db"] == {"Ann": 2, "Eva": 2}
    assert after["directions"] == before["directions"]
    assert after["other"] == 1 and "pause_factors" not in after
