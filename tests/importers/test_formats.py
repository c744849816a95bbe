"""Markdown, HTML, Fountain, tables and Word documents: chapters, speakers, what is left out."""

import zipfile
from pathlib import Path

import pytest

from studio.core.import_options import ImportOptions
from studio.core.model import NARRATOR, Direction, Words
from studio.core.script_text import parse_script
from studio.errors import ImportFailed
from studio.services.books import BookPreview, preview_book


def looked_at(folder: Path, name: str, content: str | bytes, **options: object) -> BookPreview:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return preview_book(path, ImportOptions(**options))  # type: ignore[arg-type]


def turns(preview: BookPreview) -> list[tuple[str, str]]:
    return [
        (placed.turn.speaker, "".join(p.text for p in placed.turn.parts if isinstance(p, Words)))
        for placed in parse_script(preview.text).placed_turns()
    ]


def titles(preview: BookPreview) -> list[str]:
    return [chapter.title for chapter in preview.chapters]


MARKDOWN = """# A Tale

By A. Writer

## One

It *rained*, and [he](http://example.org) waited.[^1]
“Come,” said **Anna**.

---

- a list
- of [two]

[^1]: A note.

## Two

> A letter.

| a | b |
|---|---|
| c | d |
"""


def test_markdown(tmp_path: Path) -> None:
    preview = looked_at(tmp_path, "tale.md", MARKDOWN)
    assert (preview.title, titles(preview)) == ("A Tale", ["One", "Two"])
    assert turns(preview) == [
        (NARRATOR, "It rained, and he waited."), ("Anna", "“Come,”"), (NARRATOR, "said Anna."),
        (NARRATOR, "a list"), (NARRATOR, "of [two]"),
        (NARRATOR, "A letter."), *((NARRATOR, cell) for cell in "abcd"),
    ]  # fmt: skip
    assert [part.reason for part in preview.left_out] == [
        "front matter", "footnotes", "footnote marks and page numbers",
    ]  # fmt: skip


HTML = """<!doctype html><title>A Tale</title><nav><a href=a>Home</a></nav>
<h2>One</h2><p>First &amp; <i>second</i>.<script>no()</script>
<p>Third.<h2>Two</h2><div>Fourth.</div>"""


def test_html(tmp_path: Path) -> None:
    preview = looked_at(tmp_path, "tale.html", HTML)
    assert preview.title == "A Tale" and titles(preview) == ["One", "Two"]
    assert [text for _, text in turns(preview)] == ["First & second.", "Third.", "Fourth."]
    assert preview.left_out[0].first_words == "Home"


FOUNTAIN = """Title: The *Tale*
Author: A. Writer

# Act One

INT. KITCHEN - NIGHT

Rain. ANNA waits [alone].

ANNA (V.O.)
(softly)
Who is _there_?
[[Check this.]]
It's me.

@McBen ^
Nobody.

CUT TO:

= A synopsis.

.STREET

BANG!

/* gone
for good */
"""


def test_fountain(tmp_path: Path) -> None:
    preview = looked_at(tmp_path, "tale.fountain", FOUNTAIN, stage_directions="narrator")
    assert (preview.title, preview.author) == ("The Tale", "A. Writer")
    assert titles(preview) == ["Act One"]
    assert turns(preview) == [
        (NARRATOR, "INT. KITCHEN - NIGHT"), (NARRATOR, "Rain. ANNA waits [alone]."),
        (NARRATOR, "(softly)"), ("Anna", "Who is there? It's me."), ("Mcben", "Nobody."),
        (NARRATOR, "CUT TO:"), (NARRATOR, "STREET"), (NARRATOR, "BANG!"),
    ]  # fmt: skip
    assert "A synopsis." in " ".join(part.first_words for part in preview.left_out)


