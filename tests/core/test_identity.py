"""Ids: a turn keeps its own through everything that leaves it recognizable, and none is shared."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.identity import carry_ids, give_ids
from studio.core.model import Script
from studio.core.script_text import parse_script, print_script
from tests.core.scripts import SCRIPT, counting_ids, ids, read

LINES = ["Ann: One.", "Bob: Two two.", "Ann: Yes.", "Bob: Three three three.", "Ann: Yes."]


def carried(before: list[str], after: list[str]) -> list[str]:
    old, new = read("\n\n".join(before)), parse_script("\n\n".join(after))
    return ids(carry_ids(old, new, counting_ids("new")))


def test_the_same_text_keeps_every_id() -> None:
    assert carried(LINES, LINES) == ["t0", "t1", "t2", "t3", "t4"]


def test_an_edited_turn_keeps_its_id_and_so_do_all_others() -> None:
    edited = [*LINES[:3], "Bob: [soft] Three, three and four.", LINES[4]]
    assert carried(LINES, edited) == ["t0", "t1", "t2", "t3", "t4"]


def test_a_turn_given_to_another_speaker_keeps_its_id() -> None:
    assert carried(LINES, [LINES[0], "Cat: Two two.", *LINES[2:]]) == ["t0", "t1", "t2", "t3", "t4"]


def test_a_turn_with_another_speaker_and_other_words_is_new() -> None:
    assert carried(LINES, [LINES[0], "Cat: Else.", *LINES[2:]]) == ["t0", "new0", "t2", "t3", "t4"]


def test_inserted_turns_are_new_and_removed_ones_are_gone() -> None:
    after = [LINES[0], "Cat: Hello.", LINES[1], LINES[3], LINES[4], "Cat: Bye."]
    assert carried(LINES, after) == ["t0", "new0", "t1", "t3", "t4", "new1"]


def test_a_moved_turn_keeps_its_id() -> None:
    assert carried(LINES, [*LINES[1:4], LINES[0], LINES[4]]) == ["t1", "t2", "t3", "t0", "t4"]


def test_structure_does_not_matter() -> None:
    after = ["# Act", LINES[0], "***", *LINES[1:3], "# Next", *LINES[3:]]
    assert carried(LINES, after) == ["t0", "t1", "t2", "t3", "t4"]


def test_ids_are_given_only_to_those_without() -> None:
    script = read("One.\n\nTwo.")
    assert give_ids(script, counting_ids("new")) == script
    assert ids(give_ids(script, counting_ids("new"))) == ["t0", "t1"]


@settings(max_examples=20)
@given(SCRIPT, SCRIPT, st.randoms(use_true_random=False))
def test_every_turn_has_an_id_of_its_own_and_unchanged_turns_keep_theirs(
    before: Script, other: Script, random
) -> None:
    old = give_ids(before, counting_ids())
    mixed = print_script(before).split("\n\n") + print_script(other).split("\n\n")
    random.shuffle(mixed)
    new = carry_ids(old, parse_script("\n" + "\n\n".join(mixed)), counting_ids("new"))
    known = ids(new)
    assert all(known) and len(set(known)) == len(known)
    assert ids(carry_ids(old, before, counting_ids("new"))) == ids(old)


def test_a_book_of_twenty_thousand_turns_takes_seconds() -> None:
    lines = [f"Ann: {'Yes.' if number % 3 else f'Line {number}.'}" for number in range(20_000)]
    changed = [line for number, line in enumerate(lines) if number % 100] + lines[5:50]
    old = read("\n\n".join(lines))
    new = parse_script("\n\n".join(changed))
    started = time.process_time()
    known = ids(carry_ids(old, new, counting_ids("new")))
    assert time.process_time() - started < 10
    assert sum(name.startswith("t") for name in known) >= 19_800
