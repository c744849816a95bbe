"""What a user does on the page, step by step."""

from playwright.sync_api import Page, expect


def go(page: Page, section: str) -> None:
    """Go to a section by the bar."""
    page.locator(f"nav [data-section={section}]").click()
    expect(page.locator(f"#section-{section}")).to_be_visible()


def write(page: Page, script: str) -> None:
    """Make a project of a script, by writing it, and wait until it is stored."""
    go(page, "projects")
    page.locator("#begin [data-do=create]").click()
    box = page.locator("#script textarea")
    expect(box).to_have_value("# Chapter 1\n\nNarrator: Write your first line here.\n")
    box.fill(script)


def pick(page: Page, title: str) -> None:
    """Make a project of a sample."""
    go(page, "projects")
    page.locator("#begin").get_by_text(title).click()
