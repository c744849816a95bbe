"""EPUBs: a play's speakers and directions, prose for the narrator, hostile files refused."""

import time
from pathlib import Path

import pytest

from studio.core.model import NARRATOR, Direction, Script, Words
from studio.core.script_text import parse_script
from studio.errors import ImportFailed
from studio.importers.draft import StageDirections, tidy_name
from studio.importers.epub_play import import_epub
from tests.importers.make_epub import direction, make_epub, page, play_page, row

ACT_ONE = play_page(
    '<span epub:type="se:label">Act</span>\n <span>I</span>',
    row("", direction("Enter <b epub:type='z3998:persona'>Lane</b>.")),
    row("Lane", f"Yes, sir. {direction('Hands them on a salver.')} Tea?"),
    row("Algernon", f"{direction('Very languidly.')} Oh!\u2060\u00a0\u2060… by <em>the</em> way"),
    row("Algernon", f"I like [these] <abbr>Mr.</abbr> Brown.{direction('Sits down.')}"),
    row("the old servants", "We go."),
)
ACT_TWO = play_page("Act II", row("Lane", "Note: <br/>this."))


@pytest.fixture
def play(tmp_path: Path) -> Path:
    front = page("frontmatter", "<p>By A. Writer</p>")
    return make_epub(tmp_path / "play.epub", front, ACT_ONE, ACT_TWO)


def turns(script: Script) -> list[tuple[str, str]]:
    return [
        (placed.turn.speaker, "".join(p.text for p in placed.turn.parts if isinstance(p, Words)))
        for placed in script.placed_turns()
    ]


def imported(
    path: Path, directions: StageDirections = "drop", chapter: int | None = None
) -> tuple[Script, tuple[str, ...]]:
    result = import_epub(path, chapter, directions)
    return parse_script(result.text), result.notes


def test_a_play_with_its_acts_and_speakers(play: Path) -> None:
    script, notes = imported(play)
    assert (script.title, script.author) == ("A Play", "A. Writer")
    assert [chapter.title for chapter in script.chapters] == ["Act I", "Act II"]
    assert turns(script) == [
        ("Lane", "Yes, sir. Tea?"),
        ("Algernon", "Oh! … by the way"),
        ("Algernon", "I like [these] Mr. Brown."),
        ("The Old Servants", "We go."),
        ("Lane", "Note: this."),
    ]
    assert "1 pages of front and back matter" in notes[0]
    assert notes[1].startswith("6 stage directions are left out")


def test_brackets_of_the_book_are_spoken_and_never_direction(play: Path) -> None:
    script, _ = imported(play)
    assert not any(
        isinstance(part, Direction)
        for placed in script.placed_turns()
        for part in placed.turn.parts
    )


def test_stage_directions_read_by_the_narrator(play: Path) -> None:
    script, notes = imported(play, "narrator")
    assert turns(script)[:5] == [
        (NARRATOR, "Scene: a room."),
        (NARRATOR, "Enter Lane."),
        ("Lane", "Yes, sir."),
        (NARRATOR, "Hands them on a salver."),
        ("Lane", "Tea?"),
    ]
    assert len(notes) == 1


def test_stage_directions_given_to_the_performer_where_they_say_how(play: Path) -> None:
    script, notes = imported(play, "direction")
    algernon = [p.turn for p in script.placed_turns() if p.turn.speaker == "Algernon"]
    assert algernon[0].parts == (Direction("very languidly"), Words(" Oh! … by the way"))
    assert algernon[1].parts == (Words("I like [these] Mr. Brown."),)
    assert notes[1].startswith("1 stage directions are given")


def test_one_act_alone(play: Path) -> None:
    script, _ = imported(play, chapter=2)
    assert [chapter.title for chapter in script.chapters] == ["Act II"]
    with pytest.raises(ImportFailed, match="no chapter 3; it has 2"):
        imported(play, chapter=3)


def test_prose_is_the_narrators(tmp_path: Path) -> None:
    book = make_epub(
        tmp_path / "book.epub",
        page("bodymatter", "<h2>The <i>Door</i></h2><p>He said: “Go.”<a epub:type='noteref'>1</a>"
             "</p><p>She [went].</p><script>x</script>"),
        page("backmatter", "<p>Notes</p>"),
    )  # fmt: skip
    script, _ = imported(book)
    assert [chapter.title for chapter in script.chapters] == ["The Door"]
    assert turns(script) == [(NARRATOR, "He said: “Go.”"), (NARRATOR, "She [went].")]


@pytest.mark.parametrize(
    ("name", "tidy"),
    [("Lane", "Lane"), ("the OLD man (aside):", "The OLD Man Aside"), ("“”", NARRATOR),
     ("1st Guard", NARRATOR), ("Jack and Algernon", "Jack and Algernon")],
)  # fmt: skip
def test_names_become_speakers(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


def refused(path: Path) -> str:
    started = time.monotonic()
    with pytest.raises(ImportFailed) as caught:
        import_epub(path, None, "drop")
    assert time.monotonic() - started < 10
    return str(caught.value)


def test_what_is_no_epub_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.epub").write_bytes(b"PK nothing")
    assert "no zip" in refused(tmp_path / "a.epub")
    assert "no file" in refused(tmp_path / "none.epub")
    assert "no XML" in refused(
        make_epub(tmp_path / "b.epub", ACT_TWO, members={"META-INF/container.xml": b"<a"})
    )
    assert "no text" in refused(make_epub(tmp_path / "c.epub", page("bodymatter", "")))


def test_a_page_that_leads_out_of_the_book_is_missing(tmp_path: Path) -> None:
    package = (
        b'<package><manifest><item id="a" href="../../../secret.txt"/></manifest>'
        b'<spine><itemref idref="a"/></spine></package>'
    )
    book = make_epub(tmp_path / "a.epub", members={"epub/content.opf": package})
    (tmp_path / "secret.txt").write_text("secret")
    assert "is missing" in refused(book)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = b"<p>" + b"a" * (25 * 2**20)
    assert "more text" in refused(make_epub(tmp_path / "a.epub", bomb.decode()))


def test_entities_are_not_followed(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    package = (
        f'<!DOCTYPE package [{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<package><title>&l8;&f;</title><manifest/><spine/></package>"
    )
    book = make_epub(tmp_path / "a.epub", members={"epub/content.opf": package.encode()})
    message = refused(book)
    assert "no text" in message or "no XML" in message


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = "<div>" * 100_000 + "text"
    assert "nested" in refused(make_epub(tmp_path / "a.epub", page("bodymatter", deep)))
