"""`app.py voices`: consent, what is written about a voice, removal."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.cli import main


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "voice.wav"
    soundfile.write(path, np.random.default_rng(5).normal(0, 0.1, 66_150), 44_100)
    return path


@pytest.fixture
def voices(tmp_path: Path):
    """Run `voices ACTION …` on a workspace of the test's own."""
    return lambda *words: main(["voices", *words, "--projects", str(tmp_path / "projects")])


def test_a_voice_is_cloned_only_with_consent(
    voices, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("add", str(recording), "--name", "Test Ann", "--transcript", "I am Ann.")
    assert voices(*words) == 3
    assert '--consent "Ann Smith: my own voice"' in capsys.readouterr().err
    assert voices(*words, "--consent", "Ann") == 3
    assert "who agreed that this voice is cloned" in capsys.readouterr().err
    assert voices(*words, "--consent", "Ann Smith: my own voice", "--tag", "warm") == 0
    capsys.readouterr()
    assert voices("show", "test ann") == 0
    shown = capsys.readouterr().out
    assert "Ann Smith: my own voice (20" in shown and "nothing depends on it" in shown
    assert voices("consent", "Test Ann", "Ann Smith: release of 3 May", "--json") == 0
    voice = json.loads(capsys.readouterr().out)
    assert voice["consent"]["basis"] == "release of 3 May" and voice["tags"] == ["warm"]


def test_voices_are_edited_and_removed(
    voices, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voices("add", str(recording), "--name", "Test Ann", "--transcript", "I am Ann.",
           "--consent", "Ann: me")  # fmt: skip
    capsys.readouterr()
    assert voices("edit", "Test Ann", "--tag", "slow", "--language", "de") == 0
    assert "Test Ann: de, slow" in capsys.readouterr().out
    assert voices("rename", "test ann", "Ann Smith") == 0
    assert "Test Ann is called Ann Smith now" in capsys.readouterr().out
    assert voices("remove", "Ann Smith", "--json") == 0
    assert json.loads(capsys.readouterr().out)["voice"] == "Ann Smith"
    assert voices("remove", "Test Ann") == 3
    assert voices("remove", "Arthur", "--yes") == 3
    assert "Unknown voice" in capsys.readouterr().err
