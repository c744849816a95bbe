"""D10: any edits, then as many undos, give the original; redo gives the edited script again."""

import itertools
from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from studio.core.edits import (
    AddChapter,
    AddSceneBreak,
    Edit,
    FindReplace,
    InsertTurn,
    MergeTurns,
    MoveTurn,
    RemoveChapter,
    RemoveSceneBreak,
    RemoveTurn,
    RenameSpeaker,
    Retag,
    RetitleChapter,
    Rewrite,
    SetNote,
    SetSpeaker,
    SplitTurn,
)
from studio.core.history import History
from studio.core.identity import carry_ids, give_ids
from studio.core.model import Script
from studio.core.script_text import parse_script, print_script
from studio.errors import EditError, ScriptError
from tests.core.scripts import SCRIPT, counting_ids, ids, read

TAG = st.sampled_from(["x", ""])
SIDE = st.sampled_from(["before", "after"])
NAME = st.sampled_from(["Lane", "Lady Bracknell", "Narrator", "New Face"])
TEXT = st.sampled_from(
    ["Yes.", "[soft] No, [pause 1s] never.", "a\n# b", "Lane: x", "\\[c\\] \\\\", "言葉。"]
)


def snapshot(script: Script) -> tuple[str, list[str], Script]:
    return print_script(script), ids(script), script


class Editing(RuleBasedStateMachine):
    """Does, undoes and redoes at random, beside a list of every state that there was."""

    @initialize(script=SCRIPT)
    def begin(self, script: Script) -> None:
        self.new_id = counting_ids("n")
        self.history = History(give_ids(script, counting_ids()))
        self.states = [snapshot(self.history.script)]
        self.at = 0

    def do(self, edit: Edit) -> None:
        with suppress(EditError, ScriptError):
            self.history.do(edit)
            self.states = [*self.states[: self.at + 1], snapshot(self.history.script)]
            self.at += 1

    def pick(self, number: int) -> str:
        known = ids(self.history.script)
        return known[number % len(known)]

    @rule(one=st.integers(0, 99), name=NAME, text=TEXT, side=SIDE)
    def insert(self, one, name, text, side) -> None:
        self.do(InsertTurn(self.new_id(), name, text, self.pick(one), side))

    @rule(one=st.integers(0, 99))
    def remove(self, one) -> None:
        self.do(RemoveTurn(self.pick(one)))

    @rule(one=st.integers(0, 99), at=st.integers(0, 40))
    def split(self, one, at) -> None:
        self.do(SplitTurn(self.pick(one), at, self.new_id()))

    @rule(one=st.integers(0, 99))
    def merge(self, one) -> None:
        self.do(MergeTurns(self.pick(one)))

    @rule(one=st.integers(0, 99), other=st.integers(0, 99), side=SIDE)
    def move(self, one, other, side) -> None:
        self.do(MoveTurn(self.pick(one), self.pick(other), side))

    @rule(
        one=st.integers(0, 99), part=st.none() | st.integers(0, 3), tag=st.sampled_from(["x", ""])
    )
    def retag(self, one, part, tag) -> None:
        self.do(Retag(self.pick(one), part, tag))

    @rule(one=st.integers(0, 99), name=NAME, everywhere=st.booleans())
    def rename(self, one, name, everywhere) -> None:
        turn_id = self.pick(one)
        turns = [placed.turn for placed in self.history.script.placed_turns()]
        speaker = next(turn.speaker for turn in turns if turn.turn_id == turn_id)
        self.do(RenameSpeaker(speaker, name) if everywhere else SetSpeaker(turn_id, name))

    @rule(one=st.integers(0, 99), text=TEXT)
    def rewrite(self, one, text) -> None:
        self.do(Rewrite(self.pick(one), text))

    @rule(
        find=st.sampled_from(["e", "Yes", "a", "[", "\\"]),
        replacement=st.sampled_from(["", "[é", ":"]),
    )
    def find_and_replace(self, find, replacement) -> None:
        self.do(FindReplace(find, replacement))

    @rule(one=st.integers(0, 99), kind=st.sampled_from([AddSceneBreak, RemoveSceneBreak]))
    def scene(self, one, kind) -> None:
        self.do(kind(self.pick(one)))

    @rule(one=st.integers(0, 99), number=st.integers(1, 4), kind=st.integers(0, 3))
    def chapter(self, one, number, kind) -> None:
        edits = (
            AddChapter(self.pick(one), "New"), RemoveChapter(number),
            RetitleChapter(number, "# Other"), SetNote("title", "---" * number),
        )  # fmt: skip
        self.do(edits[kind])

    @rule(text=TEXT)
    def type_into_the_whole_text(self, text) -> None:
        script = self.history.script
        typed = parse_script(print_script(script) + f"\n\nLane: {text.splitlines()[0]}\n")
        self.history.put(carry_ids(script, typed, self.new_id))
        self.states = [*self.states[: self.at + 1], snapshot(self.history.script)]
        self.at += 1

    @rule()
    def undo(self) -> None:
        assert (self.history.undo() is None) == (self.at == 0)
        self.at = max(0, self.at - 1)

    @rule()
    def redo(self) -> None:
        assert (self.history.redo() is None) == (self.at == len(self.states) - 1)
        self.at = min(len(self.states) - 1, self.at + 1)

    @invariant()
    def the_script_is_the_expected_one_and_can_be_printed_and_parsed(self) -> None:
        if not hasattr(self, "states"):
            return
        assert snapshot(self.history.script) == self.states[self.at]
        assert parse_script(self.states[self.at][0]) == self.history.script
        known = ids(self.history.script)
        assert all(known) and len(set(known)) == len(known)

    def teardown(self) -> None:
        if hasattr(self, "states"):
            while self.history.undo():
                pass
            assert snapshot(self.history.script) == self.states[0]
            while self.history.redo():
                pass
            assert snapshot(self.history.script) == self.states[-1]


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)


