"""The script editor, by keyboard, on the real app: what is typed is what is stored.

The few that are not slow are those by which text could be lost; the services' tests cover the rest
of what an edit does.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import BLOCK, go, quiet, saved, write, write_plain

pytestmark = pytest.mark.browser

SCRIPT = (
    "# One\n\nAnn: Hello there.\n\nBob: Good day.\n\n***\n\nAnn: Sit down.\n\n"
    "# Two\n\nBob: Later.\n"
)
PLAIN = "#editor .tr-plain"

PASTE = """([block, text]) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const how = { clipboardData, bubbles: true, cancelable: true };
    block.dispatchEvent(new ClipboardEvent("paste", how));
}"""
# What is left of every state's mark where nothing has a color.
SHAPES = """(mark) => {
    const seen = (color) => !/, 0\\)|transparent|\\/ 0\\)/.test(color);
    const shape = (state, locked) => {
        Object.assign(mark.dataset, { state, locked });
        const parts = [null, "::before", "::after"];
        const [own, before, after] = parts.map((of) => getComputedStyle(mark, of));
        return [
            own.borderTopStyle, own.borderTopWidth, seen(own.borderTopColor),
            seen(own.borderRightColor), seen(own.backgroundColor), own.height,
            own.backgroundImage.split("(")[0], before.borderTopStyle, after.content,
        ].join(" ");
    };
    const states = ["missing", "queued", "performing", "done", "attention", "stale", "soft-stale"];
    return [...states.map((state) => shape(state, "false")), shape("locked", "true")];
}"""
COPY = """() => {
    const clipboardData = new DataTransfer();
    const how = { clipboardData, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent("copy", how));
    return clipboardData.getData("text/plain");
}"""


@pytest.fixture
def page(open_page) -> Page:
    page = open_page()
    write(page, SCRIPT)
    expect(page.locator(BLOCK)).to_have_text(["Hello there.", "Good day.", "Sit down."])
    return page


def turns(page: Page) -> list[str]:
    """The turns on the page, as a script has them."""
    names, texts = (
        page.locator(f"#editor .tr-row {part}").all_text_contents()
        for part in (".tr-name", ".tr-block")
    )
    return [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]


def stored(page: Page) -> str:
    """The chapter as the server has it."""
    saved(page)
    page.locator("#editor [data-do=plain]").click()
    expect(page.locator(PLAIN)).to_be_visible()
    text = page.locator(PLAIN).input_value()
    page.locator("#editor [data-do=plain]").click()
    expect(page.locator(PLAIN)).to_be_hidden()
    return text


def put_caret(page: Page, turn: int, key: str = "Control+End") -> None:
    page.locator(BLOCK).nth(turn).click()
    page.keyboard.press(key)


def test_turns_are_written_split_joined_and_taken_back(page: Page) -> None:
    put_caret(page, 0)
    page.keyboard.type(" How are you?")
    page.keyboard.press("Enter")
    page.keyboard.type("Fine.")
    assert turns(page)[:3] == ["Ann: Hello there. How are you?", "Ann: Fine.", "Bob: Good day."]
    page.keyboard.press("Home")
    page.keyboard.press("Backspace")
    page.keyboard.type("So ")
    assert turns(page)[:2] == ["Ann: Hello there. How are you? So Fine.", "Bob: Good day."]
    assert "Ann: Hello there. How are you? So Fine.\n\nBob" in stored(page)
    for _ in range(4):
        page.keyboard.press("Control+z")
    expect(page.locator(BLOCK)).to_have_text(["Hello there.", "Good day.", "Sit down."])
    assert stored(page) == SCRIPT[: SCRIPT.index("# Two") - 1]
    page.locator(BLOCK).first.click()
    for _ in range(4):
        page.keyboard.press("Control+Shift+z")
    expect(page.locator(BLOCK).first).to_have_text("Hello there. How are you? So Fine.")
    saved(page)
    quiet(page)
    page.reload()
    expect(page.locator(BLOCK).first).to_have_text("Hello there. How are you? So Fine.")


@pytest.mark.slow
def test_the_next_speaker_is_guessed_typed_or_chosen(page: Page) -> None:
    put_caret(page, 1)
    page.keyboard.press("Enter")
    page.keyboard.type("Really?")
    assert turns(page)[2] == "Ann: Really?"
    page.keyboard.press("Enter")
    page.keyboard.type("Lady Bracknell: A handbag?")
    assert turns(page)[3] == "Lady Bracknell: A handbag?"
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("bo")
    expect(page.locator("#editor [role=option]").first).to_have_text("Bob")
    page.keyboard.press("Enter")
    assert turns(page)[3] == "Bob: A handbag?"
    text = stored(page)
    assert "Bob: Good day.\n\nAnn: Really?\n\nBob: A handbag?\n\n***" in text


@pytest.mark.slow
def test_a_speaker_is_renamed_everywhere(page: Page) -> None:
    page.locator("#editor .tr-speaker-button").first.click()
    page.keyboard.type("Annie")
    page.get_by_role("option", name="Rename Ann to Annie everywhere").click()
    expect(page.locator("#editor .tr-name").nth(2)).to_have_text("Annie")
    assert turns(page) == ["Annie: Hello there.", "Bob: Good day.", "Annie: Sit down."]


@pytest.mark.slow
def test_directions_are_suggested_and_shown_as_directions(page: Page) -> None:
    put_caret(page, 1)
    page.keyboard.type(" [whi")
    expect(page.locator("#editor [role=option]").first).to_have_text("whisper")
    page.keyboard.press("Enter")
    page.keyboard.type("Psst. [pause 0.5s] \\[sic\\] ")
    row = page.locator(BLOCK).nth(1)
    expect(row.locator(".tr-direction")).to_have_text("[whisper]")
    expect(row.locator(".tr-pause")).to_have_text("[pause 0.5s]")
    expect(row.locator(".tr-escape")).to_have_count(2)
    assert "Bob: Good day. [whisper] Psst. [pause 0.5s] \\[sic\\]\n" in stored(page)


@pytest.mark.slow
def test_an_open_bracket_is_kept_and_explained(page: Page) -> None:
    put_caret(page, 1)
    page.keyboard.type(" [never closed")
    page.keyboard.press("Escape")
    page.locator(BLOCK).nth(0).click()
    expect(page.locator("#editor .tr-row-problem").nth(1)).to_contain_text("is never closed")
    expect(page.locator("#editor .tr-saved")).to_contain_text("Not saved")
    quiet(page)
    page.reload()
    expect(page.locator(BLOCK).nth(1)).to_have_text("Good day. [never closed")
    put_caret(page, 1)
    page.keyboard.type("]")
    assert "Bob: Good day. [never closed]" in stored(page)


@pytest.mark.slow
def test_pasted_lines_become_turns(page: Page) -> None:
    put_caret(page, 0, "Home")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    block = page.locator(BLOCK).first.element_handle()
    page.evaluate(PASTE, [block, "Cat: <b>Miaow</b> [\n\nDog: Woof.\n\nSilence."])
    expect(page.locator(BLOCK)).to_have_count(7)
    assert turns(page)[:5] == [
        "Ann: Hello", "Cat: <b>Miaow</b> \\[", "Dog: Woof.", "Narrator: Silence.", "Ann: there.",
    ]  # fmt: skip
    saved(page)
    page.keyboard.press("Control+z")
    expect(page.locator(BLOCK)).to_have_count(3)


def test_turns_are_chosen_moved_removed_and_copied(page: Page) -> None:
    put_caret(page, 0)
    page.keyboard.press("Alt+ArrowDown")
    assert turns(page)[:2] == ["Bob: Good day.", "Ann: Hello there."]
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("#editor .tr-row.tr-chosen")).to_have_count(2)
    assert page.evaluate(COPY) == "Bob: Good day.\n\nAnn: Hello there.\n"
    page.keyboard.press("Delete")
    expect(page.locator(BLOCK)).to_have_text(["Sit down."])
    assert stored(page) == "# One\n\nAnn: Sit down.\n"
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+z")
    expect(page.locator(BLOCK)).to_have_count(3)


@pytest.mark.slow
def test_arrows_cross_from_turn_to_turn_and_scenes_begin_and_end(page: Page) -> None:
    put_caret(page, 0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    expect(page.locator(BLOCK).nth(2)).to_be_focused()
    page.keyboard.press("Backspace")
    expect(page.locator("#editor .tr-scene-start")).to_have_count(0)
    assert "***" not in stored(page)
    put_caret(page, 0)
    page.keyboard.press("Enter")
    page.keyboard.type("***")
    page.keyboard.press("Enter")
    page.keyboard.type("Next day.")
    expect(page.locator("#editor .tr-scene-start")).to_have_count(1)
    assert "Hello there.\n\n***\n\nAnn: Next day.\n\nBob" in stored(page)


def test_find_opens_from_anywhere_and_deletes_nothing_unasked(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+f")
    expect(page.locator("#editor [name=find]")).to_be_focused()
    page.keyboard.type("day")
    expect(page.locator("#editor .tr-found mark")).to_have_text(["day"])
    expect(page.locator("#editor .tr-found :is(del, [data-one])")).to_have_count(0)
    all_of_it = page.locator("#editor [data-do=replace_all]")
    all_of_it.click()
    expect(all_of_it).to_have_text("Really delete 1?")
    page.locator("#editor [name=replacement]").fill("night")
    expect(page.locator("#editor .tr-found")).to_contain_text("Good daynight")
    page.locator("#editor [name=replacement]").fill("")
    expect(all_of_it).to_have_text("Delete all")
    expect(page.locator(BLOCK).nth(1)).to_have_text("Good day.")
    all_of_it.click()
    all_of_it.click()
    expect(page.locator(BLOCK).nth(1)).to_have_text("Good .")
    expect(page.locator("#editor .tr-found-count")).to_have_text(
        "1 place deleted. Undo takes it back."
    )
    page.locator(BLOCK).nth(1).click()
    expect(page.locator("#editor [data-do=play_chapter]")).to_have_text("Play chapter")
    page.keyboard.press("Escape")
    expect(page.locator("#editor .tr-find")).to_be_hidden()
    expect(page.locator(BLOCK).nth(1)).to_be_focused()


def test_the_text_of_a_chapter_begins_at_its_top_and_is_left_by_a_key(page: Page) -> None:
    write_plain(page, "# One\n\n" + "\n\n".join(f"Ann: Number {at}." for at in range(60)))
    expect(page.locator(BLOCK)).to_have_count(60)
    page.locator(BLOCK).nth(59).click()
    assert page.evaluate("scrollY") > 0
    back = page.locator("#editor [data-do=plain]").bounding_box()
    assert back
    assert 40 < back["y"] < 200  # the tools stay
    page.locator("#editor [data-do=plain]").click()
    expect(page.locator(PLAIN)).to_be_focused()
    assert page.evaluate("scrollY") == 0
    assert page.locator(PLAIN).evaluate("field => field.selectionStart") == 0
    page.wait_for_timeout(300)
    bar, field = (
        page.locator(f"#editor {part}").bounding_box() for part in (".tr-bar", ".tr-plain")
    )
    assert bar
    assert field
    assert bar["y"] + bar["height"] <= field["y"]
    expect(page.locator("#editor [data-do=plain]")).to_have_text("Back to the turns")
    page.keyboard.press("Escape")
    expect(page.locator(PLAIN)).to_be_hidden()
    expect(page.locator("#editor [data-do=plain]")).to_have_text("Text")
    expect(page.locator(BLOCK)).to_have_count(60)


def test_a_state_has_a_shape_and_words(page: Page) -> None:
    expect(page.locator("#editor .tr-status").first).to_have_attribute(
        "aria-label", "Not performed yet"
    )
    shapes = page.locator("#editor .tr-status").first.evaluate(SHAPES)
    assert len(set(shapes)) == len(shapes) == 8
    assert "dotted" in shapes[1]
    assert "solid 2px true false" in shapes[2]  # a ring with a gap
    assert "solid" in shapes[7]  # the bow of the padlock


@pytest.mark.slow
def test_find_and_replace_shows_what_it_will_do(page: Page) -> None:
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+f")
    page.keyboard.type("day")
    page.locator("#editor [name=replacement]").fill("night")
    expect(page.locator("#editor .tr-found li")).to_have_count(1)
    expect(page.locator("#editor .tr-found")).to_contain_text("Good daynight")
    page.locator("#editor [name=scope]").select_option("script")
    page.locator("#editor [name=find]").fill("t")
    expect(page.locator("#editor .tr-found li")).to_have_count(3)
    page.locator("#editor [name=replacement]").fill("T")
    page.locator("#editor [data-do=replace_all]").click()
    expect(page.locator(BLOCK)).to_have_text(["Hello There.", "Good day.", "SiT down."])
    page.keyboard.press("Escape")


@pytest.mark.slow
def test_chapters_are_opened_titled_added_and_undone(page: Page) -> None:
    page.locator("#editor .tr-chapters button").nth(1).click()
    expect(page.locator(BLOCK)).to_have_text(["Later."])
    page.locator("#editor .tr-title").fill("The second")
    page.keyboard.press("Enter")
    expect(page.locator("#editor .tr-chapters button").nth(1)).to_contain_text("The second")
    page.locator("#editor .tr-add").click()
    expect(page.locator("#editor .tr-chapters button")).to_have_count(3)
    expect(page.locator("#editor .tr-title")).to_have_value("Chapter 3")
    page.keyboard.press("Enter")
    page.keyboard.type("Cat: At last.")
    assert stored(page) == "# Chapter 3\n\nCat: At last.\n"


def test_two_windows_do_not_overwrite_each_other(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(BLOCK)).to_have_count(3)
    put_caret(page, 0)
    page.keyboard.type(" Mine.")
    saved(page)
    put_caret(other, 1)
    other.keyboard.type(" Theirs.")
    saved(other)
    text = stored(other)
    assert "Ann: Hello there. Mine." in text
    assert "Bob: Good day. Theirs." in text


@pytest.mark.slow
def test_a_server_that_does_not_answer_loses_nothing(page: Page) -> None:
    page.route("**/component_server/", lambda route: route.fulfill(body="?"))
    put_caret(page, 0)
    page.keyboard.type(" Kept.")
    expect(page.locator("#editor .tr-saved")).to_contain_text("does not answer")
    page.unroute("**/component_server/")
    assert "Hello there. Kept." in stored(page)


@pytest.mark.slow
def test_a_chapter_as_text_may_become_several(page: Page) -> None:
    write_plain(page, "# First\n\nCat: A.\n\n# Second\n\nCat: B.\n")
    expect(page.locator("#editor .tr-chapters button")).to_have_count(3)
    expect(page.locator(BLOCK)).to_have_text(["A."])


def test_hostile_words_stay_words(page: Page) -> None:
    put_caret(page, 0)
    hostile = "<img src=x onerror=alert(1)> ${alert(2)} {{7*7}} `x`"
    page.keyboard.insert_text(hostile)
    saved(page)
    quiet(page)
    page.reload()
    expect(page.locator(BLOCK).first).to_have_text(f"Hello there.{hostile}")
    page.locator(BLOCK).first.click()
    page.keyboard.press("Control+f")
    page.keyboard.type("<img")
    expect(page.locator("#editor .tr-found")).to_contain_text("<img")
    assert page.locator("#editor .tr-desk img").count() == 0


def test_the_door_takes_only_what_it_knows(page: Page, studio_url: str) -> None:
    component = page.evaluate(
        "() => window.gradio_config.components.find((c) => c.props.elem_id === 'editor').id"
    )
    body = {
        "data": {"do": "drop"},
        "component_id": component,
        "fn_name": "ask",
        "session_hash": "x",
    }
    answer = page.request.post(
        f"{studio_url}/gradio_api/component_server/", data=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.json()["error"]["kind"] == "request"


@pytest.mark.slow
def test_it_is_used_on_a_narrow_screen(open_page) -> None:
    page = open_page(width=390)
    write(page, SCRIPT)
    page.locator(BLOCK).nth(1).click()
    expect(page.locator("#editor .tr-row-tools").nth(1)).to_be_visible()
    page.locator("#editor .tr-chapter-menu").select_option("2")
    expect(page.locator(BLOCK)).to_have_text(["Later."])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    go(page, "listen")
