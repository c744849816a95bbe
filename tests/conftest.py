"""What every test may rely on: no network, no telemetry, and a tiny engine folder.

The tiny engine has the exact file formats of the real one and random weights, so the whole path
from script to sound is real and only the sound is noise. It is made from `tests/golden`.
"""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_OFFLINE"] = "1"

# How long an example takes says more about what else the machine is doing.
settings.register_profile("tableread", deadline=None)
settings.load_profile("tableread")

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}: tests use no network")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete checkpoint folder of a few megabytes: language model, tokenizer and codec."""
    folder = tmp_path_factory.mktemp("checkpoint") / "tiny"
    folder.mkdir()
    language_model = GOLDEN / "lm_tiny"
    codec = GOLDEN / "codec_tiny"
    for file in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(language_model / file, folder)
    for file in ("codec.safetensors", "codec_config.json"):
        shutil.copy(codec / file, folder)
    return folder


@pytest.fixture(scope="session")
def quick_checkpoint(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny checkpoint at a tenth of its sample rate, so that a second takes 17 frames."""
    folder = tmp_path_factory.mktemp("checkpoint") / "quick"
    shutil.copytree(tiny_checkpoint, folder)
    path = folder / "codec_config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["config"]["sample_rate"] = 4410
    path.write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def studio_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app of `studio_url` keeps its workspace, in `projects`, and its log."""
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="session")
def studio_url(quick_checkpoint: Path, studio_folder: Path) -> Iterator[str]:
    """Address of the real app, running in a process of its own with an empty workspace."""
    from tests.serving import serve, settings_for_tests

    settings = settings_for_tests(studio_folder, quick_checkpoint)
    with serve(settings, studio_folder / "app.log") as url:
        yield url