def test_a_parenthetical_is_given_to_the_performer(tmp_path: Path) -> None:
    preview = looked_at(
        tmp_path, "a.fountain", "ANNA\n(softly)\nYes.", stage_directions="direction"
    )
    [turn] = [placed.turn for placed in parse_script(preview.text).placed_turns()]
    assert turn.parts == (Direction("softly"), Words(" Yes."))
    assert preview.has_directions
    assert not looked_at(tmp_path, "b.fountain", "ANNA\nYes.").has_directions


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'speaker,line\nAnna,"Yes, ""really""\nyes."\n,=1+1\nBen,[No]\n'),
        ("a.csv", 'Anna;"Yes, ""really""\nyes."\n;=1+1\nBen;[No]\n'),
        ("a.tsv", 'No\tText\tCharacter\n1\t"Yes, ""really""\nyes."\tAnna\n2\t=1+1\t\n3\t[No]\tBen'),
    ],
)
def test_tables(tmp_path: Path, name: str, content: str) -> None:
    assert turns(looked_at(tmp_path, name, content)) == [
        ("Anna", 'Yes, "really" yes.'), (NARRATOR, "=1+1"), ("Ben", "[No]"),
    ]  # fmt: skip


def test_a_table_with_chapters_and_tables_with_mistakes(tmp_path: Path) -> None:
    content = "act,speaker,text\nI,Anna,Yes.\nII,Ben,No.\n"
    assert titles(looked_at(tmp_path, "a.csv", content)) == ["I", "II"]
    with pytest.raises(ImportFailed, match="row 2: there are no two columns"):
        looked_at(tmp_path, "b.csv", "Anna,Yes.\nBen\n")
    with pytest.raises(ImportFailed, match="double the quotes"):
        looked_at(tmp_path, "c.csv", 'Anna,"Yes.\nBen,No.\n')
    with pytest.raises(ImportFailed, match="field larger"):
        looked_at(tmp_path, "d.csv", f'Anna,"{"a" * 200_000}"\n')


NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def docx(folder: Path, body: str, **members: str) -> bytes:
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
        )
        for name, content in members.items():
            archive.writestr(f"word/{name}.xml", f"<w:x {NAMESPACES}>{content}</w:x>")
    return path.read_bytes()


def paragraph(*runs: str, style: str = "") -> str:
    mark = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{mark}{''.join(f'<w:r>{run}</w:r>' for run in runs)}</w:p>"


def test_docx(tmp_path: Path) -> None:
    styles = "".join(
        f'<w:style w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in [("T", "Title"), ("berschrift1", "heading 1")]
    )
    box = paragraph("<w:t>In a box.</w:t>")
    body = (
        paragraph("<w:t>A Tale</w:t>", style="T")
        + paragraph("<w:t>One</w:t>", style="berschrift1")
        + paragraph("<w:t>It </w:t>", "<w:t>rained</w:t><w:br/><w:delText>hard</w:delText>",
                    "<w:t>[here].</w:t>", f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
                    f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>")
        + paragraph("<w:t>* * *</w:t>") + paragraph("<w:t>“Yes,” said Anna.</w:t>")
        + paragraph("<w:t>Two</w:t>", style="berschrift1") + paragraph("<w:t>End.</w:t>")
    )  # fmt: skip
    notes = paragraph("<w:t>A note.</w:t>")
    preview = looked_at(tmp_path, "a.docx", docx(tmp_path, body, styles=styles, footnotes=notes))
    assert (preview.title, titles(preview)) == ("A Tale", ["One", "Two"])
    assert turns(preview) == [
        (NARRATOR, "In a box."), (NARRATOR, "It rained [here]."), ("Anna", "“Yes,”"),
        (NARRATOR, "said Anna."), (NARRATOR, "End."),
    ]  # fmt: skip
    assert preview.left_out[-1].first_words == "A note."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<w:p>" * 100_000, "no XML"),
        ("<w:p><w:r><w:t>" + "a" * (25 * 2**20) + "</w:t></w:r></w:p>", "more text"),
        ("&laughs;", "no XML"),
        ("", "no text"),
    ],
    ids=["deep", "bomb", "entity", "empty"],
)
def test_hostile_documents_are_refused(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(ImportFailed, match=message):
        looked_at(tmp_path, "a.docx", docx(tmp_path, body))


@pytest.mark.parametrize("name", ["a.docx", "a.epub", "a.pdf", "a.rtf", "a.csv", "a.html"])
def test_any_bytes_under_any_name_are_refused_or_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImportFailed):
        looked_at(tmp_path, name, bytes(range(256)) * 20)


@pytest.mark.parametrize("trick", ["[" * 90_000, "|a" * 40_000 + "\n", "*a " * 600_000])
def test_markdown_made_to_be_slow_is_refused(tmp_path: Path, trick: str) -> None:
    with pytest.raises(ImportFailed, match="too many signs"):
        looked_at(tmp_path, "a.md", trick)
