"""The real app as a process of its own, on a free port, as a user would run it.

Not in this process: a server inside the tests would share their event loop, sockets and warnings.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import soundfile as sf

from studio import paths
from studio.settings import Settings
from studio.ui.app import launch

ROOT = Path(__file__).parent.parent
RATE = 16_000  # of the tiny voices' recordings
START_SECONDS = 240  # PyTorch and Gradio are imported, on a machine that may be busy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(settings: Settings, log: Path, *more: str) -> Iterator[str]:
    """Run the app until the block ends; yields its address, without a slash at the end.

    Args:
        more: `--mcp`, or nothing.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "tests.serving", settings.model_dump_json(), *more]
    with log.open("wb") as output:
        app = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_until_it_answers(url, app, log)
            yield url
        finally:
            app.send_signal(signal.SIGINT)
            try:
                app.wait(timeout=30)
            except subprocess.TimeoutExpired:
                app.kill()
                app.wait()


def wait_until_it_answers(url: str, app: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert app.poll() is None, f"the app ended at once:\n{log.read_text(encoding='utf-8')}"
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"no answer within {START_SECONDS} s:\n{log.read_text(encoding='utf-8')}")


def settings_for_tests(folder: Path, quick_checkpoint: Path) -> Settings:
    """The starter checkpoint where it is there, else the tiny engine with voices of noise."""
    projects = folder / "projects"
    if (paths.STARTER_VOICES.parent / "config.json").exists():
        return Settings(projects=projects)
    return Settings(
        projects=projects,
        checkpoint=str(quick_checkpoint),
        voices=tiny_voices(folder / "voices"),
        checks="permissive",
    )


def tiny_voices(folder: Path, names: tuple[str, ...] = ("Ada", "Bruno", "Cora")) -> Path:
    """Voices for the tiny engine: half a second of a tone each."""
    folder.mkdir()
    time_axis = np.arange(RATE // 2) / RATE
    for number, name in enumerate(names):
        sf.write(folder / f"{name}.flac", 0.3 * np.sin(900 * (number + 1) * time_axis), RATE)
        reference = {"transcript": f"I am {name}.", "codes": [], "audio": f"{name}.flac"}
        voice = {"name": name, "description": "a tone", "references": [reference]}
        (folder / f"{name}.json").write_text(json.dumps(voice), encoding="utf-8")
    return folder


if __name__ == "__main__":
    launch(Settings.model_validate_json(sys.argv[1]), mcp="--mcp" in sys.argv)
