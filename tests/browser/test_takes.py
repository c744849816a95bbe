"""Takes in the script editor, by keyboard, on the real app: what is heard is what was chosen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import BLOCK, go, saved, write

pytestmark = pytest.mark.browser

SCRIPT = "# One\n\nAnn: Hello there.\n\nBob: Good day.\n\n# Two\n\nBob: Later.\n"
PERFORM_MS = 120_000
STATUS = "#editor .tr-status"
SOUNDING = re.compile("tr-sounding")
TAKE = ".tr-takes .tr-take"


def states(page: Page, *wanted: str) -> None:
    """Wait until the turns on the page are in these states; the first time loads the engine."""
    for row, state in enumerate(wanted):
        mark = page.locator(STATUS).nth(row)
        expect(mark).to_have_attribute("data-state", state, timeout=PERFORM_MS)


def play_and_stop(page: Page) -> None:
    """Hear the chapter until its second turn sounds, and no further."""
    play = page.locator("#editor [data-do=play_chapter]")
    row = page.locator("#editor .tr-row")
    play.click()
    expect(play).to_have_text("Stop playing")
    expect(row.first).to_have_class(SOUNDING)
    page.wait_for_function("document.querySelector('#dock audio')?.currentTime > 0.1")
    expect(row.nth(1)).to_have_class(SOUNDING, timeout=30_000)
    expect(row.first).not_to_have_class(SOUNDING)
    page.wait_for_function("document.querySelector('#dock audio')?.currentTime > 0.1")
    expect(play).to_have_text("Stop playing")
    play.click()
    expect(play).to_have_text("Play chapter")
    expect(page.locator("#editor .tr-sounding")).to_have_count(0)
    assert page.locator("#dock audio").evaluate("audio => audio.paused")
    page.locator(BLOCK).first.click()


def test_turns_are_performed_compared_chosen_locked_and_walked_through(open_page) -> None:
    page = open_page()
    write(page, SCRIPT)
    expect(page.locator(BLOCK)).to_have_text(["Hello there.", "Good day."])
    expect(page.locator("#editor [data-do=play]").first).to_be_disabled()
    perform = page.locator("#editor [data-do=perform_chapter]")
    expect(perform).to_have_text("Perform 2 turns")
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+Shift+Enter")
    states(page, "done", "done")
    expect(perform).to_have_text("All performed")
    expect(perform).to_be_disabled()
    chapters = page.locator("#editor .tr-chapters button")
    expect(chapters.first).to_have_accessible_name("One 2 All performed")
    expect(page.locator("#editor .tr-chapter-menu option").first).to_have_text("One · ✓")
    expect(chapters.last).to_have_accessible_name("Two 1 Not performed yet")

    play_and_stop(page)
    page.keyboard.press("Alt+p")
    heard = page.locator("#dock audio")
    expect(heard).to_be_visible()

    page.keyboard.press("Alt+Enter")
    expect(page.locator(TAKE)).to_have_count(1)
    expect(page.locator(TAKE).get_by_role("button").first).to_be_focused()
    restore = page.get_by_role("button", name="Restore what was heard before")
    expect(restore).to_be_hidden()  # nothing else was heard
    page.keyboard.press("PageDown")
    expect(page.locator(".tr-takes h2")).to_have_text("Takes of turn 2")
    page.get_by_role("button", name="Previous turn").click()
    expect(page.locator(".tr-takes h2")).to_have_text("Takes of turn 1")
    expect(page.locator(TAKE)).to_have_count(1)
    page.get_by_label("Takes to make").select_option("2")
    page.locator(".tr-takes summary", has_text="Options").click()
    page.get_by_label("Temperature").fill("0.5")
    page.locator(".tr-takes [type=submit]").click()
    expect(page.locator(TAKE)).to_have_count(3, timeout=PERFORM_MS)
    page.locator(f"{TAKE} summary").first.click()
    expect(page.locator(".tr-take-how").first).to_contain_text("Temperature 0.5")
    first = page.locator(TAKE).last
    expect(first).not_to_have_attribute("data-heard", "")
    first.get_by_role("button", name="Use this take").click()
    expect(first).to_have_attribute("data-heard", "")
    expect(first.get_by_role("button", name="Use this take")).to_be_hidden()
    first.get_by_role("button", name="Play take 1").click()
    expect(first.locator("use")).to_have_attribute("href", "#tr-takes-stop")
    expect(first.locator("use")).to_have_attribute("href", "#tr-takes-play", timeout=20_000)
    drawn = (
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, 40).data.some(Boolean)"
    )
    assert first.locator("canvas").evaluate(drawn)
    restore.click()
    expect(first).not_to_have_attribute("data-heard", "")
    page.keyboard.press("Escape")
    expect(page.locator(TAKE).first).to_be_hidden()
    expect(page.locator(BLOCK).first).to_be_focused()

    page.keyboard.press("Control+End")
    page.keyboard.type(" Bob.")
    saved(page)
    states(page, "stale", "done")
    standing = "One 2 1 of 2 turns performed. 1 needs attention"
    expect(chapters.first).to_have_accessible_name(standing)
    page.keyboard.press("F8")
    expect(page.locator(".tr-walk")).to_contain_text("1 of 1 One, turn 1, Ann")
    expect(page.locator(".tr-walk")).to_contain_text("Changed since it was performed")
    page.locator("[data-do=problem_keep]").click()
    expect(page.locator(".tr-walk")).to_contain_text("Nothing needs attention")
    states(page, "locked", "done")
    kept = page.locator("#editor .tr-status[data-old=true]")
    expect(kept).to_have_accessible_name("Locked; its words or its voice have changed since")
    page.keyboard.press("Escape")

    go(page, "listen")
    expect(page.locator("#timeline [data-old] [data-kind=state]")).to_have_text(
        "accepted, changed since"
    )
    page.locator("#timeline [data-do=flag]").click()
    expect(page.locator("#timeline [data-kind=flag]")).to_have_count(1)
    go(page, "script")
    page.keyboard.press("F8")
    expect(page.locator(".tr-walk")).to_contain_text("1 of 1 One, turn 1, AnnFlagged")
    page.get_by_role("button", name="Take the flag away").click()
    expect(page.locator(".tr-walk")).to_contain_text("Nothing needs attention")
    expect(page.locator("#editor .tr-flagged")).to_have_count(0)

    page.locator(BLOCK).first.click()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#editor [data-do=chosen_perform]")).to_have_text("Perform again")
    page.locator("#editor [data-do=chosen_perform]").click()
    expect(page.locator("#editor .tr-notice")).to_contain_text("1 turn is locked; it stays")
    states(page, "locked", "done")
