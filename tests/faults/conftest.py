"""A workspace that waits to be performed, and the nursery of the processes that will do it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.services import open_workspace
from studio.settings import Settings
from tests.faults.children import CAST, LANES, SCRIPT, SHORT
from tests.faults.nursery import Nursery
from tests.faults.rendered import Rendered
from tests.services.conftest import (
    CONSENT,
    decoded_here,
    engine,
    open_with,
    recording,
    settings,
    workspace,
)
from tests.support.fake_engine import FakeEngine

# Fixtures of the services' tests.
__all__ = ["decoded_here", "engine", "open_with", "recording", "settings", "workspace"]


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    if not (hasattr(os, "fork") and Path("/proc/self/stat").exists()):
        pytest.skip("processes are forked, and looked at through /proc")
    nursery = Nursery(tmp_path_factory.mktemp("nursery") / "log")
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed workspace with two voices and two projects of which nothing is performed."""
    folder = tmp_path_factory.mktemp("template")
    spoken = folder / "recording.wav"
    soundfile.write(spoken, 0.3 * np.sin(np.arange(16_000) / 9), 8000)
    made = settings_in(folder)
    with open_workspace(made, engine_loader=lambda _: FakeEngine()) as workspace:  # type: ignore[arg-type, return-value]
        for name in ("Adam", "Bea"):
            workspace.voices.add(name, spoken, f"{name} speaks.", consent=CONSENT)
        workspace.projects.create(SCRIPT, title="Tea", cast=CAST)
        short = {name: CAST[name] for name in ("Ann", "Bob")}
        workspace.projects.create(SHORT, title="Short", cast=short)
    return made.projects


def settings_in(folder: Path) -> Settings:
    return Settings(
        projects=folder / "projects", voices=folder / "voices", delivery_rate=16_000,
        max_lanes=LANES,
    )  # fmt: skip


@pytest.fixture
def fresh(template: Path, tmp_path: Path) -> Iterator[Rendered]:
    """The template, copied."""
    yield copied(template, tmp_path / "fresh")


def copied(template: Path, folder: Path) -> Rendered:
    shutil.copytree(template, folder / "projects")
    return Rendered(settings_in(folder))


@pytest.fixture(scope="session")
def whole(template: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The template, performed and delivered without an interruption."""
    rendered = copied(template, tmp_path_factory.mktemp("whole"))
    nursery.run("render", *rendered.arguments)
    return rendered
