"""Everybody can use the page: axe finds nothing serious in any section, in both themes, at 390 px.

One page walks through everything, since an app that is started costs more than looking does. What
axe cannot see, such as what a key does, is in the tests of the sections.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import go, write

pytestmark = pytest.mark.browser

SECTIONS = ("projects", "script", "cast", "listen", "voices", "deliver", "model")
SCRIPT = "# One\n\nLane: [softly] Yes, sir. [pause 0.5s] No.\n\n***\n\nJack: \\[So\\] be it."
GRAVE = {"serious", "critical"}
RUN = """() => axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, impact, nodes }) => ({
    id, impact, nodes: nodes.map(({ target, html, any }) => ({
      target: target.join(" "), html, why: any.map(({ message }) => message).join(" "),
    })),
  })))"""


@pytest.mark.parametrize(("width", "color_scheme"), [(1280, "dark"), (390, "light")])
def test_axe_finds_nothing_serious(open_page, width: int, color_scheme: str) -> None:
    page = open_page(width=width, color_scheme=color_scheme)
    write(page, SCRIPT)
    expect(page.locator("#editor .tr-row")).to_have_count(2)
    page.evaluate(Axe().axe_script)
    found = []
    for section in SECTIONS:
        go(page, section)
        page.wait_for_timeout(300)  # what it shows has just been asked for
        found += [f"{section}: {one}" for one in grave(page)]
    page.keyboard.press("?")
    expect(page.locator(".tr-help")).to_be_visible()
    found += [f"help: {one}" for one in grave(page)]
    assert found == []


def grave(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    return [
        f"{violation['id']}: {node['target']}: {node['html'][:120]}: {node['why']}"
        for violation in page.evaluate(RUN)
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
