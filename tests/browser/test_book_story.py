"""The whole way of a book through the studio, in one page of the real app: from its file to the
files for its listeners; and the whole of it once more at the width of a phone.

The parts have tests of their own; here it is shown that one leads to the next.
"""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from playwright.sync_api import Page, expect

from tests.browser.steps import BLOCK, answered, go, saved

pytestmark = pytest.mark.browser

BOOK = "# One\n\nAnn: Hello there.\n\nBob: Good day to you.\n\n# Two\n\nBob: Until later.\n"
PERFORM_MS = 240_000
SECTIONS = ("projects", "script", "cast", "listen", "voices", "deliver", "model")
DONE = ".tr-progress[data-state=done]"
TAKE = ".tr-takes .tr-take"


def bring_in(page: Page, path: Path) -> None:
    """Bring a book in, after looking at what will come."""
    go(page, "projects")
    page.locator("#upload input[type=file]").set_input_files(path)
    expect(page.locator("#import")).to_contain_text("Bob")
    page.get_by_label("Title").first.fill("A small book")
    page.locator("[data-do=accept]").click()
    expect(page.locator(".tr-open")).to_have_text("A small book")
    expect(page.locator(BLOCK)).to_have_text(["Hello there.", "Good day to you."])


def edit(page: Page) -> None:
    """Split a turn, take that back, and write a word more: by keyboard alone."""
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("And welcome.")
    saved(page)
    expect(page.locator(BLOCK)).to_have_count(3)
    for _ in range(2):
        page.keyboard.press("Control+z")
        saved(page)
    expect(page.locator(BLOCK)).to_have_text(["Hello there.", "Good day to you."])
    page.locator(BLOCK).last.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Sir.")
    saved(page)


def choose(page: Page) -> None:
    """Perform a turn again, hear the first take after all, and lock it."""
    go(page, "script")
    page.locator(BLOCK).first.click()
    page.keyboard.press("Alt+Enter")
    expect(page.locator(TAKE)).to_have_count(1)
    page.locator(".tr-takes [type=submit]").click()
    expect(page.locator(TAKE)).to_have_count(2, timeout=PERFORM_MS)
    first = page.locator(TAKE).last
    first.get_by_role("button", name="Use this take").click()
    expect(first).to_have_attribute("data-heard", "")
    first.get_by_role("button", name="Lock").click()
    mark = page.locator("#editor .tr-status").first
    expect(mark).to_have_attribute("data-locked", "true", timeout=30_000)
    page.keyboard.press("Escape")


def play(page: Page) -> None:
    """Play the chapter: it moves on, and there is something to hear."""
    go(page, "listen")
    listen = page.locator(".tr-listen")
    page.locator("[data-do=toggle]").click()
    page.wait_for_selector(".tr-listen[data-playing=playing]:not([data-level='0.0000'])")
    before = float(listen.get_attribute("data-at") or 0)
    page.wait_for_timeout(500)
    assert float(listen.get_attribute("data-at") or 0) - before > 0.3
    page.locator("[data-do=toggle]").click()


def deliver(page: Page) -> tuple[np.ndarray, int]:
    """Deliver the book; returns the samples of its first file, and their rate."""
    go(page, "deliver")
    page.locator("#deliver").click()
    expect(page.locator(".tr-report")).to_contain_text("Audible and ACX", timeout=PERFORM_MS)
    with page.expect_download() as caught:
        page.locator(".tr-file a").first.click()
    return sf.read(io.BytesIO(Path(caught.value.path()).read_bytes()), dtype="float32")


@pytest.mark.slow  # `test_story` and `test_takes` walk the parts of it
def test_a_book_from_its_file_to_its_listeners(open_page, tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_text(BOOK, encoding="utf-8")
    page = open_page()
    bring_in(page, path)
    go(page, "cast")
    page.locator("#cast select").first.select_option(index=1)
    go(page, "script")
    edit(page)
    go(page, "listen")
    page.locator("#perform-all").click()
    page.wait_for_selector(".tr-progress")
    answered(page)
    page.reload()  # in the middle of it: the performance is the server's
    expect(page.locator("#section-listen")).to_be_visible()
    page.wait_for_selector(DONE, timeout=PERFORM_MS)
    choose(page)
    play(page)
    samples, rate = deliver(page)
    assert rate == 44_100
    assert samples.size / rate > 2
    assert 20 * np.log10(np.sqrt(np.mean(samples**2))) == pytest.approx(-20.5, abs=2.5)


def test_everything_is_reached_at_the_width_of_a_phone(open_page) -> None:
    page = open_page(width=390, height=844, finger=True)
    assert page.evaluate(HOVERS) == []
    for section in SECTIONS:
        go(page, section)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, section
        assert page.evaluate(OUTSIDE) == [], section
    page.locator(".tr-tools [data-do=help]").click()
    box = page.locator(".tr-help").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 844
    page.locator(".tr-help header button").click()
    expect(page.locator(".tr-help")).to_be_hidden()


# Rules for a pointer that hovers: what is tapped would stay lit.
HOVERS = """() => {
  const found = (rules) => [...rules].flatMap((rule) => [
    ...(rule.selectorText?.includes(":hover") ? [rule.selectorText] : []),
    ...found(rule.cssRules ?? []),
  ]);
  return [...document.styleSheets].flatMap((sheet) => found(sheet.cssRules));
}"""

# Controls that are shown and can not be brought into sight by scrolling down: beside the page, and
# in nothing that scrolls.
OUTSIDE = """() =>
  [...document.querySelectorAll("button, select, input, textarea, a[href], summary")]
  .filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((control) => {
    const { left, right, width } = control.getBoundingClientRect();
    if (!width || (left >= 0 && right <= innerWidth + 1)) return false;
    for (let parent = control.parentElement; parent; parent = parent.parentElement)
      if (/auto|scroll/.test(getComputedStyle(parent).overflowX)) return false;
    return true;
  })
  .map((control) => control.outerHTML.slice(0, 120))"""
