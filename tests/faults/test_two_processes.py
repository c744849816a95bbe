"""D6: of two processes the second only looks, and the first's end sets the workspace free."""

import signal
import time

import pytest

from studio.errors import WorkspaceBusy
from studio.services import open_workspace
from tests.faults.nursery import Nursery
from tests.faults.rendered import Rendered

RELEASED_SECONDS = 1.0


def wait_for(rendered: Rendered, word: str, count: int = 1) -> None:
    deadline = time.monotonic() + 30
    while len(rendered.noted(word)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def table(rendered: Rendered, name: str) -> list[tuple[object, ...]]:
    with rendered.database() as connection:
        return connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.slow)])
def test_a_second_process_reads_and_writes_nothing(
    fresh: Rendered, nursery: Nursery, seconds: int
) -> None:
    before = {name: table(fresh, name) for name in ("project", "voice", "job", "script")}
    settings, notes, _ = fresh.arguments
    writer = nursery.start("keep_writing", settings, notes)
    wait_for(fresh, "written")
    onlooker = nursery.start("look_on", settings, notes, seconds)
    assert onlooker.wait() == 0, nursery.log.read_text()
    assert writer.kill() == -signal.SIGKILL
    written = fresh.noted("written")
    found = [key for key, *_ in fresh.takes()]
    # The last one may be committed and not noted; none is noted and not committed.
    assert found[: len(written)] == written and len(found) <= len(written) + 1
    assert {name: table(fresh, name) for name in before} == before
    [seen] = fresh.noted("seen")
    assert 0 < int(seen) <= len(found)
    rounds = len(fresh.noted("busy"))
    assert rounds > 2 and len(fresh.noted("refused")) == 6 * rounds


def test_a_killed_process_sets_its_workspace_free_at_once(
    fresh: Rendered, nursery: Nursery
) -> None:
    settings, notes, _ = fresh.arguments
    for _ in range(3):
        (fresh.folder / "notes").unlink(missing_ok=True)
        writer = nursery.start("keep_writing", settings, notes)
        wait_for(fresh, "written")
        with pytest.raises(WorkspaceBusy):
            open_workspace(fresh.settings)
        assert writer.kill() == -signal.SIGKILL
        killed = time.monotonic()
        open_workspace(fresh.settings).close()
        assert time.monotonic() - killed < RELEASED_SECONDS
