"""The page itself: its errors, its safety, its sizes and its themes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.steps import BLOCK, go, quiet, saved, write, write_plain

pytestmark = pytest.mark.browser

HOSTILE = (
    "Lane: <img src=x onerror=alert(1)> {{constructor.constructor('alert(2)')()}} "
    "${alert(3)} `tick` </li><script>alert(4)</script>\n\n"
    "<b>Bold</b>: {{7*7}} ${7*7}"
)


def test_a_broken_script_says_where_and_is_not_lost(open_page) -> None:
    page = open_page()
    broken = "Lane: Yes, sir.\n\nAlgernon: [softly Did you hear?"
    write(page, broken)
    problem = page.locator("#editor .tr-plain-problem")
    expect(problem).to_contain_text("Line 3: This '[' is never closed.")
    quiet(page)
    page.reload()
    expect(page.locator("#editor .tr-plain")).to_have_value(broken)
    expect(problem).to_contain_text("Line 3")
    page.locator("#editor .tr-plain").fill("Lane: Yes, sir.")
    page.locator("#editor [data-do=plain]").click()
    expect(page.locator(BLOCK)).to_have_text(["Yes, sir."])
    go(page, "listen")
    go(page, "listen")
    expect(page.locator(".tr-turn")).to_have_count(1)


def test_a_hostile_script_is_only_text(open_page) -> None:
    """Alerts, console errors and foreign requests fail the test in `open_page`."""
    page = open_page()
    write(page, HOSTILE)
    go(page, "listen")
    expect(page.locator(".tr-turn").first).to_contain_text("<img src=x onerror=alert(1)>")
    shown = page.locator(".tr-turns").inner_text()
    assert "{{7*7}} ${7*7}" in shown
    assert "${alert(3)} `tick`" in shown
    assert page.locator("#editor .tr-sheet :is(img, script, b)").count() == 0
    assert page.locator(".tr-turns :is(img, script, b)").count() == 0


def test_a_reload_finds_the_project_and_the_section(open_page) -> None:
    page = open_page()
    write(page, "Lane: This is stored.")
    expect(page.locator(BLOCK)).to_have_text(["This is stored."])
    go(page, "cast")
    quiet(page)
    page.reload()
    expect(page.locator("#cast")).to_be_visible()
    expect(page.locator("#cast")).to_contain_text("Lane")
    expect(page.locator(BLOCK)).to_have_text("This is stored.")
    page.go_back()
    expect(page.locator("#section-script")).to_be_visible()


def test_a_file_is_brought_in(open_page, tmp_path: Path) -> None:
    path = tmp_path / "play.txt"
    path.write_text("Lane: From a file.\n\nAlgernon: Yes.\n\n# Two\n\nLane: No.", encoding="utf-8")
    page = open_page()
    go(page, "projects")
    (tmp_path / "bad.epub").write_text("no book")
    page.locator("#upload input[type=file]").set_input_files(tmp_path / "bad.epub")
    expect(page.locator("#import")).to_have_text(
        "bad.epub is no EPUB: it is no zip file. Save it again as EPUB, or choose another file."
    )
    page.locator("#upload input[type=file]").set_input_files(path)
    expect(page.locator("#import")).to_contain_text("Algernon")
    page.get_by_label("Title").first.fill("A play from a file")
    page.locator("[data-do=accept]").click()
    expect(page.locator(BLOCK).first).to_have_text("From a file.")
    expect(page.locator(".tr-open")).to_have_text("A play from a file")
    expect(page.locator("#section-script")).to_be_visible()
    go(page, "deliver")
    expect(page.locator("#ready")).to_contain_text("Nothing has been performed yet.")
    page.locator("#delivery input[data-chapter='1']").uncheck()
    expect(page.locator("#ready")).to_contain_text("Nothing of what is chosen has been performed")
    page.locator("[data-do=none]").click()
    expect(page.locator("#ready")).to_have_text(re.compile("No chapter is chosen"))
    expect(page.locator("#ready button")).to_be_hidden()


def test_a_project_is_renamed_thrown_away_and_got_back(open_page) -> None:
    page = open_page()
    write(page, "Lane: To be thrown away.")
    go(page, "projects")
    quiet(page)  # what has just been written is stored, and the cards are made anew
    card = page.locator("#projects .tr-card[aria-current]")
    card.locator("summary").click()
    card.get_by_text("Rename").click()
    page.locator(".tr-rename").fill("A name of its own")
    page.locator(".tr-rename").press("Enter")
    expect(page.locator(".tr-open")).to_have_text("A name of its own")
    named = page.locator("#projects .tr-card", has_text="A name of its own")
    named.locator("summary").click()
    named.get_by_text("Delete").click()
    expect(named).to_have_count(0)
    page.locator(".tr-undo button").click()
    expect(named).to_have_count(1)
    named.locator("summary").click()
    with page.expect_download() as caught:
        named.get_by_text("Save as a bundle").click()
    assert caught.value.suggested_filename.endswith(".tableread")


def test_a_project_is_opened_by_its_card(open_page) -> None:
    page = open_page()
    write(page, "Lane: The second.")
    expect(page.locator(BLOCK)).to_have_text(["The second."])
    go(page, "projects")
    quiet(page)  # what has just been written is stored, and the cards are made anew
    expect(page.locator("#projects .tr-card[aria-current]")).to_contain_text("Untitled")
    page.locator("#projects .tr-card", has_text="First sound").last.locator(".tr-face").click()
    expect(page.locator(BLOCK).first).to_contain_text("It is late")
    expect(page.locator(".tr-open")).to_have_text("First sound")


def test_keys_lead_to_sections_and_to_help(open_page) -> None:
    page = open_page()
    page.keyboard.press("3")
    expect(page.locator("#section-cast")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator(".tr-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".tr-help")).not_to_be_visible()
    page.keyboard.press("2")
    page.locator(BLOCK).first.press("End")
    page.keyboard.press("3")
    expect(page.locator("#section-script")).to_be_visible()  # a digit that is typed is text


def test_the_theme_can_be_chosen_and_is_kept(open_page) -> None:
    page = open_page()
    page.locator("[data-do=theme]").click()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    quiet(page)
    page.reload()
    expect(page.locator("body")).to_have_class(re.compile("dark"))


def test_a_section_is_on_the_page_when_it_is_gone_to(open_page) -> None:
    """The first load is quick because it makes and asks for nothing that is not looked at."""
    page = open_page()
    quiet(page)
    sections = page.locator(".tr-section")
    expect(sections).to_have_count(1)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for section in ("cast", "model", "cast"):
        go(page, section)
    expect(page.locator("#cast")).to_contain_text("turn")
    quiet(page)
    expect(sections).to_have_count(3)
    assert len([url for url in asked if "/run/" in url]) <= 3  # of what is not looked at, nothing
    write(page, "Jack: Another cast.")
    go(page, "cast")
    expect(page.locator("#cast")).to_contain_text("Jack")


def test_what_the_button_counts_is_performed(open_page) -> None:
    page = open_page()
    write(page, "Lane: One chapter alone.")
    go(page, "listen")
    expect(page.locator(".tl-count")).to_contain_text("of 1 turn")
    expect(page.locator("#perform-all")).to_be_hidden()
    write(page, "# One\n\nLane: Yes.\n\n# Two\n\nLane: No.\n\nJack: No.\n\nLane: No?")
    go(page, "listen")
    expect(page.locator("#perform-all")).to_be_visible()
    expect(page.locator(".tl-title")).to_be_hidden()  # the menu of the chapters is the title
    page.locator(".tl-chapter").select_option("Two")
    expect(page.locator(".tl-count")).to_contain_text("of 3 turns")
    amount = "getComputedStyle(document.querySelector('#perform'), '::after').content"
    assert page.evaluate(amount) == '" 3 turns"'
    page.locator("#perform").click()
    expect(page.locator("#progress")).to_contain_text("of 3 turns")
    expect(page.locator(".tl-count")).to_have_text(re.compile("^$|3 of 3"))  # is said once
    expect(page.locator(".tl-count")).to_contain_text("3 of 3", timeout=60_000)


def test_what_is_not_written_cannot_be_performed(open_page) -> None:
    page = open_page()
    write(page, "")
    go(page, "listen")
    page.get_by_role("link", name="Write something under Script first").click()
    expect(page.locator("#section-script")).to_be_visible()
    go(page, "listen")
    for what in ("#perform", "#perform-all", "#timeline [data-do=toggle]", ".tl-wave"):
        expect(page.locator(what)).to_be_hidden()
    go(page, "script")
    write_plain(page, "Lane: Now it is.")
    saved(page)
    go(page, "listen")
    expect(page.locator("#perform")).to_be_visible()


SECTIONS = ("projects", "script", "cast", "listen", "voices", "deliver", "model")
SHOWN = {
    "projects": ["#projects", "#upload"],
    "script": ["#editor .tr-sheet", "#editor .tr-bar"],
    "cast": ["#cast"],
    "listen": ["#timeline", "#perform"],
    "voices": ["#voices"],
    "deliver": ["#ready", "#deliver", "#delivery"],
    "model": ["#model"],
}


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits(open_page, width: int, color_scheme: str) -> None:
    page = open_page(width=width, color_scheme=color_scheme)
    for section in SECTIONS:
        go(page, section)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, section
        for selector in SHOWN[section]:
            box = page.locator(selector).bounding_box()
            assert box["x"] >= 0, selector
            assert box["x"] + box["width"] <= width, selector


def test_every_control_has_a_name(open_page) -> None:
    page = open_page()
    for section in SECTIONS:
        go(page, section)
        assert page.evaluate(NAMELESS) == [], section


NAMELESS = """() => [...document.querySelectorAll("button, select, input, textarea, audio, a")]
    .filter((e) => e.offsetParent && !e.labels?.length && !e.textContent.trim()
        && !e.ariaLabel && !e.title)
    .map((e) => e.outerHTML.slice(0, 120))"""
