"""The story of the first chapter: pick a script, cast it, perform it, listen, download."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from playwright.sync_api import Page, expect

from tests.browser.steps import BLOCK, answered, go, pick, write

pytestmark = pytest.mark.browser

SHORT = "Lane: Yes, sir.\n\nAlgernon: Did you hear?\n\nLane: I did not, sir."
PERFORM_MS = 1_100_000  # the test's own timeout comes first
FILE = "#download"
DONE = ".tr-turn:is([data-state=done], [data-state=attention])"
ENDED = ".tr-progress:is([data-state=done], [data-state=failed], [data-state=cancelled])"


def perform(page: Page) -> None:
    """Perform the open project, and wait until its chapter is there."""
    go(page, "listen")
    earlier = page.evaluate("document.querySelector('.tr-progress')?.dataset.job")
    page.locator("#perform").click()
    page.wait_for_selector(f".tr-progress:not([data-job='{earlier}'])")
    page.wait_for_selector(ENDED, timeout=PERFORM_MS)
    expect(page.locator(".tr-progress")).to_have_attribute("data-state", "done")
    page.wait_for_selector(FILE, timeout=PERFORM_MS)


def download(page: Page) -> Path:
    with page.expect_download() as caught:
        page.locator("#download").click()
    return Path(caught.value.path())


def measured(path: Path) -> tuple[float, float, np.ndarray, int]:
    """Seconds, level in dB, samples and rate of a downloaded file."""
    samples, rate = sf.read(io.BytesIO(path.read_bytes()), dtype="float32")
    level = 10 * np.log10(np.mean(samples**2) + 1e-12)
    return len(samples) / rate, float(level), samples, rate


def silences(samples: np.ndarray, rate: int, at_least: float) -> int:
    """How many stretches of near-silence of at least so many seconds lie inside."""
    loud = np.flatnonzero(np.abs(samples) > 1e-4)
    return int(np.count_nonzero(np.diff(loud) >= at_least * rate))


def advance(page: Page) -> float:
    """Seconds by which the chapter moves on within three seconds after play is pressed."""
    page.locator("#timeline [data-do=toggle]").click()
    page.wait_for_timeout(3000)
    page.locator("#timeline [data-do=toggle]").click()
    return float(page.locator(".tr-listen").get_attribute("data-at") or 0)


SCENE = pytest.param(
    "The Importance of Being Earnest",
    60,
    marks=pytest.mark.timeout(1200),
)


@pytest.mark.parametrize(("title", "at_least"), [("First sound", 7), SCENE])
def test_a_sample_is_cast_performed_heard_and_downloaded(
    open_page, title: str, at_least: int
) -> None:
    page = open_page()
    pick(page, title)
    expect(page.locator(".tr-open")).to_contain_text(title)
    go(page, "listen")
    page.wait_for_selector(f".tr-turn:nth-child({at_least})")
    turns = page.locator(".tr-turn").count()
    go(page, "cast")
    page.locator("#cast select").first.select_option(index=1)
    perform(page)

    expect(page.locator(DONE)).to_have_count(turns)
    expect(page.locator("#progress")).to_contain_text(f"{turns} of {turns} turns")
    assert advance(page) > 1.0

    length, level, samples, rate = measured(download(page))
    assert length > turns  # a turn takes a second at least
    assert -40 < level < -6
    assert silences(samples, rate, 0.2) >= turns - 1

    page.get_by_role("radio", name="WAV").check()
    expect(page.locator(FILE)).to_have_attribute("href", re.compile(r"\.wav$"), timeout=60_000)
    assert measured(download(page))[0] == pytest.approx(length, abs=0.1)


def test_what_plays_is_within_reach_and_stops_with_its_project(open_page) -> None:
    page = open_page(width=390, height=844, finger=True)
    write(page, "Lane: It sounds until another one is opened, and it is a rather long sentence.")
    perform(page)
    play = page.locator(".tl-bar [data-do=toggle]")
    play.click()
    page.wait_for_selector(".tr-listen[data-playing=playing]")
    go(page, "cast")
    page.get_by_role("button", name="Back to Listen").tap(timeout=5000)
    expect(page.locator("#section-listen")).to_be_visible()
    if page.locator(".tr-listen[data-playing=playing]").count() == 0:  # it was over meanwhile
        play.click()
    go(page, "cast")
    expect(page.locator(".tl-mini")).to_be_visible()
    write(page, "Lane: Another one.")
    expect(page.locator(".tl-mini")).to_be_hidden()
    expect(page.locator(".tr-listen")).to_have_attribute("data-playing", "")


def test_a_performance_outlives_its_page(open_page) -> None:
    page = open_page()
    write(page, SHORT)
    expect(page.locator(BLOCK)).to_have_count(3)
    go(page, "listen")
    page.locator("#perform").click()
    page.wait_for_selector(".tr-progress")
    answered(page)
    page.reload()
    expect(page.locator("#section-listen")).to_be_visible()
    expect(page.locator("#editor .tr-row")).to_have_count(3)
    page.wait_for_selector(FILE, timeout=PERFORM_MS)
    expect(page.locator(DONE)).to_have_count(3)
    page.locator(".tr-turn button").nth(1).click()
    expect(page.locator(".tr-turn").nth(1)).to_have_attribute("aria-current", "true")
    go(page, "script")
    expect(page.locator("#editor [data-do=perform_chapter]")).to_have_text("All performed")
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+Shift+Enter")
    notice = page.get_by_text("Everything in this chapter is performed.")
    expect(notice).to_be_visible()
    page.keyboard.type("Now ")  # then it is not true any more
    expect(notice).to_be_hidden()


def test_a_cancelled_performance_goes_on_where_it_was(open_page) -> None:
    page = open_page()
    write(page, "\n\n".join(f"Lane: Number {number}, sir." for number in range(8)))
    expect(page.locator(BLOCK)).to_have_count(8)
    go(page, "listen")
    page.locator("#perform").click()
    page.wait_for_selector(DONE, timeout=PERFORM_MS)
    page.locator("#cancel").click()
    page.wait_for_selector(ENDED, timeout=PERFORM_MS)
    expect(page.locator(".tr-progress")).to_have_attribute("data-state", "cancelled")
    page.locator(f"{DONE} button").first.click()
    page.wait_for_selector(".tr-listen[data-playing=playing]:not([data-level='0.0000'])")
    perform(page)
    expect(page.locator("#progress")).to_contain_text("kept from before")
