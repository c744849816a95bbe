"""What the command line answers: one plain sentence and an exit code that means something."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from safetensors.numpy import load_file, save_file

from studio.cli import main
from studio.services import open_workspace
from studio.settings import Settings
from tests.importers.make_epub import make_epub, play_page, row

ROOT = Path(__file__).parents[2]
EVERY_COMMAND = (
    ["render"], ["import"], ["voices"], ["voices", "list"], ["voices", "add"], ["voices", "show"],
    ["voices", "edit"], ["voices", "rename"], ["voices", "consent"], ["voices", "remove"],
    *(["projects", action] for action in ("list", "create", "show", "save", "cast", "cover",
      "rename", "duplicate", "perform", "delete", "restore", "purge")),
    *(["pronounce", action] for action in ("list", "add", "change", "remove", "preview",
      "numbers")),
    ["check"], ["bundle", "export"], ["bundle", "import"],
    *(["models", action] for action in ("list", "download", "use")),
    *(["takes", action] for action in ("history", "select", "lock", "unlock")),
)  # fmt: skip


@pytest.fixture
def projects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with one voice of the test's own."""
    soundfile.write(tmp_path / "voice.wav", np.random.default_rng(5).normal(0, 0.1, 66_150), 44_100)
    assert add_voice(tmp_path / "voice.wav", tmp_path / "projects") == 0
    capsys.readouterr()
    return tmp_path / "projects"


def add_voice(audio: Path, projects: Path) -> int:
    return main(
        ["voices", "add", str(audio), "--name", "Test Ann", "--transcript", "I am Ann.",
         "--gender", "female", "--consent", "Ann: me", "--projects", str(projects)]
    )  # fmt: skip


