"""What is up with every turn, as a pure function; and what a left context is."""

import time
from dataclasses import replace

from studio.core.context import LeftContext
from studio.core.identity import give_ids
from studio.core.plan import CastVoice, Place, Plan, PlanSettings, make_plan
from studio.core.script_text import parse_script
from studio.core.staleness import TakeFacts, TurnState, choose, turn_statuses
from tests.core.scripts import counting_ids

ADAM, BEA, CLEO = (CastVoice(name, f"I am {name}.", f"codes of {name}") for name in "ABC")
CAST = {"Ann": ADAM, "Bob": BEA}
SETTINGS = PlanSettings(engine="e1/c1", codec="c1")
TEXT = "Ann: One.\nBob: Two. [pause 1s] And two.\nAnn: Three.\n***\nBob: Four."


def plan_of(text: str = TEXT, settings: PlanSettings = SETTINGS, **cast: CastVoice) -> Plan:
    script = give_ids(parse_script(text), counting_ids())
    return make_plan(script, {**CAST, **cast}, settings)


def perform(plan: Plan, tag: str = "") -> dict[Place, TakeFacts]:
    """A take of every chunk, as a performance from the beginning makes them."""
    heard: dict[Place, TakeFacts] = {}
    for chain in plan.chains:
        context = LeftContext(chain.engine)
        for chunk in chain.chunks:
            take = TakeFacts(
                len(heard) + 1, context.key(chunk), "accepted", "", chunk.text, chunk.sheet,
                context.digest(), None, f"codes {tag}{chunk.place}", 20, selected=True,
            )  # fmt: skip
            heard[chunk.place] = take
            context.hear(chunk.sheet, chunk.text, take.sha256)
    return heard


def states(plan: Plan, heard: dict[Place, TakeFacts]) -> list[str]:
    return [status.state.value for status in turn_statuses(plan, heard)]


def test_what_was_performed_is_done_and_the_rest_is_missing() -> None:
    plan = plan_of()
    heard = perform(plan)
    assert states(plan, heard) == ["done"] * 4
    assert states(plan, {}) == ["missing"] * 4
    del heard[1, 1]
    assert states(plan, heard) == ["done", "missing", "soft-stale", "done"]


def test_an_edit_makes_its_turn_stale_and_no_other_one_until_it_is_performed() -> None:
    heard = perform(plan_of())
    edited = plan_of(TEXT.replace("One", "First"))
    assert states(edited, heard) == ["stale", "done", "done", "done"]
    first = next(iter(edited.chunks()))
    heard[0, 0] = replace(heard[0, 0], text=first.text, sha256="new codes")
    assert states(edited, heard) == ["done", "soft-stale", "soft-stale", "done"]


def test_another_voice_is_stale_for_its_speaker_alone() -> None:
    heard = perform(plan_of())
    assert states(plan_of(Bob=CLEO), heard) == ["done", "stale", "done", "stale"]
    other = plan_of(TEXT.replace("Three.", "Three.\nCleo: Three and a half."), Cleo=CLEO)
    heard[4, 0] = heard.pop((3, 0))
    assert states(other, heard) == ["done", "done", "done", "missing", "done"]


def test_a_replaced_take_makes_what_heard_it_soft_stale_and_the_old_one_makes_it_fresh() -> None:
    plan, heard = plan_of(), perform(plan_of())
    replaced = {**heard, (1, 0): replace(heard[1, 0], sha256="a retake")}
    assert states(plan, replaced) == ["done", "soft-stale", "soft-stale", "done"]
    assert states(plan, heard) == ["done"] * 4


def test_what_a_take_did_not_hear_cannot_make_it_stale() -> None:
    plan, heard = plan_of(), perform(plan_of())
    context = LeftContext(plan.chains[0].engine)
    for chunk in plan.chains[0].chunks[:3]:
        context.hear(chunk.sheet, chunk.text, heard[chunk.place].sha256)
    # The engine had forgotten all but the last take when turn 2 was performed.
    heard[2, 0] = replace(heard[2, 0], context=context.digest(1), heard=1)
    heard[0, 0] = replace(heard[0, 0], sha256="a retake")
    assert states(plan, heard) == ["done", "soft-stale", "done", "done"]


