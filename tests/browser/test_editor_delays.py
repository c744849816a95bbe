"""The script editor where answers take their time: whatever comes late, what was typed stays."""

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.steps import BLOCK, saved, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "# One\n\nAnn: Hello.\n\nBob: Good day.\n\nAnn: Sit down.\n"
TURNS = ["Hello.", "Good day.", "Sit down."]
DOOR = "**/component_server/"
PLAIN = "#editor .tr-plain"


def slowly(page: Page, what: str, seconds: float) -> Callable[[], None]:
    """Have the answers of one kind arrive late, though the server has made them; ends it."""

    def late(route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}").get("data", {})
        if asked.get("do") != what:
            return route.continue_()
        answer = route.fetch()
        time.sleep(seconds)
        return route.fulfill(response=answer)

    page.route(DOOR, late)
    return lambda: page.unroute(DOOR, late)


@pytest.fixture
def page(open_page) -> Page:
    page = open_page()
    write(page, "# One\n\nAnn: Only.\n")
    expect(page.locator(BLOCK)).to_have_text(["Only."])
    return page


def test_a_text_that_is_left_while_it_is_saved_is_on_the_page(page: Page) -> None:
    page.locator("#editor [data-do=plain]").click()
    slowly(page, "put_text", 1.5)
    page.locator(PLAIN).fill(TEXT)
    page.wait_for_timeout(700)  # it is being saved
    page.locator("#editor [data-do=plain]").click()
    expect(page.locator(PLAIN)).to_be_hidden(timeout=15_000)
    expect(page.locator(BLOCK)).to_have_text(TURNS)
    saved(page)


def test_a_text_is_left_for_another_project_and_both_keep_what_is_theirs(page: Page) -> None:
    first = page.url
    page.locator("#editor [data-do=plain]").click()
    page.locator(PLAIN).fill(TEXT)
    page.locator("nav [data-section=projects]").click()
    slowly(page, "put_text", 1.0)
    page.locator("#begin [data-do=create]").click()
    expect(page.locator(BLOCK)).to_have_text([""], timeout=15_000)
    page.goto("about:blank")
    page.goto(first)
    expect(page.locator(BLOCK)).to_have_text(TURNS, timeout=15_000)


def test_what_is_typed_while_the_chapter_is_read_again_stays(page: Page) -> None:
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+End")
    stop = slowly(page, "open", 1.5)
    page.locator("#editor [data-do=plain]").click()
    expect(page.locator(PLAIN)).to_be_visible()
    page.locator("#editor [data-do=plain]").click()
    expect(page.locator(PLAIN)).to_be_hidden()
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And more.")
    page.wait_for_timeout(2500)
    stop()
    expect(page.locator(BLOCK)).to_have_text(["Only. And more."])
    saved(page)
    page.reload()
    expect(page.locator(BLOCK)).to_have_text(["Only. And more."])


def test_turns_are_asked_after_until_they_are_performed(page: Page) -> None:
    nothing = {"turns": {}, "flagged": [], "job": {"id": "", "running": False, "error": ""}}
    asked = []

    def of_before(route: Route) -> None:
        data = json.loads(route.request.post_data or "{}").get("data", {})
        if data.get("do") != "states" or len(asked) > 1:
            return route.continue_()
        asked.append(data)
        return route.fulfill(json=nothing if len(asked) == 1 else {"error": {"message": "Later."}})

    page.route(DOOR, of_before)
    page.locator("#editor [data-do=perform_chapter]").click()
    sign = page.locator("#editor .tr-status").first
    expect(sign).to_have_attribute("data-state", "done", timeout=60_000)
    assert len(asked) == 2
