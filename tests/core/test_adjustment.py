"""Adjustments of turns: what they do to a plan and to the timeline, and their bounds."""

import math

import numpy as np
import pytest

from studio.core.adjustment import NAMES, Adjustment, adjust
from studio.core.identity import give_ids
from studio.core.plan import CastVoice, Fit, Plan, PlanSettings, make_plan
from studio.core.script_text import parse_script
from studio.core.timeline import Timeline, cut_out
from studio.errors import AdjustmentError
from tests.core.test_timeline import RATE, chunk, take

SCRIPT = "# One\n\nAnn: First. [pause 1s] Second.\n\nBob: Third.\n\n# Two\n\nAnn: Fourth.\n"


@pytest.fixture
def plan() -> Plan:
    ids = iter("abc")
    script = give_ids(parse_script(SCRIPT), lambda: next(ids))
    cast = {name: CastVoice(name, "Words.", name) for name in ("Ann", "Bob")}
    return make_plan(script, cast, PlanSettings("engine"))


def test_values_go_to_the_chunks_they_are_heard_in(plan: Plan) -> None:
    changed = adjust(plan, {
        "a": Adjustment(pause_after_ms=900, gain_db=2.0, trim_head_ms=10, trim_tail_ms=20),
        "c": Adjustment(pause_after_ms=3000),
    })  # fmt: skip
    first, second, third, fourth = changed.chunks()
    assert (first.fit, second.fit) == (Fit(10, 0, 2.0), Fit(0, 20, 2.0))
    assert (first.pause_ms, second.pause_ms, third.pause_ms) == (None, 1000, 900)
    assert third.fit == fourth.fit == Fit()
    assert changed.tail_ms == 3000
    assert [chunk.key for chunk in changed.chunks()] == [chunk.key for chunk in plan.chunks()]


def test_a_flag_changes_nothing_that_is_heard(plan: Plan) -> None:
    assert adjust(plan, {"a": Adjustment(flagged=True)}) is plan


def test_what_is_trimmed_is_missing_and_the_pause_before_stays() -> None:
    first, second = chunk(), chunk()
    trimmed = Timeline(RATE)
    sound = take(100, 400, 100)
    trimmed.place(first, sound)
    object.__setattr__(second, "fit", Fit(head_ms=70, tail_ms=60, gain_db=-6.0))
    placed = trimmed.place(second, sound)
    assert (placed.first, placed.length) == (70 + 70, 460 - 130)
    before = trimmed.placed[0]
    assert placed.start - before.end + 30 == trimmed.pauses.turn  # 30 ms are the tail kept before
    piece = cut_out(placed, sound, RATE)
    assert np.abs(piece).max() == pytest.approx(0.5 * 10 ** (-6 / 20), rel=1e-5)


def test_something_is_left_of_a_take_however_much_is_trimmed() -> None:
    planned = chunk()
    object.__setattr__(planned, "fit", Fit(head_ms=5000, tail_ms=5000))
    placed = Timeline(RATE).place(planned, take(0, 300, 0))
    assert placed.length == 50


@pytest.mark.parametrize(
    ("name", "value"),
    [("pause_after", -0.1), ("pause_after", 61), ("gain", 25), ("gain", -25), ("trim_head", -1),
     ("trim_tail", 100), ("gain", math.nan), ("trim_head", math.inf)],
)  # fmt: skip
def test_numbers_beyond_their_bounds_are_refused(name, value) -> None:
    with pytest.raises(AdjustmentError):
        Adjustment().with_value(name, value)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_can_be_automatic_again(name) -> None:
    changed = Adjustment().with_value(name, 1.5)
    assert changed != Adjustment()
    assert changed.with_value(name, None) == Adjustment()
