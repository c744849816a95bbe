"""`app.py deliver`: files and a report, exit codes that tell a bad report from a bad argument."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio import services
from studio.cli import main
from tests.support.fake_engine import FakeEngine

SCRIPT = "---\ntitle: Tea\n---\nAnn: One is here, and it goes on.\nBob: Two is there.\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `deliver` with a fake engine and one voice; gives exit code, stdout, stderr."""
    opened = partial(services.open_workspace, engine_loader=lambda _: FakeEngine())  # type: ignore[arg-type, return-value]
    monkeypatch.setattr(services, "open_workspace", opened)
    projects = tmp_path / "projects"
    recording = tmp_path / "voice.wav"
    soundfile.write(recording, 0.3 * np.sin(np.arange(16_000) / 9), 8000)
    (tmp_path / "tea.txt").write_text(SCRIPT)
    add = ["voices", "add", str(recording), "--name", "Adam", "--transcript", "Hello.",
           "--projects", str(projects)]  # fmt: skip
    assert main([*add, "--consent", "Me:my own voice"]) == 0
    capsys.readouterr()

    def deliver(*arguments: object) -> tuple[int, str, str]:
        code = main(["deliver", *map(str, arguments), "--projects", str(projects)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return deliver


def test_a_script_is_performed_and_delivered_and_later_found_again(
    run: Run, tmp_path: Path
) -> None:
    voices = ["--voice", "Ann=Adam", "--voice", "Bob=Adam"]
    out = tmp_path / "out"
    code, printed, _ = run(
        tmp_path / "tea.txt", *voices, "--format", "mp3,m4b", "--target", "acx",
        "--captions", "srt,vtt", "--table", "--stems", "-o", out,
    )  # fmt: skip
    assert code == 0, printed
    assert "PASS  tea.mp3: 2 turns" in printed and "PASS  tea.m4b" in printed
    assert {path.name for path in out.iterdir()} == {
        "tea.mp3", "tea.m4b", "tea.srt", "tea.vtt", "turns.csv", "stems", "report.json",
        "report.html",
    }  # fmt: skip
    code, printed, _ = run("--json", "-o", tmp_path / "again", "--title", "Other")
    assert code == 0
    answer = json.loads(printed)
    assert answer["report"]["title"] == "Other" and answer["report"]["passed"]
    assert Path(answer["files"][0]["path"]).is_file()


def test_a_report_that_fails_has_its_own_exit_code(run: Run, tmp_path: Path) -> None:
    code, printed, error = run(
        tmp_path / "tea.txt", "--voice", "Ann=Adam", "--voice", "Bob=Adam", "--target", "acx",
        "--no-room-tone", "-o", tmp_path / "out",
    )  # fmt: skip
    assert code == 6 and "report.html" in error
    assert "FAIL" in printed and "room tone instead of digital silence" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "ogg"], "wav, flac, mp3, m4b"),
        (["--target", "loud"], "acx, podcast-16"),
        (["--captions", "ass"], "srt, vtt"),
        (["--gain", "Ann=90"], "at most 24"),
        (["--cover", "nowhere.jpg"], "nowhere.jpg cannot be read"),
        ([], "Nothing has been performed"),
        (["--job", "abc"], "0 performances"),
    ],
)
def test_wrong_input_is_one_sentence(run: Run, arguments: list[str], message: str) -> None:
    code, _, error = run(*arguments)
    assert code == 3 and message in error
    assert len(error.strip().splitlines()) == 1
