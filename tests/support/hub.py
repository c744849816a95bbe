"""A stand-in for the Hugging Face Hub: as much of its API as a download of one commit needs.

Is: a server on this machine with faults on demand. Large files are handed over to another host
name, as the Hub hands them to its storage.
Is not: faithful in anything that is not asked for here.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = (".safetensors", ".pth", "tokenizer.json")


@dataclass
class Hub:
    """A repository at one commit.

    Args:
        content: file -> bytes.
        breaks: file -> after how many bytes the next answers break off; one each.
        spoiled: files of which the last byte is wrong, once each.
        status: instead of any answer, with this error code of the Hub.
        ignores_range: every answer begins at 0.
        hold: not set: large files wait after their first bytes.
        asked: (path, Range, Authorization) of every request.
    """

    content: dict[str, bytes]
    commit: str = COMMIT
    breaks: dict[str, list[int]] = field(default_factory=dict)
    spoiled: set[str] = field(default_factory=set)
    status: tuple[int, str] | None = None
    ignores_range: bool = False
    hold: threading.Event | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = ""

    def listing(self) -> dict[str, object]:
        """What the Hub says of a commit."""
        return {"id": "a/b", "sha": self.commit, "siblings": [*map(self._sibling, self.content)]}

    def _sibling(self, name: str) -> dict[str, object]:
        data = self.content[name]
        git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        entry: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": git}
        if name.endswith(LARGE):
            sha256 = hashlib.sha256(data).hexdigest()
            entry["lfs"] = {"size": len(data), "sha256": sha256, "pointerSize": 134}
        return entry

    def ranges(self, name: str) -> list[str]:
        """With which ranges a file was asked for."""
        return [asked for path, asked, _ in self.asked if path.endswith(f"/{name}")]


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serve a hub until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        if hub.hold is not None:
            hub.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        headers = self.headers
        self.hub.asked.append((path, headers["Range"] or "", headers["Authorization"] or ""))
        if self.hub.status:
            code, error = self.hub.status
            return self._answer(code, b"{}", {"X-Error-Code": error, "X-Error-Message": error})
        if path.startswith("/api/models/"):
            return self._answer(200, json.dumps(self.hub.listing()).encode())
        name = path.rpartition("/")[2]
        if "/resolve/" in path and name.endswith(LARGE):
            port = self.server.server_address[1]
            return self._answer(302, b"", {"Location": f"http://localhost:{port}/storage/{name}"})
        self._send_file(name)

    def _send_file(self, name: str) -> None:
        data = self.hub.content[name]
        if name in self.hub.spoiled:
            self.hub.spoiled.remove(name)
            data = data[:-1] + bytes([data[-1] ^ 1])
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        start = int(wanted[1]) if wanted and not self.hub.ignores_range else 0
        rest = data[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        breaks = self.hub.breaks.get(name)
        if breaks:
            self.wfile.write(rest[: breaks.pop(0)])
            self.close_connection = True
            return
        if self.hub.hold is not None and name.endswith(LARGE):
            half = len(rest) // 2
            self.wfile.write(rest[:half])
            self.hub.hold.wait(20)
            rest = rest[half:]
        try:
            self.wfile.write(rest)
        except OSError:  # whoever asked has gone
            self.close_connection = True

    def _answer(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