@pytest.mark.slow
def test_ten_thousand_edits_and_as_many_undos_give_the_original() -> None:
    history = History(read("\n\n".join(f"Ann: line {number}" for number in range(50))))
    original = snapshot(history.script)
    names = itertools.cycle(["Ann", "Bob", "Cat"])
    for number in range(10_000):
        turn_id = f"t{number * 7 % 50}"
        history.do(
            Rewrite(turn_id, f"line {number} of many")
            if number % 2
            else MoveTurn(turn_id, f"t{(number * 7 + 11) % 50}")
            if number % 3
            else InsertTurn(f"n{number}", next(names), "new", turn_id)
        )
    edited = snapshot(history.script)
    while history.undo():
        pass
    assert snapshot(history.script) == original
    while history.redo():
        pass
    assert snapshot(history.script) == edited


def test_a_new_edit_forgets_what_was_undone() -> None:
    history = History(read("One.\n\nTwo."))
    history.do(Rewrite("t0", "Three."))
    history.undo()
    history.do(Rewrite("t1", "Four."))
    assert history.redo() is None
    assert [step.edit for step in history.done] == [Rewrite("t1", "Four.")]


def test_an_edit_that_is_refused_leaves_everything_as_it_was() -> None:
    history = History(read("One.\n\nTwo."))
    history.do(Rewrite("t0", "Three."))
    history.undo()
    with pytest.raises(EditError):
        history.do(RemoveTurn("unknown"))
    assert history.redo() is not None
    assert print_script(history.script) == "Three.\n\nTwo.\n"


def test_what_is_typed_in_one_go_is_one_step() -> None:
    history = History(read("One.\n\nTwo.\n\nThree."))
    history.put(Rewrite("t1", "T").apply(history.script))
    history.put(Rewrite("t1", "Tw").apply(history.script), join=True)
    history.put(Rewrite("t2", "Four.").apply(history.script), join=True)
    assert len(history.done) == 1
    history.undo()
    assert print_script(history.script) == "One.\n\nTwo.\n\nThree.\n"
    history.redo()
    assert print_script(history.script) == "One.\n\nTw\n\nFour.\n"
