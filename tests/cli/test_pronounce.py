"""`app.py pronounce`: entries and numbers, from the first look to a changed turn."""

import json
from pathlib import Path

import pytest

from studio.cli import main

TEXT = "---\ntitle: Tea\nlanguage: en\n---\nAnn: Mr. Lee, 1895.\n\nBob: Lee who?"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run a command on a workspace with one project; gives the exit code and what it printed."""
    (tmp_path / "tea.txt").write_text(TEXT)

    def run_it(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, words), "--projects", str(tmp_path / "projects")])
        said = capsys.readouterr()
        return code, said.out, said.err

    run_it("projects", "create", tmp_path / "tea.txt")
    return run_it


def test_an_entry_is_tried_added_changed_and_removed(run) -> None:
    assert "There are no entries yet" in run("pronounce", "list")[1]
    anns = ("pronounce", "add", "Lee", "Leigh", "--project", "tea", "--speaker", "ann")
    assert "turn 1 (Ann): Mr. Leigh, 1895." in run(*anns, "--preview", "tea")[1]
    assert "There are no entries yet" in run("pronounce", "list", "--project", "tea")[1]
    entry = json.loads(run(*anns, "--json")[1])
    assert (entry["number"], entry["scope"], entry["speaker"]) == (1, "speaker", "Ann")
    run("pronounce", "add", "who", "hoo", "--case", "exact", "--language", "en")
    listed = run("pronounce", "list", "--project", "tea")[1].splitlines()
    assert [line.split() for line in listed[1:]] == [
        ["2", "who", "hoo", "workspace", "en,", "exact", "capitals"],
        ["1", "Lee", "Leigh", "Ann"],
    ]
    assert "Lee is spoken Lay" in run("pronounce", "change", 1, "--spoken", "Lay")[1]
    [one, two] = json.loads(run("pronounce", "preview", "tea", "--json")[1])
    assert (one["turn"], one["spoken"]) == (1, "Mr. Lay, 1895.")
    assert two["changes"] == [{"written": "who", "spoken": "hoo", "rule": "who"}]
    assert "Removed entry 1" in run("pronounce", "remove", 1)[1]
    code, _, error = run("pronounce", "remove", 1)
    assert code == 3 and "There is no entry 1" in error


def test_numbers_are_seen_before_they_are_chosen(run, tmp_path: Path) -> None:
    assert "as the checkpoint reads them" in run("pronounce", "numbers", "tea")[1]
    shown = run("pronounce", "preview", "tea", "--numbers", "year")[1]
    assert "1895 -> eighteen ninety-five  (year)" in shown and "1 turn is spoken" in shown
    assert "0 turns are spoken" in run("pronounce", "preview", "tea")[1]
    assert run("pronounce", "numbers", "tea", "year", "abbreviation")[1] == (
        "en: year, abbreviation\n"
    )
    file = tmp_path / "tea.txt"
    assert "0 turns are" in run("pronounce", "preview", file)[1]
    assert "Mister" in run("pronounce", "preview", file, "--numbers", "all")[1]
    assert "as the checkpoint" in run("pronounce", "numbers", "tea", "none")[1]
    code, _, error = run("pronounce", "numbers", "tea", "yaer")
    assert code == 3 and "year" in error
