"""A real Chromium for the browser tests, and the page of the real app.

Debian's chromium or one that is installed already; where there is none these tests are skipped, by
name and with the reason. The reports of the page are kept: an error in its console, or a request
that leaves this machine, fails the test that caused it.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def find_browser() -> str | None:
    """A Chromium on this machine, or the one that $TABLEREAD_BROWSER names."""
    named = os.environ.get("TABLEREAD_BROWSER")
    found = [shutil.which(name) for name in NAMES]
    installed = [path for path in APPLICATIONS if Path(path).exists()]
    return named or next(filter(None, [*found, *installed]), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.skip("no Chromium found; install one, or name it in $TABLEREAD_BROWSER")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Reports:
    """What a page did that it should not."""

    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def watch(self, page: Page, url: str) -> None:
        page.on("console", lambda message: message.type == "error" and self.error(message.text))
        page.on("pageerror", lambda error: self.error(str(error)))
        page.on("request", lambda request: self.ask(request.url, url))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def error(self, text: str) -> None:
        self.errors.append(text)

    def ask(self, asked: str, url: str) -> None:
        if not asked.startswith((url, "blob:", "data:")):
            self.strangers.append(asked)


@pytest.fixture
def open_page(browser: Browser, studio_url: str) -> Iterator:
    """Open the studio in a fresh browser profile: `open_page(width=390, color_scheme="dark")`.

    With `finger`, as on a phone, whose finger taps and never hovers.
    """
    contexts = []
    reports = Reports()

    def opened(
        width: int = 1280, height: int = 900, color_scheme: str = "light", *, finger: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            accept_downloads=True,
            has_touch=finger,
            is_mobile=finger,
        )
        contexts.append(context)
        page = context.new_page()
        reports.watch(page, studio_url)
        page.add_init_script("performance.setResourceTimingBufferSize(10000)")  # for `quiet`
        page.goto(studio_url)
        page.wait_for_selector("#editor .tr-row", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert reports == Reports()
