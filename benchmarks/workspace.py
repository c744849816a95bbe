"""Measures a workspace with a ten-hour book: opening it, its bundle, the check.

Is: a book of synthesized takes in a temporary folder; codes with the spread of real ones.
Is not: a performance; no engine is loaded.

    PYTHONPATH=. python benchmarks/workspace.py --out benchmarks/results/workspace.json
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from studio.core.model import Take
from studio.services import Workspace, check_workspace, open_workspace
from studio.settings import Settings
from studio.store.takes import add_take
from studio.store.turn_takes import link_takes

HOURS = 10
TURN_SECONDS = 8
FRAME_RATE = 44_100 / 2048
CODEBOOKS = 10
CHAPTER_TURNS = 150
FLOORS = {"open_seconds": 0.5, "bundle_megabytes": 25.0}


def main() -> int:
    """Measure, print, and keep the result; 1 if a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Settings(projects=Path(folder) / "projects"))
    result = {**facts(), "floors": FLOORS, **measured}
    text = json.dumps(result, indent=2)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return int(any(result[name] > floor for name, floor in FLOORS.items()))


def measure(settings: Settings) -> dict[str, float]:
    """Make the book, then time what a user waits for; the best of three where it repeats."""
    with open_workspace(settings) as workspace:
        slug = make_book(workspace)
    timings = [seconds(lambda: open_project(settings, slug)) for _ in range(3)]
    with open_workspace(settings) as workspace:
        bundle = settings.projects.parent / "book.tableread"
        export = seconds(lambda: workspace.bundles.export(slug, bundle))
    other = settings.model_copy(update={"projects": settings.projects.parent / "other"})
    with open_workspace(other) as workspace:
        bring_in = seconds(lambda: workspace.bundles.bring_in(bundle))
        again = workspace.bundles.export(slug, bundle.with_name("again.tableread")).path
        same = again.read_bytes() == bundle.read_bytes()
    assert same, "the bundle must come back exactly"
    return {
        "open_seconds": min(timings),
        "bundle_megabytes": bundle.stat().st_size / 1e6,
        "bundle_export_seconds": export,
        "bundle_import_seconds": bring_in,
        "database_megabytes": (settings.projects / "studio.db").stat().st_size / 1e6,
        "check_seconds": seconds(lambda: check_workspace(settings)),
    }


def make_book(workspace: Workspace) -> str:
    """A project of ten hours, every turn with one take."""
    turns = round(HOURS * 3600 / TURN_SECONDS)
    project = workspace.projects.create(script(turns), title="Ten hours")
    random = np.random.default_rng(1)
    with workspace._database.raw() as connection:
        connection.execute("PRAGMA synchronous=OFF")  # only while the book is made
    frames = round(TURN_SECONDS * FRAME_RATE)
    for turn in workspace.projects.turns(project.slug):
        codes = random.integers(0, 1024, (CODEBOOKS, frames)).astype(np.uint16)
        key = f"{turn.position:064x}"
        add_take(workspace._database, Take(key, 0, 1, codes, voice="Arthur"))
        link_takes(workspace._database, project.project_id, turn.turn_id, 0, key)
    return project.slug


def script(turns: int) -> str:
    """Chapters of turns between two speakers, no two alike."""
    lines = []
    for number in range(turns):
        if number % CHAPTER_TURNS == 0:
            lines.append(f"# Chapter {number // CHAPTER_TURNS + 1}")
        lines.append(f"{('Ann', 'Bob')[number % 2]}: This is what was said as number {number}.")
    return "\n\n".join(lines)


def open_project(settings: Settings, slug: str) -> None:
    """What happens when somebody opens the studio and then the book."""
    with open_workspace(settings) as workspace:
        workspace.projects.list()
        project = workspace.projects.open(slug)
        workspace.projects.turns(project.slug)


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return round(time.perf_counter() - start, 3)


def facts() -> dict[str, object]:
    """Where and when this was measured."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "hardware": f"{platform.machine()}, one core of a busy machine",
        "python": platform.python_version(),
        "command": f"PYTHONPATH=. python benchmarks/workspace.py {' '.join(sys.argv[1:])}".strip(),
    }


if __name__ == "__main__":
    sys.exit(main())
