"""Deliveries before any audio: chapters, captions' times, labels, options that make no sense."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.caption import captions, heard_words, turn_spans
from studio.core.caption_cut import cut_written
from studio.core.chapters import name_missing, split_chapters
from studio.core.delivery import DeliveryOptions
from studio.core.label import MAX_TEXT, Label, ai_mark, plain
from studio.core.plan import CastVoice, Plan, PlanSettings, make_plan
from studio.core.script_text import parse_script
from studio.core.speaker_levels import SpeakerLevels
from studio.core.targets import find_target
from studio.core.timeline import Placed
from studio.errors import DeliveryError

SCRIPT = parse_script(
    "# One\n\nAnn: [softly] Hello there.\nBob: Yes.\n\n[pause 3s]\n\n"
    "# Two\n\nAnn: Again.\n\n[pause 1s]\n"
)


def plan_of(chapter: int | None = None) -> Plan:
    cast = {name: CastVoice(name, "", name) for name in SCRIPT.speakers()}
    return make_plan(SCRIPT, cast, PlanSettings("engine"), chapter)


def test_chapters_hold_every_chunk_once_and_their_own_pauses() -> None:
    one, two = split_chapters(plan_of(), SCRIPT)
    assert (one.number, one.title, two.number, two.title) == (1, "One", 2, "Two")
    assert [chunk.text for chunk in one.chunks] == ["[softly] Hello there.", "Yes."]
    assert one.tail_ms == 3000 and two.tail_ms == 1000
    assert two.chunks[0].pause_ms is None
    keys = [chunk.key for part in (one, two) for chunk in part.chunks]
    assert keys == [chunk.key for chunk in plan_of().chunks()]


def test_a_plan_of_one_chapter_is_that_chapter() -> None:
    [part] = split_chapters(plan_of(2), SCRIPT)
    assert part.number == 2 and part.title == "Two"


def test_missing_turns_are_named_so_that_they_can_be_found() -> None:
    assert name_missing({1}, SCRIPT) == "turn 2 (chapter 1, Bob: 'Yes.')"
    assert name_missing({0, 1}, SCRIPT, most=1).endswith(" and 1 more")


def test_captions_have_the_script_s_words_at_the_timeline_s_samples() -> None:
    part = split_chapters(plan_of(), SCRIPT)[0]
    placed = [Placed(0, 100, 100, 0, 50), Placed(1, 10, 160, 0, 40)]
    first, second = captions(placed, part.chunks, ("Hello there.", "Yes."))
    assert (first.speaker, first.text, first.start, first.end) == ("Ann", "Hello there.", 100, 150)
    assert (second.start, second.end) == (160, 200)


def test_a_turn_in_several_chunks_is_several_captions_of_its_written_words() -> None:
    chunk = split_chapters(plan_of(), SCRIPT)[0].chunks[0]
    said = ("[softly] In eighteen ninety-five.", "Doctor Who (sic) came.")
    chunks = tuple(replace(chunk, text=text) for text in said)
    placed = [Placed(0, 0, 0, 0, 50), Placed(0, 0, 50, 0, 50)]
    words = heard_words(chunks, {0: "In 1895. Dr. Who [sic] came."}, {})
    assert [caption.text for caption in captions(placed, chunks, words)] == list(words)
    assert words == ("In 1895.", "Dr. Who [sic] came.")
    assert turn_spans(placed) == {0: (0, 100)}


@pytest.mark.parametrize(
    ("take", "words"),
    [
        ("[softly] Hello there.", "Hello there!"),
        ("[loudly] Hello  there.", "Hello there!"),  # another direction is not another word
        ("", "Hello there!"),  # a take of old, of which nobody knows
        ("[softly] Good day, (sir).", "Good day, (sir)."),
        ("[laughs]", ""),
    ],
)
def test_a_take_of_other_words_is_read_as_it_is_heard(take: str, words: str) -> None:
    chunk, other = split_chapters(plan_of(), SCRIPT)[0].chunks
    texts = {0: "Hello there!", 1: "Yes."}
    assert heard_words((chunk, other), texts, {chunk.place: take}) == (words, "Yes.")
    placed = [Placed(0, 0, 0, 0, 50), Placed(1, 0, 50, 0, 50)]
    shown = [caption.text for caption in captions(placed, (chunk, other), (words, "Yes."))]
    assert shown == [text for text in (words, "Yes.") if text]


@pytest.mark.parametrize(
    ("written", "spoken", "pieces"),
    [
        ("“Yes,” he said. “No,” she said.", ["“Yes,” he said.", "“No,” she said."],
         ("“Yes,” he said.", "“No,” she said.")),
        ("東京に行く。水を飲む。", ["とうきょうに行く。", "水を飲む。"],
         ("東京に行く。", "水を飲む。")),
        ("Groß 1895. Klein.", ["Gross, achtzehnhundertfünfundneunzig.", "Klein."],
         ("Groß 1895.", "Klein.")),
        ("All of it", ["Nothing", "the same"], ("All", "of it")),
        ("Two words", ["", "Two words", ""], ("", "Two words", "")),
        ("", ["a", "b"], ("", "")),
    ],
)  # fmt: skip
def test_written_words_are_cut_where_the_spoken_ones_are(
    written: str, spoken: list[str], pieces: tuple[str, ...]
) -> None:
    assert cut_written(written, spoken) == pieces


@given(st.text())
def test_a_tag_is_one_bounded_line_that_no_container_cuts(text: str) -> None:
    clean = plain(text)
    assert not any(ord(letter) < 32 or letter in "\x7f\u2028\u2029\u202e" for letter in clean)
    assert len(clean) <= MAX_TEXT and clean == clean.strip()
    clean.encode("utf-8")
    assert plain(clean) == clean


def test_a_label_leaves_out_what_is_empty_and_says_that_a_machine_spoke() -> None:
    tags = Label(title="A\0B", track=2, tracks=9, mark=ai_mark("starter")).tags()
    assert tags["title"] == "AB" and tags["track"] == "2/9"
    assert "trainedAlgorithmicMedia" in tags["comment"] and "starter" in tags["comment"]
    assert "artist" not in tags


@pytest.mark.parametrize(
    "wrong",
    [
        {"formats": ("ogg",)}, {"formats": ()}, {"captions": ("ass",)}, {"room_tone_db": -10.0},
        {"gains_db": {"Ann": 60.0}}, {"gains_db": {"Ann": float("nan")}},
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DeliveryError):
        DeliveryOptions(**wrong)  # type: ignore[arg-type]


def test_an_unknown_target_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DeliveryError, match="acx, podcast-16, streaming-14, none"):
        find_target("loud")


def test_speakers_are_brought_together_by_one_gain_each_and_only_so_far() -> None:
    rate, levels = 8000, SpeakerLevels(8000)
    rng = np.random.default_rng(3)
    for name, level in (("Ann", 0.1), ("Bob", 0.05), ("Cem", 0.001), ("Dan", 0.0)):
        take = rng.standard_normal(rate).astype(np.float32) * level
        levels.add(name, np.concatenate([np.zeros(rate, np.float32), take]))
    gains = levels.gains_db()
    assert gains["Ann"] - gains["Bob"] == pytest.approx(-6.0, abs=0.5)
    assert "Dan" not in gains and all(abs(gain) <= 6.0 for gain in gains.values())
    alone = SpeakerLevels(rate)
    alone.add("Ann", np.ones(rate, np.float32))
    assert alone.gains_db() == {}
