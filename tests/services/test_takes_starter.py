"""Performing again with the starter: what the engine is asked for, and what it has to read."""

from pathlib import Path
from typing import Any

import pytest

from engine import Chain, Engine, Reference
from studio.services import PerformRequest, open_workspace
from studio.services.shelf import Shelf
from studio.settings import Settings

SCRIPT = "Ann: Yes, sir.\nAnn: No.\nAnn: Oh, well.\nAnn: Good."


def test_a_turn_in_the_middle_is_performed_alone_after_one_prefill_of_what_is_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine.load("starter", device="cpu", max_lanes=2)
    settings = Settings(projects=tmp_path, checks="permissive", max_lanes=2)
    with open_workspace(settings, engine_loader=lambda _: engine) as workspace:
        workspace.projects.create(SCRIPT, title="Tea", cast={"Ann": "Walter"})
        job_id = workspace.jobs.start(PerformRequest(SCRIPT, {"Ann": "Walter"}, project="tea"))
        assert workspace.jobs.wait(job_id, 120).state == "done"
        before = {turn: workspace.takes.history("tea", turn) for turn in (1, 2, 4)}

        shelf = Shelf(workspace._database, workspace.projects.open("tea").project_id)
        chunks = [chunk for chunk in workspace.jobs.plan(job_id).chunks() if chunk.turn < 2]
        heard = [shelf.selected(chunk) for chunk in chunks]
        assert len(heard) == 2
        transcript, codes = workspace.voices.reference("Walter", engine)
        with engine.prefix([Reference(transcript, codes)]) as prefix:
            expected = prefix.positions + engine.compose("Oh, well.", 0)[0].shape[1]
        for take in heard:
            assert take is not None
            expected += engine.spoken_turn(take.text, take.codes, 0).shape[1]

        asked, read = watch(engine, monkeypatch)
        started = workspace.takes.again("tea", [3], candidates=2)
        assert workspace.jobs.wait(started.job_id, 120).state == "done"
        assert asked == ["Oh, well."]
        assert sum(read) == expected  # each position once, for both candidates together
        assert len(workspace.takes.history("tea", 3)) == 3
        assert before == {turn: workspace.takes.history("tea", turn) for turn in (1, 2, 4)}
        states = [status.state.value for status in workspace.takes.status("tea")]
        assert states == ["done", "done", "done", "soft-stale"]


def watch(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[int]]:
    """The texts the engine performs from now on, and the positions of every prefill."""
    asked: list[str] = []
    read: list[int] = []
    perform, prefill = Chain.perform, engine.loop.runner.prefill

    def performed(self: Chain, text: str, **options: Any) -> Any:
        asked.append(text)
        return perform(self, text, **options)

    def prefilled(workspace: Any, grid: Any) -> Any:
        read.append(grid.shape[-1])
        return prefill(workspace, grid)

    monkeypatch.setattr(Chain, "perform", performed)
    monkeypatch.setattr(engine.loop.runner, "prefill", prefilled)
    return asked, read
