"""docs/guarantees.md cannot rot: every guarantee has its row, and every test in it exists.

Is: names in the source; as a slow test, one collection of the named files by pytest itself.
Is not: a run of them.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
WANTED = {*(f"D{number}" for number in range(1, 11)), "E2", "E3", "E4", "E5",
          "W1", "W2", "W3", "W5", "W10", "P1", "P2", "P3"}  # fmt: skip
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
COLLECT = """
import sys, pytest
class Collected:
    def pytest_collection_modifyitems(self, items):
        for item in items:
            pace = "slow" if item.get_closest_marker("slow") else "quick"
            print("COLLECTED", pace, "::".join(item.nodeid.partition("[")[0].split("::")[:2]))
sys.exit(pytest.main(["--collect-only", "-qq", *sys.argv[1:]], plugins=[Collected()]))
"""


def rows() -> dict[str, list[str]]:
    """Guarantee -> the cells of its row."""
    lines = [line for line in DOCUMENT.splitlines() if re.match(r"\| [A-Z]\d+ \|", line)]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {first: rest for first, *rest in cells}


def named(cell: str) -> set[str]:
    return {"::".join(found) for found in NAMED.findall(cell)}


def collected(files: set[str]) -> dict[str, set[str]]:
    """ "quick" or "slow" -> the tests of these files."""
    command = [sys.executable, "-c", COLLECT, *sorted(files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, set[str]] = {"quick": set(), "slow": set()}
    for line in done.stdout.splitlines():
        if line.startswith("COLLECTED"):
            _, pace, test = line.split()
            found[pace].add(test)
    return found


def test_every_guarantee_has_a_row_and_a_test_in_make_test() -> None:
    assert set(rows()) == WANTED
    for guarantee, (words, quick, _) in rows().items():
        assert words and (named(quick) or guarantee == "D2"), guarantee


def all_named(column: int) -> set[str]:
    return {test for cells in rows().values() for test in named(cells[column])}


def test_every_named_test_exists() -> None:
    for test in all_named(1) | all_named(2):
        file, _, name = test.partition("::")
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^(?:def {name}\(|{name} = )", source, re.MULTILINE), test


@pytest.mark.slow
def test_every_named_test_is_collected_where_it_is_said_to_run() -> None:
    quick, slow = all_named(1), all_named(2)
    found = collected({test.partition("::")[0] for test in quick | slow})
    assert quick - found["quick"] == set()
    assert slow - found["slow"] == set()
