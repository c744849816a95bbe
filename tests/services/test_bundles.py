"""Bundles: complete by themselves, exactly the same after a round trip, hostile ones refused."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.errors import BundleError, DiskFull, ProjectError
from studio.services import PerformRequest, Workspace
from studio.store.bundle_format import VERSION
from studio.store.project_tables import ProjectRow, PronunciationRow
from tests.services.conftest import CONSENT, OpenWorkspace
from tests.support.fake_engine import FakeEngine

SCRIPT = "---\ntitle: Tea\n---\n# One\n\nAnn: Hello there.\n\nBob: Good day [softly] to you."
Files = dict[str, bytes]


@pytest.fixture
def bundle(workspace: Workspace, tmp_path: Path) -> Path:
    """Of a project with a rejected take, a lock, a turn that left the script, and settings."""
    engine = workspace._host._loader(workspace.settings)
    engine.faults["Hello"] = ["silent", "fine"]  # type: ignore[attr-defined]
    text = SCRIPT + "\n\nAnn: Cut later."
    project = workspace.projects.create(text, cast={"Ann": "Adam", "Bob": "Bea"})
    request = PerformRequest(text, project.cast, project="tea")
    assert workspace.jobs.wait(workspace.jobs.start(request), 30).state == "done"
    workspace.takes.lock("tea", 1, workspace.takes.history("tea", 1)[1].number)
    workspace.projects.configure("tea", {"target": "acx", "pauses": {"turn": 250}})
    workspace.voices.describe("Adam", tags=["warm"], notes="Read in May.")
    with workspace._database.write() as session:
        number = session.query(ProjectRow.id).scalar()
        session.add(
            PronunciationRow(
                project_id=number, speaker="Ann", position=0, written="tea", spoken="tee",
                kind="word", language="en", case="any",
            )
        )  # fmt: skip
    workspace.projects.save("tea", SCRIPT)
    path = tmp_path / "tea.tableread"
    assert workspace.bundles.export("tea", path).takes == 4
    return path


@pytest.fixture
def other(open_with: OpenWorkspace) -> Workspace:
    """A second workspace, empty but for two voices with the names of the first one's."""
    return open_with(FakeEngine(), "other")


def rewritten(bundle: Path, change: Callable[[Files], object], *, seal: bool = True) -> Path:
    """A copy of a bundle with other files in it, and a manifest that says that it is so."""
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if seal:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {
            name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items() if name != "manifest.json"
        }  # fmt: skip
        files["manifest.json"] = json.dumps(manifest).encode()
    path = bundle.with_name("changed.tableread")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def edited(bundle: Path, change: Callable[[dict], object]) -> Path:
    """A copy of a bundle whose project.json is changed."""

    def edit(files: Files) -> None:
        project = json.loads(files["project.json"])
        change(project)
        files["project.json"] = json.dumps(project).encode()

    return rewritten(bundle, edit)


def test_a_bundle_is_exactly_the_same_after_a_round_trip(
    workspace: Workspace, bundle: Path, open_with: OpenWorkspace, tmp_path: Path
) -> None:
    elsewhere = open_with(FakeEngine(), "elsewhere")
    for name in ("Adam", "Bea"):
        elsewhere.voices.remove(name)
    report = elsewhere.bundles.bring_in(bundle)
    assert (report.project, report.turns, report.takes, report.renamed) == ("tea", 2, 4, {})
    again = elsewhere.bundles.export("tea", tmp_path / "again.tableread").path
    assert again.read_bytes() == bundle.read_bytes()
    there, here = elsewhere.projects.open("tea"), workspace.projects.open("tea")
    assert there == here
    assert elsewhere.voices.get("Adam") == workspace.voices.get("Adam")
    sound = [w.voices.listen("Adam")[1] for w in (elsewhere, workspace)]
    assert np.array_equal(*sound)
    facts = [
        [
            (t.verdict, t.reason, t.selected, t.locked, t.frames, t.made_with)
            for t in w.takes.history("tea", 1)
        ]
        for w in (elsewhere, workspace)
    ]
    assert facts[0] == facts[1] and len(facts[0]) == 2 and "temperature" in facts[0][0][-1]


def test_what_was_performed_is_not_performed_again(bundle: Path, open_with: OpenWorkspace) -> None:
    engine = FakeEngine()
    elsewhere = open_with(engine, "elsewhere")
    elsewhere.bundles.bring_in(bundle)
    project = elsewhere.projects.open("tea")
    request = PerformRequest(project.script, project.cast, project="tea")
    assert elsewhere.jobs.wait(elsewhere.jobs.start(request), 30).state == "done"
    assert engine.spoken == []


def test_the_same_bundle_twice_is_two_projects(workspace: Workspace, bundle: Path) -> None:
    report = workspace.bundles.bring_in(bundle)
    assert report.project == "tea-2" and report.renamed == {}
    first, second = (workspace.projects.open(slug) for slug in ("tea", "tea-2"))
    assert first.project_id != second.project_id and first.script == second.script
    assert [voice.name for voice in workspace.voices.list()] == ["Adam", "Bea"]


def test_another_voice_of_the_same_name_is_kept_apart(
    bundle: Path, other: Workspace, tmp_path: Path
) -> None:
    other.voices.remove("Adam")
    noise = tmp_path / "noise.wav"
    soundfile.write(noise, np.random.default_rng(1).normal(0, 0.1, 16_000), 8000)
    other.voices.add("Adam", noise, "Another Adam.", consent=CONSENT)
    report = other.bundles.bring_in(bundle)
    assert report.renamed == {"Adam": "Adam (2)"}
    assert other.projects.open("tea").cast == {"Ann": "Adam (2)", "Bob": "Bea"}
    assert other.takes.history("tea", 1)[0].voice == "Adam (2)"


