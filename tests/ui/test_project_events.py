"""Projects and imports, called as Gradio would call them."""

import re
import zipfile
from pathlib import Path

import gradio as gr
import pytest

from studio.services import PerformRequest, Project
from studio.ui.context import Context
from studio.ui.handlers.details import DetailEvents
from studio.ui.handlers.importing import ImportEvents
from studio.ui.handlers.projects import ProjectEvents
from tests.support.pictures import picture
from tests.ui.conftest import SCRIPT

STORY = """# The door

“Did you ever see that door?” asked Enfield.

“Indeed,” said Utterson. “And who lives there?”

“I shall tell you.”

# The letter

Utterson read the letter alone.
"""


@pytest.fixture
def events(context: Context) -> ProjectEvents:
    return ProjectEvents(context)


@pytest.fixture
def story(tmp_path: Path) -> str:
    path = tmp_path / "A story.md"
    path.write_text(STORY, encoding="utf-8")
    return str(path)


def test_a_project_is_made_of_nothing_and_of_a_sample(events, context, event) -> None:
    projects = context.workspace.projects
    assert projects.open(events.create()[0]).title == "Untitled"
    for title in ("Untitled 2", "Untitled 3"):  # the one in the trash may come back
        made = projects.open(events.create()[0])
        assert made.title == title
        projects.delete(made.slug)
    slug, *_ = events.create_sample(event(sample="first-sound"))
    assert projects.open(slug).title == "First sound"
    cards, *_ = events.show(slug, "")
    assert cards.count("<li") == 2
    assert cards.count('aria-current="true"') == 1


def test_a_sample_is_opened_again_until_its_text_is_changed(events, context, event) -> None:
    sample = event(sample="first-sound")
    slug, *_ = events.create_sample(sample)
    assert events.create_sample(sample)[0] == slug
    context.workspace.projects.save(slug, "Anna: Something else.")
    assert events.create_sample(sample)[0] != slug
    events.delete(slug, event(project=events.create_sample(sample)[0]))
    assert context.workspace.projects.open(events.create_sample(sample)[0]).title == "First sound"


def test_a_card_shows_what_is_performed_and_the_cover(events, context, project, tmp_path) -> None:
    workspace = context.workspace
    assert "performed" not in events.show(project.slug, "")[0]
    cast = workspace.casting.chosen(project.slug)
    request = PerformRequest(project.script, cast, project=project.slug)
    workspace.jobs.wait(workspace.jobs.start(request), 30)
    (tmp_path / "cover.png").write_bytes(picture("png"))
    workspace.covers.set(project.slug, tmp_path / "cover.png")
    for _ in range(2):  # the second time from what is remembered
        cards = events.show(project.slug, "")[0]
        turns = len(workspace.projects.turns(project.slug))
        assert f"data-all>{turns} of {turns} performed<" in cards
        address = re.search(r'<img class="tr-face-cover" src="[^"]*file=([^"]+)"', cards)[1]
        assert Path(address).read_bytes() == picture("png")
    workspace.projects.save(project.slug, f"{project.script}\n\nLane: One more.")
    assert f">{turns} of {turns + 1} performed<" in events.show(project.slug, "")[0]


def test_a_project_is_renamed_and_copied(events, context, project, event) -> None:
    _, _, _, top = events.rename(project.slug, event(project=project.slug, title="Another play"))
    assert "Another play" in top.value
    events.duplicate(event(project=project.slug))
    titles = {summary.title for summary in context.workspace.projects.list()}
    assert titles == {"Another play", "Another play (copy)"}
    with pytest.raises(gr.Error, match="needs a title"):
        events.rename(project.slug, event(project=project.slug, title="  "))


def test_a_project_that_is_thrown_away_is_offered_back(events, context, project, event) -> None:
    other = context.workspace.projects.create(SCRIPT, title="Other")
    thrown, slug, *_ = events.delete(project.slug, event(project=project.slug))
    assert (thrown, slug) == (project.slug, other.slug)
    cards, undo, trash = events.show(slug, thrown)
    assert "A play" not in cards + trash
    assert "“A play” is in the trash." in undo
    assert events.show(slug, "")[1] == ""
    assert "A play" in events.show(slug, "")[2]
    thrown, slug, *_ = events.restore(event(project=project.slug))
    assert (thrown, slug) == ("", project.slug)
    assert "A play" in events.show(slug, thrown)[0]


