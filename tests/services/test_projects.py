"""Projects: turns that keep their takes, copies, the trash, and takes that can be locked."""

import pytest

from studio.errors import (
    CastError,
    ProjectError,
    ReadOnly,
    ScriptError,
    TakeLocked,
    TakeUnknown,
)  # fmt: skip
from studio.services import PerformRequest, Project, Workspace, open_workspace
from studio.settings import Settings
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = "---\ntitle: Tea\nauthor: A. Writer\n---\n# One\n\nAnn: Hello there.\n\nBob: Good day."
CAST = {"Ann": "Adam", "Bob": "Bea"}


def perform(workspace: Workspace, project: Project, seed: int = 0) -> str:
    request = PerformRequest(project.script, project.cast, seed, project=project.slug)
    job_id = workspace.jobs.start(request)
    assert workspace.jobs.wait(job_id, 30).state == "done"
    return job_id


def heard(workspace: Workspace, slug: str, turn: int = 1) -> list[int]:
    return [take.number for take in workspace.takes.history(slug, turn) if take.selected]


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return workspace.projects.create(SCRIPT, cast=CAST)


def test_a_project_is_made_of_a_script_and_found_again(
    workspace: Workspace, project: Project
) -> None:
    assert (project.slug, project.title, project.author) == ("tea", "Tea", "A. Writer")
    assert workspace.projects.open("tea") == workspace.projects.open(project.project_id) == project
    [summary] = workspace.projects.list()
    assert (summary.slug, summary.chapters, summary.turns, summary.takes) == ("tea", 1, 2, 0)
    perform(workspace, project)
    assert workspace.projects.list()[0].takes == 2
    with pytest.raises(ProjectError, match="no project coffee"):
        workspace.projects.open("coffee")


def test_a_changed_text_keeps_the_turns_that_can_be_recognized(
    workspace: Workspace, project: Project
) -> None:
    perform(workspace, project)
    ann, bob = workspace.projects.turns("tea")
    text = SCRIPT.replace("# One\n", "# One\n\nCleo: I come first.\n").replace("Good", "Fine")
    workspace.projects.save("tea", text)
    cleo, same_ann, same_bob = workspace.projects.turns("tea")
    assert (same_ann.turn_id, same_bob.turn_id) == (ann.turn_id, bob.turn_id)
    assert same_bob.text == "Fine day." and cleo.position == 0
    assert workspace.takes.history("tea", cleo.turn_id) == ()
    assert len(workspace.takes.history("tea", bob.turn_id)) == 1
    assert workspace.projects.open("tea").script == text


def test_a_turn_that_comes_back_finds_its_takes(workspace: Workspace, project: Project) -> None:
    perform(workspace, project)
    [before] = heard(workspace, "tea", 2)
    workspace.projects.save("tea", SCRIPT.partition("\n\nBob")[0])
    assert len(workspace.projects.turns("tea")) == 1
    workspace.projects.save("tea", SCRIPT)
    perform(workspace, workspace.projects.open("tea"))
    assert [take.key for take in workspace.takes.history("tea", 2)] and before
    assert workspace.projects.list()[0].takes == 2


def test_a_text_with_a_mistake_changes_nothing(workspace: Workspace, project: Project) -> None:
    with pytest.raises(ScriptError):
        workspace.projects.save("tea", "Ann: [never closed")
    assert workspace.projects.open("tea") == project


def test_titles_are_shown_and_slugs_stay(workspace: Workspace, project: Project) -> None:
    assert workspace.projects.rename("tea", "  Tea \n at Six ").title == "Tea at Six"
    assert workspace.projects.open("tea").slug == "tea"
    assert workspace.projects.save("tea", SCRIPT + "\n\nAnn: Bye.").title == "Tea at Six"
    assert workspace.projects.save("tea", SCRIPT.replace("Tea", "Gin")).title == "Gin"
    for title in (" ", "x" * 201):
        with pytest.raises(ProjectError, match="1 to 200"):
            workspace.projects.rename("tea", title)


@pytest.mark.parametrize(
    "title",
    [
        "..",
        "../..",
        "CON",
        "a/b",
        "\u202eevil",
        "nul.",
        "exports",
        "backups",
        "x" * 200,
        "Ж",
        "e\0",
    ],
)
def test_no_title_becomes_a_path(workspace: Workspace, settings: Settings, title: str) -> None:
    first = workspace.projects.create(SCRIPT, title=title)
    again = workspace.projects.create(SCRIPT, title=title)
    assert first.slug != again.slug and first.slug not in ("con", "nul", "exports", "backups")
    for project in (first, again):
        folder = workspace.projects.folder(project)
        assert folder.parent == settings.projects and folder.name.isascii()
        assert folder.resolve().is_relative_to(settings.projects.resolve())
        assert not set(folder.name) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_cast_and_settings_are_changed_one_by_one(workspace: Workspace, project: Project) -> None:
    assert workspace.projects.cast("tea", {"ann": "Bea"}).cast == {"Ann": "Bea", "Bob": "Bea"}
    with pytest.raises(CastError, match="Unknown speaker"):
        workspace.projects.cast("tea", {"Zoe": "Bea"})
    workspace.projects.configure("tea", {"target": "acx"})
    workspace.projects.configure("tea", {"pauses": {"turn": 300}})
    assert workspace.projects.open("tea").settings == {"target": "acx", "pauses": {"turn": 300}}


