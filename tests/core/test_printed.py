"""A text that is printed anew in part is the text that is printed anew as a whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core import printed as module
from studio.core.edits import AddSceneBreak, RemoveTurn, Rewrite
from studio.core.identity import give_ids
from studio.core.model import Script
from studio.core.outline import from_outline, outline
from studio.core.printed import printed
from studio.core.script_text import print_script
from tests.core.scripts import SCRIPT, counting_ids, ids, read

TEXT = "# One\n\nAnn: Hello.\n\nBob: Hello.\n\nAnn: Hello.\n\n# Two\n\nBob: Later.\n"


@settings(max_examples=40)
@given(SCRIPT, SCRIPT, st.data())
def test_it_is_the_same_text(one: Script, other: Script, data: st.DataObject) -> None:
    items, more = outline(one), outline(other)
    place = st.integers(0, len(items))
    until, since = data.draw(place), data.draw(place)  # what is between is gone, or is there twice
    inserted = more[: data.draw(st.integers(0, len(more)))]
    mixed = from_outline([*items[:until], *inserted, *items[since:]], one)
    before = printed(one)
    assert before.text == print_script(one)
    assert printed(mixed, before).text == print_script(mixed)
    assert printed(one, printed(mixed, before)) == before


def test_only_what_changed_is_printed(monkeypatch) -> None:
    script = read(TEXT)
    before, made = printed(script), []
    print_item = module.print_item
    monkeypatch.setattr(module, "print_item", lambda item: made.append(item) or print_item(item))
    _, bob, *_ = ids(script)
    after = Rewrite(bob, "Fine.").apply(script)
    assert printed(after, before).text == print_script(after)
    assert [item.turn_id for item in made] == [bob]
    for edit in (RemoveTurn(bob), AddSceneBreak(bob)):
        made.clear()
        changed = edit.apply(script)
        assert printed(changed, before).text == print_script(changed)
        assert len(made) < 2


def test_a_script_knows_its_turns_by_their_place() -> None:
    script = give_ids(read(TEXT), counting_ids("x"))
    assert [placed.index for placed in script.placed] == [0, 1, 2, 3]
    assert [(placed.chapter, placed.turn.speaker) for placed in script.placed] == [
        (1, "Ann"), (1, "Bob"), (1, "Ann"), (2, "Bob"),
    ]  # fmt: skip
    assert tuple(script.placed_turns()) == script.placed
    assert script == Script(script.chapters, script.notes, script.cast)
