"""`app.py cast`: who speaks whom, shown and chosen."""

import json
from pathlib import Path

import pytest

from studio.cli import main


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run a command on a workspace with one project and the starter voices."""
    (tmp_path / "tea.txt").write_text("---\ntitle: Tea\n---\nMiss Prism: Hi there.\n\nJack: Bye.")

    def run_it(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, words), "--projects", str(tmp_path / "projects")])
        said = capsys.readouterr()
        return code, said.out, said.err

    run_it("projects", "create", tmp_path / "tea.txt")
    return run_it


def test_a_cast_is_shown_and_chosen(run) -> None:
    shown = run("cast", "tea")[1].splitlines()
    assert shown[0].split() == ["speaker", "turns", "words", "voice", "gain", "would", "suit"]
    assert shown[1].startswith("Miss Prism  1      2") and "(by default)" in shown[1]
    assert run("cast", "tea", "jack=walter", "--gain", "Miss Prism=-1.5")[0] == 0
    prism, jack = json.loads(run("cast", "tea", "--json")[1])
    assert (jack["voice"], jack["chosen"], prism["gain_db"]) == ("Walter", True, -1.5)
    assert "(by default)" not in run("cast", "tea", "--accept")[1]
    assert "Jack        1      1      Walter" in run("cast", "tea")[1]
    assert "(by default)" in run("cast", "tea", "Jack=")[1]
    code, _, error = run("cast", "tea", "Jakc=Walter")
    assert code == 3 and "Did you mean 'Jack'?" in error
    with pytest.raises(SystemExit):
        run("cast", "tea", "Jack")
