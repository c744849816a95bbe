"""The browser guard: the requests a hostile page can make are refused, our own are not.

Only the rules are tested here; `tests/ui/test_server.py` sends the same requests to the real app.
"""

import pytest

from studio.security import LOCAL_HOSTS, BrowserGuard, host_name, refusal

OURS = {"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860"}
REBOUND = {"host": "evil.example", "origin": "http://evil.example"}


@pytest.mark.parametrize(
    ("netloc", "host"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:7860", "localhost"),
        ("[::1]:7860", "[::1]"),
        ("[::1]", "[::1]"),
        ("", ""),
    ],
)
def test_host_name_drops_the_port(netloc: str, host: str) -> None:
    assert host_name(netloc) == host


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"host": "127.0.0.1:7860"}, None),
        ("POST", {"host": "127.0.0.1:7860"}, None),  # a program, not a browser
        ("POST", OURS, None),
        ("POST", OURS | {"sec-fetch-site": "same-origin"}, None),
        ("GET", {"host": "[::1]:7860"}, None),
        ("GET", OURS | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, None),
        ("GET", REBOUND, 400),
        ("POST", REBOUND, 400),
        ("GET", {}, 400),
        ("GET", {"host": "127.0.0.1.evil.example"}, 400),
        ("GET", {"host": "localhost@evil.example"}, 400),
        ("POST", OURS | {"origin": "https://evil.example"}, 403),
        ("POST", OURS | {"origin": "null"}, 403),
        ("POST", OURS | {"origin": "http://127.0.0.1:3000"}, 403),  # another local server's page
        ("POST", OURS | {"sec-fetch-site": "same-site"}, 403),
        ("POST", {"host": "127.0.0.1:7860", "sec-fetch-site": "cross-site"}, 403),
        ("GET", {"host": "localhost", "sec-fetch-site": "cross-site"}, 403),  # embedded file
    ],
)
def test_a_request_passes_or_is_refused(method: str, headers: dict, status: int | None) -> None:
    assert refusal("http", method, headers, LOCAL_HOSTS) == status


def test_a_websocket_is_held_to_the_rules_of_a_changing_request() -> None:
    assert refusal("websocket", "GET", OURS, LOCAL_HOSTS) is None
    assert refusal("websocket", "GET", OURS | {"origin": "http://evil.example"}, LOCAL_HOSTS) == 403


def test_a_space_serves_its_own_host_as_well() -> None:
    guard = BrowserGuard(lambda *_: None, hosts=["Me-Tableread.hf.space"])
    headers = {"host": "me-tableread.hf.space", "origin": "https://me-tableread.hf.space"}
    assert refusal("http", "POST", headers, guard.hosts) is None
    assert refusal("http", "POST", headers, LOCAL_HOSTS) == 400
