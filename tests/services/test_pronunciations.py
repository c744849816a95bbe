"""The dictionary and the numbers of projects: kept, changed, previewed, and heard."""

import json
import zipfile
from pathlib import Path

import pytest

from studio.core.script_text import parse_script
from studio.errors import BundleError, CastError, JobError, ProjectError, PronunciationError
from studio.services import Entry, PerformRequest, Workspace
from studio.services.spoken import spoken_rules
from tests.services.conftest import OpenWorkspace
from tests.services.test_bundles import edited
from tests.support.fake_engine import FakeEngine

TEXT = (
    "---\ntitle: Tea\nlanguage: en-GB\n---\n"
    "Ann: Mr. Lee is here.\n\nBob: In 1895, Lee.\n\nAnn: Quite."
)
CAST = {"Ann": "Adam", "Bob": "Bea"}


@pytest.fixture
def tea(workspace: Workspace) -> str:
    return workspace.projects.create(TEXT, cast=CAST).slug


def perform(workspace: Workspace, project: str = "tea") -> str:
    request = PerformRequest(TEXT, CAST, project=project)
    job_id = workspace.jobs.start(request)
    progress = workspace.jobs.wait(job_id, 30)
    assert progress.state == "done", progress.error
    return job_id


def newly_spoken(engine: FakeEngine) -> list[str]:
    """What was spoken since this was asked last, retries left out."""
    spoken = list(dict.fromkeys(engine.spoken))
    engine.spoken.clear()
    return spoken


def content(bundle: Path) -> dict[str, object]:
    """What a bundle says, but for its voices, which may have been there before."""
    with zipfile.ZipFile(bundle) as archive:
        found: dict[str, object] = json.loads(archive.read("project.json"))
    return {name: value for name, value in found.items() if name != "voices"}


def test_entries_are_kept_by_scope_and_in_order(workspace: Workspace, tea: str) -> None:
    words = workspace.pronunciations
    words.add(Entry("Lee", "Leigh"))
    own = words.add(Entry("Quite", "Kwite", scope="project"), tea)
    anns = words.add(Entry("Lee", "Lay", scope="speaker", speaker="ann"), tea)
    words.add(Entry("Lee", "Loo", language="fr"))
    assert [(e.written, e.scope) for e in words.list()] == [("Lee", "workspace")] * 2
    assert [(e.spoken, e.scope, e.speaker) for e in words.list(tea)] == [
        ("Leigh", "workspace", ""), ("Loo", "workspace", ""),
        ("Kwite", "project", ""), ("Lay", "speaker", "Ann"),
    ]  # fmt: skip
    assert words.change(own.number, spoken="Quoite", speaker="Bob").scope == "speaker"
    assert words.change(own.number, speaker="").scope == "project"
    assert words.remove(anns.number).spoken == "Lay"
    assert [e.spoken for e in words.list(tea)] == ["Leigh", "Loo", "Quoite"]
    copy = workspace.projects.duplicate(tea)
    assert words.list(copy.slug)[2:] == words.list(tea)[2:]


def test_what_cannot_be_used_is_not_kept(workspace: Workspace, tea: str) -> None:
    words = workspace.pronunciations
    refused: list[tuple[Entry, str, type[Exception], str]] = [
        (Entry("(a+)+$", "b", kind="regex"), "", PronunciationError, "repetition"),
        (Entry("", "b"), "", PronunciationError, "nothing to look for"),
        (Entry("a", "b", scope="project"), "", PronunciationError, "names its project"),
        (Entry("a", "b"), tea, PronunciationError, "names its project"),
        (Entry("a", "b", scope="speaker", speaker="Lane"), tea, CastError, "Unknown speaker"),
        (Entry("a", "b", scope="project"), "coffee", ProjectError, "no project coffee"),
    ]
    for entry, project, error, message in refused:
        with pytest.raises(error, match=message):
            words.add(entry, project)
    kept = words.add(Entry("a", "b"))
    for change in ({"written": ""}, {"speaker": "Ann"}):
        with pytest.raises(PronunciationError):
            words.change(kept.number, **change)
    with pytest.raises(PronunciationError, match="no entry 99"):
        words.remove(99)
    assert words.list(tea) == (kept,)


def test_a_preview_shows_turn_words_and_rule(workspace: Workspace, tea: str) -> None:
    words = workspace.pronunciations
    words.add(Entry("Lee", "Leigh", scope="project"), tea)
    words.set_numbers(tea, ["abbreviation"])
    [first, second] = words.preview(TEXT, tea)
    assert (first.turn, first.chapter, first.speaker) == (1, 1, "Ann")
    assert (first.written, first.spoken) == ("Mr. Lee is here.", "Mister Leigh is here.")
    assert [(c.written, c.spoken, c.rule) for c in first.changes] == [
        ("Mr.", "Mister", "abbreviation"), ("Lee", "Leigh", "Lee"),
    ]  # fmt: skip
    assert second.spoken == "In 1895, Leigh."
    assert words.preview(TEXT) == ()
    [only] = words.preview(TEXT, trial=[Entry("Quite", "Kwite")])
    assert only.turn == 3
    assert words.preview(TEXT, tea, numbers=["year"])[1].spoken == "In eighteen ninety-five, Leigh."
    assert words.list(tea)[0].spoken == "Leigh" and len(words.list(tea)) == 1


