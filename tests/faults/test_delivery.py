"""D9: what is delivered is there as a whole or not at all: killed, on a full disk, stopped."""

import itertools
import random
import time
from hashlib import sha256
from pathlib import Path

import pytest

from studio.errors import DeliveryStopped
from studio.services import DeliveryOptions, open_workspace
from tests.faults.conftest import copied
from tests.faults.nursery import Nursery
from tests.faults.rendered import Rendered
from tests.support.fake_engine import FakeEngine

OLD, NEW = "none", "podcast-16"
Contents = dict[str, str]


@pytest.fixture(scope="module")
def performed(
    template: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Rendered:
    """The short project, performed."""
    rendered = copied(template, tmp_path_factory.mktemp("performed"))
    nursery.run("render", *rendered.arguments, "short")
    return rendered


@pytest.fixture(scope="module")
def editions(
    performed: Rendered, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Contents]:
    """What each of two deliveries consists of, undisturbed."""
    found = {}
    for target in (OLD, NEW):
        folder = tmp_path_factory.mktemp(target)
        nursery.run("deliver", settings_of(performed), folder, target)
        found[target] = contents(folder)
    assert len(found[OLD]) == 4 and found[OLD]["short.m4b"] != found[NEW]["short.m4b"]
    return found


def settings_of(performed: Rendered) -> str:
    return performed.settings.model_dump_json()


def contents(folder: Path) -> Contents:
    """Name -> digest of every delivered file; the reports say when they were written."""
    files = (path for path in folder.iterdir() if not path.name.startswith((".", "report")))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def only_whole_files(folder: Path, editions: dict[str, Contents]) -> set[str]:
    """Every file is that of one delivery or the other; says of which there are any."""
    found = contents(folder).items()
    assert all(digest in (editions[OLD][name], editions[NEW][name]) for name, digest in found)
    return {target for target in (OLD, NEW) if found & editions[target].items()}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.slow)])
def test_a_delivery_killed_at_random_moments(
    performed: Rendered,
    editions: dict[str, Contents],
    nursery: Nursery,
    tmp_path: Path,
    kills: int,
) -> None:
    chance, killed, seen = random.Random(kills), 0, set[str]()
    began = time.monotonic()
    nursery.run("deliver", settings_of(performed), tmp_path, OLD)
    span = time.monotonic() - began
    for target in itertools.cycle((NEW, OLD)):
        child = nursery.start("deliver", settings_of(performed), tmp_path, target)
        killed += child.kill_after(chance.uniform(0.1 * span, 1.1 * span)) != 0
        seen |= only_whole_files(tmp_path, editions)
        if killed >= kills:
            break
    assert seen == {OLD, NEW}
    nursery.run("deliver", settings_of(performed), tmp_path, NEW)
    assert contents(tmp_path) == editions[NEW]


@pytest.mark.parametrize("steps", [5, pytest.param(60, marks=pytest.mark.slow)])
def test_a_delivery_to_a_disk_that_takes_only_so_much(
    performed: Rendered,
    editions: dict[str, Contents],
    nursery: Nursery,
    tmp_path: Path,
    steps: int,
) -> None:
    nursery.run("deliver", settings_of(performed), tmp_path / "size", NEW)
    largest = max(path.stat().st_size for path in (tmp_path / "size").iterdir())
    folder, seen = tmp_path / "out", set[str]()
    nursery.run("deliver", settings_of(performed), folder, OLD)
    for step in range(steps):
        limit = 3 * largest * step // steps  # the spool of a chapter is larger than its files
        nursery.run("deliver_to_a_full_disk", settings_of(performed), folder, NEW, limit)
        seen |= only_whole_files(folder, editions)
        assert not [path for path in folder.iterdir() if path.name.startswith(".")]
    assert OLD in seen
    nursery.run("deliver", settings_of(performed), folder, NEW)
    assert contents(folder) == editions[NEW]


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_a_delivery_stopped_at_any_question(
    performed: Rendered, editions: dict[str, Contents], tmp_path: Path, step: int
) -> None:
    options = DeliveryOptions(formats=("flac", "m4b"), target=NEW, captions=("srt",), table=True)
    with open_workspace(performed.settings, engine_loader=lambda _: FakeEngine()) as workspace:  # type: ignore[arg-type, return-value]
        [job, *_] = workspace.jobs.list()
        for stop_at in itertools.count(0, step):
            questions = itertools.count()
            try:
                workspace.deliveries.deliver(
                    job.job_id, options, tmp_path,
                    cancelled=lambda: next(questions) >= stop_at,  # noqa: B023 - asked at once
                )  # fmt: skip
            except DeliveryStopped:
                only_whole_files(tmp_path, editions)
                assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
            else:
                break
    assert stop_at > 5 and contents(tmp_path) == editions[NEW]