def render(tmp_path: Path, text: str, *more: str, out: str = "out.wav") -> int:
    (tmp_path / "script.txt").write_text(text)
    return main(
        ["render", str(tmp_path / "script.txt"), "-o", str(tmp_path / out),
         "--projects", str(tmp_path / "projects"), *more]
    )  # fmt: skip


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on stderr below the progress bar."""
    stderr = capsys.readouterr().err
    assert "Traceback" not in stderr
    return stderr.rstrip("\n").split("\n")[-1]


@pytest.mark.parametrize(
    ("text", "more", "code", "answer"),
    [
        ("", [], 3, "Line 1, column 1: the script has no text"),
        ("Ann: [whisper hello", [], 3, "Line 1, column 6: this '[' is never closed."),
        ("Ann: Hi.", ["--voice", "Ann=Tset Ann"], 3, "Did you mean 'Test Ann'?"),
        ("Ann: Hi.", ["--voice", "Bob=Test Ann"], 3, "Unknown speaker 'Bob'."),
        ("Ann: Hi.", ["--chapter", "2"], 3, "The script has 1 chapter;"),
        ("Ann: Hi.", ["--checkpoint", "no/such/folder"], 4, "no/such/folder"),
        ("[pause 1s]", [], 3, "only pauses"),
    ],
)
def test_wrong_input_is_answered_plainly(
    projects: Path,
    tmp_path: Path,
    tiny_checkpoint: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    more: list[str],
    code: int,
    answer: str,
) -> None:
    assert projects.exists()
    assert render(tmp_path, text, "--checkpoint", str(tiny_checkpoint), *more) == code
    assert answer in said(capsys)
    assert not (tmp_path / "out.wav").exists()


def test_a_checkpoint_with_a_missing_tensor_is_named(
    projects: Path, tmp_path: Path, tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in tiny_checkpoint.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    tensors = load_file(broken / "model.safetensors")
    name = sorted(tensors)[3]
    del tensors[name]
    save_file(tensors, broken / "model.safetensors")
    assert render(tmp_path, "Ann: Hi.", "--checkpoint", str(broken)) == 4
    capsys_text = capsys.readouterr().err
    assert name in capsys_text and "missing" in capsys_text and "Traceback" not in capsys_text
    assert projects.exists()


def test_an_ending_without_a_format_is_refused_before_anything_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render(tmp_path, "Ann: Hi.", out="out.ogg") == 5
    assert "End it in .wav, .flac or .mp3." in said(capsys)
    assert not (tmp_path / "projects").exists()


def test_a_missing_script_and_one_that_is_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", str(tmp_path / "none.txt"), "-o", "x.wav"]) == 3
    assert "cannot be read" in said(capsys)
    (tmp_path / "latin.txt").write_bytes("Ann: Café".encode("cp1252"))
    assert main(["render", str(tmp_path / "latin.txt"), "-o", "x.wav"]) == 3
    assert "no UTF-8 text" in said(capsys)


def test_a_workspace_in_use_is_said(
    projects: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_workspace(Settings(projects=projects)):
        assert render(tmp_path, "Ann: Hi.") == 5
        assert "Another Tableread is using" in said(capsys)
        assert main(["voices", "list", "--projects", str(projects)]) == 0
        assert "Test Ann" in capsys.readouterr().out


def test_voices_are_listed_and_added(
    projects: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["voices", "list", "--projects", str(projects)]) == 0
    assert capsys.readouterr().out.startswith("Test Ann")
    assert add_voice(tmp_path / "voice.wav", projects) == 3
    assert "called Test Ann already" in said(capsys)
    (tmp_path / "notes.wav").write_text("these are notes")
    assert add_voice(tmp_path / "notes.wav", tmp_path / "other") == 3
    assert "notes.wav is no audio" in said(capsys)


def test_a_play_is_brought_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = make_epub(tmp_path / "play.epub", play_page("Act I", row("Lane", "Yes, sir.")))
    assert main(["import", str(book), "--act", "1", "-o", str(tmp_path / "play.txt")]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("Wrote") and "stage directions are left out" in captured.err
    assert "--stage-directions narrator" in captured.err
    assert "# Act I\n\nLane: Yes, sir.\n" in (tmp_path / "play.txt").read_text()
    assert main(["import", str(book), "-o", "-"]) == 0
    assert "Lane: Yes, sir." in capsys.readouterr().out
    assert main(["import", str(book), "--act", "2", "-o", "-"]) == 3
    assert "no chapter 2" in said(capsys)
    assert main(["import", str(tmp_path / "x.rtf"), "-o", "-"]) == 3
    assert ".rtf files are not known" in said(capsys)


@pytest.mark.parametrize(
    "arguments",
    [[], ["sing"], ["render"], ["render", "a", "-o", "b.wav", "--seed", "-1"],
     ["render", "a", "-o", "b.wav", "--voice", "Ann"], ["voices"]],
)  # fmt: skip
def test_wrong_arguments_show_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: app.py" in capsys.readouterr().err


def test_help_and_wrong_arguments_do_not_wait_for_torch() -> None:
    script = (
        "import sys\nfrom studio.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'torch', 'numpy', 'sqlalchemy', 'pydantic', 'gradio'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "examples:" in done.stdout and "exit codes:" in done.stdout


def test_every_command_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in EVERY_COMMAND:
        with pytest.raises(SystemExit) as caught:
            main([*command, "--help"])
        assert caught.value.code == 0
        assert f"example: python app.py {command[0]}" in capsys.readouterr().out


def test_json_is_one_value_and_so_is_an_error(
    projects: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["voices", "list", "--json", "--projects", str(projects)]) == 0
    voices = json.loads(capsys.readouterr().out)
    assert voices[0]["name"] == "Test Ann" and voices[0]["seconds"] == pytest.approx(1.5)
    assert render(tmp_path, "Ann: [whisper hello", "--json") == 3
    captured = capsys.readouterr()
    error = json.loads(captured.out)["error"]
    assert (error["kind"], error["exit_code"]) == ("ScriptError", 3)
    assert error["message"] in captured.err


def test_a_preview_lists_what_an_import_would_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "tale.md"
    book.write_text("# Contents\n\nOne\n\n# One\n\n“Yes,” said Anna.\n\n“No,” she said.\n")
    assert main(["import", str(book), "--preview"]) == 0
    shown = capsys.readouterr().out
    assert "   1  One" in shown and "table of contents" in shown and "Uncertain" in shown
    assert main(["import", str(book), "--preview", "--json"]) == 0
    preview = json.loads(capsys.readouterr().out)
    assert preview["quotations"] == 2 and preview["left_out"][0]["number"] == 1
    chosen = ["--take-back", "1", "--merge", "Anna=Berta", "--correct", "2=Carl"]
    assert main(["import", str(book), *chosen, "-o", "-"]) == 0
    script = capsys.readouterr().out
    assert "# Contents\n\nOne" in script and "Berta: “Yes,”" in script and "Carl: “No,”" in script
    assert main(["import", str(book), "--dialogue", "narrator", "-o", "-"]) == 0
    assert "\n“Yes,” said Anna.\n" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["voices", "list"]])
def test_a_python_without_the_packages_is_told_of_them(arguments: list[str]) -> None:
    bare = [sys.executable, "-S", "app.py", *arguments]  # -S: as if nothing were installed
    told = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1 and "Traceback" not in told.stderr
    assert "not installed in this Python" in told.stderr and "make run" in told.stderr
