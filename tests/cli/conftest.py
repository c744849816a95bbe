"""A checkpoint that is quick enough to be interrupted and started again in a test."""

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def quick_checkpoint(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny checkpoint at a tenth of its sample rate, so that a second takes 17 frames."""
    folder = tmp_path_factory.mktemp("checkpoint") / "quick"
    shutil.copytree(tiny_checkpoint, folder)
    path = folder / "codec_config.json"
    content = json.loads(path.read_text())
    content["config"]["sample_rate"] = 4410
    path.write_text(json.dumps(content))
    return folder
