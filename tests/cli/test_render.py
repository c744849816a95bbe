"""The command line on the real engine with tiny random weights: same seed, interruptions, kills."""

import os
import random
import signal
import sqlite3
import string
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.cli import main

ROOT = Path(__file__).parents[2]
WORDS = string.ascii_uppercase[:24]
LINES = [f"{('Ann', 'Bob')[i % 2]}: {word}." for i, word in enumerate(WORDS)]
SCRIPT = "\n".join([*LINES[:12], "***", *LINES[12:]])  # long enough to be interrupted in time
CHUNKS = len(WORDS)
TAKES = "SELECT key, attempt, verdict, codes FROM take ORDER BY id"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def prepared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], Path]:
    """Make a workspace that has two voices of the test's own."""
    noise = np.random.default_rng(5).normal(0, 0.1, 66_150)
    soundfile.write(tmp_path / "voice.wav", noise, 44_100)

    def prepare(name: str) -> Path:
        for voice in ("Test Ann", "Test Bob"):
            code = main(
                ["voices", "add", str(tmp_path / "voice.wav"), "--name", voice,
                 "--transcript", f"I am {voice}.", "--consent", "Ann: a test",
                 "--projects", str(tmp_path / name)]
            )  # fmt: skip
            assert code == 0
        capsys.readouterr()
        return tmp_path / name

    return prepare


def command(script: Path, out: Path, projects: Path, checkpoint: Path) -> list[str]:
    return [
        "render", str(script), "-o", str(out), "--projects", str(projects),
        "--checkpoint", str(checkpoint), "--checks", "permissive", "--seed", "3",
        "--voice", "Ann=Test Ann", "--voice", "bob=test bob",
    ]  # fmt: skip


def takes_in(projects: Path) -> list[tuple[str, int, str, bytes]]:
    connection = sqlite3.connect(f"{(projects / 'studio.db').as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(TAKES).fetchall()
    finally:
        connection.close()


def start(arguments: list[str]) -> subprocess.Popen[str]:
    # A shell that runs the tests in the background has them ignore Ctrl-C; the app must not.
    return subprocess.Popen(
        [sys.executable, "app.py", *arguments], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "OMP_NUM_THREADS": "1"},
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def wait_for_takes(process: subprocess.Popen[str], projects: Path, count: int) -> None:
    deadline = time.monotonic() + 120
    while len(takes_in(projects)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_one_seed_gives_one_file_and_killed_runs_end_with_the_same(
    tmp_path: Path,
    script: Path,
    prepared: Callable[[str], Path],
    quick_checkpoint: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole, killed = prepared("whole"), prepared("killed")
    expected, out = tmp_path / "expected.mp3", tmp_path / "out.mp3"
    assert main(command(script, expected, whole, quick_checkpoint)) == 0
    assert f"{expected}: {CHUNKS} turns" in capsys.readouterr().out

    arguments = command(script, out, killed, quick_checkpoint)
    process = start(arguments)
    wait_for_takes(process, killed, 2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = takes_in(killed)
    assert CHUNKS > len(kept) >= 2 and not out.exists()
    assert main(arguments) == 0
    assert takes_in(killed)[: len(kept)] == kept
    assert sorted(takes_in(killed)) == sorted(takes_in(whole))
    assert len(takes_in(killed)) == CHUNKS
    assert out.read_bytes() == expected.read_bytes()
    assert soundfile.info(out).duration > 2


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_kills_at_random_moments_lose_nothing_and_change_nothing(
    tmp_path: Path, script: Path, prepared: Callable[[str], Path], quick_checkpoint: Path
) -> None:
    expected, out = tmp_path / "expected.wav", tmp_path / "out.wav"
    assert main(command(script, expected, prepared("whole"), quick_checkpoint)) == 0
    chance = random.Random(1)
    for number in range(6):
        projects = prepared(f"killed-{number}")
        arguments = command(script, out, projects, quick_checkpoint)
        kept: list[tuple[str, int, str, bytes]] = []
        while not out.exists():
            process = start(arguments)
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(2, 12))
            process.kill()
            process.communicate()
            assert takes_in(projects)[: len(kept)] == kept
            kept = takes_in(projects)
        assert out.read_bytes() == expected.read_bytes() and len(kept) == CHUNKS
        out.unlink()


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    tmp_path: Path, script: Path, prepared: Callable[[str], Path], quick_checkpoint: Path
) -> None:
    projects, out = prepared("projects"), tmp_path / "out.flac"
    arguments = command(script, out, projects, quick_checkpoint)
    process = start(arguments)
    wait_for_takes(process, projects, 1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "The same command goes on from there." in stderr and "Traceback" not in stderr
    assert not out.exists() and 1 <= len(takes_in(projects)) < CHUNKS
    assert main(arguments) == 0
    assert len(takes_in(projects)) == CHUNKS and out.exists()
