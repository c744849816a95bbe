"""D8: a clock that jumps by years, back and forth, changes what is shown and nothing else."""

import itertools
import random
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from studio.services import PerformRequest, open_workspace
from studio.store import database
from tests.faults.children import NotedEngine, Notes
from tests.faults.conftest import copied
from tests.faults.rendered import Rendered

YEARS = 10 * 365 * 86_400


class WildClock(datetime):
    """Never the same year twice; sometimes an hour back, as when summer time ends."""

    chance = random.Random(3)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        moved = cls.chance.choice([cls.chance.uniform(-YEARS, YEARS), -3600.0, 0.0])
        return datetime(2026, 10, 25, 3, tzinfo=UTC) + timedelta(seconds=moved)


@pytest.fixture
def wild(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "datetime", WildClock)
    monkeypatch.setattr(time, "time", lambda: WildClock.now().timestamp())


def test_a_clock_that_jumps_changes_no_take_and_no_file(
    wild: None, whole: Rendered, template: Path, tmp_path: Path
) -> None:
    rendered = copied(template, tmp_path)
    for stop_at in (9, 20, 10_000):  # twice interrupted
        engine = NotedEngine(Notes(rendered.arguments[1]))
        with open_workspace(rendered.settings, engine_loader=lambda _: engine) as workspace:  # type: ignore[arg-type, return-value]  # noqa: B023
            project = workspace.projects.open("tea")
            request = PerformRequest(project.script, project.cast, project=project.slug)
            job_id = workspace.jobs.start(request)
            engine.on_step = lambda: (
                workspace.jobs.cancel(job_id) if len(engine.spoken) >= stop_at else None  # noqa: B023
            )
            state = workspace.jobs.wait(job_id, 60).state
            assert state == ("done" if stop_at == 10_000 else "cancelled")
            if state == "done":
                workspace.exports.deliver(job_id, path=rendered.out)
                jobs = [job.job_id for job in workspace.jobs.list()]
                assert jobs[0] == job_id and len(jobs) == 3
    assert sorted(rendered.takes()) == sorted(whole.takes())
    assert rendered.selected() == whole.selected()
    assert rendered.out.read_bytes() == whole.out.read_bytes()


def test_every_date_may_be_wrong(wild: None, template: Path, tmp_path: Path) -> None:
    rendered = copied(template, tmp_path)
    with open_workspace(rendered.settings) as workspace:
        titles = [f"Tea {number}" for number in range(5)]
        for title in titles:
            workspace.projects.duplicate("tea", title)
        dates = [project.changed for project in workspace.projects.list()]
        assert any(later < earlier for earlier, later in itertools.pairwise(dates))
        assert {project.title for project in workspace.projects.list()} >= set(titles)
    open_workspace(rendered.settings).close()
