"""A voice is added, a play is performed and delivered with its report, in the real app."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from playwright.sync_api import Page, expect

from tests.browser.steps import BLOCK, go, saved, write

pytestmark = pytest.mark.browser

# No other test performs these words: a take serves every project that has its turn.
SHORT = "Gwendolen: I did not hear it.\n\nJack: No, I suppose not."
PERFORM_MS = 240_000


def judge(page: Page) -> None:
    """Flag the first turn, accept it, and give it another pause, by keyboard."""
    first, long = page.locator(".tr-turn").first, page.locator(".tl-clock")
    page.keyboard.press("j")
    expect(first).to_have_attribute("aria-current", "true")
    page.keyboard.press("f")
    expect(first.locator("[data-kind=flag]")).to_be_visible()
    page.keyboard.press("a")
    expect(first).to_have_attribute("data-state", "locked")
    before = long.text_content()
    page.locator("[data-name=pause_after] input").fill("3")
    page.keyboard.press("Enter")
    expect(first.locator("[data-kind=adjusted]")).to_be_visible()
    assert long.text_content() != before
    page.locator("[data-name=pause_after] button").click()
    expect(first.locator("[data-kind=adjusted]")).to_have_count(0)
    page.locator(".tl-filter").select_option("flagged")
    expect(page.locator(".tr-turn:visible")).to_have_count(1)


def test_a_play_is_delivered_with_its_report(open_page) -> None:
    page = open_page()
    write(page, SHORT)
    expect(page.locator(BLOCK)).to_have_count(2)
    go(page, "deliver")
    expect(page.locator("#ready")).to_contain_text("Nothing has been performed yet")
    expect(page.locator("#deliver")).to_be_disabled()
    go(page, "listen")
    page.locator("#perform").click()
    expect(page.locator("#pause")).to_be_visible()
    page.locator("[data-do=toggle]").click()  # plays as soon as there is something to hear
    listen = page.locator(".tr-listen")
    expect(listen).to_have_attribute("data-playing", "waiting")
    page.wait_for_selector(".tr-listen[data-playing=playing]:not([data-level='0.0000'])")
    expect(page.locator(".tr-turn").last).to_have_attribute("aria-current", "true", timeout=60_000)
    before = float(listen.get_attribute("data-at") or 0)
    page.wait_for_timeout(500)
    assert 0.3 < float(listen.get_attribute("data-at") or 0) - before < 0.9
    expect(listen).to_have_attribute("data-playing", "", timeout=20_000)  # at the end
    judge(page)
    page.wait_for_selector(".tr-progress[data-state=done]", timeout=PERFORM_MS)
    go(page, "deliver")
    expect(page.locator("#ready")).to_contain_text("Every turn is performed")
    page.locator("#deliver").click()
    expect(page.locator(".tr-report")).to_contain_text("for Audible and ACX", timeout=PERFORM_MS)
    expect(page.locator(".tr-report svg")).to_have_count(1)
    with page.expect_download() as caught:
        page.locator(".tr-file a").click()
    content = Path(caught.value.path()).read_bytes()
    samples, rate = sf.read(io.BytesIO(content), dtype="float32")
    assert caught.value.suggested_filename.endswith(".mp3")
    assert rate == 44_100
    assert samples.size / rate > 2
    assert 20 * np.log10(np.sqrt(np.mean(samples**2))) == pytest.approx(-20.5, abs=2.5)
    with page.expect_download() as caught:
        page.locator("[data-do=archive]").click()
    assert caught.value.suggested_filename.startswith("untitled")
    assert caught.value.suggested_filename.endswith(".zip")
    go(page, "script")
    page.locator(BLOCK).last.click()  # the first one is locked, and stays as it is
    page.keyboard.press("End")
    page.keyboard.type(" Indeed.")
    expect(page.locator(BLOCK).last).to_contain_text("Indeed.")
    saved(page)
    go(page, "deliver")
    expect(page.locator("#ready")).to_contain_text("1 has changed since. Perform it again, or tick")
    expect(page.locator(".tr-anyway")).to_have_text(
        "Deliver the turn that has changed, as it was performed"
    )
    page.locator("[data-open-of] summary").click()
    page.locator("[data-open-of] li button").click()
    expect(page.locator("#section-script")).to_be_visible()


def test_a_voice_is_added_found_and_removed(open_page, tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    time = np.arange(12 * 16_000) / 16_000
    sf.write(path, 0.3 * np.sin(2 * np.pi * 180 * time) * (time % 0.5 < 0.4), 16_000)
    page = open_page()
    go(page, "voices")
    page.locator("#recording input[type=file]").set_input_files(path)
    expect(page.locator("#examined")).to_contain_text("12.0 s", timeout=30_000)
    page.locator("#voice-name textarea, #voice-name input").fill("Zoe")
    page.locator("#transcript textarea").fill("Somebody speaks.")
    page.locator("#consent-who textarea, #consent-who input").fill("Zoe")
    page.locator("#consent-basis textarea, #consent-basis input").fill("my own voice")
    page.locator("#consent input").check()
    page.locator("#add").click()
    card = page.locator("#voices .tr-card", has_text="Zoe")
    expect(card).to_have_count(1)
    page.locator(".tr-search").fill("zoe")
    expect(page.locator("#voices .tr-card:visible")).to_have_count(1)
    card.locator("[data-do=audition]").click()
    expect(page.locator("#dock audio")).to_be_visible()
    card.get_by_label("More about Zoe").click()
    card.get_by_text("Rename").click()
    page.locator("#voices .tr-rename").fill("Zoe Jones")
    page.locator("#voices .tr-rename").press("Enter")
    expect(card.locator("strong")).to_have_text("Zoe Jones")
    card.get_by_label("More about Zoe").click()
    card.get_by_text("Remove").click()
    expect(card).to_have_count(0)
