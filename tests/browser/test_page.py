"""The page itself: its errors, its safety, its sizes and its themes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

HOSTILE = (
    "Lane: <img src=x onerror=alert(1)> {{constructor.constructor('alert(2)')()}} "
    "${alert(3)} `tick` </li><script>alert(4)</script>\n\n"
    "<b>Bold</b>: {{7*7}} ${7*7}"
)


def write(page: Page, script: str) -> None:
    page.locator("#script textarea").fill(script)


def test_a_broken_script_says_where_and_cannot_be_performed(open_page) -> None:
    page = open_page()
    write(page, "Lane: Yes, sir.\n\nAlgernon: [softly Did you hear?")
    expect(page.get_by_role("alert")).to_contain_text("Line 3, column 11")
    expect(page.locator("#perform")).to_be_disabled()
    write(page, "Lane: Yes, sir.")
    expect(page.locator(".tr-turn")).to_have_count(1)
    expect(page.locator("#perform")).to_be_enabled()
    write(page, "")
    expect(page.locator("#turns")).to_contain_text("Paste a script")


def test_a_hostile_script_is_only_text(open_page) -> None:
    """Alerts, console errors and foreign requests fail the test in `open_page`."""
    page = open_page()
    write(page, HOSTILE)
    expect(page.locator(".tr-turn").first).to_contain_text("<img src=x onerror=alert(1)>")
    shown = page.locator(".tr-turns").inner_text()
    assert "{{7*7}} ${7*7}" in shown
    assert "${alert(3)} `tick`" in shown
    assert page.locator(".tr-turns :is(img, script, b)").count() == 0


def test_a_draft_survives_a_reload(open_page) -> None:
    page = open_page()
    write(page, "Lane: This was not saved anywhere.")
    expect(page.locator(".tr-turn")).to_have_count(1)
    page.reload()
    expect(page.locator(".tr-text")).to_have_text("This was not saved anywhere.")


def test_a_file_is_opened(open_page, tmp_path: Path) -> None:
    path = tmp_path / "play.txt"
    path.write_text("Lane: From a file.\n\nAlgernon: Indeed.\n", encoding="utf-8")
    page = open_page()
    with page.expect_file_chooser() as chooser:
        page.locator("#upload").click()
    chooser.value.set_files(path)
    expect(page.locator(".tr-text").first).to_have_text("From a file.")


def test_chapters_can_be_chosen(open_page) -> None:
    page = open_page()
    write(page, "# One\n\nLane: Yes.\n\n# Two\n\nLane: No.\n\nJack: No.")
    page.locator("#chapter input").click()
    expect(page.locator("ul[role=listbox] [role=option]")).to_have_text(
        [re.compile("Whole script"), re.compile(r"One \(1 turn\)"), re.compile(r"Two \(2 turns\)")]
    )


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_can_be_read(open_page, width: int, color_scheme: str) -> None:
    page = open_page(width=width, color_scheme=color_scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("#script", "#turns", "#cast", "#perform"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    ratios = page.evaluate(CONTRAST, [".tr-text", ".tr-speaker", ".tr-engine", ".tr-heading small"])
    assert min(ratios.values()) >= 4.5, ratios  # WCAG 2.2, 1.4.3


def test_every_control_has_a_name(open_page) -> None:
    page = open_page()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, textarea, audio")]
            .filter((e) => e.offsetParent && !e.labels?.length && !e.textContent.trim()
                && !e.ariaLabel && !e.title)
            .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


# The contrast of the first element of each selector against what is painted behind it.
CONTRAST = """(selectors) => {
  const rgb = (color) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) =>
    0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgb(getComputedStyle(e).backgroundColor);
      if (color[3] > 250) return color;
    }
    return [255, 255, 255, 255];
  };
  const ratio = (element) => {
    const pair = [luminance(rgb(getComputedStyle(element).color)), luminance(behind(element))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  return Object.fromEntries(selectors.map((s) => [s, ratio(document.querySelector(s))]));
}"""
