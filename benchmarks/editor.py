"""Measures the script editor in a browser, with a chapter of 1,000 turns in the real app.

Is: what a writer feels: from a key to the screen, from a letter to "Saved", opening the page.
Is not: a test; how fast it is says as much about what else the machine does. Needs a Chromium and
the packages of requirements-dev.txt.

    PYTHONPATH=. python benchmarks/editor.py --out benchmarks/results/editor.json
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from studio.services import open_workspace
from studio.settings import Settings
from tests.browser.conftest import QUIET, find_browser
from tests.serving import serve

TURNS = 1000
KEYS = "The quick brown fox [whisper] jumps over the lazy dog. "
KEY_PAUSE = 0.1
SAVES = 12
FLOORS = {"key_to_screen_ms": 50, "edit_to_saved_ms": 300}

# From the key to the end of the frame that shows it.
WATCH_KEYS = """() => {
  window.keys = [];
  document.addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.keys.push(performance.now() - timeStamp);
    channel.port2.postMessage(0);
  }), true);
}"""
EDIT_TO_SAVED = """() => new Promise((done) => {
  const sign = document.querySelector("#editor .tr-saved");
  let left = false;
  const start = performance.now();
  const watch = new MutationObserver(() => {
    const saved = sign.dataset.state === "saved";
    left ||= !saved;
    if (left && saved) { watch.disconnect(); done(performance.now() - start); }
  });
  watch.observe(sign, { attributes: true });
  document.execCommand("insertText", false, "x");
})"""


def main() -> int:
    """Measure, print, and keep the result; 1 if a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    measured = measure()
    result = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"), "turns": TURNS,
        "machine": f"{platform.machine()}, {len(os.sched_getaffinity(0))} of {os.cpu_count()} "
        f"cores, load {os.getloadavg()[0]:.1f}", "floors": FLOORS, **measured,
    }  # fmt: skip
    text = json.dumps(result, indent=2)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return int(any(result[name]["median"] > floor for name, floor in FLOORS.items()))


def measure() -> dict[str, object]:
    """Make the chapter, open it in the app, and type."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(projects=Path(folder) / "projects")
        with open_workspace(settings) as workspace:
            workspace.projects.create(script(), title="A thousand turns")
        with serve(settings, Path(folder) / "log") as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            start = time.perf_counter()
            page.goto(url)
            page.wait_for_selector(f"#editor .tr-row:nth-child({TURNS})", state="attached")
            opened = time.perf_counter() - start
            return {"page_opened_s": round(opened, 2), **type_in(page)}


def type_in(page: Page) -> dict[str, object]:
    """Type in the middle of the chapter."""
    block = page.locator("#editor .tr-block").nth(TURNS // 2)
    block.scroll_into_view_if_needed()
    block.click()
    page.keyboard.press("Control+End")
    time.sleep(2)
    page.evaluate(WATCH_KEYS)
    for key in KEYS:
        page.keyboard.type(key)
        time.sleep(KEY_PAUSE)
    keys = page.evaluate("keys")
    time.sleep(2)
    saves = []
    for _ in range(SAVES):
        saves.append(page.evaluate(EDIT_TO_SAVED))
        time.sleep(0.3)
    return {"key_to_screen_ms": spread(keys), "edit_to_saved_ms": spread(saves)}


def script() -> str:
    """A chapter of `TURNS` turns by eight speakers."""
    words = "It is a truth universally acknowledged [soft] that everybody has something to say."
    return "# One\n\n" + "\n\n".join(
        f"Speaker {number % 8}: {number}. {words}" for number in range(TURNS)
    )


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "max": round(ordered[-1], 1),
        "count": len(ordered),
    }


if __name__ == "__main__":
    raise SystemExit(main())