def test_a_copy_goes_its_own_way(workspace: Workspace, project: Project) -> None:
    perform(workspace, project)
    copy = workspace.projects.duplicate("tea")
    assert (copy.slug, copy.title) == ("tea-copy", "Tea (copy)")
    [take] = heard(workspace, "tea-copy")
    workspace.takes.lock("tea-copy", 1, take)
    assert not any(take.locked for take in workspace.takes.history("tea", 1))
    workspace.projects.save("tea-copy", "Ann: Only this.")
    assert len(workspace.projects.turns("tea")) == 2


def test_a_deleted_project_comes_back_as_it_was(workspace: Workspace, project: Project) -> None:
    perform(workspace, project)
    before = workspace.takes.history("tea", 1)
    workspace.projects.delete("tea")
    assert workspace.projects.list() == ()
    assert [gone.slug for gone in workspace.projects.list(trashed=True)] == ["tea"]
    with pytest.raises(ProjectError, match=r"in the trash\. Restore it first\.$") as refused:
        workspace.projects.open("tea")
    assert refused.value.command.endswith("projects restore tea")  # for the terminal alone
    assert workspace.projects.create(SCRIPT).slug == "tea-2"
    workspace.projects.restore("tea")
    assert workspace.takes.history("tea", 1) == before


def test_purging_removes_only_what_no_other_project_has(
    workspace: Workspace, project: Project
) -> None:
    perform(workspace, project)
    workspace.projects.duplicate("tea")
    with pytest.raises(ProjectError, match="not in the trash"):
        workspace.projects.purge("tea")
    workspace.projects.delete("tea")
    assert workspace.projects.purge("tea") == 0
    assert len(heard(workspace, "tea-copy")) == 1
    workspace.projects.delete("tea-copy")
    assert workspace.projects.purge("tea-copy") == 2
    assert workspace.projects.list(trashed=True) == ()


def test_another_performance_adds_to_the_history(workspace: Workspace, project: Project) -> None:
    perform(workspace, project)
    [first] = heard(workspace, "tea")
    workspace.jobs.wait(workspace.takes.again("tea", [1]).job_id, 30)
    takes = workspace.takes.history("tea", 1)
    assert [take.selected for take in takes] == [False, True]
    assert takes[0].voice == "Adam" and takes[0].frames > 0
    assert [take.selected for take in workspace.takes.select("tea", 1, first)] == [True, False]


def test_a_locked_take_is_never_replaced(workspace: Workspace, project: Project) -> None:
    perform(workspace, project)
    [first] = heard(workspace, "tea")
    workspace.jobs.wait(workspace.takes.again("tea", [1]).job_id, 30)
    [second] = heard(workspace, "tea")
    workspace.takes.lock("tea", 1, workspace.takes.restore("tea", 1)[0].number)
    with pytest.raises(TakeLocked, match="Turn 1 is locked"):
        workspace.takes.again("tea", [1])
    for choose in (workspace.takes.select, workspace.takes.lock):
        with pytest.raises(TakeLocked, match="Unlock that one first"):
            choose("tea", 1, second)
    assert heard(workspace, "tea") == [first]
    workspace.takes.unlock("tea", 1, first)
    workspace.takes.select("tea", 1, second)
    assert heard(workspace, "tea") == [second]


def test_rejected_takes_are_in_the_history_with_their_reason(
    open_with: OpenWorkspace, settings: Settings
) -> None:
    workspace = open_with(FakeEngine(faults={"Hello": ["silent", "fine"]}))
    project = workspace.projects.create("Ann: Hello there.", cast={"Ann": "Adam"})
    perform(workspace, project)
    first, second = workspace.takes.history(project.slug, 1)
    assert (first.verdict, first.selected) == ("rejected", False) and first.reason
    assert (second.verdict, second.selected) == ("accepted", True)


def test_unknown_turns_and_takes_are_said(workspace: Workspace, project: Project) -> None:
    with pytest.raises(TakeUnknown, match="no turn 3; it has 2"):
        workspace.takes.history("tea", 3)
    with pytest.raises(TakeUnknown, match="no turn abc"):
        workspace.takes.history("tea", "abc")
    with pytest.raises(TakeUnknown, match="no take 99"):
        workspace.takes.select("tea", 1, 99)


def test_only_looking_changes_nothing(workspace: Workspace, settings: Settings) -> None:
    workspace.projects.create(SCRIPT)
    with open_workspace(settings, read_only=True) as looking:
        assert looking.projects.open("tea").title == "Tea"
        for change in (looking.projects.delete, looking.projects.duplicate):
            with pytest.raises(ReadOnly):
                change("tea")
