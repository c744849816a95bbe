"""The timeline's component: its words are all there, and its door answers whatever is sent."""

import re

import pytest

from studio.services import Project
from studio.ui.context import Context
from studio.ui.timeline import FOLDER, SCRIPTS, timeline
from studio.ui.words.timeline_text import WORDS


def ask(context: Context, request: object) -> dict:
    answer: dict = timeline(context).ask(request)
    return answer


def test_everything_it_says_has_words() -> None:
    source = "".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    page = (FOLDER / "timeline.html").read_text(encoding="utf-8")
    said = set(re.findall(r'say\("(\w+)"', source))
    said |= set(re.findall(r'data-(?:words|label)="(\w+)"', page)) - {"no_project"}
    assert len(said) > 30
    assert said <= set(WORDS)


def test_every_script_of_the_folder_is_put_together() -> None:
    assert {path.stem for path in FOLDER.glob("*.js")} == set(SCRIPTS)


def test_a_chapter_is_told_and_a_sound_is_served(context: Context, project: Project) -> None:
    told = ask(context, {"project": project.slug, "do": "open", "chapter": 1})
    assert [row["speaker"] for row in told["rows"]] == ["Lane", "Algernon"]
    again = {"project": project.slug, "do": "sounds", "turns": [told["rows"][0]["id"]]}
    assert "not been performed" in next(iter(ask(context, again)["problems"].values()))


def test_what_goes_wrong_inside_is_a_number_in_the_log(
    context: Context, project: Project, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(context.workspace.listening, "chapter", breaks)
    answer = ask(context, {"project": project.slug, "do": "open", "chapter": 1})
    number = answer["error"].rpartition("number ")[2].strip(".")
    assert number in caplog.text
