"""The door of the local server: who may speak to it from a browser.

A page on any site can make a browser send requests to localhost, and a site that re-points its own
name at 127.0.0.1 can even read the answers. The guard closes both ways in, before Gradio sees a
request. It is not a login: whoever sits at this machine, or at an allowed host, may use the studio.

- The Host header must name a host we serve: a rebound name is refused with 400.
- A request that changes something must come from our own pages, or from a program that is no
  browser and sends neither Origin nor Sec-Fetch-Site: anything else is refused with 403.
- A cross-site page may link here, but may not embed what is served here.
- Gradio would fetch a URL for whoever asks for it as a file, and nobody here does: 403.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY_VIOLATION = 1008  # WebSocket close code, RFC 6455 section 7.4.1


def host_name(netloc: str) -> str:
    """Return the host of `host[:port]` in lower case, brackets of IPv6 kept.

    >>> host_name("LocalHost:7860"), host_name("[::1]:7860")
    ('localhost', '[::1]')
    """
    end = netloc.find("]") + 1 if netloc.startswith("[") else netloc.find(":")
    return (netloc[:end] if end > 0 else netloc).lower()


def refusal(kind: str, method: str, headers: Mapping[str, str], hosts: Iterable[str]) -> int | None:
    """Return the status a request is refused with, or None when it may pass.

    Args:
        kind: "http" or "websocket", as ASGI names it.
        method: HTTP method; ignored for a WebSocket.
        headers: request headers, names in lower case.
        hosts: host names that we serve, without ports.
    """
    host = headers.get("host", "")
    if host_name(host) not in hosts:
        return 400
    site = headers.get("sec-fetch-site", "none")
    if kind == "http" and method in SAFE_METHODS:
        embedded = site == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
        return 403 if embedded else None
    origin = headers.get("origin")
    ours = origin is None or origin.partition("://")[2].lower() == host.lower()
    return None if ours and site in {"none", "same-origin"} else 403


def asks_for_a_url(path: str) -> bool:
    """Return whether a request wants a URL fetched through the file route.

    >>> asks_for_a_url("/gradio_api/file=https://example.com/x.wav")
    True
    """
    return re.search(r"/file=\s*[a-z][a-z0-9+.-]*:/", path, re.IGNORECASE) is not None


class BrowserGuard:
    """ASGI middleware that lets a request through or refuses it; it holds no other state."""

    def __init__(self, app: App, hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.hosts = LOCAL_HOSTS | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: pass it on, or refuse it."""
        status = None
        if scope["type"] in {"http", "websocket"}:
            headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
            status = refusal(scope["type"], scope.get("method", ""), headers, self.hosts)
            if status is None and asks_for_a_url(scope["path"]):
                status = 403
        if status is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await self._refuse(status, send)

    async def _refuse(self, status: int, send: Send) -> None:
        body = b"Tableread answers only its own pages, on the address it was started with.\n"
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
