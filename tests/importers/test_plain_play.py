"""Plays in plain text: `NAME. text`, recognized by names that come back, and prose left alone."""

from pathlib import Path

import pytest

from studio.core.book import Block, words
from studio.core.model import NARRATOR
from studio.core.plain_play import as_play
from studio.core.script_text import parse_script, print_parts
from studio.services.books import ImportOptions, preview_book

PLAY = """Title: A Play

Author: A. Writer

*** START OF THE PROJECT GUTENBERG EBOOK A PLAY ***

FIRST ACT

SCENE

Morning-room in Half-Moon Street.

[LANE is arranging tea, and ALGERNON enters.]

ALGERNON. Did you hear
what I was playing, Lane?

LANE. I didn't think it polite to listen, sir. [Coldly.] Tea?

LADY BRACKNELL [entering]. Good afternoon.

ALGERNON. (bows) You are early.
And dressed.

I mean it.

Enter Jack.

MR. O'NEILL. Note: I am not Jack.

LANE. No [sic] sir.

LADY BRACKNELL. And 3 of you.

SECOND ACT

LANE. Quite.

ALGERNON AND LANE. Yes.

*** END OF THE PROJECT GUTENBERG EBOOK A PLAY ***
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "play.txt"
    path.write_text(text)
    return path


def said(path: Path, options: ImportOptions | None = None) -> list[tuple[str, str]]:
    script = parse_script(preview_book(path, options).text)
    return [(p.turn.speaker, print_parts(p.turn.parts)) for p in script.placed_turns()]


def test_names_at_the_beginning_of_paragraphs_speak(tmp_path: Path) -> None:
    path = write(tmp_path, PLAY)
    assert said(path) == [
        ("Algernon", "Did you hear what I was playing, Lane?"),
        ("Lane", "I didn't think it polite to listen, sir. Tea?"),
        ("Lady Bracknell", "Good afternoon."),
        ("Algernon", "You are early. And dressed."),
        ("Algernon", "I mean it."),
        ("Mr. O'Neill", "Note: I am not Jack."),
        ("Lane", "No sir."),
        ("Lady Bracknell", "And 3 of you."),
        ("Lane", "Quite."),
        ("Algernon and Lane", "Yes."),
    ]
    preview = preview_book(path)
    assert [(c.title, c.turns) for c in preview.chapters] == [("FIRST ACT", 8), ("SECOND ACT", 2)]
    assert any("stage directions are left out" in note for note in preview.notes)
    assert not any("--" in note for note in preview.notes)  # a page shows them, too
    assert not any("incomplete" in note for note in preview.notes)


def test_stage_directions_are_read_on_request(tmp_path: Path) -> None:
    read = said(write(tmp_path, PLAY), ImportOptions(stage_directions="narrator"))
    assert (NARRATOR, "Enter Jack.") in read and (NARRATOR, r"\[Coldly.\]") in read


def test_names_in_small_letters_need_to_be_most_of_the_text(tmp_path: Path) -> None:
    lines = "Lane. Yes, sir.\n\nJack. No, Lane.\n\nLane. Very well.\n\nJack. Quite.\n\n"
    assert {name for name, _ in said(write(tmp_path, lines))} == {"Lane", "Jack"}
    prose = "No. It was late.\n\nYes. It rained.\n\nNo. It was early.\n\nYes. It was dry.\n\n"
    tale = prose + "And so they went home, all of them.\n\n" * 10
    assert {name for name, _ in said(write(tmp_path, tale))} == {NARRATOR}


def test_a_name_on_a_line_of_its_own(tmp_path: Path) -> None:
    text = "NORA.\nHide the tree.\n\nPORTER.\nSixpence.\n\nNORA.\nThere.\n\nPORTER.\nThanks.\n"
    assert said(write(tmp_path, text)) == [
        ("Nora", "Hide the tree."), ("Porter", "Sixpence."), ("Nora", "There."),
        ("Porter", "Thanks."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [
        ["CHAPTER. One."] * 9,  # one name is no play
        ["A. One.", "B. Two.", "C. Three.", "D. Four."],  # nobody comes back
        ["NATO. One.", "NATO. Two.", "UN. Three.", "UN. Four.", *["Some prose here."] * 20],
        ["WHO said so? He did."] * 5,
        [],
    ],
)
def test_prose_stays_what_it_is(texts: list[str]) -> None:
    blocks = [words(text) for text in texts]
    assert as_play(blocks) == tuple(blocks)


def test_no_character_is_lost() -> None:
    texts = ["\n ANN. [x] a [b] c", "BOB (low). d (e)", "Enter [f].", "g", "ANN. h", "BOB: i"]
    made = as_play([words(text) for text in texts])
    assert [block.text for block in made] == texts
    assert [block.kind for block in made] == [
        "speech", "speech", "stage", "speech", "speech", "speech",
    ]  # fmt: skip
    assert made[3] == Block(words("g").pieces, "speech")
