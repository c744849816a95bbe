"""The requests that a hostile page or a curious one can send, sent to the real app."""

from pathlib import Path

import httpx
import pytest

from tests.imports import ROOT

EVIL = {"Origin": "https://evil.example"}
REBOUND = {"Host": "evil.example", "Origin": "http://evil.example"}


def upload(url: str, size: int = 10, headers: dict | None = None) -> int:
    files = {"files": ("notes.txt", b"x" * size)}
    answer = httpx.post(f"{url}/gradio_api/upload", files=files, headers=headers, timeout=60)
    return answer.status_code


def fetch(url: str, file: str) -> int:
    return httpx.get(f"{url}/gradio_api/file={file}").status_code


def test_a_foreign_page_cannot_upload(studio_url: str) -> None:
    assert upload(studio_url) == 200
    assert upload(studio_url, headers=EVIL) == 403
    assert upload(studio_url, headers={"Sec-Fetch-Site": "cross-site"}) == 403
    assert upload(studio_url, headers=REBOUND) == 400


def test_an_upload_is_bounded(studio_url: str) -> None:
    assert upload(studio_url, size=60_000_000) == 413


def test_a_rebound_name_reads_nothing(studio_url: str) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        assert httpx.get(studio_url + path, headers={"Host": "evil.example"}).status_code == 400


def test_a_foreign_page_cannot_join_the_queue(studio_url: str) -> None:
    join = f"{studio_url}/gradio_api/queue/join"
    assert httpx.post(join, json={}, headers=EVIL).status_code == 403
    assert httpx.post(join, json={}, headers=REBOUND).status_code == 400


@pytest.mark.parametrize("file", ["pyproject.toml", "app.py", "projects/studio.db", ".git/config"])
def test_no_file_of_the_project_is_served(studio_url: str, file: str) -> None:
    assert fetch(studio_url, str(ROOT / file)) == 403
    assert fetch(studio_url, file) == 403


def test_the_workspace_is_not_served(studio_url: str, studio_folder: Path) -> None:
    database = studio_folder / "projects" / "studio.db"
    assert database.exists()
    assert fetch(studio_url, str(database)) == 403


def test_the_server_fetches_nothing_for_others(studio_url: str) -> None:
    assert fetch(studio_url, "http://example.com/") == 403


def test_what_the_page_calls_can_be_called_by_nobody_else(studio_url: str) -> None:
    api = httpx.get(f"{studio_url}/gradio_api/info").json()
    config = httpx.get(f"{studio_url}/config").json()
    of_the_page = set(config["page"][""]["dependencies"])
    events = config["dependencies"]
    seen = {(event["api_visibility"], event["id"] in of_the_page) for event in events}
    assert seen == {("private", True), ("public", False)}
    assert len(api["named_endpoints"]) == len(config["page"]["programs"]["dependencies"])
    assert httpx.get(f"{studio_url}/monitoring").status_code in {403, 404}
