"""Casting: a sensible first proposal, choices that win, unknown names answered with the known."""

import pytest

from studio.core.casting import default_cast, guess_gender, known_voice, suggested_cast
from studio.core.first_names import FEMALE, MALE
from studio.core.model import NARRATOR, Consent, Voice
from studio.core.script_text import parse_script
from studio.errors import CastError

VOICES = [Voice("Adam", gender="male"), Voice("Bea", gender="female"), Voice("Carl", gender="male"),
          Voice("Dora", gender="female")]  # fmt: skip
STARTERS = [
    Voice("Angus", "A brisk man.", gender="male", origin="starter"),
    Voice("Belle", "A warm woman.", gender="female", origin="starter"),
    Voice("Pip", "A small child.", gender="neutral", origin="starter"),
    Voice("Walter", "A calm man.", gender="male", origin="starter"),
]


def cast_of(text: str, voices: list[Voice] = STARTERS, **chosen: str) -> dict[str, str]:
    return suggested_cast(parse_script(text), voices, chosen)


def test_the_narrator_gets_the_calm_voice_and_the_rest_choose_by_their_words() -> None:
    cast = cast_of(f"Lane: Tea.\n\n{NARRATOR}: He left.\n\nJack: A great many words.\n\nLane: Sir.")
    assert cast == {"Lane": "Belle", NARRATOR: "Walter", "Jack": "Angus"}


def test_more_words_change_nobodys_voice_as_long_as_nobody_is_cast() -> None:
    before, after = (
        "Lane: Hello there.\n\nPrism: Good day, all.",
        "Lane: Hello there, she said to Prism.\n\nPrism: Day.",
    )
    casts = [default_cast(parse_script(text), STARTERS, {}) for text in (before, after)]
    assert casts[0] == casts[1] == {"Lane": "Walter", "Prism": "Angus"}
    assert cast_of(before) != cast_of(after)


def test_without_a_narrator_who_says_most_gets_the_calm_voice() -> None:
    assert cast_of("Lane: Tea.\n\nJack: A great many words.")["Jack"] == "Walter"


def test_a_voice_of_ones_own_is_given_to_nobody_unasked() -> None:
    own = Voice("Zoe", "A calm woman.", gender="female", consent=Consent("Ann", "mine", "2026"))
    text = f"{NARRATOR}: Once.\n\n" + "\n\n".join(f"Lady {name}: Well." for name in "ABCDEF")
    assert "Zoe" not in cast_of(text, [own, *STARTERS]).values()
    assert cast_of("Jo: Hello.", [own, *STARTERS], Jo="zoe") == {"Jo": "Zoe"}


def test_a_childs_voice_speaks_children_only() -> None:
    many = "\n\n".join(f"Guard {number}: Halt." for number in "ABCDEFGH")
    cast = cast_of(f"The Little Girl: Mother!\n\n{many}")
    assert [speaker for speaker, voice in cast.items() if voice == "Pip"] == ["The Little Girl"]


def test_titles_tell_women_and_men() -> None:
    cast = cast_of("Lady Bracknell: Now.\n\nMr. Worthing: No.\n\nMiss Prism: Oh.", VOICES)
    assert cast == {"Lady Bracknell": "Bea", "Mr. Worthing": "Adam", "Miss Prism": "Dora"}


def test_a_choice_wins_and_its_voice_is_not_given_to_others() -> None:
    cast = cast_of("Lane: Tea.\n\nJack: Yes.", VOICES, Jack="adam")
    assert cast == {"Lane": "Bea", "Jack": "Adam"}


def test_more_speakers_than_voices_share_evenly() -> None:
    text = "\n\n".join(f"# {number}\n\nGuard {number}: Halt." for number in "ABCDEFGH")
    assert sorted(cast_of(text, VOICES).values()) == sorted([v.name for v in VOICES] * 2)


def test_who_talk_with_each_other_differ_when_voices_have_to_be_shared() -> None:
    """Two men's voices, three men: the third gets that of the one he never meets."""
    men = [voice for voice in STARTERS if voice.gender == "male"]
    told = "Mr. A: So it is, and so it was.\n\nMr. B: Is it?\n\n# Two\n\nMr. {}: No.\n\nMr. C: Ha."
    for met, other in (("A", "B"), ("B", "A")):
        cast = cast_of(told.format(met), men)
        assert cast["Mr. C"] == cast[f"Mr. {other}"] != cast[f"Mr. {met}"]


def test_a_narrator_between_two_does_not_part_them() -> None:
    """C answers A, with the narrator between; B is only met in another scene, by nobody."""
    men = [voice for voice in STARTERS if voice.gender == "male"]
    text = (
        "Mr. A: One two three.\n\n# Two\n\nMr. B: One two.\n\n# Three\n\n"
        f"Mr. A: Four.\n\n{NARRATOR}: He said.\n\nMr. C: Yes."
    )
    cast = cast_of(text, [*men, *VOICES[1:2]], **{NARRATOR: "Bea"})
    assert cast["Mr. C"] == cast["Mr. B"] != cast["Mr. A"]


def test_an_unknown_voice_is_answered_with_the_nearest_and_the_known() -> None:
    with pytest.raises(CastError) as caught:
        known_voice("Adan", [voice.name for voice in VOICES])
    assert str(caught.value) == (
        "Unknown voice 'Adan'. Did you mean 'Adam'? Known: Adam, Bea, Carl, Dora."
    )


def test_no_voices_at_all_is_an_error() -> None:
    with pytest.raises(CastError, match="no voices"):
        cast_of("Lane: Tea.", [])


@pytest.mark.parametrize(
    ("speaker", "spoken_of_as", "found"),
    [
        ("Maria", "", "female"),
        ("Otto", "", "male"),
        ("Anna Karenina", "", "female"),
        ("Old Hans", "", "male"),
        ("Jack", "female", "female"),  # the text knows better
        ("Lady Henry", "", "female"),  # and so does a title
        ("Robin", "", ""),
        ("The Doctor", "", ""),
        ("The Doctor", "male", "male"),
        ("Lane", "", ""),
    ],
)
def test_a_title_the_text_or_a_first_name_tells(
    speaker: str, spoken_of_as: str, found: str
) -> None:
    assert guess_gender(speaker, spoken_of_as) == found


def test_nobody_s_first_name_tells_both() -> None:
    assert not FEMALE & MALE


def test_a_first_name_gets_a_voice_like_it_before_anything_is_said_of_it() -> None:
    script = parse_script("Otto: Hm.\n\nMaria: Yes.\n\nHans: No.\n\nAnna: Well.")
    voices = {voice.name: voice.gender for voice in VOICES}
    for cast in (default_cast(script, VOICES, {}), suggested_cast(script, VOICES, {})):
        assert [voices[cast[name]] for name in ("Otto", "Hans")] == ["male", "male"]
        assert [voices[cast[name]] for name in ("Maria", "Anna")] == ["female", "female"]
