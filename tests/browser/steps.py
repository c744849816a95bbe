"""What a user does on the page, step by step."""

from playwright.sync_api import Page, expect

BLOCK = "#editor .tr-block"


def go(page: Page, section: str) -> None:
    """Go to a section by the bar."""
    page.locator(f"nav [data-section={section}]").click()
    expect(page.locator(f"#section-{section}")).to_be_visible()


def write(page: Page, script: str) -> None:
    """Make a project of a script, by writing it, and wait until it is stored."""
    go(page, "projects")
    page.locator("#begin [data-do=create]").click()
    expect(page.locator(BLOCK)).to_have_text([""])
    write_plain(page, script)


def write_plain(page: Page, script: str) -> None:
    """Put a text in the place of the open chapter; one that cannot be read stays where it is."""
    page.locator("#editor [data-do=plain]").click()
    page.locator("#editor .tr-plain").fill(script)
    page.locator("#editor [data-do=plain]").click()


def saved(page: Page) -> None:
    """Wait until the editor has nothing that is not saved."""
    expect(page.locator("#editor .tr-saved")).to_have_attribute("data-state", "saved")


def quiet(page: Page) -> None:
    """Wait until the page has asked nothing for a second: leaving it would break a request off."""
    asked = "() => performance.getEntriesByType('resource').length"
    before, now = -1, page.evaluate(asked)
    while before != now:
        page.wait_for_timeout(1000)
        before, now = now, page.evaluate(asked)


def answered(page: Page) -> None:
    """Wait for the next answer of the server: what asks every second is silent for a moment now."""
    with page.expect_response("**/run/predict"):
        pass


def pick(page: Page, title: str) -> None:
    """Make a project of a sample."""
    go(page, "projects")
    page.locator("#samples").get_by_text(title).click()
