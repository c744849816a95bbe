"""Script text: the round trip loses nothing, and every mistake is named with its place."""

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.inline import ESCAPABLE
from studio.core.model import NARRATOR, Direction, Pause, Script, Turn, Words
from studio.core.script_text import parse_parts, parse_script, print_parts, print_script
from studio.errors import ScriptError
from tests.core.scripts import LINES, PARTS, SCRIPT


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
     "<|im_end|>", "said", "\ufeff", "\u200d", "\u202e", "\x00", "\ud800", "\x85", "שלום: ", "राम"]
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


@given(SCRIPT)
def test_any_script_survives_printing_and_parsing(script: Script) -> None:
    assert parse_script(print_script(script)) == script


@given(LINES)
def test_no_word_is_lost(words: str) -> None:
    escaped = "".join("\\" + letter if letter in ESCAPABLE else letter for letter in words)
    assert only_turn(f"Lane: {escaped}").parts == (Words(words),)


@given(PARTS)
def test_the_text_of_a_turn_alone_survives_printing_and_parsing(parts: tuple) -> None:
    assert parse_parts(print_parts(parts)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Lane: a\\b C:\\d \\ e\n",
        "#hashtag, ## not: at the end #\n",
        "one\n\n---\n\ntwo\n",
        "\n---\n",
        "\n\ufeffmarked\n",
        "Lane: 5 * 3 - 1: * # -\n\nשלום: עולם [בלחש] 👩\u200d🚀\n",
        "# One\n\n# Two\n\na\n\n***\n\nb\n",
    ],
)
def test_what_the_format_allows_is_printed_as_it_was_written(text: str) -> None:
    assert print_script(parse_script(text)) == text


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Lane: a\r\nJack: b", "Lane: a\n\nJack: b\n"),
        ("  Lane:   a  \n\n\n\nb\t\n", "Lane: a\n\nb\n"),
        ("Narrator: a\n***\n***\n#  T  \n***\nb\n***", "a\n\n# T\n\nb\n"),
        ("a \\* [ soft ] [PAUSE 800 ms]", "a * [soft] [pause 0.8s]\n"),
        (
            "---\nTitle:  x \n\ncast:\n Lane:Adam\n---\na",
            "---\ntitle: x\ncast:\n  Lane: Adam\n---\n\na\n",
        ),
    ],
)  # fmt: skip
def test_what_printing_normalizes(written: str, printed: str) -> None:
    assert print_script(parse_script(written)) == printed


HOSTILE = {
    "one line of a megabyte": "word " * 200_000,
    "one word of a megabyte": "a" * 1_000_000,
    "thirty thousand directions": "[soft] a " * 30_000,
    "a hundred thousand escapes": "\\[\\]" * 50_000,
    "many lines in a turn": "Lane: a\n" + "more [soft]\n" * 20_000,
    "many turns": "Lane: a\n" * 20_000,
    "many chapters": "# T\n\na\n" * 10_000,
    "nothing but colons": ":" * 1_000_000,
    "an open bracket at the end of a megabyte": "a" * 1_000_000 + "[",
    "a bracket that never closes": "[" + "a" * 1_000_000,
    "nothing but backslashes": "\\" * 200_000,
    "nothing but marks": "\u0301\u200d\u202e" * 300_000,
    "a front matter of a megabyte": "---\ncast:\n  Lane: x\n" + " \n" * 300_000 + "---\na",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_megabyte_takes_seconds(text: str) -> None:
    started = time.process_time()
    try:
        script = parse_script(text)
    except ScriptError as error:
        assert error.column >= 1
    else:
        assert parse_script(print_script(script)) == script
    assert time.process_time() - started < 10


@given(st.text(st.characters(), max_size=200))
def test_any_unicode_is_kept_letter_by_letter(text: str) -> None:
    """White space may move, everything else stays, in order."""
    marks = frozenset("[]\\:#*-")
    safe = "".join(
        letter for letter in text if letter not in marks and unicodedata.category(letter) != "Cc"
    )
    try:
        script = parse_script(safe)
    except ScriptError as error:
        assert not safe.strip() or "U+D" in str(error) or "no text" in str(error)
        return
    assert "".join(spoken(script).split()) == "".join(safe.removeprefix("\ufeff").split())


def spoken(script: Script) -> str:
    return " ".join(
        part.text
        for placed in script.placed_turns()
        for part in placed.turn.parts
        if isinstance(part, Words)
    )


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "always",
    [
        test_any_text_parses_or_is_refused_with_a_place,
        test_any_script_survives_printing_and_parsing,
        test_any_unicode_is_kept_letter_by_letter,
    ],
)
def test_ten_thousand_times(always: Callable[[], None]) -> None:
    settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))(always)()


def test_a_draft_may_have_headings_alone() -> None:
    script = parse_script("# One\n\n# Two\n", draft=True)
    assert [chapter.title for chapter in script.chapters] == ["One", "Two"]
    assert print_script(script) == "# One\n\n# Two\n"
    with pytest.raises(ScriptError, match="no text to perform"):
        parse_script("\n", draft=True)
