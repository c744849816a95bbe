"""EPUBs: a play's speakers and directions, chapters of prose, hostile files refused."""

import contextlib
import time
import zipfile
from pathlib import Path

import pytest

from studio.core.import_options import StageDirections
from studio.core.model import NARRATOR, Direction, Script, Words
from studio.core.script_text import parse_script
from studio.core.tidy import tidy_name
from studio.errors import ImportFailed
from studio.importers import limits
from studio.services.books import ImportOptions, import_book, preview_book
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
    result = import_book(path, chapter=chapter, stage_directions=directions)
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
    assert notes[0] == "Left out, 3 words in all: front matter (1)."
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


def test_prose_is_split_into_narration_and_speech(tmp_path: Path) -> None:
    book = make_epub(
        tmp_path / "book.epub",
        page("bodymatter", "<h2>The <i>Door</i></h2><p>Anna said: “Go.”<a epub:type='noteref'>1</a>"
             "</p><p>She [went].<script>x</script></p><hr/><p>Night.</p>"),
        page("backmatter", "<p>Notes</p>"),
    )  # fmt: skip
    script, _ = imported(book)
    assert [chapter.title for chapter in script.chapters] == ["The Door"]
    assert len(script.chapters[0].scenes) == 2
    assert turns(script) == [
        (NARRATOR, "Anna said:"), ("Anna", "“Go.”"), (NARRATOR, "She [went]."),
        (NARRATOR, "Night."),
    ]  # fmt: skip


CONTENTS = (
    b'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
    b'<nav epub:type="toc"><a href="text/page%200.xhtml#one">One</a>'
    b'<a href="text/page%200.xhtml#two">Two</a><a href="text/page%202.xhtml">Three</a></nav>'
    b"</body></html>"
)


def navigated(path: Path, *pages: str) -> Path:
    """An EPUB without marks of its own, but with a table of contents."""
    make_epub(path, *pages, members={"epub/nav.xhtml": CONTENTS})
    with zipfile.ZipFile(path) as archive:
        package = archive.read("epub/content.opf").decode()
    nav = '<manifest><item id="nav" properties="nav" href="nav.xhtml"/>'
    changed = {"epub/nav.xhtml": CONTENTS,
               "epub/content.opf": package.replace("<manifest>", nav).encode()}  # fmt: skip
    return make_epub(path, *pages, members=changed)


def test_chapters_come_from_the_table_of_contents(tmp_path: Path) -> None:
    book = navigated(
        tmp_path / "book.epub",
        page("", "<p id='one'>First.</p><p>Second.</p><h4>Inside</h4>"
             "<p><a id='two'></a>Third.</p>"),
        page("", "<p>Still two.</p>"),
        page("", "<h1>The <br/>Third</h1><p>Fourth.</p>"),
    )  # fmt: skip
    script, _ = imported(book)
    assert [chapter.title for chapter in script.chapters] == ["One", "Two", "The Third"]
    assert [text for _, text in turns(script)] == [
        "First.", "Second.", "Inside", "Third.", "Still two.", "Fourth.",
    ]  # fmt: skip


NOTED = page(
    "",
    "<h1>One</h1><p>Text<a href='#n1'>[1]</a> ends.</p>"
    "<aside epub:type='footnote' id='n1'><p>A note “here”.</p></aside>",
)
LINKS = page(
    "", "<h1>Contents</h1>" + "".join(f"<p><a href='#{n}'>Go {n}</a></p>" for n in "abcde")
)


def test_what_is_left_out_is_listed_and_can_be_taken_back(tmp_path: Path) -> None:
    book = make_epub(tmp_path / "a.epub", page("titlepage", "<p>By me</p>"), LINKS, NOTED)
    parts = preview_book(book).left_out
    assert [(part.number, part.reason, part.first_words) for part in parts] == [
        (1, "front matter", "By me"),
        (2, "table of contents", "Contents Go a Go b Go c Go d Go e"),
        (3, "footnotes", "A note “here”."),
        (4, "footnote marks and page numbers", "[1]"),
    ]
    everything = import_book(book, ImportOptions(take_back=frozenset({1, 2, 3, 4})))
    script = parse_script(everything.text)
    assert [text for _, text in turns(script)][-2:] == ["Text[1] ends.", "A note “here”."]
    assert [chapter.title for chapter in script.chapters] == ["", "Contents", "One"]
    only_one = import_book(book, ImportOptions(chapters=(1,), take_back=frozenset({1})))
    assert [text for _, text in turns(parse_script(only_one.text))] == ["By me", "Text ends."]


def test_a_part_of_headings_alone_opens_the_next_chapter(tmp_path: Path) -> None:
    part = page("bodymatter", "<h1>Part One</h1>")
    book = make_epub(tmp_path / "a.epub", part, page("bodymatter", "<h2>Dawn</h2><p>Light.</p>"))
    script, _ = imported(book)
    assert [chapter.title for chapter in script.chapters] == ["Part One: Dawn"]


def test_html_that_leaves_tags_open(tmp_path: Path) -> None:
    soup = "<p>One<p>Two <b>bold<p>Three<ul><li>a<li>b</ul><table><tr><td>c<td>d</table>" * 300
    script, notes = imported(make_epub(tmp_path / "a.epub", page("", f"<h1>Soup</h1>{soup}")))
    texts = [text for _, text in turns(script)]
    assert texts[:6] == ["One", "Two bold", "Three", "a", "b", "c d"] and len(texts) == 1800
    assert notes == ()


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
        import_book(path)
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


def test_more_text_than_any_book_is_refused(tmp_path: Path) -> None:
    book = make_epub(tmp_path / "a.epub", page("bodymatter", f"<p>{'word ' * 1_300_000}</p>"))
    assert "more text than any book" in refused(book)


def test_a_link_in_disguise_is_refused(tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub", ACT_TWO)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("epub/text/page 1.xhtml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        package = archive.read("epub/content.opf").decode()
    package = package.replace("page%200", "page%201")
    with zipfile.ZipFile(tmp_path / "b.epub", "w") as changed, zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            content = archive.read(info)
            changed.writestr(info, package if info.filename.endswith("opf") else content)
    assert "not a plain file" in refused(tmp_path / "b.epub")


@pytest.mark.parametrize(
    "trick",
    ["<a " + "x='1' " * 400_000, "<!--" * 500_000, "<p " * 700_000, "<![CDATA[" * 300_000,
     "</" * 1_000_000, "<a href='" + "<" * 2_000_000, "&#" * 1_000_000, "<script>" * 300_000],
    ids=["attributes", "comments", "tags", "cdata", "ends", "quotes", "references", "scripts"],
)  # fmt: skip
def test_pages_made_to_be_slow_end_in_time(
    tmp_path: Path, trick: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_PARSE_SECONDS", 0.5)
    book = make_epub(tmp_path / "a.epub", page("bodymatter", f"<p>text</p>{trick}"))
    started = time.thread_time()
    with contextlib.suppress(ImportFailed):
        import_book(book)
    assert time.thread_time() - started < 3


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = "<div>" * 100_000 + "text"
    assert "nested" in refused(make_epub(tmp_path / "a.epub", page("bodymatter", deep)))
