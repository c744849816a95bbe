"""Plans: chains by scene, keys that hold everything that changes the sound, safe engine text."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from studio.core.identity import give_ids
from studio.core.model import Direction, Words
from studio.core.plan import (
    Boundary,
    CastVoice,
    Plan,
    PlanSettings,
    engine_text,
    make_plan,
    take_seed,
)
from studio.core.pronunciation import Dictionary, Entry
from studio.core.script_text import parse_script
from studio.core.spoken import SpokenRules
from studio.errors import CastError
from tests.core.scripts import counting_ids

SETTINGS = PlanSettings(engine="e1", sampling={"temperature": 0.8})
VOICES = {name: CastVoice(name, f"I am {name}.", f"hash of {name}") for name in "ABCD"}
TEXT = "Ann: One. [pause 0.5s] Two.\nBob: Three.\n\nBob: Four.\n***\nAnn: Five.\n\n# Next\nSix."
CAST = {"Ann": VOICES["A"], "Bob": VOICES["B"], "Narrator": VOICES["C"]}


def plan_of(
    text: str = TEXT,
    cast: Mapping[str, CastVoice] = CAST,
    settings: PlanSettings = SETTINGS,
    chapter: int | None = None,
) -> Plan:
    return make_plan(parse_script(text), cast, settings, chapter)


def keys(plan: Plan) -> list[str]:
    return [chunk.key for chunk in plan.chunks()]


def test_scenes_are_chains_and_pauses_cut() -> None:
    plan = plan_of()
    assert [[chunk.text for chunk in chain.chunks] for chain in plan.chains] == [
        ["One.", "Two.", "Three.", "Four."], ["Five."], ["Six."],
    ]  # fmt: skip
    chunks = list(plan.chunks())
    assert [chunk.turn for chunk in chunks] == [0, 0, 1, 2, 3, 4]
    assert [chunk.pause_ms for chunk in chunks] == [None, 500, None, None, None, None]
    assert [chunk.boundary for chunk in chunks[1:]] == [
        Boundary.CHUNK, Boundary.SPEAKER, Boundary.TURN, Boundary.SCENE, Boundary.CHAPTER,
    ]  # fmt: skip
    assert [voice.name for voice in plan.chains[0].voices] == ["A", "B"]
    assert [chunk.voice for chunk in plan.chains[0].chunks] == [0, 0, 1, 1]


def test_the_same_input_gives_the_same_keys() -> None:
    assert keys(plan_of()) == keys(plan_of())
    assert len(set(keys(plan_of()))) == 6


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, engine="e2"),
        replace(SETTINGS, seed=1),
        replace(SETTINGS, sampling={"temperature": 0.7}),
    ],
)
def test_engine_seed_and_sampling_change_every_key(settings: PlanSettings) -> None:
    assert not set(keys(plan_of())) & set(keys(plan_of(settings=settings)))


def test_a_voice_changes_the_keys_of_every_chain_it_is_heard_in() -> None:
    cast = {**CAST, "Bob": replace(VOICES["B"], codes_hash="other")}
    same = [a == b for a, b in zip(keys(plan_of()), keys(plan_of(cast=cast)), strict=True)]
    assert same == [False, False, False, False, True, True]


def test_an_edit_changes_what_was_performed_after_hearing_it_and_nothing_else() -> None:
    edited = keys(plan_of(TEXT.replace("Three", "Drei")))
    same = [a == b for a, b in zip(keys(plan_of()), edited, strict=True)]
    assert same == [True, True, False, False, True, True]


def test_one_chapter_alone_has_the_keys_it_has_in_the_whole() -> None:
    assert keys(plan_of(chapter=2)) == keys(plan_of())[5:]
    with pytest.raises(CastError, match="2 chapters"):
        plan_of(chapter=3)


def test_a_scene_with_too_many_voices_becomes_several_chains() -> None:
    text = "Ann: 1\nBob: 2\nCat: 3\nAnn: 4\nDan: 5\nDan: 6"
    cast = dict(zip(("Ann", "Bob", "Cat", "Dan"), VOICES.values(), strict=True))
    plan = plan_of(text, cast, replace(SETTINGS, max_speakers=2))
    assert [[chunk.text for chunk in chain.chunks] for chain in plan.chains] == [
        ["1", "2"], ["3", "4"], ["5", "6"],
    ]  # fmt: skip
    assert all(len(chain.voices) <= 2 for chain in plan.chains)


def test_two_speakers_with_one_voice_share_a_reference() -> None:
    [chain] = plan_of("Ann: 1\nBob: 2", {"Ann": VOICES["A"], "Bob": VOICES["A"]}).chains
    assert chain.voices == (VOICES["A"],)


def test_long_turns_are_cut_within_the_budget() -> None:
    plan = plan_of(
        f"Ann: {'A sentence of words. ' * 30}", settings=replace(SETTINGS, chunk_bytes=100)
    )
    assert plan.chunk_count == 8
    assert all(len(chunk.text) <= 100 for chunk in plan.chunks())
    assert {chunk.turn for chunk in plan.chunks()} == {0}


def test_pauses_and_beats_go_to_the_chunk_behind_them() -> None:
    plan = plan_of("Ann: One.\n\nBob: …\n\n[pause 1s]\n\nAnn: Two. [pause 2s]")
    one, two = plan.chunks()
    assert (one.pause_ms, two.pause_ms, plan.tail_ms) == (None, 1600, 2000)
    assert plan.turns == (0, 1, 2, 3)


def test_nothing_but_pauses_is_an_error() -> None:
    with pytest.raises(CastError, match="only pauses"):
        plan_of("[pause 1s]")


def test_a_speaker_without_a_voice_is_an_error() -> None:
    with pytest.raises(CastError, match="Bob has no voice"):
        plan_of(cast={"Ann": VOICES["A"]})


def test_nothing_the_user_speaks_reads_as_direction_or_as_another_voice() -> None:
    text = engine_text([Words("[a]\n<|speaker:1|> <|im_end|>"), Direction("<|speaker:2|>")])
    assert text == "(a) < |speaker:1|> <|im_end|>[< |speaker:2|>]"


def test_seeds_depend_on_key_and_attempt() -> None:
    seeds = {take_seed(key, attempt) for key in ("a", "b") for attempt in range(3)}
    assert len(seeds) == 6 and all(0 <= seed < 2**48 for seed in seeds)
    assert take_seed("a", 0) == take_seed("a", 0)


def test_with_one_speaker_a_chain_every_voice_has_its_own_chain_in_a_scene() -> None:
    script = "Ann: One.\n\nBob: Two.\n\nAnn: Three.\n\n***\n\nAnn: Four."
    plan = plan_of(
        script,
        {"Ann": VOICES["A"], "Bob": VOICES["B"]},
        replace(SETTINGS, max_speakers=1),
    )
    assert [[chunk.text for chunk in chain.chunks] for chain in plan.chains] == [
        ["One.", "Three."],
        ["Two."],
        ["Four."],
    ]
    assert [chunk.text for chunk in plan.chunks()] == ["One.", "Two.", "Three.", "Four."]


def test_what_is_spoken_decides_about_chunks_and_keys() -> None:
    rules = SpokenRules([Dictionary([Entry("Three", "Tree")])])
    spoken = make_plan(parse_script(TEXT), CAST, SETTINGS, spoken=rules)
    assert [chunk.text for chunk in spoken.chunks()][2] == "Tree."
    assert keys(spoken) == keys(plan_of(TEXT.replace("Three", "Tree")))
    idle = SpokenRules([Dictionary([Entry("Nowhere", "x")])])
    assert keys(make_plan(parse_script(TEXT), CAST, SETTINGS, spoken=idle)) == keys(plan_of())


def test_a_dictionary_that_silences_everything_is_an_error() -> None:
    rules = SpokenRules([Dictionary([Entry("Six", "")])])
    with pytest.raises(CastError, match="leaves nothing to say"):
        make_plan(parse_script(TEXT), CAST, SETTINGS, 2, rules)


def test_a_chunk_knows_the_id_of_its_turn() -> None:
    plan = make_plan(give_ids(parse_script(TEXT), counting_ids()), CAST, SETTINGS)
    assert [chunk.turn_id for chunk in plan.chunks()] == ["t0", "t0", "t1", "t2", "t3", "t4"]
    assert keys(plan) == keys(plan_of())


def test_the_parts_of_a_turn_are_counted_in_every_chain() -> None:
    text = "Ann: One. [pause 0.5s] Two.\nBob: Three.\nAnn: Four. [pause 1s] Five. [pause 1s] Six."
    for settings in (SETTINGS, replace(SETTINGS, max_speakers=1)):
        chunks = plan_of(text, settings=settings).chunks()
        assert [chunk.place for chunk in chunks] == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2)]


def test_a_sheet_says_who_speaks_in_which_codec_and_nothing_else() -> None:
    def sheets(plan: Plan) -> list[str]:
        return [chunk.sheet for chunk in plan.chunks()]

    ann, bob, narrator = dict.fromkeys(sheets(plan_of()))
    assert sheets(plan_of()) == [ann, ann, bob, bob, ann, narrator]
    assert sheets(plan_of(TEXT.replace("One", "1"))) == sheets(plan_of())
    assert sheets(plan_of(settings=replace(SETTINGS, seed=5))) == sheets(plan_of())
    assert sheets(plan_of(settings=replace(SETTINGS, engine="e2"))) == sheets(plan_of())
    other = sheets(plan_of(settings=replace(SETTINGS, codec="c2")))
    assert not set(other) & {ann, bob, narrator}


def test_some_turns_of_a_plan_are_a_plan_with_the_same_keys() -> None:
    plan = plan_of()
    part = plan.only({1, 4})
    assert part.turns == (1, 4) and part.chunk_count == 2
    assert [c for c in plan.chunks() if c.turn in (1, 4)] == list(part.chunks())
