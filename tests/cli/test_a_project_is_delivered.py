"""A project from its script to delivered files, by its slug alone."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.cli import main


def test_a_project_is_performed_and_delivered_by_its_slug(
    tmp_path: Path, quick_checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "voice.wav", np.random.default_rng(5).normal(0, 0.1, 66_150), 44_100)
    (tmp_path / "play.txt").write_text("---\ntitle: Tea\n---\n# One\nAnn: Hi.\n\n# Two\nAnn: Bye.")

    def run(*words: object) -> tuple[int, str, str]:
        code = main([*map(str, words), "--projects", str(tmp_path / "projects")])
        said = capsys.readouterr()
        return code, said.out, said.err

    quick = ("--checkpoint", quick_checkpoint)
    run("voices", "add", tmp_path / "voice.wav", "--name", "Test Ann", "--transcript", "I am.",
        "--consent", "Ann: a test")  # fmt: skip
    run("projects", "create", tmp_path / "play.txt", "--voice", "Ann=Test Ann")
    code, said, error = run("render", "tea", "--chapter", "2", "--checks", "permissive", *quick)
    assert code == 0, error
    assert "deliver tea --chapter 2" in said
    [take] = json.loads(run("takes", "history", "tea", 2, "--json")[1])
    assert take["selected"]
    run("cast", "tea", "--gain", "Ann=-3")
    out = tmp_path / "out"
    code, said, error = run("deliver", "tea", "--chapter", "2", "-o", out, "--format", "flac",
                            *quick, "--json")  # fmt: skip
    assert code == 0, error
    assert (out / "02-two.flac").is_file()
    assert run("render", "coffee")[0] == 3
