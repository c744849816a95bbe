"""The story of the first chapter: pick a script, cast it, perform it, listen, download."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PERFORM_MS = 240_000
PLAYER = "#chapter-player audio"
ENDED = ".tr-progress:is([data-state=done], [data-state=failed], [data-state=cancelled])"


def pick(page: Page, title: str) -> None:
    page.locator("#sample input").click()
    page.get_by_role("option", name=title).click()


def write(page: Page, script: str) -> None:
    page.locator("#script textarea").fill(script)


def perform(page: Page) -> None:
    """Perform what is shown, and wait until its chapter is there."""
    page.locator("#perform").click()
    page.wait_for_selector(ENDED, timeout=PERFORM_MS)
    expect(page.locator(".tr-progress")).to_have_attribute("data-state", "done")
    page.wait_for_selector(PLAYER)


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
    """Seconds by which the chapter player moves on within two seconds of playing."""
    return page.eval_on_selector(
        PLAYER,
        """async (audio) => {
            const before = audio.currentTime;
            await audio.play();
            await new Promise((done) => setTimeout(done, 2000));
            audio.pause();
            return audio.currentTime - before;
        }""",
    )


def test_a_sample_is_performed_heard_and_downloaded(open_page) -> None:
    page = open_page()
    pick(page, "First sound")
    expect(page.locator(".tr-chapter")).to_have_text("The lighthouse")
    turns = page.locator(".tr-turn").count()
    perform(page)

    expect(page.locator(".tr-turn[data-state=done], .tr-turn[data-state=attention]")).to_have_count(
        turns
    )
    expect(page.locator("#progress")).to_contain_text(f"{turns} of {turns} turns")
    seconds = page.eval_on_selector(PLAYER, "audio => audio.duration")
    assert advance(page) > 1.0

    length, level, samples, rate = measured(download(page))
    assert length == pytest.approx(seconds, abs=0.1)
    assert length > turns  # a turn takes a second at least
    assert -40 < level < -6
    assert silences(samples, rate, 0.2) >= turns - 1
