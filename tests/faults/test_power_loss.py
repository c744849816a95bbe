"""D3: what is acknowledged is on the disk before it is said, and stays if the power fails then.

Is: the calls of a real render, in their order; and the disk as it may be after a power cut at any
point between them: what was flushed is there, of the rest any part, torn anywhere.
Is not: a test of the disk, which has to keep what it says it has flushed.
"""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.conftest import copied
from tests.faults.nursery import Nursery
from tests.faults.rendered import Rendered
from tests.faults.strace import Call, attached, calls

TRACED = "pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"
SYNCS = {"fsync", "fdatasync"}
SECTOR = 512


@pytest.fixture(scope="session")
def recorded(
    template: Path, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Rendered, list[Call]]:
    """A render that nothing disturbed, and every call in it that has to do with files."""
    rendered = copied(template, tmp_path_factory.mktemp("recorded"))
    log = rendered.folder / "calls"
    child = nursery.start("render", *rendered.arguments, hold=True)
    with attached(child, "-e", f"trace={TRACED}", log=log):
        assert child.wait() == 0, nursery.log.read_text()
    return rendered, calls(log)


def noted(call: Call) -> tuple[str, str] | None:
    """The acknowledgement that a call makes, if it makes one."""
    if not call.path.endswith("/notes"):
        return None
    word, _, rest = call.content.decode().strip().partition(" ")
    return word, rest


def test_a_take_is_flushed_before_it_is_acknowledged(
    recorded: tuple[Rendered, list[Call]],
) -> None:
    flushed, acknowledged = True, 0
    for call in recorded[1]:
        if call.path.endswith("studio.db-wal"):
            flushed = call.name in SYNCS
        if (note := noted(call)) and note[0] == "take":
            assert flushed, "a take was acknowledged before it was on the disk"
            acknowledged += 1
    assert acknowledged == len(recorded[0].noted("take")) > 20


def test_an_export_is_flushed_then_named_then_acknowledged(
    recorded: tuple[Rendered, list[Call]],
) -> None:
    rendered, made = recorded
    [name] = [at for at, call in enumerate(made) if call.path == str(rendered.out)]
    part = made[name].source
    last_write = max(at for at, call in enumerate(made) if call.path == part and call.content)
    assert any(call.path == part and call.name in SYNCS for call in made[last_write:name])
    folder = [at for at, call in enumerate(made) if call.path == str(rendered.out.parent)]
    [delivered] = [at for at, call in enumerate(made) if noted(call) == ("delivered", "")]
    assert made[folder[-1]].name in SYNCS and name < folder[-1] < delivered


def after_power_loss(base: bytes, made: list[Call], chance: random.Random) -> dict[str, bytes]:
    """The database's files as the disk may have them when the power fails after some calls."""
    files = {"studio.db": bytearray(base), "studio.db-wal": bytearray()}
    for name, content in files.items():
        mine = [call for call in made if Path(call.path).name == name]
        synced = max((at for at, call in enumerate(mine) if call.name in SYNCS), default=0)
        for at, call in enumerate(mine):
            if call.name == "ftruncate" and (at < synced or chance.random() < 0.5):
                content[call.offset :] = bytes(max(0, call.offset - len(content)))
            if call.name == "unlink" and chance.random() < 0.5:
                content.clear()
            if call.name == "pwrite64":
                write(content, call, at < synced, chance)
    return {name: bytes(content) for name, content in files.items()}


def write(content: bytearray, call: Call, synced: bool, chance: random.Random) -> None:
    """All of a flushed write; of another one all, nothing, or some of its sectors."""
    fate = 1.0 if synced else chance.random()
    for start in range(0, len(call.content), SECTOR):
        if fate > 0.6 or (fate > 0.3 and chance.random() < 0.5):
            at = call.offset + start
            content.extend(bytes(max(0, at - len(content))))
            content[at : at + SECTOR] = call.content[start : start + SECTOR]


@pytest.mark.parametrize("cuts", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_nothing_acknowledged_is_lost_when_the_power_fails(
    recorded: tuple[Rendered, list[Call]], template: Path, tmp_path: Path, cuts: int
) -> None:
    base, chance = (template / "studio.db").read_bytes(), random.Random(cuts)
    made = [call for call in recorded[1] if "studio.db" in call.path or noted(call)]
    lost = 0
    for _ in range(cuts):
        before = made[: chance.randrange(len(made))]
        files = after_power_loss(base, before, chance)
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        (tmp_path / "studio.db-shm").unlink(missing_ok=True)
        promised = {note[1] for call in before if (note := noted(call)) and note[0] == "take"}
        with closing(sqlite3.connect(tmp_path / "studio.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            found = {row[0] for row in connection.execute("SELECT sha256 FROM take")}
        assert promised <= found
        lost += files["studio.db-wal"] != b"" and len(promised) > 0
    assert lost > cuts / 2, "the cuts must fall into the render"