def test_numbers_are_chosen_by_language(workspace: Workspace, tea: str) -> None:
    words = workspace.pronunciations
    assert words.numbers(tea) == {}
    assert words.set_numbers(tea, ["year"]) == {"en": ("year",)}
    assert "roman" in words.set_numbers(tea, ["all"])["en"]
    assert words.set_numbers(tea, ["percent"], "de")["de"] == ("percent",)
    assert words.set_numbers(tea, [], "en") == {"de": ("percent",)}
    assert words.preview(TEXT, tea) == ()
    for kinds, language in ((["roman"], "de"), (["all"], "xx"), (["years"], "")):
        with pytest.raises(PronunciationError, match="Known:"):
            words.set_numbers(tea, kinds, language)
    silent = workspace.projects.create("Ann: Hi.", title="Mute").slug
    with pytest.raises(PronunciationError, match="language: en"):
        words.set_numbers(silent, ["year"])
    workspace.projects.configure(tea, {"numbers": "all"})
    with pytest.raises(PronunciationError, match="Set them anew"):
        words.preview(TEXT, tea)
    assert words.set_numbers(tea, ["year"]) == {"en": ("year",)}


def test_a_performance_says_what_the_rules_say_and_the_script_keeps_its_text(
    workspace: Workspace, engine: FakeEngine, tea: str, tmp_path: Path
) -> None:
    words = workspace.pronunciations
    perform(workspace)
    assert newly_spoken(engine) == ["Mr. Lee is here.", "In 1895, Lee.", "Quite."]
    entry = words.add(Entry("Quite", "Kwite", scope="project"), tea)
    job_id = perform(workspace)
    assert newly_spoken(engine) == ["Kwite."]
    assert [take.number for take in workspace.takes.history(tea, 3)] != []
    words.set_numbers(tea, ["year"])
    workspace.deliveries.deliver(job_id, folder=tmp_path / "as performed")
    again = perform(workspace)
    assert newly_spoken(engine) == ["In eighteen ninety-five, Lee."]  # the next one still fits
    assert workspace.projects.open(tea).script == TEXT
    workspace.deliveries.deliver(again, folder=tmp_path / "out")
    words.remove(entry.number)
    words.set_numbers(tea, [])
    perform(workspace)
    assert newly_spoken(engine) == []


def test_a_job_of_an_earlier_time_is_delivered_as_it_would_be_spoken_now(
    workspace: Workspace, engine: FakeEngine, tea: str, open_with: OpenWorkspace, tmp_path: Path
) -> None:
    job_id = perform(workspace)
    workspace.pronunciations.add(Entry("Quite", "Kwite", scope="project"), tea)
    workspace.close()
    workspace = open_with(engine)
    with pytest.raises(JobError, match="1 turn has not been performed yet"):
        workspace.deliveries.deliver(job_id, folder=tmp_path)


def test_only_a_projects_own_rules_and_the_workspaces_are_heard_in_it(
    workspace: Workspace, tea: str
) -> None:
    words = workspace.pronunciations
    words.add(Entry("Lee", "Leigh", scope="project"), tea)
    words.add(Entry("Quite", "Kwite"))
    script = parse_script(TEXT)
    project_id = workspace.projects.open(tea).project_id

    def said(project: str) -> list[str]:
        rules = spoken_rules(workspace._database, script, project)
        return [change.reading.spoken for turn in rules.preview(script) for change in turn.readings]

    assert said(project_id) == ["Leigh", "Leigh", "Kwite"]
    assert said("") == said("0" * 32) == ["Kwite"]


def test_a_bundle_takes_along_what_it_is_spoken_with(
    workspace: Workspace, tea: str, open_with: OpenWorkspace, tmp_path: Path
) -> None:
    words = workspace.pronunciations
    words.add(Entry("Lee", "Leigh"))
    words.add(Entry("unheard", "never"))
    words.add(Entry("Quite", "Kwite", scope="speaker", speaker="Ann"), tea)
    words.set_numbers(tea, ["year"])
    perform(workspace)
    path, again = tmp_path / "tea.tableread", tmp_path / "again.tableread"
    workspace.bundles.export(tea, path)
    engine = FakeEngine()
    elsewhere = open_with(engine, "elsewhere")
    elsewhere.bundles.bring_in(path)
    assert [(e.scope, e.spoken) for e in elsewhere.pronunciations.list(tea)] == [
        ("speaker", "Kwite"), ("project", "Leigh"),
    ]  # fmt: skip
    perform(elsewhere)
    assert engine.spoken == []
    elsewhere.bundles.export(tea, again)
    assert content(again) == content(path)
    workspace.bundles.bring_in(path)
    workspace.bundles.export("tea-2", again)
    assert len(workspace.pronunciations.list("tea-2")) == 4


@pytest.mark.parametrize(
    "change", [{"kind": "regex", "written": "(a+)+$"}, {"kind": "magic"}, {"case": "some"}]
)
def test_a_bundle_with_an_entry_that_cannot_be_used_is_refused(
    workspace: Workspace, tea: str, tmp_path: Path, change: dict[str, str]
) -> None:
    workspace.pronunciations.add(Entry("Lee", "Leigh", scope="project"), tea)
    path = tmp_path / "tea.tableread"
    workspace.bundles.export(tea, path)
    with pytest.raises(BundleError):
        workspace.bundles.bring_in(
            edited(path, lambda project: project["pronunciations"][0].update(change))
        )
    assert [project.slug for project in workspace.projects.list()] == ["tea"]
