"""D4: a disk that is full, or fails, at any write: a typed error, nothing damaged, and it goes on.

Is: the operating system's own refusals (strace), from the nth call on a database file onwards, for
every n until there is none left to refuse.
Is not: the writing of an export, whose every write fails in `tests/media` and `test_delivery`.
"""

import itertools
from pathlib import Path

import pytest

from tests.faults.conftest import copied
from tests.faults.nursery import Nursery
from tests.faults.rendered import Rendered
from tests.faults.strace import attached

CALLS = "pwrite64,fsync,fdatasync,ftruncate"


@pytest.fixture(scope="module")
def short(template: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The short project, performed without an interruption."""
    rendered = copied(template, tmp_path_factory.mktemp("short"))
    nursery.run("render", *rendered.arguments, "short")
    return rendered


def refuse_from(nursery: Nursery, rendered: Rendered, number: int, error: str) -> bool:
    """Render while every call from one on is refused; whether there was such a call."""
    child = nursery.start("render_or_refuse", *rendered.arguments, "short", hold=True)
    log, database = rendered.folder / "calls", rendered.settings.projects / "studio.db"
    refused = f"inject={CALLS}:error={error}:when={number}+"
    paths = ("-P", str(database), "-P", f"{database}-wal")
    with attached(child, "-e", f"trace={CALLS}", "-e", refused, *paths, log=log):
        assert child.wait() == 0, nursery.log.read_text()
    return "INJECTED" in log.read_text()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("error", "step"),
    [
        ("ENOSPC", 8),
        ("EIO", 11),
        pytest.param("ENOSPC", 1, marks=pytest.mark.slow),
        pytest.param("EIO", 1, marks=pytest.mark.slow),
    ],
)
def test_a_disk_that_refuses_any_write_of_the_database(
    template: Path, short: Rendered, nursery: Nursery, tmp_path: Path, error: str, step: int
) -> None:
    refusals = 0
    for number in itertools.count(1, step):
        rendered = copied(template, tmp_path / str(number))
        if not refuse_from(nursery, rendered, number, error):
            break
        refusals += 1
        said = rendered.noted("refused")
        # What is refused when the workspace is closed was not needed: the log has it all.
        assert said == ["DiskFull"] or (not said and rendered.out.exists()), number
        kept = rendered.kept()
        assert set(rendered.noted("take")) <= {digest for *_, digest in kept}
        nursery.run("render", *rendered.arguments, "short")
        assert rendered.kept()[: len(kept)] == kept
        assert sorted(rendered.takes()) == sorted(short.takes())
        assert rendered.out.read_bytes() == short.out.read_bytes()
    assert refusals >= 3
