"""Text files: a script as it is, prose for the narrator, brackets safe."""

from pathlib import Path

import pytest

from studio.core.model import NARRATOR, Words
from studio.core.script_text import parse_script
from studio.errors import ImportFailed, ScriptError
from studio.importers.plain import import_plain

SCRIPT = "# One\n\nLane: [softly] Yes.\nJack: No.\n\n# Two\n\nLane: Oh."


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
    assert "narrator" in result.notes[0]


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
    with pytest.raises(ScriptError, match="no text to perform"):
        import_plain(write(tmp_path, "  \n"), None)
