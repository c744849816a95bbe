"""Casting: a sensible first proposal, choices that win, unknown names answered with the known."""

import pytest

from studio.core.casting import default_cast, known_voice
from studio.core.model import NARRATOR, Voice
from studio.errors import CastError

VOICES = [Voice("Adam", gender="male"), Voice("Bea", gender="female"), Voice("Carl", gender="male"),
          Voice("Dora", gender="female")]  # fmt: skip


def test_different_speakers_get_different_voices_and_the_narrator_chooses_first() -> None:
    cast = default_cast(["Lane", NARRATOR, "Jack"], VOICES, {})
    assert cast == {"Lane": "Bea", NARRATOR: "Adam", "Jack": "Carl"}


def test_titles_tell_women_and_men() -> None:
    cast = default_cast(["Lady Bracknell", "Mr. Worthing", "Miss Prism"], VOICES, {})
    assert cast == {"Lady Bracknell": "Bea", "Mr. Worthing": "Adam", "Miss Prism": "Dora"}


def test_a_choice_wins_and_its_voice_is_not_given_to_others() -> None:
    cast = default_cast(["Lane", "Jack"], VOICES, {"Jack": "adam"})
    assert cast == {"Lane": "Bea", "Jack": "Adam"}


def test_more_speakers_than_voices_share_evenly() -> None:
    speakers = [f"Guard {number}" for number in range(8)]
    cast = default_cast(speakers, VOICES, {})
    assert sorted(cast.values()) == sorted([voice.name for voice in VOICES] * 2)


def test_an_unknown_voice_is_answered_with_the_nearest_and_the_known() -> None:
    with pytest.raises(CastError) as caught:
        known_voice("Adan", [voice.name for voice in VOICES])
    assert str(caught.value) == (
        "Unknown voice 'Adan'. Did you mean 'Adam'? Known: Adam, Bea, Carl, Dora."
    )


def test_no_voices_at_all_is_an_error() -> None:
    with pytest.raises(CastError, match="no voices"):
        default_cast(["Lane"], [], {})