def test_another_model_makes_everything_soft_stale_and_another_codec_stale() -> None:
    heard = perform(plan_of())
    assert states(plan_of(settings=replace(SETTINGS, engine="e2/c1")), heard) == ["soft-stale"] * 4
    other = PlanSettings(engine="e2/c2", codec="c2")
    assert states(plan_of(settings=other), heard) == ["stale"] * 4
    assert states(plan_of(settings=replace(SETTINGS, seed=9)), heard) == ["done"] * 4


def test_a_locked_take_is_locked_whatever_the_script_says() -> None:
    heard = {place: replace(take, locked=True) for place, take in perform(plan_of()).items()}
    [one, *_] = turn_statuses(plan_of(TEXT.replace("One", "First")), heard)
    assert (one.state, one.locked, one.stale) == (TurnState.LOCKED, True, True)


def test_a_turn_is_as_bad_as_its_worst_part() -> None:
    plan, heard = plan_of(), perform(plan_of())
    heard[1, 0] = replace(heard[1, 0], locked=True)
    assert states(plan, heard)[1] == "done"
    bad = replace(heard[1, 1], verdict="attention", reason="it is silent")
    two = turn_statuses(plan, {**heard, (1, 1): bad})[1]
    assert (two.state, two.reason, two.locked) == (TurnState.ATTENTION, "it is silent", True)
    assert two.frames == 40
    edited = plan_of(TEXT.replace("And two", "And too"))
    assert states(edited, {**heard, (1, 1): bad})[1] == "stale"


def test_a_take_that_needs_attention_is_not_heard_by_those_behind_it() -> None:
    plan, heard = plan_of(), perform(plan_of())
    heard[0, 0] = replace(heard[0, 0], verdict="attention")
    assert states(plan, heard) == ["attention", "soft-stale", "soft-stale", "done"]


def test_takes_of_old_are_told_apart_by_their_key() -> None:
    plan = plan_of()
    heard = {
        place: replace(take, text="", sheet="", context="") for place, take in perform(plan).items()
    }
    assert states(plan, heard) == ["done"] * 4
    assert states(plan_of(TEXT.replace("Three", "3")), heard) == ["done", "done", "stale", "done"]


def test_keys_are_the_plans_own_until_something_else_is_heard() -> None:
    chain = plan_of().chains[0]
    context = LeftContext(chain.engine)
    context.hear("s", "One.", "a")
    assert context.key(chain.chunks[1]) == chain.chunks[1].key
    context.disturb()
    key = context.key(chain.chunks[1])
    other = LeftContext(chain.engine)
    other.hear("s", "One.", "b")
    other.disturb()
    assert len({key, other.key(chain.chunks[1]), chain.chunks[1].key}) == 3


def test_the_last_choice_that_says_the_text_needs_no_performance() -> None:
    chunk = next(iter(plan_of().chunks()))
    base = perform(plan_of())[0, 0]
    first = replace(base, take_id=1, selected=False, chosen=1)
    retake = replace(base, take_id=2, selected=False, chosen=2)
    other = replace(base, take_id=3, chosen=3, text="Else.")
    never = replace(base, take_id=4, selected=False)
    assert choose([first, retake, other, never], chunk) == retake
    assert choose([first, replace(other, locked=True)], chunk) == replace(other, locked=True)
    assert choose([never, other], chunk) is None


def test_five_hundred_turns_take_milliseconds() -> None:
    text = "\n".join(f"{'Ann' if turn % 2 else 'Bob'}: Turn {turn} it is." for turn in range(500))
    plan = plan_of(text)
    heard = perform(plan)
    began = time.perf_counter()
    assert states(plan, heard) == ["done"] * 500
    assert time.perf_counter() - began < 0.25  # 15 ms on a quiet core
