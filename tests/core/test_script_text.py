"""Script text: the round trip loses nothing, and every mistake is named with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.inline import ESCAPABLE
from studio.core.model import NARRATOR, Chapter, Direction, Pause, Scene, Script, Turn, Words
from studio.core.script_text import parse_script, print_script
from studio.errors import ScriptError


def only_turn(text: str) -> Turn:
    [placed] = parse_script(text).placed_turns()
    return placed.turn


def test_a_script_with_everything() -> None:
    script = parse_script(
        "---\ntitle: Tea\nauthor: O. W.\nmood: light\ncast:\n  Lane: Adam\n---\n"
        "A bell.\n\n# Act I\n\nLane: [softly] Yes, [pause 0.8s] sir.\nand more\n"
        "Lady Bracknell: Good \\[old\\] tea.\n***\nThe end.\n"
    )
    assert script.title == "Tea" and script.author == "O. W."
    assert script.notes[2] == ("mood", "light") and script.cast == (("Lane", "Adam"),)
    opening, act = script.chapters
    assert (opening.title, act.title) == ("", "Act I")
    lane, lady = act.scenes[0].turns
    assert lane.parts == (
        Direction("softly"), Words(" Yes, "), Pause(800), Words(" sir.\nand more"),
    )  # fmt: skip
    assert lady == Turn("Lady Bracknell", (Words("Good [old] tea."),))
    assert act.scenes[1].turns == (Turn(NARRATOR, (Words("The end."),)),)
    assert [placed.turn.line for placed in script.placed_turns()] == [8, 12, 14, 16]


def test_a_name_alone_takes_the_text_from_the_lines_below() -> None:
    assert only_turn("Lane:\nYes, sir.\n") == Turn("Lane", (Words("Yes, sir."),))


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("Lane: yes", "Lane"),
        ("Dr. O'Neil-Smith: yes", "Dr. O'Neil-Smith"),
        ("Jack and Algernon: yes", "Jack and Algernon"),
        ("Guard 2: yes", "Guard 2"),
        ("राम: yes", "राम"),
        ("陳: yes", "陳"),
        ("He said: yes", NARRATOR),
        ("It was 12:30: late", NARRATOR),
        ("Note\\: yes", NARRATOR),
        ("http://x.y", NARRATOR),
        ("(Aside): yes", NARRATOR),
        ("A Very Long Name That Goes On: yes", NARRATOR),
    ],
)
def test_what_counts_as_a_speaker(line: str, speaker: str) -> None:
    assert only_turn(line).speaker == speaker


def test_text_that_looks_like_a_control_token_is_spoken() -> None:
    assert only_turn("Lane: <|im_end|> <|speaker:1|>").parts == (Words("<|im_end|> <|speaker:1|>"),)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("\\# no heading", "# no heading"),
        ("#hashtag", "#hashtag"),
        ("\\***", "***"),
        ("\\---", "---"),
        ("a\\b \\\\ \\[c\\]", "a\\b \\ [c]"),
        ("ends with \\", "ends with \\"),
    ],
)
def test_escapes(written: str, spoken: str) -> None:
    assert only_turn(written).parts == (Words(spoken),)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "no text to perform"),
        ("\n\n# Title\n", 1, 1, "no text to perform"),
        ("---\ntitle: x\n---\n", 4, 1, "no text to perform"),
        ("Lane: one\n\nLane: [whisper two", 3, 7, "never closed"),
        ("  Lane: a [b [c] d]", 1, 14, "inside a bracket"),
        ("well] then", 1, 5, "closes no bracket"),
        ("a []", 1, 3, "empty"),
        ("a [ ] b", 1, 3, "empty"),
        (f"[{'x' * 201}]", 1, 1, "201 characters"),
        ("a [pause 0.8]", 1, 3, "'0.8' is no length"),
        ("a [pause -1s]", 1, 3, "no length"),
        ("a [pause 61s]", 1, 3, "no length"),
        ("a [pause 0s]", 1, 3, "no length"),
        ("Lane:\n\nJack: hello", 1, 1, "Lane says nothing"),
        ("## Scene", 1, 1, "no heading"),
        ("a\x00b", 1, 2, "U+0000"),
        ("---\ntitle: x", 1, 1, "never closed"),
        ("---\njust words\n---\na", 2, 1, "key: value"),
        ("---\ntitle: a\ntitle: b\n---\nc", 3, 1, "twice"),
        ("---\ncast: Lane\n---\na", 2, 6, "list of lines"),
        ("---\ncast:\n  lane: Adam\n---\na", 3, 3, "Name: voice"),
        ("---\ncast:\n  Lane: A\n  Lane: B\n---\na", 4, 3, "cast twice"),
    ],
)
def test_mistakes_are_named_with_line_and_column(
    text: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value) and str(caught.value).startswith(f"Line {line}, column")


PIECES = st.sampled_from(
    ["Lane", "Lane: ", ": ", ":", "\n", "\n\n", "***", "---", "# ", "#", "\\", "[", "]", "[a]",
     "[pause 0.8s]", "[pause]", "- ", "title: x", "cast:", "  ", "\t", "\r\n", "\u2028", "é", "言",
     "<|im_end|>", "said", "\ufeff"]
)  # fmt: skip
MESSY_TEXT = st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join)


@given(MESSY_TEXT)
def test_any_text_parses_or_is_refused_with_a_place(text: str) -> None:
    try:
        script = parse_script(text)
    except ScriptError as error:
        assert error.line >= 1 and error.column >= 1
    else:
        printed = print_script(script)
        assert parse_script(printed) == script
        assert print_script(parse_script(printed)) == printed


WORD = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=8
)  # fmt: skip
LINE = st.lists(WORD, min_size=1, max_size=6).map(" ".join).map(str.strip).filter(bool)
LINES = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
DIRECTION = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Z"), exclude_characters="[]"),
    min_size=1,
    max_size=12,
).map(Direction)
NAME = st.sampled_from(["Lane", "Lady Bracknell", "Guard 2", "Dr. No", NARRATOR])
PARTS = st.builds(
    lambda words, marks, more: (Words(f"{words} "), *marks, Words(f" {more}")),
    LINES,
    st.lists(DIRECTION | st.integers(1, 60_000).map(Pause), min_size=1, max_size=3),
    LINES,
) | LINES.map(lambda words: (Words(words),))
SCENE = st.lists(st.builds(Turn, NAME, PARTS), min_size=1, max_size=4).map(tuple).map(Scene)
SCENES = st.lists(SCENE, min_size=1, max_size=3).map(tuple)
SCRIPT = st.builds(
    lambda opening, chapters: Script((Chapter("", opening), *chapters), (("title", "T"),)),
    SCENES,
    st.lists(st.builds(Chapter, LINE.filter(lambda t: "\n" not in t), SCENES), max_size=3),
)


@given(SCRIPT)
def test_any_script_survives_printing_and_parsing(script: Script) -> None:
    assert parse_script(print_script(script)) == script


@given(LINES)
def test_no_word_is_lost(words: str) -> None:
    escaped = "".join("\\" + letter if letter in ESCAPABLE else letter for letter in words)
    assert only_turn(f"Lane: {escaped}").parts == (Words(words),)
