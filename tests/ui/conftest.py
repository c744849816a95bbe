"""A workspace with a fake engine, two voices and one project, as the handlers are given it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
import soundfile as sf

from studio.services import Project, Workspace, open_workspace
from studio.settings import Settings
from studio.ui.context import Context
from studio.ui.served import Served
from tests.support.fake_engine import FakeEngine

SCRIPT = "# One\n\nLane: Yes, sir.\n\nAlgernon: Did you hear?\n\n# Two\n\nLane: No, sir.\n"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Workspace]]:
    """Opens the workspace; again means that the server was restarted."""
    settings = Settings(projects=tmp_path / "projects", voices=tmp_path / "none")
    workspaces: list[Workspace] = []

    def again() -> Workspace:
        for workspace in workspaces:
            workspace.close()
        workspaces[:] = [open_workspace(settings, engine_loader=lambda _: FakeEngine())]
        return workspaces[0]

    yield again
    for workspace in workspaces:
        workspace.close()


@pytest.fixture
def workspace(opened: Callable[[], Workspace], tmp_path: Path) -> Workspace:
    recording = tmp_path / "recording.wav"
    sf.write(recording, 0.3 * np.sin(np.arange(16_000) / 9), 8000)
    workspace = opened()
    for name in ("Adam", "Bea"):
        workspace.voices.add(name, recording, "Somebody speaks.", consent=("Ann", "a test"))
    return workspace


@pytest.fixture
def context(workspace: Workspace, tmp_path: Path) -> Context:
    served = tmp_path / "served"
    served.mkdir()
    return Context(workspace, Served(served))


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return workspace.projects.create(SCRIPT, title="A play")


@pytest.fixture
def event() -> Callable[..., gr.EventData]:
    """What a custom component tells: `event(turn=1)`."""
    return lambda **data: gr.EventData(None, data)
