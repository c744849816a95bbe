"""Which checkpoint performs, and what happens to takes when it changes."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import huggingface_hub
import pytest

from engine import EngineInfo
from studio.core.checkpoints import S2_PRO
from studio.core.staleness import TurnState
from studio.errors import LicenseUnread, ModelError, ProjectError
from studio.services import PerformRequest, Workspace, models, open_workspace
from studio.services.models import Models
from studio.settings import Settings
from tests.support.fake_engine import FakeEngine
from tests.support.hub import COMMIT, Hub, serving


class OtherCodec(FakeEngine):
    """Another checkpoint, whose codec is another one, too."""

    @property
    def info(self) -> EngineInfo:
        return replace(super().info, codec_fingerprint="another", fingerprint="other")


@pytest.fixture
def opened(tmp_path: Path, recording: Path) -> Iterator[Callable[..., Workspace]]:
    """Opens the workspace, with a starter that is fake and other checkpoints that are faker."""
    workspaces: list[Workspace] = []

    def load(settings: Settings) -> FakeEngine:
        return FakeEngine() if settings.checkpoint == "starter" else OtherCodec()

    def again() -> Workspace:
        for workspace in workspaces:
            workspace.close()
        settings = Settings(projects=tmp_path / "projects", voices=tmp_path / "none")
        workspaces[:] = [open_workspace(settings, engine_loader=load)]  # type: ignore[arg-type]
        if not workspaces[0].voices.list():
            workspaces[0].voices.add("Adam", recording, "Adam speaks.", consent=("Ann", "a test"))
        return workspaces[0]

    yield again
    for workspace in workspaces:
        workspace.close()


@pytest.fixture
def hub(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Serves the tiny checkpoint as if it were S2 Pro."""
    content = {path.name: path.read_bytes() for path in tiny_checkpoint.iterdir()}
    sha256 = hashlib.sha256(content["model.safetensors"]).hexdigest()
    small = replace(
        S2_PRO, revision=COMMIT, needed=tuple(content), pinned={"model.safetensors": sha256},
        download_bytes=sum(map(len, content.values())),
    )  # fmt: skip
    monkeypatch.setattr(models, "S2_PRO", small)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with serving(Hub(content)) as served:
        monkeypatch.setattr(models, "HUB", served.url)
        yield served
    huggingface_hub.close_session()


def chosen(found: Models) -> list[str]:
    return [view.name for view in found.list() if view.chosen]


def test_a_license_comes_first_then_the_download_then_the_choice(opened, hub: Hub) -> None:
    found = opened().models
    assert [view.name for view in found.list()] == ["starter", "s2-pro"]
    with pytest.raises(LicenseUnread, match="accept it first"):
        found.download("s2-pro")
    with pytest.raises(ModelError, match="not installed"):
        found.use("s2-pro")
    assert hub.asked == []
    moment = found.accept("s2-pro")
    assert found.accept("s2-pro") == moment  # once
    found.download("s2-pro")
    assert found.wait("s2-pro", 20).state == "done"
    view = found.use("s2-pro")
    assert (view.name, view.installed, view.accepted, view.draft) == ("s2-pro", True, moment, False)
    assert not found.is_draft
    later = opened().models
    assert chosen(later) == ["s2-pro"]
    later.use("starter")
    assert chosen(opened().models) == ["starter"]


def test_what_was_deleted_meanwhile_gives_way_to_the_starter(opened, hub: Hub) -> None:
    found = opened().models
    found.accept("s2-pro")
    found.download("s2-pro")
    found.wait("s2-pro", 20)
    found.use("s2-pro")
    (found.folder / "s2-pro" / "installed.json").unlink()
    assert chosen(opened().models) == ["starter"]


def test_a_folder_of_ones_own_is_looked_at_before_it_is_chosen(
    opened, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    found = opened().models
    for wrong in (tmp_path, tmp_path / "nowhere", "", "/"):
        with pytest.raises(ModelError, match="cannot be used"):
            found.use(str(wrong))
    assert chosen(found) == ["starter"]
    view = found.use(f"  {tiny_checkpoint} ")
    assert (view.kind, view.title, view.chosen) == ("folder", "tiny", True)
    assert view.parameters > 0
    assert chosen(opened().models) == [str(tiny_checkpoint)]


def test_a_folder_with_a_missing_tensor_is_refused(opened, tiny_checkpoint, tmp_path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in tiny_checkpoint.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        opened().models.use(str(broken))


def test_takes_of_the_model_before_are_stale_and_come_back(opened, tiny_checkpoint: Path) -> None:
    workspace = opened()
    project = workspace.projects.create("Lane: Yes.", title="A play")
    job = workspace.jobs.start(PerformRequest(project.script, project=project.slug))
    workspace.jobs.wait(job, 20)
    states = lambda: [status.state for status in workspace.takes.status(project.slug)]  # noqa: E731
    assert states() == [TurnState.DONE]
    assert workspace.models.loaded().rtf > 0
    workspace.models.use(str(tiny_checkpoint))
    assert workspace.models.loaded().rtf is None
    assert states() == [TurnState.STALE]
    assert workspace.jobs.get(job).checkpoint == "starter"
    again = workspace.jobs.start(PerformRequest(project.script, project=project.slug))
    workspace.jobs.wait(again, 20)
    assert states() == [TurnState.DONE]
    workspace.models.use("starter")
    assert states() == [TurnState.STALE]
    shown = workspace.states.of(project.slug)  # what the page shows, without loading anything
    assert [turn.state for turn in shown.values()] == [TurnState.STALE]
    assert len(workspace.takes.history(project.slug, 1)) == 2  # both are kept


def test_nothing_is_switched_while_something_is_performed(opened, tiny_checkpoint: Path) -> None:
    workspace = opened()
    workspace.jobs.busy = lambda: True  # type: ignore[method-assign]
    with pytest.raises(ModelError, match="cancel it under Listen"):
        workspace.models.use(str(tiny_checkpoint))


def test_a_running_job_is_busy(opened) -> None:
    workspace = opened()
    assert not workspace.jobs.busy()
    job = workspace.jobs.start(PerformRequest("Lane: Yes."))
    busy = workspace.jobs.busy()
    progress = workspace.jobs.wait(job, 20)
    assert busy and progress.state == "done"
    assert not workspace.jobs.busy()


def test_a_project_never_lies_where_checkpoints_do(opened) -> None:
    workspace = opened()
    assert workspace.projects.create("Lane: Yes.", title="Models").slug == "models-2"
    with pytest.raises(ProjectError):
        workspace.projects.open("models")


def test_a_voice_recorded_for_the_starter_speaks_with_another(opened, tiny_checkpoint) -> None:
    """The recording is encoded anew by the codec that is used."""
    workspace = opened()
    before = workspace.voices.hear_codes("Adam")[1]
    workspace.models.use(str(tiny_checkpoint))
    assert workspace.voices.hear_codes("Adam")[1].shape == before.shape


def test_a_record_that_cannot_be_read_says_what_to_do(opened) -> None:
    folder = opened().models.folder
    folder.mkdir()
    (folder / "models.json").write_text("nonsense")
    with pytest.raises(ModelError, match="Delete it"):
        opened()
