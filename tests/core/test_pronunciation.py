"""The dictionary: only what is spoken changes, in a fixed order, and no pattern runs away."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.model import Script, Words
from studio.core.pronunciation import Dictionary, Entry, compile_entry
from studio.core.script_text import parse_script, print_parts, print_script
from studio.core.spoken import Reading, SpokenRules, settle, speak
from studio.errors import PronunciationError
from tests.core.scripts import SCRIPT


def spoken(text: str, *entries: Entry, language: str = "") -> str:
    [placed] = parse_script(text).placed_turns()
    return print_parts(SpokenRules([Dictionary(entries, language)]).parts(placed.turn))


@pytest.mark.parametrize(
    ("entry", "written", "said"),
    [
        (Entry("Lee", "Leigh"), "Lee, Leeds, lee and Lee's", "Leigh, Leeds, Leigh and Leigh's"),
        (Entry("Lee", "Leigh", case="exact"), "Lee and lee", "Leigh and lee"),
        (Entry("don't", "do not"), "I don’t, I don't.", "I do not, I do not."),
        (Entry("caf\u00e9", "kaf-ay"), "Cafe\u0301, caf\u00e9s", "kaf-ay, caf\u00e9s"),
        (Entry("St. Giles", "Saint Jiles"), "At St.\nGiles.", "At Saint Jiles."),
        (Entry("C++", "see plus plus"), "C++ and C++.", "see plus plus and see plus plus."),
        (Entry("東京", "とうきょう"), "私は東京に", "私はとうきょうに"),
        (Entry("राम", "raam"), "राम और रामा", "raam और रामा"),
        (Entry(r"(\d+)th", r"\1 tee aitch", kind="regex"), "the 14th", "the 14 tee aitch"),
        (Entry(r"\[(\w+)\]", r"\1", kind="regex"), "\\[sic\\] [soft] x", "sic [soft] x"),
        (Entry("soft", "loud"), "[soft] soft [pause 1s]", "[soft] loud [pause 1s]"),
        (Entry("x", "[whisper]"), "x", "\\[whisper\\]"),
        (Entry("®", ""), "Tea®", "Tea"),
    ],
)
def test_what_an_entry_does(entry: Entry, written: str, said: str) -> None:
    assert spoken(written, entry) == said


def test_the_speakers_entry_goes_first_then_the_projects() -> None:
    entries = (
        Entry("read", "reed"),
        Entry("read", "red", scope="project"),
        Entry("read", "rad", scope="speaker", speaker="Ann"),
    )
    assert spoken("Ann: read", *entries) == "rad"
    assert spoken("Bob: read", *entries) == "red"
    assert spoken("Bob: read", entries[0]) == "reed"


def test_the_first_entry_that_fits_decides_and_nothing_is_replaced_twice() -> None:
    assert spoken("a b", Entry("a b", "b c"), Entry("b", "d"), Entry("c", "e")) == "b c"
    assert spoken("a b", Entry("b", "d"), Entry("a b", "b c")) == "a d"


@pytest.mark.parametrize(
    ("wanted", "language", "applies"),
    [("", "de", True), ("en", "en-GB", True), ("EN", "en", True), ("en", "", True),
     ("en", "de", False), ("pt-BR", "pt", False), ("e", "en", False)],
)  # fmt: skip
def test_an_entry_of_a_language(wanted: str, language: str, applies: bool) -> None:
    said = spoken("Lead", Entry("Lead", "led", language=wanted), language=language)
    assert said == ("led" if applies else "Lead")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry("", "x"), "nothing to look for"),
        (Entry("a" * 300, "x"), "below 200"),
        (Entry("a", "x" * 300), "below 200"),
        (Entry("a", "\x00"), "control character"),
        (Entry("a", "\ud800"), "control character"),
        (Entry("a", "x", scope="speaker"), "names one"),
        (Entry("a", "x", speaker="Ann"), "names one"),
        (Entry("(", "x", kind="regex"), "cannot be used"),
        (Entry("x*", "y", kind="regex"), "matches nothing"),
        (Entry("(a)", r"\2", kind="regex"), "no such group"),
        (Entry("(a)", "\\", kind="regex"), "bad escape"),
        (Entry("a{1000}{1000}", "x", kind="regex"), "counts up"),
        (Entry("a{99999999999}", "x", kind="regex"), "counts up"),
        (Entry("(a+)+$", "x", kind="regex"), "too long"),
        (Entry(r"(\w+\s?)+$", "x", kind="regex"), "too long"),
    ],
)
def test_what_cannot_be_used_is_refused_within_seconds(entry: Entry, words: str) -> None:
    started = time.process_time()
    with pytest.raises(PronunciationError, match=words):
        compile_entry(entry)
    assert time.process_time() - started < 5


def test_a_pattern_that_is_slow_only_on_some_text_ends_in_an_error() -> None:
    slow = Entry(r"Ω(([a-z])+.)+[A-Z]([a-z])+$", "x", kind="regex", case="exact")
    rules = SpokenRules([Dictionary([slow])])
    [placed] = parse_script("Ω" + "b" * 5000).placed_turns()
    with pytest.raises(PronunciationError, match="too long"):
        rules.parts(placed.turn)


def test_the_preview_says_which_turns_change_and_how() -> None:
    script = parse_script("Ann: Lee [soft] and Lee.\n\nBob: No.\n\nBob: lee")
    rules = SpokenRules([Dictionary([Entry("Lee", "Leigh", case="exact")])])
    [changed] = rules.preview(script)
    assert changed.placed.index == 0
    assert [(found.part, found.reading) for found in changed.readings] == [
        (0, Reading(0, 3, "Leigh", "Lee")),
        (2, Reading(5, 8, "Leigh", "Lee")),
    ]
    assert print_parts(changed.parts) == "Leigh [soft] and Leigh."


@given(SCRIPT)
def test_without_a_match_everything_is_spoken_as_it_stands(script: Script) -> None:
    entries = [Entry("\u2603\u2603", "x"), Entry("\u2603+", "", kind="regex")]
    rules = SpokenRules([Dictionary(entries)])
    before = print_script(script)
    for placed in script.placed_turns():
        if "\u2603" not in print_parts(placed.turn.parts):
            assert rules.parts(placed.turn) == placed.turn.parts
    assert print_script(script) == before


READINGS = st.lists(
    st.builds(
        lambda start, length, word: Reading(start, start + length, word, "r"),
        st.integers(0, 20),
        st.integers(1, 6),
        st.sampled_from(["", "x", "yy"]),
    ),
    max_size=12,
)


@given(READINGS)
def test_readings_never_overlap_and_what_lies_between_them_is_kept(readings: list[Reading]) -> None:
    text = "abcdefghijklmnopqrstuvwxyz"
    settled = settle(readings)
    assert all(one.end <= other.start for one, other in itertools.pairwise(settled))
    replaced = {at for reading in settled for at in range(reading.start, reading.end)}
    kept = [letter for at, letter in enumerate(text) if at not in replaced]
    assert [letter for letter in speak(text, settled) if letter not in "xy"] == [
        letter for letter in kept if letter not in "xy"
    ]
    for left_out in (r for r in readings if r not in settled):
        assert any(r.start < left_out.end and left_out.start < r.end for r in settled)


@given(SCRIPT, st.text(min_size=1, max_size=3), st.text(max_size=3))
def test_direction_and_pauses_are_never_touched(script: Script, written: str, said: str) -> None:
    try:
        rules = SpokenRules([Dictionary([Entry(written, said)])])
    except PronunciationError:
        return
    for placed in script.placed_turns():
        parts = rules.parts(placed.turn)
        assert [p for p in parts if not isinstance(p, Words)] == [
            p for p in placed.turn.parts if not isinstance(p, Words)
        ]
