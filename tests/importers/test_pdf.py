"""PDFs made by hand: chapters by outline and by heading, headers left out, bombs refused."""

import zlib
from pathlib import Path

import pytest

from studio.core.model import Words
from studio.core.script_text import parse_script
from studio.errors import ImportFailed
from studio.importers import limits
from studio.services.books import BookPreview, preview_book


def make_pdf(path: Path, pages: list[list[str]], outline: dict[str, int] | None = None) -> Path:
    """Write a PDF of these lines; the outline leads to pages from 0."""
    objects: dict[int, bytes] = {3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
    numbers = [10 + 2 * place for place in range(len(pages))]
    for number, lines in zip(numbers, pages, strict=True):
        shown = "".join(f"({line}) Tj 0 -14 Td\n" for line in lines)
        content = f"BT /F1 12 Tf 72 720 Td\n{shown}ET".encode("latin-1")
        objects[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {number + 1} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        ).encode()
        objects[number + 1] = stream(content)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects[2] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode()
    marks = ""
    if outline:
        first = 1000
        for place, (title, page) in enumerate(outline.items()):
            after = f"/Next {first + place + 1} 0 R" if place + 1 < len(outline) else ""
            objects[first + place] = (
                f"<</Title({title})/Parent 5 0 R/Dest[{numbers[page]} 0 R/Fit]{after}>>".encode()
            )
        objects[5] = f"<</First {first} 0 R/Last {first + len(outline) - 1} 0 R>>".encode()
        marks = "/Outlines 5 0 R"
    objects[1] = f"<</Type/Catalog/Pages 2 0 R{marks}>>".encode()
    objects[4] = b"<</Title(A Tale)/Author(A. Writer)>>"
    return write_pdf(path, objects)


def stream(content: bytes, extra: str = "") -> bytes:
    return f"<</Length {len(content)}{extra}>>stream\n".encode() + content + b"\nendstream"


def write_pdf(path: Path, objects: dict[int, bytes]) -> Path:
    body = b"%PDF-1.4\n"
    places = {}
    for number, content in objects.items():
        places[number] = len(body)
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{n} 1\n{place:010} 00000 n \n" for n, place in places.items())
    start = len(body)
    size = max(objects) + 1
    body += f"xref\n0 1\n0000000000 65535 f \n{table}".encode()
    body += f"trailer<</Size {size}/Root 1 0 R/Info 4 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    path.write_bytes(body)
    return path


def texts(preview: BookPreview) -> list[str]:
    return [
        part.text
        for placed in parse_script(preview.text).placed_turns()
        for part in placed.turn.parts
        if isinstance(part, Words)
    ]


PAGES = [
    ["A TALE", "CHAPTER I", "It was a dark and stormy night, and nobody was out-", "side.",
     "Then the long second paragraph began, which goes on", "1"],
    ["A TALE", "on the next page and ends there.", "CHAPTER II", "Short.", "2"],
    ["A TALE", "The end of it all.", "3"],
]  # fmt: skip


def test_lines_become_paragraphs_and_headings_chapters(tmp_path: Path) -> None:
    preview = preview_book(make_pdf(tmp_path / "tale.pdf", PAGES))
    assert (preview.title, preview.author) == ("A Tale", "A. Writer")
    assert [chapter.title for chapter in preview.chapters] == ["CHAPTER I", "CHAPTER II"]
    assert texts(preview) == [
        "It was a dark and stormy night, and nobody was outside.",
        "Then the long second paragraph began, which goes on on the next page and ends there.",
        "Short.", "The end of it all.",
    ]  # fmt: skip
    assert {part.reason for part in preview.left_out} == {"page headers and numbers"}


def test_chapters_come_from_the_outline(tmp_path: Path) -> None:
    pages = [["First page."], ["Second page."], ["A third page, which is as wide as pages are."]]
    preview = preview_book(make_pdf(tmp_path / "a.pdf", pages, {"One": 0, "Two": 2}))
    assert [(chapter.title, chapter.turns) for chapter in preview.chapters] == [
        ("One", 2), ("Two", 1),
    ]  # fmt: skip


def test_pictures_and_damage_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="holds no text"):
        preview_book(make_pdf(tmp_path / "a.pdf", [[]]))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    with pytest.raises(ImportFailed, match="no PDF that can be read"):
        preview_book(tmp_path / "b.pdf")


def test_a_bomb_dies_in_its_own_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PDF_SECONDS", 3)
    path = make_pdf(tmp_path / "a.pdf", [["text"]])
    bomb = b"BT /F1 12 Tf 72 720 Td\n" + b"(aaaaaaaaaaaaaaaa) Tj\n" * 5_000_000 + b"ET"
    packed = zlib.compress(bomb, 9)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[10 0 R]>>",
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", 4: b"<</Title()>>",
        10: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 11 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>",
        11: stream(packed, "/Filter/FlateDecode"),
    }  # fmt: skip
    with pytest.raises(ImportFailed):
        preview_book(write_pdf(path, objects))


def test_too_many_pages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PDF_PAGES", 2)
    with pytest.raises(ImportFailed, match="more pages"):
        preview_book(make_pdf(tmp_path / "a.pdf", [["a"], ["b"], ["c"]]))
