"""The model's section: license, download and choice, called as Gradio would call them."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import huggingface_hub
import pytest

from studio.core.checkpoints import S2_PRO
from studio.services import PerformRequest, models
from studio.ui.context import Context
from studio.ui.handlers.model import ModelEvents
from tests.support.hub import COMMIT, Hub, serving

FIELDS = ("card", "checkpoints", "download", "timer", "load", "foot", "dock")


@pytest.fixture
def hub(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    content = {path.name: path.read_bytes() for path in tiny_checkpoint.iterdir()}
    small = replace(
        S2_PRO, revision=COMMIT, needed=tuple(content), download_bytes=6_000_000,
        pinned={"tokenizer.json": hashlib.sha256(content["tokenizer.json"]).hexdigest()},
    )  # fmt: skip
    monkeypatch.setattr(models, "S2_PRO", small)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with serving(Hub(content)) as served:
        monkeypatch.setattr(models, "HUB", served.url)
        yield served
    huggingface_hub.close_session()


def shown(values: tuple[object, ...]) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(FIELDS, values, strict=True)))


def test_what_performs_is_shown_and_loaded_when_asked(context: Context) -> None:
    events = ModelEvents(context)
    before = shown(events.show())
    assert "loads when you first perform" in before.card
    assert before.load.visible and not before.timer.active
    after = shown(events.load())
    assert "8 kHz, mono" in after.card
    assert not after.load.visible
    assert "draft quality" in after.dock.props["note"]
    assert "draft quality" in after.foot


def test_the_speed_is_that_of_the_last_performance(context: Context, project) -> None:
    events, jobs = ModelEvents(context), context.workspace.jobs
    assert "measured with the first performance" in shown(events.show()).card
    job = jobs.start(PerformRequest(project.script, project=project.slug))
    assert jobs.wait(job, 20).state == "done"
    assert "for 1 s of sound" in shown(events.show()).card


def test_a_checkpoint_is_downloaded_and_used_once_its_license_is_accepted(
    hub: Hub, context: Context, event
) -> None:
    events, found = ModelEvents(context), context.workspace.models
    page = shown(events.show()).checkpoints
    assert "Fish Audio Research License" in page and "non-commercial" in page
    assert "data-accept" in page
    with pytest.raises(gr.Error, match="accept it first"):
        events.download(event(name="s2-pro", accepted=False))
    hub.breaks["model.safetensors"] = [1000]
    assert "s2-pro" in shown(events.download(event(name="s2-pro", accepted=True))).download
    assert found.wait("s2-pro", 20).state == "done"
    ended = shown(events.tick())
    assert not ended.timer.active
    assert ended.download == ""
    assert 'data-do="use"' in ended.checkpoints
    used = shown(events.use(event(name="s2-pro")))
    assert "Built with Fish Audio" in used.foot
    assert used.dock.props["note"] == ""
    assert shown(events.use(event(name="starter"))).foot != used.foot


def test_a_failed_download_says_why_and_offers_to_go_on(hub: Hub, context, event) -> None:
    events = ModelEvents(context)
    hub.status = (403, "GatedRepo")
    events.download(event(name="s2-pro", accepted=True))
    context.workspace.models.wait("s2-pro", 20)
    failed = shown(events.tick())
    assert 'role="alert"' in failed.download and "HF_TOKEN" in failed.download
    assert "data-accept" not in failed.checkpoints  # once is enough
    assert 'data-do="download"' in failed.checkpoints


def test_a_stopped_download_says_so(hub: Hub, context: Context, event) -> None:
    events = ModelEvents(context)
    events.download(event(name="s2-pro", accepted=True))
    stopped = shown(events.stop(event(name="s2-pro")))
    assert not stopped.timer.active


@pytest.mark.parametrize("path", ["", "nowhere", "<img src=x onerror=alert(1)>"])
def test_a_folder_that_is_no_checkpoint_is_refused(context: Context, event, path: str) -> None:
    with pytest.raises(gr.Error, match="cannot be used") as caught:
        ModelEvents(context).use(event(name=path))
    assert "<img" not in caught.value.message
