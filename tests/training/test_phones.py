"""Every phone the synthesizers report has a place in the common set."""

import pytest

from engine.training import phones
from engine.training.spoken import spoken_words
from engine.training.styles import STYLES
from engine.training.voices import voices

FLITE_PHONES = (
    *("aa", "ae", "ah", "ao", "aw", "ax", "ay", "b", "ch", "d", "dh", "eh", "er", "ey", "f", "g"),
    *("hh", "ih", "iy", "jh", "k", "l", "m", "n", "ng", "ow", "oy", "p", "r", "s", "sh", "t"),
    *("th", "uh", "uw", "v", "w", "y", "z", "zh", "pau"),
)
PANGRAMS = (
    "The quick brown fox jumps over the lazy dog. Pleasure, church, judge, thin, then, sing.",
    "Boy, how now, brown cow; near there the poor player's hour is sure. Button, bottle, human.",
)


@pytest.mark.parametrize("name", FLITE_PHONES)
def test_every_flite_phone_is_mapped(name: str) -> None:
    assert all(label in phones.PHONE_IDS for label in phones.from_flite(name))


def test_every_entry_of_the_espeak_table_is_a_common_phone() -> None:
    for labels in phones._ESPEAK.values():
        assert set(labels) <= set(phones.PHONES)


def test_silence_is_phone_zero() -> None:
    assert phones.PHONE_IDS[phones.SILENCE] == 0
    assert phones.from_espeak("_:") == ("sil",)


def test_espeak_1_52_writes_the_stress_before_the_name() -> None:
    assert phones.from_espeak("'O:") == phones.from_espeak("O:") == ("AO",)
    assert phones.from_espeak(",I") == ("IH",)


@pytest.mark.parametrize(
    ("reader", "name"), [(phones.from_espeak, "Q9"), (phones.from_flite, "qq")]
)
def test_an_unknown_phone_is_named(reader, name: str) -> None:
    with pytest.raises(phones.UnknownPhone, match=name):
        reader(name)


def test_what_espeak_says_in_every_accent_is_mapped(teachers) -> None:
    accents = {voice.base: voice for voice in voices("background") if voice.synth == "espeak"}
    for voice in accents.values():
        for text in PANGRAMS:
            raw = teachers.backend("espeak").speak(spoken_words(text), voice, STYLES["neutral"])
            assert {phone.label for phone in raw.phones} <= set(phones.PHONES)
            assert len(raw.phones) > 40
