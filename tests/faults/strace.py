"""Watching, and breaking, what a process asks of the operating system: strace on a held child.

Is: attached before the child begins, so that nothing is missed and nothing else is touched.
Is not: needed for the studio; without strace these tests are skipped.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.nursery import Child

_CALL = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+)")
_UNFINISHED = re.compile(r"(?P<begin>\w+\(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(?P<end>.*)$")
_HEX = re.compile(r"\\x([0-9a-f]{2})")


@dataclass(frozen=True)
class Call:
    """A call that succeeded. Its path is that of its file, or of what a rename makes."""

    name: str
    path: str
    content: bytes = b""
    offset: int = -1
    source: str = ""


@contextmanager
def attached(child: Child, *options: str, log: Path) -> Iterator[None]:
    """Trace a held child, which begins when the block does; the block has to wait for its end."""
    if shutil.which("strace") is None:
        child.kill()
        pytest.skip("this system has no strace")
    command = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-o", str(log), "-p", str(child.pid)]
    tracer = subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if "attached" not in said:
        child.kill()
        pytest.skip(f"strace may not look at other processes here: {said.strip()}")
    child.go_on()
    yield
    tracer.communicate()


def calls(log: Path) -> list[Call]:
    """Every call that succeeded, in the order in which the calls returned."""
    found, begun = [], dict[str, str]()
    for line in log.read_text(encoding="ascii").splitlines():
        pid, _, text = line.partition(" ")
        text = text.strip()
        if unfinished := _UNFINISHED.match(text):
            begun[pid] = unfinished["begin"]
            continue
        if resumed := _RESUMED.match(text):
            text = begun.pop(pid) + resumed["end"]
        if (call := _CALL.match(text)) and int(call["result"]) >= 0:
            found.append(_call(call["name"], call["arguments"]))
    return found


def _call(name: str, arguments: str) -> Call:
    paths = [_bytes(path).decode() for path in re.findall(r"<((?:\\x..)+)>", arguments)]
    strings = [_bytes(text) for text in re.findall(r'"((?:\\x..)*)"', arguments)]
    if name.startswith(("rename", "unlink")):
        return Call(name, strings[-1].decode(), source=strings[0].decode())
    offset = int(arguments.rpartition(",")[2]) if name in ("pwrite64", "ftruncate") else -1
    return Call(name, paths[0] if paths else "", strings[0] if strings else b"", offset)


def _bytes(text: str) -> bytes:
    return bytes.fromhex("".join(_HEX.findall(text)))
