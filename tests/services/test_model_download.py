"""A checkpoint is downloaded whole or not at all, and nothing that arrived is fetched twice."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import huggingface_hub
import pytest

from studio.core.checkpoints import S2_PRO, HubCheckpoint
from studio.services import model_download
from studio.services.model_download import INSTALLED, ModelDownload
from studio.store import hub as store_hub
from studio.store.hub import HubRepository
from tests.support.hub import COMMIT, Hub, serving

CONTENT = {
    "config.json": b'{"a": 1}',
    "LICENSE.md": b"Do no harm.\n",
    "README.md": b"not needed",
    "model.safetensors": bytes(range(256)) * 4000,
    "codec.pth": bytes(reversed(range(256))) * 1000,
}
CHECKPOINT = replace(
    S2_PRO, name="small", title="Small", repository="a/b", revision=COMMIT,
    needed=("config.json", "model.safetensors", "codec.pth"), pinned={}, download_bytes=2_000_000,
)  # fmt: skip


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(store_hub, "PIECE_BYTES", 20_000)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serving(Hub(dict(CONTENT))) as served:
        yield served
    huggingface_hub.close_session()


@pytest.fixture
def begin(hub: Hub, tmp_path: Path) -> Callable[..., ModelDownload]:
    """A download, as a new process would make it."""

    def make(checkpoint: HubCheckpoint = CHECKPOINT, url: str = "") -> ModelDownload:
        repository = HubRepository(checkpoint.repository, checkpoint.revision, url or hub.url)
        return ModelDownload(checkpoint, tmp_path / "models", repository, first_wait=0.001)

    return make


def finish(download: ModelDownload):
    download.start()
    return download.wait(20)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def test_everything_arrives_and_is_checked(hub: Hub, begin, tmp_path: Path) -> None:
    download = begin()
    assert (download.progress().state, download.installed) == ("none", False)
    progress = finish(download)
    assert (progress.state, progress.fraction) == ("done", 1.0)
    folder = tmp_path / "models" / "small"
    wanted = {name: data for name, data in CONTENT.items() if name != "README.md"}
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.name != INSTALLED} == wanted
    assert json.loads((folder / INSTALLED).read_text())["commit"] == COMMIT
    assert not download.partial.exists()
    asked = len(hub.asked)
    assert finish(begin()).state == "done"
    assert len(hub.asked) == asked  # nothing more


def test_the_token_goes_to_the_hub_and_nowhere_else(hub: Hub, begin) -> None:
    finish(begin())
    tokens = {path: token for path, _, token in hub.asked}
    assert tokens["/a/b/resolve/" + COMMIT + "/codec.pth"] == "Bearer hf_secret"
    assert tokens["/storage/codec.pth"] == ""


def test_a_broken_connection_goes_on_where_it_broke(hub: Hub, begin) -> None:
    hub.breaks["model.safetensors"] = [500_000, 300_000]
    assert finish(begin()).state == "done"
    storage = [asked for path, asked, _ in hub.asked if path == "/storage/model.safetensors"]
    assert storage == ["", "bytes=500000-", "bytes=800000-"]


def test_a_cancelled_download_goes_on_in_another_process(hub: Hub, begin) -> None:
    hub.hold = threading.Event()
    download = begin()
    download.start()
    wait_for(lambda: download.progress().n_bytes > 500_000)
    progress = download.progress()
    assert (progress.state, progress.file) == ("running", "model.safetensors")
    assert progress.total_bytes == sum(map(len, CONTENT.values())) - len(CONTENT["README.md"])
    download.cancel()
    hub.hold.set()
    assert download.wait(10).state == "cancelled"
    later = begin()
    assert later.progress().state == "interrupted"
    there = later.progress().n_bytes
    assert there >= 500_000
    assert finish(later).state == "done"
    assert any(asked.startswith("bytes=5") for asked in hub.ranges("model.safetensors"))
    assert hub.ranges("config.json") == [""]


def test_a_server_that_does_not_resume_begins_the_file_anew(hub: Hub, begin) -> None:
    hub.breaks["codec.pth"] = [100_000]
    hub.ignores_range = True
    assert finish(begin()).state == "done"


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_damaged_file_does_not_count(hub: Hub, begin, name: str) -> None:
    hub.spoiled = {name}
    download = begin()
    progress = finish(download)
    assert progress.state == "failed"
    assert f"{name} arrived damaged" in progress.message
    assert not download.installed
    assert not list(download.partial.glob(f"{name}*"))
    assert finish(download).state == "done"
    assert hub.ranges("LICENSE.md") == [""]  # kept


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ((401, "GatedRepo"), "accept its conditions"),
        ((401, "RepoNotFound"), "hf auth login"),
        ((401, ""), "hf auth login"),
        ((403, "GatedRepo"), "accept its conditions"),
        ((403, ""), "HF_TOKEN"),
        ((404, "RevisionNotFound"), "newer Tableread"),
        ((404, "RepoNotFound"), "hf auth login"),
        ((418, ""), "status 418"),
        ((503, ""), "cannot be reached"),
    ],
)
def test_a_refusal_is_one_plain_sentence(
    hub: Hub, begin, status: tuple[int, str], said: str
) -> None:
    hub.status = status
    progress = finish(begin())
    assert progress.state == "failed"
    assert said in progress.message
    assert "\n" not in progress.message and "http://" not in progress.message


def test_a_network_that_is_gone_is_given_up_after_a_while(begin) -> None:
    progress = finish(begin(url="http://127.0.0.1:9"))
    assert progress.state == "failed"
    assert "Check the connection" in progress.message


def test_another_commit_is_refused(hub: Hub, begin) -> None:
    hub.commit = "f" * 40
    assert "Nothing was downloaded" in finish(begin()).message


def test_another_file_than_the_pinned_one_is_refused(hub: Hub, begin) -> None:
    progress = finish(begin(replace(CHECKPOINT, pinned={"codec.pth": "0" * 64})))
    assert "another codec.pth" in progress.message
    assert hub.ranges("codec.pth") == []


def test_a_repository_without_a_needed_file_is_refused(hub: Hub, begin) -> None:
    del hub.content["codec.pth"]
    assert "has no codec.pth" in finish(begin()).message


def test_a_full_disk_is_said_before_anything_is_fetched(hub: Hub, begin, monkeypatch) -> None:
    usage = SimpleNamespace(free=1_000_000)
    monkeypatch.setattr(model_download.shutil, "disk_usage", lambda _: usage)
    progress = finish(begin())
    assert "Free some space" in progress.message
    assert hub.ranges("codec.pth") == []


def test_what_has_arrived_can_be_thrown_away(hub: Hub, begin) -> None:
    hub.spoiled = {"codec.pth"}
    download = begin()
    finish(download)
    assert download.progress().resumable
    download.discard()
    assert not download.partial.exists()
    assert download.progress().state == "none"


def test_the_pinned_revision_is_a_commit() -> None:
    assert len(S2_PRO.revision) == 40
    assert set(S2_PRO.pinned) < set(S2_PRO.needed)
