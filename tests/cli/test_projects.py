"""`app.py projects` and `app.py takes`, from a script to a locked take."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.cli import main


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run a command on a workspace with one voice; gives the exit code and what it printed."""
    noise = np.random.default_rng(5).normal(0, 0.1, 66_150)
    soundfile.write(tmp_path / "voice.wav", noise, 44_100)
    (tmp_path / "play.txt").write_text("---\ntitle: Tea\n---\nAnn: Hi.\n\nAnn: Bye.")

    def run_it(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, words), "--projects", str(tmp_path / "projects")])
        said = capsys.readouterr()
        return code, said.out, said.err

    run_it("voices", "add", tmp_path / "voice.wav", "--name", "Test Ann", "--transcript", "I am.",
           "--consent", "Ann: a test")  # fmt: skip
    return run_it


def test_a_project_from_a_script_to_a_locked_take(
    run, tmp_path: Path, quick_checkpoint: Path
) -> None:
    assert run("projects", "list")[1] == "There are no projects yet.\n"
    script = tmp_path / "play.txt"
    assert "Made tea: 2 turns." in run("projects", "create", script, "--voice", "Ann=Test Ann")[1]
    quick = ("--checkpoint", quick_checkpoint, "--checks", "permissive")
    assert run("projects", "perform", "tea", *quick)[0] == 0
    [take] = json.loads(run("takes", "history", "tea", 1, "--json")[1])
    assert take["selected"] and take["voice"] == "Test Ann"
    assert "locked" in run("takes", "lock", "tea", 1, take["number"])[1]
    script.write_text(script.read_text() + "\n\nAnn: And hello again.")
    assert "2 turns as before, 1 new" in run("projects", "save", "tea", script)[1]
    [project] = json.loads(run("projects", "list", "--json")[1])
    assert (project["turns"], project["takes"], project["locked"]) == (3, 2, 1)
    assert "This turn has not been performed yet" in run("takes", "history", "tea", 3)[1]
    assert "Ann  Test Ann" in run("projects", "show", "tea")[1]


def test_projects_are_copied_renamed_thrown_away_and_restored(run, tmp_path: Path) -> None:
    run("projects", "create", tmp_path / "play.txt", "--title", "A Play")
    assert "Made a-play-copy." in run("projects", "duplicate", "a-play")[1]
    assert "now called B" in run("projects", "rename", "a-play", "B")[1]
    assert "projects restore a-play" in run("projects", "delete", "a-play")[1]
    code, _, error = run("projects", "show", "a-play")
    assert code == 3 and "in the trash" in error
    assert "a-play " in run("projects", "list", "--trash")[1]
    assert "a-play is back" in run("projects", "restore", "a-play")[1]
    run("projects", "delete", "a-play")
    assert "is gone, with 0 takes" in run("projects", "purge", "a-play")[1]
    assert run("projects", "show", "a-play")[0] == 3
    assert run("projects", "cast", "a-play-copy", "--voice", "Ann=Test Ann")[0] == 0
    assert run("projects", "cast", "a-play-copy", "--voice", "Ann=Nobody")[0] == 3
    assert run("takes", "history", "a-play-copy", 9)[0] == 3


def test_a_project_travels_as_one_file(run, tmp_path: Path) -> None:
    run("projects", "create", tmp_path / "play.txt", "--voice", "Ann=Test Ann")
    out = tmp_path / "tea.tableread"
    assert f"{out}: 2 turns, 0 takes, 1 voices" in run("bundle", "export", "tea", "-o", out)[1]
    assert "Added tea-2: 2 turns" in run("bundle", "import", out)[1]
    out.write_bytes(b"nothing")
    code, answer, error = run("bundle", "import", out, "--json")
    assert code == 3 and "is no bundle" in error
    assert json.loads(answer)["error"]["kind"] == "BundleError"


def test_turns_are_performed_again_restored_and_delivered_as_they_are(
    run, tmp_path: Path, quick_checkpoint: Path
) -> None:
    script = tmp_path / "play.txt"
    run("projects", "create", script, "--voice", "Ann=Test Ann")
    checkpoint = ("--checkpoint", quick_checkpoint)
    quick = (*checkpoint, "--checks", "permissive")
    code, said, _ = run("takes", "status", "tea", *checkpoint)
    assert code == 0 and "2 turns: 2 missing." in said
    code, _, error = run("deliver", "tea", "--as-is", *checkpoint)
    assert code == 4 and "2 turns have not been performed yet: turn 1" in error
    assert error.endswith("Run: python app.py projects perform tea\n")
    run("projects", "perform", "tea", *quick)
    code, said, _ = run("takes", "again", "tea", "1-1", "--candidates", 2, *quick)
    assert code == 0 and "Performed after hearing others than now: turn 2." in said
    assert len(json.loads(run("takes", "history", "tea", 1, "--json")[1])) == 3
    found = json.loads(run("takes", "status", "tea", "--json", *checkpoint)[1])
    assert [turn["state"] for turn in found] == ["done", "soft-stale"]
    assert run("takes", "restore", "tea", 1)[0] == 0
    assert "2 turns: 2 done." in run("takes", "status", "tea", *checkpoint)[1]
    script.write_text(script.read_text().replace("Bye.", "Goodbye."))
    run("projects", "save", "tea", script)
    code, _, error = run("deliver", "tea", "--as-is", *checkpoint)
    assert code == 3 and "1 turn says something else than the script" in error
    assert error.endswith("(or add --allow-stale)\n")
    out = ("-o", tmp_path / "out", "--format", "wav")
    code, said, _ = run("deliver", "tea", "--allow-stale", *out, *checkpoint)
    assert code == 0 and "stale: turn 2" in said
    take = json.loads(run("takes", "history", "tea", 2, "--json")[1])[0]["number"]
    assert run("takes", "lock", "tea", 2, take)[0] == 0
    assert run("deliver", "tea", "--as-is", *out, *checkpoint)[0] == 0
    assert "locked" in run("takes", "again", "tea", 2, *quick)[2]
    with pytest.raises(SystemExit, match="2"):
        run("takes", "again", "tea", "x")
