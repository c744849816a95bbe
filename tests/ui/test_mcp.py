"""The endpoints as MCP tools: only when asked for, and behind the same guard as everything."""

import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.cli import main
from studio.ui.api.endpoints import endpoints
from studio.ui.context import Context
from tests.serving import serve, settings_for_tests

ADDRESS = "/gradio_api/mcp/"
HEADERS = {"Accept": "application/json, text/event-stream"}
Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def mcp_url(quick_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("mcp", reason="MCP is not installed")
    folder = tmp_path_factory.mktemp("mcp")
    settings = settings_for_tests(folder, quick_checkpoint)
    with serve(settings, folder / "app.log", "--mcp") as url:
        yield url


@pytest.fixture(scope="module")
def call(mcp_url: str) -> Call:
    """Ask by the protocol: one request, one answer in a stream of events."""

    def ask(method: str, **parameters: Any) -> dict[str, Any]:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        answer = httpx.post(mcp_url + ADDRESS, headers=HEADERS, json=request, timeout=30)
        [data] = [line for line in answer.text.splitlines() if line.startswith("data:")]
        return json.loads(data.removeprefix("data:"))["result"]

    return ask


def test_every_endpoint_is_a_tool_with_its_description(call: Call, context: Context) -> None:
    tools = {tool["name"]: tool for tool in call("tools/list")["tools"]}
    assert set(tools) == set(endpoints(context))
    assert tools["projects_create"]["description"].startswith("Make a project of a script")
    assert "text" in tools["projects_create"]["inputSchema"]["properties"]


def test_a_tool_does_what_it_says_or_says_why_not(call: Call) -> None:
    made = call("tools/call", name="projects_create", arguments={"text": "Lane: Yes, sir."})
    assert not made["isError"]
    assert "untitled" in made["content"][0]["text"]
    gone = call("tools/call", name="projects_open", arguments={"project": "gone"})
    assert gone["isError"]
    assert gone["content"][0]["text"].startswith("There is no project gone")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 400),
    ],
)
def test_other_sites_are_refused(mcp_url: str, headers: dict[str, str], status: int) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answer = httpx.post(mcp_url + ADDRESS, headers=HEADERS | headers, json=request)
    assert answer.status_code == status


def test_without_being_asked_for_there_is_no_mcp(studio_url: str) -> None:
    assert httpx.get(f"{studio_url}{ADDRESS}schema").status_code == 404


def test_where_mcp_is_not_installed_the_command_says_how(monkeypatch, capsys) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["--mcp"]) == 3
    assert 'pip install "mcp>=1.21,<2"' in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--projects", "x", "check"], ["--lanes", "2", "voices", "list"]]
)
def test_options_of_the_studio_are_not_lost_before_a_command(words: list[str], capsys) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert "behind the command" in capsys.readouterr().err


def test_an_impossible_number_of_lanes_is_refused(capsys) -> None:
    assert main(["--lanes", "0"]) == 3
    assert "choose 1 to 64" in capsys.readouterr().err
