"""Text files: a script as it is, prose for the narrator, brackets safe."""

from pathlib import Path

import pytest

from studio.core.model import NARRATOR, Words
from studio.core.script_text import parse_script
from studio.errors import ImportFailed, ScriptError
from studio.services.books import ImportedScript, import_book, preview_book

SCRIPT = "# One\n\nLane: [softly] Yes.\nJack: No.\n\n# Two\n\nLane: Oh."


def import_plain(path: Path, chapter: int | None) -> ImportedScript:
    return import_book(path, chapter=chapter)


def write(folder: Path, content: bytes | str) -> Path:
    path = folder / "a book.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_script_is_taken_as_it_is(tmp_path: Path) -> None:
    result = import_plain(write(tmp_path, SCRIPT), None)
    assert result.text == SCRIPT and result.notes == ()


def test_one_chapter_of_a_script(tmp_path: Path) -> None:
    script = parse_script(import_plain(write(tmp_path, SCRIPT), 2).text)
    assert [chapter.title for chapter in script.chapters] == ["Two"]
    with pytest.raises(ImportFailed, match="no chapter 3"):
        import_plain(write(tmp_path, SCRIPT), 3)


def test_prose_is_the_narrators_and_its_brackets_are_spoken(tmp_path: Path) -> None:
    result = import_plain(write(tmp_path, "One [fine]\r\nday.\f\r\n\r\nNote: two.\r\n"), None)
    script = parse_script(result.text)
    assert [placed.turn.parts for placed in script.placed_turns()] == [
        (Words("One [fine] day."),), (Words("Note: two."),),
    ]  # fmt: skip
    assert script.speakers() == (NARRATOR,) and script.title == "a book"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    result = import_plain(write(tmp_path, "Café “noir”.".encode(encoding)), None)
    assert "Café “noir”." in result.text
    assert any("Windows-1252" in note for note in result.notes) == (encoding == "cp1252")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="no text file"):
        import_plain(write(tmp_path, b"\x89PNG\0\0\0"), None)
    with pytest.raises(ImportFailed, match="no file"):
        import_plain(tmp_path / "none.txt", None)
    with pytest.raises(ImportFailed, match="larger"):
        import_plain(write(tmp_path, b"a" * (5 * 2**20 + 1)), None)
    with pytest.raises(ImportFailed, match="no text that can be performed"):
        import_plain(write(tmp_path, "  \n"), None)
    with pytest.raises(ScriptError, match="never closed"):
        import_plain(write(tmp_path, "# One\n\nLane: [softly"), None)


GUTENBERG = """The Project Gutenberg eBook of A Tale

*** START OF THE PROJECT GUTENBERG EBOOK A TALE ***

A TALE

CONTENTS

CHAPTER I. The Road
CHAPTER II. The Inn

CHAPTER I.
The Road

It was late,
and it rained.

* * *

“Who is there?” asked Anna.

CHAPTER II

The Inn

Nobody answered.

*** END OF THE PROJECT GUTENBERG EBOOK A TALE ***

License text.
"""


def test_chapters_contents_and_license_of_a_text(tmp_path: Path) -> None:
    preview = preview_book(write(tmp_path, GUTENBERG))
    assert [chapter.title for chapter in preview.chapters] == [
        "CHAPTER I. The Road", "CHAPTER II",
    ]  # fmt: skip
    reasons = [part.reason for part in preview.left_out]
    assert reasons == ["license", "front matter", "table of contents", "license"]
    script = parse_script(preview.text)
    assert script.speakers() == (NARRATOR, "Anna")
    assert len(script.chapters[0].scenes) == 2
    assert preview.notes[-1] == "1 quotations have speakers; 0 of them are uncertain."