def test_a_bundle_cannot_make_a_voice_exempt_from_consent(bundle: Path, other: Workspace) -> None:
    def claim(project: dict) -> None:
        voice = next(voice for voice in project["voices"] if voice["name"] == "Adam")
        voice.update(name="Eve", origin="starter")

    other.bundles.bring_in(edited(bundle, claim))
    eve = other.voices.get("Eve")
    assert eve.origin == "user" and eve.consent is None and not eve.may_perform


def test_a_take_that_is_known_otherwise_comes_in_beside_it(
    bundle: Path, workspace: Workspace
) -> None:
    with workspace._database.write() as session:
        session.connection().exec_driver_sql("UPDATE take SET sha256 = 'other' WHERE attempt = 0")
    before = workspace.takes.history("tea", 2)
    workspace.bundles.bring_in(bundle)
    [take] = workspace.takes.history("tea-2", 2)
    assert take.attempt == before[0].attempt + 1 and workspace.takes.history("tea", 2) == before


def foreign_name(name: str) -> Callable[[Files], object]:
    return lambda files: files.update({name: b"evil"})


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "blobs/../../evil", "blobs/" + "A" * 64, "CON", "script.txt\n",
     "blobs/" + "a" * 64 + "\n", "c:\\evil", "a/b"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(bundle: Path, other: Workspace, name: str) -> None:
    before = set(other.settings.projects.parent.rglob("*"))
    with pytest.raises(BundleError):
        other.bundles.bring_in(rewritten(bundle, foreign_name(name)))
    after = set(other.settings.projects.parent.rglob("*"))
    assert {path.name for path in after - before} <= {"changed.tableread"}
    assert other.projects.list() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.update(extra=1), "extra"),
        (lambda p: p.update(slug="../up"), "slug"),
        (lambda p: p.update(project_id="x"), "project_id"),
        (lambda p: p.update(title=""), "title"),
        (lambda p: p["takes"][0].update(codes="f" * 64), "do not belong"),
        (lambda p: p["takes"][0].update(seed="1"), "seed"),
        (lambda p: p["takes"][0].update(n_codebooks=7), "is no codes"),
        (lambda p: p["takes"].append(p["takes"][0]), "do not belong"),
        (lambda p: p["links"][0].update(take=99), "do not belong"),
        (lambda p: p["links"][0].update(turn_id="nobody"), "do not belong"),
        (lambda p: p["links"][1].update(selected=True) or p["links"][0].update(selected=True),
         "do not belong"),
        (lambda p: p["turns"].pop(0), "do not belong"),
        (lambda p: p["turns"].append(p["turns"][0]), "do not belong"),
    ],
)  # fmt: skip
def test_contents_that_do_not_fit_are_refused_and_leave_nothing(
    bundle: Path, other: Workspace, change: Callable[[dict], object], words: str
) -> None:
    with pytest.raises(BundleError, match=words):
        other.bundles.bring_in(edited(bundle, change))
    assert other.projects.list() == () and len(other.voices.list()) == 2


def test_a_newer_bundle_is_refused(bundle: Path, other: Workspace) -> None:
    def newer(files: Files) -> None:
        manifest = json.loads(files["manifest.json"])
        files["manifest.json"] = json.dumps(manifest | {"version": VERSION + 1}).encode()

    with pytest.raises(BundleError, match="newer Tableread"):
        other.bundles.bring_in(rewritten(bundle, newer, seal=False))


def test_a_changed_byte_is_found(bundle: Path, other: Workspace) -> None:
    def flip(files: Files) -> None:
        name = next(name for name in files if name.startswith("blobs/"))
        files[name] = bytes([files[name][0] ^ 1]) + files[name][1:]

    with pytest.raises(BundleError, match="is not what it was"):
        other.bundles.bring_in(rewritten(bundle, flip, seal=False))
    with pytest.raises(BundleError, match="do not belong to it"):
        other.bundles.bring_in(rewritten(bundle, flip))


def test_bombs_are_refused_before_they_go_off(
    bundle: Path, other: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lie(files: Files) -> None:
        files["script.txt"] = b"a" * 10_000_000

    with pytest.raises(BundleError, match="longer than it says"):
        other.bundles.bring_in(rewritten(bundle, lie, seal=False))
    monkeypatch.setattr("studio.store.bundle_file.MAX_BUNDLE_BYTES", 1_000_000)
    with pytest.raises(BundleError, match="unpacks to more"):
        other.bundles.bring_in(rewritten(bundle, lie))
    monkeypatch.setattr("studio.store.bundle_file.MAX_FILES", 3)
    with pytest.raises(BundleError, match="unpacks to more"):
        other.bundles.bring_in(bundle)


def test_any_cut_and_any_other_file_is_a_plain_refusal(
    bundle: Path, other: Workspace, tmp_path: Path
) -> None:
    content = bundle.read_bytes()
    broken = tmp_path / "broken.tableread"
    for size in [0, 1, 22, len(content) // 2, len(content) - 1]:
        broken.write_bytes(content[:size])
        with pytest.raises(BundleError):
            other.bundles.bring_in(broken)
    for path in (tmp_path / "none.tableread", tmp_path):
        with pytest.raises(BundleError, match="cannot be read"):
            other.bundles.bring_in(path)
    assert other.projects.list() == ()


def test_a_bundle_that_cannot_be_written_leaves_the_old_one(
    workspace: Workspace, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bundle.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.store.bundle_file.os.fsync", full)
    with pytest.raises(DiskFull, match="No space left"):
        workspace.bundles.export("tea", bundle)
    assert bundle.read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))
    with pytest.raises(ProjectError):
        workspace.bundles.export("coffee", bundle)
