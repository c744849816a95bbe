"""A book becomes a script without losing, adding or moving a word, whatever the choices."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.adapt import adapt, proven
from studio.core.book import Block, Book, Piece, Section, words
from studio.core.import_options import ImportOptions
from studio.core.model import NARRATOR, Direction, Scene, Turn, Words
from studio.core.script_text import parse_script, print_script

TEXT = st.text(alphabet="aB c.,:#*-[]\\“”’\u00ad\n\té", min_size=1, max_size=30)
PIECES = st.tuples(st.sampled_from(["words", "direction", "note"]), TEXT)
SPEECHES = st.builds(
    lambda name, pieces: Block(
        (Piece("name", name), *(Piece(kind, text) for kind, text in pieces)), "speech"
    ),
    st.sampled_from(["Anna", "the OLD man", "§"]), st.lists(PIECES, min_size=1, max_size=3),
)  # fmt: skip
PROSE = st.builds(words, TEXT, st.sampled_from(["paragraph", "letter", "heading", "stage"]))
BREAKS = st.builds(lambda text: Block((Piece("note", text),), "break"), TEXT)
SECTIONS = st.builds(
    Section, st.just("One"), st.lists(st.one_of(SPEECHES, PROSE, BREAKS), min_size=1).map(tuple),
    st.sampled_from(["", "", "front matter"]),
)  # fmt: skip
OPTIONS = st.builds(
    ImportOptions,
    take_back=st.frozensets(st.integers(1, 4)),
    stage_directions=st.sampled_from(["drop", "narrator", "direction"]),
    brackets=st.sampled_from(["spoken", "direction"]),
    dialogue=st.booleans(),
)


@settings(max_examples=200)
@given(st.lists(SECTIONS, min_size=1, max_size=3), OPTIONS)
def test_every_import_is_verbatim(sections: list[Section], options: ImportOptions) -> None:
    book = Book("", "", tuple(sections), "")
    made = adapt(book, options)
    assert proven(book, made.script, options) is None
    if any(chapter.scenes for chapter in made.script.chapters):
        assert parse_script(print_script(made.script)) == made.script


def adapted(*blocks: Block, **options: object) -> tuple[Turn, ...]:
    book = Book("", "", (Section("One", blocks),), "")
    choices = ImportOptions(**options)  # type: ignore[arg-type]
    return tuple(placed.turn for placed in adapt(book, choices).script.placed_turns())


def test_the_proof_finds_a_lost_a_moved_and_an_added_turn() -> None:
    book = Book("", "", (Section("One", (words("Alpha."), words("Beta."), words("Gamma."))),), "")
    script = adapt(book, ImportOptions()).script
    [chapter] = script.chapters
    one, two, three = chapter.scenes[0].turns
    for turns in [(one, three), (two, one, three), (one, two, three, one)]:
        changed = type(script)((type(chapter)("One", (Scene(turns),)),))
        assert proven(book, changed, ImportOptions()) is not None


def test_brackets_are_spoken_unless_the_user_says_so() -> None:
    text = "Well [softly] then [pause 1s]."
    assert adapted(words(text)) == (Turn(NARRATOR, (Words(text),)),)
    assert adapted(words(text), brackets="direction") == (
        Turn(NARRATOR, (Words("Well "), Direction("softly"), Words(" then [pause 1s]."))),
    )


@pytest.mark.parametrize("text", ["[:]", "[softly]", "[\xad] so", "[] so"])
def test_brackets_that_direct_nothing_are_spoken(text: str) -> None:
    [turn] = adapted(words(text), brackets="direction")
    assert turn == Turn(NARRATOR, (Words(text.replace("\xad", "")),))


def test_merges_and_corrections_decide_who_speaks() -> None:
    talk = (words("“A,” said Anna."), words("“B,” said the maid."), words("“C.”"))
    quoted = [turn.speaker for turn in adapted(*talk) if turn.speaker != NARRATOR]
    assert quoted == ["Anna", "The Maid", "Anna"]
    chosen = adapted(*talk, merges={"The Maid": "Berta", "Berta": "Anna"}, corrections={3: "Carl"})
    assert [turn.speaker for turn in chosen if turn.speaker != NARRATOR] == ["Anna", "Anna", "Carl"]


def test_without_dialogue_prose_is_the_narrators() -> None:
    [turn] = adapted(words("“A,” said Anna."), dialogue=False)
    assert turn == Turn(NARRATOR, (Words("“A,” said Anna."),))


def test_the_review_list_shows_doubtful_lines_in_their_context() -> None:
    talk = (words("“A,” said Anna."), words("She paused. “B,” he said, and left."))
    book = Book("", "", (Section("One", talk),), "")
    [line] = adapt(book, ImportOptions()).uncertain
    assert (line.chapter, line.before, line.text, line.after) == (
        1, "She paused.", "“B,”", "he said, and left.",
    )  # fmt: skip
    assert line.quotation.number == 2


def test_the_context_of_a_doubtful_line_is_cut_between_words() -> None:
    long = "Something happened there, " * 6
    book = Book("", "", (Section("One", (words(f"{long}“B,” he said. {long}"),)),), "")
    [line] = adapt(book, ImportOptions()).uncertain
    assert line.before == "… there, Something happened there, Something happened there,"
    assert line.after == "he said. Something happened there, Something happened …"
