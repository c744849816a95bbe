"""A tiny engine whose texts are short: few frames a second, few positions."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine import Engine, Reference

MakeEngine = Callable[..., Engine]


@pytest.fixture
def make_engine(tiny_checkpoint: Path) -> MakeEngine:
    """Load the tiny checkpoint, with frames so long that a sentence has about ten."""

    def make(*, frame_rate: float = 4.0, **arguments: object) -> Engine:
        engine = Engine.load(tiny_checkpoint, device="cpu", **arguments)
        engine.info = dataclasses.replace(engine.info, frame_rate=frame_rate)
        return engine

    return make


@pytest.fixture
def tiny_copy(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    """The tiny checkpoint in a folder that a test may change."""
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "copy"))


@pytest.fixture
def tiny_engine(make_engine: MakeEngine) -> Engine:
    return make_engine(max_positions=768)


@pytest.fixture
def reference() -> Reference:
    codes = np.random.default_rng(0).integers(0, 64, (10, 30)).astype(np.uint16)
    return Reference(text="A voice to follow.", codes=codes)
