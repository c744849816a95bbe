"""W5: whatever a title, a name or a bundle says, files lie where they belong, under plain names.

Is: a hostile name in every place where a user can write one, up to the delivered files.
"""

import re
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.services import DeliveryOptions, PerformRequest, Workspace
from tests.services.conftest import CONSENT

NAMES = {
    "above": "../../above", "encoded": "%2e%2e%2fabove", "absolute": "/tmp/absolute",
    "windows": "..\\..\\above", "drive": "C:\\above", "device": "CON", "dots": "...",
    "hidden": ".hidden", "slash": "a/b", "direction": "\u202egnp.exe", "zero": "a\x00b",
    "long": "a" * 300, "wide": "言" * 300, "composed": "é", "decomposed": "e\u0301",
    "trailing": "name. ", "newline": "name\n", "option": "-rf", "home": "~/.ssh", "empty": " ",
    "shell": "$(touch above)", "emoji": "👩\u200d🚀", "null device": "nul.mp3",
}  # fmt: skip
PLAIN = re.compile(r"[a-z0-9.][a-zA-Z0-9._-]{0,99}")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_name_becomes_a_path(
    workspace: Workspace,
    recording: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    here = tmp_path / "here"  # where bundles go that were not given a path
    here.mkdir()
    monkeypatch.chdir(here)
    before = set(tmp_path.rglob("*"))
    for attempt in (
        lambda: workspace.voices.add(name, recording, "Words.", consent=CONSENT),
        lambda: workspace.projects.open(name),
        lambda: workspace.jobs.progress(name),
        lambda: workspace.bundles.export(name),
    ):
        try:
            attempt()
        except StudioError as error:
            assert str(error)
    title = name[:200] if name.strip() else "x"  # longer and empty ones are refused
    project = workspace.projects.create("Ann: Hello.", title=title)
    workspace.projects.rename(project.slug, title[::-1])
    workspace.projects.duplicate(project.slug, title)
    workspace.bundles.export(project.slug)
    deliver_under(workspace, name)
    new = set(tmp_path.rglob("*")) - before
    assert len(new) > 8 and list(here.glob("*.tableread"))
    roots = (workspace.settings.projects.resolve(), here.resolve())
    for path in new:
        assert any(path.resolve().is_relative_to(root) for root in roots), path
        assert PLAIN.fullmatch(path.name) and ".." not in path.name, path


def deliver_under(workspace: Workspace, name: str) -> None:
    """Deliver with a name as title, chapter and speaker, wherever a script may hold it."""
    line = " ".join(name.split()).replace("\x00", "") or "x"
    speaker = re.sub(r"[^\w./~$%()-]", "", line)[:40] or "x"
    script = f"# \\{line}\n\nAnn: One is here.\n\n# Two\n\nBob: Two is there."
    try:
        job_id = workspace.jobs.start(PerformRequest(script, {"Ann": "Adam", "Bob": "Bea"}))
    except StudioError:
        job_id = workspace.jobs.start(PerformRequest(script.replace(line, speaker)))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    workspace.exports.deliver(job_id, "wav")
    options = DeliveryOptions(
        formats=("flac", "m4b"), captions=("srt",), table=True, stems=True, title=name, author=name
    )
    workspace.deliveries.deliver(job_id, options)