def test_the_words_about_a_project_are_stored(context, project) -> None:
    details = DetailEvents(context)
    words = ("A better play", "Ann", "Bob", "en-GB", "2026", "It is about tea.", "© Ann")
    saved, slug, *_ = details.describe(project.slug, *words)
    assert "Saved" in saved and slug == project.slug
    stored = context.workspace.projects.open(project.slug)
    assert (stored.title, stored.author, stored.language) == ("A better play", "Ann", "en-GB")
    assert stored.script == project.script
    column, cover, *shown = details.show(project.slug)
    assert tuple(shown) == words
    assert column.visible and "No cover yet" in cover
    with pytest.raises(gr.Error, match="needs a title"):
        details.describe(project.slug, "", *words[1:])
    context.workspace.projects.delete(project.slug)
    assert details.show(project.slug)[0].visible is False  # asked just before it went


def test_a_cover_is_set_replaced_and_taken_away(context, project, tmp_path) -> None:
    details, pictures = DetailEvents(context), []
    for number, content in enumerate((picture("png"), picture("mjpeg"))):
        path = tmp_path / f"{number}.png"
        path.write_bytes(content)
        shown, _ = details.set_cover(project.slug, str(path))
        pictures.append(re.search(r'src="[^"]*file=([^"]+)"', shown)[1])
        assert Path(pictures[-1]).read_bytes() == content
    assert pictures[0] != pictures[1]
    assert "No cover yet" in details.remove_cover(project.slug)[0]
    assert context.workspace.covers.file(project.slug) is None
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(gr.Error, match="no JPEG or PNG"):
        details.set_cover(project.slug, str(tmp_path / "text.png"))


def test_a_bundle_goes_out_and_comes_in(events, context: Context, project: Project, event) -> None:
    update = events.bundle(event(project=project.slug))
    [path] = context.served.folder.glob("*.tableread")
    assert update.props["fetch"]["name"] == path.name
    assert zipfile.is_zipfile(path)
    form, file, slug, *_ = ImportEvents(context).look(str(path))
    assert (form, file, slug) == ("", None, "a-play-2")
    assert context.workspace.projects.open(slug).script == project.script


def test_a_file_that_cannot_be_read_gives_way_to_another(context, tmp_path: Path) -> None:
    (tmp_path / "bad<i>.epub").write_text("no book")
    said, file, *others = ImportEvents(context).look(str(tmp_path / "bad<i>.epub"))
    assert "bad&lt;i&gt;.epub is no EPUB: it is no zip file. Save it again as EPUB" in said
    assert file is None and others == [gr.skip()] * 4


def test_nothing_is_written_before_an_import_is_accepted(context, story, event) -> None:
    events, projects = ImportEvents(context), context.workspace.projects
    form, *_ = events.look(story)
    assert "Enfield" in form.value
    assert "The letter" in form.value
    assert "Uncertain speakers" in form.value
    assert "Stage directions" not in form.value
    assert re.search("(Perhaps|Probably) Enfield: the ", form.value)
    assert form.props["choices"]["title"] == "A story"
    assert projects.list() == ()
    choices = form.props["choices"] | {"chapters": [1], "title": "The door"}
    form = events.choose(story, event(choices=choices))
    assert "not taken" in form.value
    empty, file, slug, *_ = events.accept(story, event(choices=form.props["choices"]))
    assert (empty, file) == ("", None)
    made = projects.open(slug)
    assert made.title == "The door"
    assert "Enfield: “Did you ever" in made.script
    assert "letter alone" not in made.script


def test_speakers_are_merged_and_corrected_before_the_import(context, story, event) -> None:
    events = ImportEvents(context)
    choices = events.look(story)[0].props["choices"]
    choices |= {"merges": {"Utterson": "Narrator"}, "corrections": {"4": "Narrator"}}
    events.accept(story, event(choices=choices))
    script = context.workspace.projects.open("a-story").script
    assert "Utterson:" not in script
    assert "Enfield: “I shall" not in script


def test_a_form_of_something_else_is_refused(context, story, event, caplog) -> None:
    with pytest.raises(gr.Error, match="went wrong"):
        ImportEvents(context).accept(story, event(choices={"path": "elsewhere"}))
    assert context.workspace.projects.list() == ()
    assert "error" in caplog.text
