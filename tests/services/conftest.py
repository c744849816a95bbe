"""A workspace with two voices, on a fake engine that a test can make fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.media.read import from_flac, read_audio
from studio.services import Workspace, open_workspace, voices
from studio.settings import Settings
from tests.support.fake_engine import FakeEngine

OpenWorkspace = Callable[..., Workspace]
CONSENT = ("Ann Smith", "a test")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two seconds of something."""
    path = tmp_path / "recording.wav"
    soundfile.write(path, 0.3 * np.sin(np.arange(16_000) / 9), 8000)
    return path


@pytest.fixture(autouse=True)
def decoded_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own recording needs no process apart, of which there would be hundreds."""

    def here(path: Path, max_seconds: float) -> tuple[np.ndarray, int]:
        if path.name != "recording.wav":
            return read_audio(path, max_seconds)
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
        return audio.mean(axis=1), rate

    monkeypatch.setattr(voices, "read_audio", here)
    monkeypatch.setattr(voices, "read_recording", lambda content, _: from_flac(content))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        projects=tmp_path / "projects", voices=tmp_path / "voices", delivery_rate=16_000
    )


@pytest.fixture
def open_with(settings: Settings, recording: Path) -> Iterator[OpenWorkspace]:
    """Open a workspace with an engine; it has the voices Adam and Bea. Closed at the end."""
    opened: list[Workspace] = []

    def open_it(engine: FakeEngine, projects: str = "projects", **changes: object) -> Workspace:
        changes["projects"] = settings.projects.parent / projects
        workspace = open_workspace(
            settings.model_copy(update=changes),
            engine_loader=lambda _: engine,  # type: ignore[arg-type, return-value]
        )
        opened.append(workspace)
        if not workspace.voices.list():
            workspace.voices.add("Adam", recording, "Adam speaks.", gender="male", consent=CONSENT)
            workspace.voices.add("Bea", recording, "Bea speaks.", gender="female", consent=CONSENT)
        return workspace

    yield open_it
    for workspace in opened:
        workspace.close()


@pytest.fixture
def workspace(engine: FakeEngine, open_with: OpenWorkspace) -> Workspace:
    return open_with(engine)
