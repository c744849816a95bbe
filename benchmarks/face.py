"""Measures the page in the real app, with the starter: coming, opening a book, many at once.

Is: what people wait for. The first load of a chapter of 1,000 turns, by a browser that was never
there and by one that was; opening a book of 60 chapters; and every call of twenty sessions while
a performance is made.
Is not: a test; how fast it is says as much about what else the machine does. Needs a Chromium and
the packages of requirements-dev.txt.

    PYTHONPATH=. python benchmarks/face.py --out benchmarks/results/face.json
"""

import argparse
import asyncio
import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.editor import TURNS, script, spread
from benchmarks.face_sessions import Times, Visitor, visit
from studio.services import open_workspace
from studio.settings import Settings
from tests.browser.conftest import QUIET, find_browser
from tests.serving import serve

LOADS = 5
CHAPTERS, TURNS_OF_CHAPTER = 60, 40
WRITERS, LISTENERS, SESSION_SECONDS = 15, 5, 30
FLOORS = {"cold_load_s": 2.0, "warm_load_s": 2.0, "book_opened_s": 1.0, "call_p95_ms": 500}
LAST_ROW = f"#editor .tr-row:nth-child({TURNS})"


def main() -> int:
    """Measure, print, and keep the result; 1 if a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    measured = {**measure_pages(), **measure_sessions()}
    result = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {len(os.sched_getaffinity(0))} of {os.cpu_count()} "
        f"cores, load {load:.1f} before", "floors": FLOORS, **measured,
    }  # fmt: skip
    text = json.dumps(result, indent=2)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return int(any(result[name] > floor for name, floor in FLOORS.items()))


def measure_pages() -> dict[str, object]:
    """Load a long chapter, and open a long book, in a browser."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(projects=Path(folder) / "projects")
        with open_workspace(settings) as workspace:
            workspace.projects.create(book(), title="Sixty chapters")
            workspace.projects.create(script(), title="A thousand turns")
        with serve(settings, Path(folder) / "log") as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET)
            cold = [first_load(browser, url) for _ in range(LOADS)]
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(url)
            warm = [loaded(page, lambda: page.goto(url)) for _ in range(LOADS)]
            opened = [book_opened(page) for _ in range(LOADS)]
    return {
        "cold_loads_s": rounded(cold), "cold_load_s": round(statistics.median(cold), 2),
        "warm_load_s": round(statistics.median(warm), 2), "warm_loads_s": rounded(warm),
        "book_opened_s": round(statistics.median(opened), 2), "books_opened_s": rounded(opened),
        "server_started_and_loaded_s": round(cold[0], 2),
    }  # fmt: skip


def first_load(browser: Browser, url: str) -> float:
    """Seconds until all turns are there, in a browser that was never there."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    try:
        return loaded(page, lambda: page.goto(url))
    finally:
        context.close()


def loaded(page: Page, go: Callable[[], object]) -> float:
    """Seconds from going until the last turn of the long chapter is on the page."""
    start = time.perf_counter()
    go()
    page.wait_for_selector(LAST_ROW, state="attached")
    return time.perf_counter() - start


def book_opened(page: Page) -> float:
    """Seconds from the click on the book's card until its chapters and first turns are there."""
    page.locator("nav [data-section=projects]").click()
    card = page.locator("#projects .tr-card", has_text="Sixty chapters").locator(".tr-face")
    card.wait_for()
    time.sleep(1)
    start = time.perf_counter()
    card.click()
    page.wait_for_selector(f"#editor .tr-row:nth-child({TURNS_OF_CHAPTER})")
    page.get_by_text(f"Chapter {CHAPTERS}").first.wait_for(state="attached")
    seconds = time.perf_counter() - start
    page.locator("nav [data-section=projects]").click()
    page.locator("#projects .tr-card", has_text="A thousand").locator(".tr-face").click()
    page.wait_for_selector(LAST_ROW, state="attached")
    return seconds


def measure_sessions() -> dict[str, object]:
    """Have many sessions work while a performance is made."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(projects=Path(folder) / "projects")
        with open_workspace(settings) as workspace:
            titles = ["Performed", *(f"Book {number}" for number in range(WRITERS))]
            slug, *slugs = [workspace.projects.create(book(), title=one).slug for one in titles]
        with serve(settings, Path(folder) / "log") as url:
            heard = asyncio.run(perform(url, slug))
            before, start = performed(settings), time.monotonic()
            times = asyncio.run(visit(url, slugs, slug, heard, LISTENERS, SESSION_SECONDS))
            turns, seconds = performed(settings) - before, time.monotonic() - start
    return {
        **calls(times), "writers": WRITERS, "listeners": LISTENERS,
        "takes_meanwhile": turns, "seconds": round(seconds, 1),
        "calls_per_second": round(sum(map(len, times.values())) / seconds, 1),
    }  # fmt: skip


async def perform(url: str, slug: str) -> list[str]:
    """Start a performance of a whole book, and wait until it is under way."""
    async with httpx.AsyncClient(base_url=url, timeout=120) as client:
        config = (await client.get("/config")).json()
        return await Visitor(client, config, Times(list)).perform(slug)


def performed(settings: Settings) -> int:
    """How many takes the workspace has."""
    with sqlite3.connect(f"file:{settings.projects / 'studio.db'}?mode=ro", uri=True) as database:
        return int(database.execute("select count(*) from take").fetchone()[0])


def calls(times: Times) -> dict[str, object]:
    """The spread of all calls and of each kind, in milliseconds."""
    kinds = {kind: spread([1000 * one for one in taken]) for kind, taken in sorted(times.items())}
    everything = spread([1000 * one for taken in times.values() for one in taken])
    return {"call_p95_ms": everything["p95"], "calls_ms": everything, "calls_by_kind_ms": kinds}


def book() -> str:
    """A book of sixty chapters with a narrator and a few speakers."""
    words = "It is a truth universally acknowledged that everybody has something to say, sooner."
    chapters = (
        f"# Chapter {chapter + 1}\n\n"
        # No two turns are the same: what is once performed would be taken for the other.
        + "\n\n".join(f"Speaker {n % 6}: {chapter}, {n}. {words}" for n in range(TURNS_OF_CHAPTER))
        for chapter in range(CHAPTERS)
    )
    return "\n\n".join(chapters)


def rounded(values: list[float]) -> list[float]:
    """Seconds to the hundredth."""
    return [round(value, 2) for value in values]


if __name__ == "__main__":
    raise SystemExit(main())
