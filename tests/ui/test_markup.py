"""The HTML of the custom components: complete, and user text stays text."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import ScriptError, StudioError
from studio.services import (
    Attention,
    CastLine,
    Progress,
    ProjectSummary,
    Voice,
    VoiceUses,
    read_script,
)
from studio.ui.markup import cast, model, parts, progress, projects, shell, voices
from studio.ui.page import BUILDERS
from studio.ui.words import phrases, text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</li></ol><h1>x",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)} `x`",
    "&lt;b&gt;",
]


class Page(HTMLParser):
    """The tags, attributes and text of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(str(source))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def report(**changes: object) -> Progress:
    values = {
        "job_id": "a", "state": "running", "message": "Performing.",
        "turns_done": 3, "turns_total": 12, "chunks_done": 5, "chunks_total": 20,
        "audio_seconds": 64.0, "speed": 3.12, "eta_seconds": 100.0, "current": "Lane: Yes, sir.",
    }  # fmt: skip
    return Progress(**(values | changes))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_of_voices_and_messages_stay_text(hostile: str) -> None:
    voice = Voice(hostile, hostile, origin="starter")
    line = CastLine(hostile, 1, 1, hostile, True, 0.0, hostile, 1.0, (hostile,))
    table = Page(cast.cast_table([line], [voice], [hostile]))
    uses = VoiceUses((hostile,), 1, 1, 0, ())
    library = Page(
        voices.cards([voice], {hostile: uses}, {}, hostile) + voices.confirm(hostile, hostile)
    )
    problem = Page(parts.problem(StudioError(hostile)))
    project = ProjectSummary(hostile, hostile, hostile, 1, 1, 0, 0, "", None)
    cards = Page(projects.cards([project], "") + projects.undo([project], hostile))
    top, dock = Page(shell.top(hostile)), Page(shell.dock(hostile, hostile))
    doubt = Attention(0, hostile, hostile)
    shown = Page(
        progress.progress(report(message=hostile, error=hostile + "!", attention=(doubt,)))
    )
    for page in (table, library, problem, shown, cards, top, dock):
        assert hostile in page.text
        assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert ("value", hostile) in table.attributes


def test_the_cast_table_has_the_narrator_first_and_then_who_says_most() -> None:
    chosen = {"Lane": "Ada", "Algernon": "Bruno", "Narrator": "Ada"}
    words = {"Lane": 2, "Algernon": 9, "Narrator": 1}
    lines = [
        CastLine(name, 1, words[name], voice, True, -1.5, "", 3.0, ())
        for name, voice in chosen.items()
    ]
    library = [Voice("Ada", "clear", origin="starter"), Voice("Bruno", origin="starter")]
    page = Page(cast.cast_table(lines, [*library, Voice("Without consent")], ()))
    assert "Without consent" not in page.text
    assert ("value", "-1.5") in page.attributes
    assert page.tags.count("select") == 6
    selected = [
        page.attributes[number - 1][1]
        for number, (name, _) in enumerate(page.attributes)
        if name == "selected"
    ]
    assert selected == ["Ada", "3", "Bruno", "3", "Ada", "3"]  # of Narrator, Algernon, Lane
    speakers = [value for name, value in page.attributes if name == "data-speaker"]
    assert list(dict.fromkeys(speakers)) == ["Narrator", "Algernon", "Lane"]
    assert "3 times" in page.text
    assert "Ada: clear" in page.text


def test_progress_shows_real_numbers() -> None:
    page = Page(progress.progress(report()))
    assert "1:04 of sound · 3.1× real time · about 1:40 left" in page.text
    assert ("value", "0.2500") in page.attributes
    assert "Lane: Yes, sir." in page.text


def test_progress_shows_no_estimate_before_there_is_one_or_after_the_end() -> None:
    early = Page(progress.progress(report(speed=0.0, eta_seconds=None)))
    assert "estimating" in early.text
    soon = Page(progress.progress(report(eta_seconds=1.2)))
    assert "left" not in soon.text
    assert "estimating" not in soon.text
    assert "left" not in early.text
    assert "real time" not in early.text
    late = Page(progress.progress(report(state="done", turns_done=12, eta_seconds=0.0)))
    assert "left" not in late.text
    assert "Lane" not in late.text


def test_progress_names_what_needs_attention_and_what_was_kept() -> None:
    problem = Attention(4, "Lane", "the take is much shorter than its text")
    page = Page(progress.progress(report(attention=(problem,), reused_turns=1)))
    assert "turn 5, Lane: the take is much shorter than its text" in page.text
    assert "1 turn kept from before" in page.text


def test_a_problem_is_an_alert_with_its_place() -> None:
    error = ScriptError(3, 7, "The bracket is not closed.", "Close it.")
    page = Page(parts.problem(error))
    assert ("role", "alert") in page.attributes
    assert "Line 3, column 7" in page.text


def test_the_draft_label_is_there_for_the_starter_alone() -> None:
    assert "starter voice, draft quality" in Page(model.draft_note(True)).text
    assert model.draft_note(False) == ""
    assert "Built with Fish Audio" in Page(shell.licenses(False)).text


@given(st.floats(min_value=0, max_value=1e6))
def test_a_clock_reads_back_to_its_seconds(seconds: float) -> None:
    total = 0
    for part in map(int, phrases.clock(seconds).split(":")):
        total = total * 60 + part
    assert abs(total - seconds) <= 0.5


def test_one_turn_is_no_turns() -> None:
    assert phrases.counted(1, "turn") == "1 turn"
    assert phrases.counted(1200, "turn") == "1,200 turns"


def test_every_section_has_a_page_and_a_drawing() -> None:
    assert list(text.SECTIONS) == list(BUILDERS)
    assert set(text.SECTIONS) <= set(shell.ICONS)
    digits = text.SHORTCUTS["Everywhere"][0][0]
    assert digits == f"1 … {len(text.SECTIONS)}"


def test_only_keys_look_like_keys() -> None:
    page = str(shell.top(""))
    keys = re.findall("<kbd>(.*?)</kbd>", page)
    assert {"Enter", "Shift", "↑", "Z", "F8", "[", "1", "7"} <= set(keys)
    assert not {key for key in keys if len(key) > 1} - shell.NAMED_KEYS
    assert "<code>***</code> and <kbd>Enter</kbd>" in page


def test_the_help_leads_to_sections_that_exist() -> None:
    assert {section for section, *_ in text.HELP_STEPS} <= set(text.SECTIONS)


def test_the_script_in_the_help_is_one() -> None:
    view = read_script(text.HELP_FORMAT)
    assert [speaker.name for speaker in view.speakers] == ["Narrator", "Anna", "Tom"]
    assert view.turns[-1].scene == 2
