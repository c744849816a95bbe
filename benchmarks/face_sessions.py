"""Many people at once: what twenty open pages ask of the server, without twenty browsers.

Is: the requests of a page, as the page sends them. Who writes has a book open, saves turns, and
asks for their states after saving and for what needs attention; who listens has the book open that
is performed, asks for its states every second and for how far it is every five, and plays turns.
Everybody comes to the page first and walks about.
Is not: a browser; what it does with the answers is measured in `benchmarks/face.py`.
"""

import asyncio
import math
import random
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

THINK_SECONDS = 1.0
"""Between two things that a person does: brisk."""
LOOK_SECONDS = 1.0
"""Between two looks of a page at what is performed."""
LOOK_AFTER_SAVING_SECONDS = 0.7
COUNT_AFTER_WRITING_SECONDS = 2.5
COUNT_SECONDS = 5.0
"""Between two counts of what is performed and what needs attention, of the whole book."""
SECTIONS = ("projects", "cast", "listen", "voices", "deliver", "model")
COME_SECONDS = 3.0
"""Within which all come."""
HEARD_TURNS = 6
Times = defaultdict[str, list[float]]


class Visitor:
    """One session on the app at `url`, with a project of its own; keeps how long calls took."""

    def __init__(self, client: httpx.AsyncClient, config: dict[str, Any], times: Times) -> None:
        self._client = client
        self._config = config
        self._times = times
        self._session = secrets.token_hex(6)
        self._random = random.Random(self._session)
        self._saved = math.inf

    async def perform(self, project: str) -> list[str]:
        """Start a performance of the whole project; returns its first turns when they are there."""
        await self._ask("takes", "perform", project)
        while True:
            states = (await self._ask("takes", "states", project))["turns"]
            heard = [turn for turn, state in states.items() if state["heard"]]
            if len(heard) >= HEARD_TURNS:
                return heard
            await asyncio.sleep(LOOK_SECONDS)

    async def write(self, project: str, until: float) -> None:
        """Come, and write until a moment of the monotonic clock."""
        turns = await self._come(project)
        while time.monotonic() < until:
            await self._think()
            if time.monotonic() - self._saved > COUNT_AFTER_WRITING_SECONDS:
                self._saved = math.inf
                await self._ask("takes", "problems", project)
            if self._random.random() < 0.75:
                await self._rewrite(project, self._random.choice(turns))
            else:
                await self._walk(project)

    async def listen(self, project: str, heard: list[str], until: float) -> None:
        """Come, and look and listen until a moment of the monotonic clock."""
        await self._come(project)
        looking = asyncio.create_task(self._look(project, until))
        while time.monotonic() < until:
            await self._think()
            if self._random.random() < 0.5:
                await self._play(project, self._random.choice(heard))
            else:
                await self._walk(project)
        await looking

    async def _come(self, project: str) -> list[str]:
        await asyncio.sleep(self._random.uniform(0, COME_SECONDS))
        await self._timed("page", self._client.get("/"))
        await self._event("load", "load", project)
        opened = await self._ask("ask", "open", project)
        await self._ask("takes", "states", project)
        await self._ask("takes", "problems", project)
        return [row["id"] for row in opened["rows"]]

    async def _think(self) -> None:
        await asyncio.sleep(THINK_SECONDS * self._random.uniform(0.5, 1.5))

    async def _rewrite(self, project: str, turn: str) -> None:
        revision = (await self._ask("ask", "text", project))["revision"]
        edit = {"kind": "rewrite", "turn": turn, "text": f"So {secrets.token_hex(3)}."}
        await self._ask("ask", "edit", project, revision=revision, edits=[edit])
        await asyncio.sleep(LOOK_AFTER_SAVING_SECONDS)
        await self._ask("takes", "states", project)
        self._saved = time.monotonic()

    async def _walk(self, project: str) -> None:
        await self._event("section", f"show_{self._random.choice(SECTIONS)}", project)

    async def _play(self, project: str, turn: str) -> None:
        answer = await self._ask("takes", "sound", project, turn=turn)
        await self._timed("file", self._client.get("/" + answer["address"]))

    async def _look(self, project: str, until: float) -> None:
        counted = 0.0
        while time.monotonic() < until:
            await self._ask("takes", "states", project)
            if time.monotonic() - counted > COUNT_SECONDS:
                counted = time.monotonic()
                await self._ask("takes", "problems", project)
            await asyncio.sleep(LOOK_SECONDS)

    async def _ask(self, function: str, do: str, project: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        request = {"do": do, "project": project, **more}
        if do in {"open", "edit", "text", "states"}:
            request["chapter"] = 1
        body = {
            "data": request, "fn_name": function, "session_hash": self._session,
            "component_id": self._component("editor"),
        }  # fmt: skip
        answer = self._client.post("/gradio_api/component_server/", json=body)
        return (await self._timed(do, answer)).json()

    async def _event(self, kind: str, event: str, project: str) -> None:
        index, target, inputs = self._dependency(event)
        data = [
            project if one["type"] == "browserstate" else one["props"].get("value")
            for one in inputs
        ]
        body = {
            "data": data, "event_data": {}, "fn_index": index, "trigger_id": target,
            "session_hash": self._session,
        }  # fmt: skip
        await self._timed(kind, self._client.post("/gradio_api/run/predict", json=body))

    async def _timed(self, kind: str, call: Any) -> httpx.Response:  # noqa: ANN401 - a coroutine
        start = time.perf_counter()
        answer: httpx.Response = await call
        self._times[kind].append(time.perf_counter() - start)
        answer.raise_for_status()
        return answer

    def _component(self, elem_id: str) -> int:
        components = self._config["components"]
        return next(one["id"] for one in components if one["props"].get("elem_id") == elem_id)

    def _dependency(self, event: str) -> tuple[int, int, list[dict[str, Any]]]:
        """Its number, the component that tells the event, and the components it is given."""
        components = {one["id"]: one for one in self._config["components"]}
        for one in self._config["dependencies"]:
            for component, name in one["targets"]:
                if name == event and one["backend_fn"]:
                    return one["id"], component, [components[number] for number in one["inputs"]]
        raise LookupError(event)


async def visit(
    url: str, written: list[str], listened: str, heard: list[str], listeners: int, seconds: float
) -> Times:
    """Have a writer on each project and listeners on one; seconds of every call, by kind.

    Args:
        heard: turns of the project that is listened to, which can be heard.
    """
    times = Times(list)
    async with _client(url) as client:
        config = (await client.get("/config")).json()
        until = time.monotonic() + seconds
        writing = [Visitor(client, config, times).write(one, until) for one in written]
        listening = [
            Visitor(client, config, times).listen(listened, heard, until) for _ in range(listeners)
        ]
        await asyncio.gather(*writing, *listening)
    return times


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    # As many connections as twenty browsers would have.
    limits = httpx.Limits(max_connections=120, max_keepalive_connections=120)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        yield client
