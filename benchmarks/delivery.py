"""What a delivery costs besides the engine: a chapter of 500 turns, and the memory of a long book.

Is: the real services over a workspace in a temporary folder, with takes made from random codes.
Is not: a measurement of performing.

    PYTHONPATH=. python benchmarks/delivery.py --turns 500 -o benchmarks/results/delivery.json

- The decoder is either a cheap fake one, so that what is left is the studio's own work, or the
  starter's codec. Cost is processor time over the audio's duration, on one core; the children and
  threads of libraries count too.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from engine import Engine
from studio.core.model import Take
from studio.services import DeliveryOptions, PerformRequest, Workspace, open_workspace
from studio.services.engine_host import load_engine
from studio.settings import Settings
from studio.store.takes import add_take

SENTENCE = "It was a long evening, and nobody in the house had said a word about it."


@dataclass
class CheapDecoder:
    """An engine whose decoder only shapes noise; everything else is the real one's."""

    engine: Engine

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Noise in syllables, as long as the codes."""
        samples = codes.shape[1] * self.engine.info.frame_length
        rng = np.random.default_rng(int(codes[0, 0]))
        loud = np.repeat(rng.uniform(0, 0.3, samples // 4000 + 1).astype(np.float32), 4000)
        return rng.standard_normal(samples, dtype=np.float32) * loud[:samples] * 0.3

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.engine, name)


@dataclass
class TimedDecoder:
    """Adds up the processor time of decoding, which is the engine's."""

    engine: Any
    seconds: float = 0.0

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Decode, with a clock around it."""
        before = time.process_time()
        try:
            return self.engine.decode(codes)  # type: ignore[no-any-return]
        finally:
            self.seconds += time.process_time() - before

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.engine, name)


def main() -> None:
    """Measure and write the result."""
    options = parse()
    with prepared(options) as (workspace, job_id, engine):
        runs = []
        for formats in options.formats.split("+"):
            runs.append(measure(workspace, job_id, engine, tuple(formats.split(","))))
            print(runs[-1], file=sys.stderr)
    result = {
        "date": datetime.now(UTC).date().isoformat(), "commit": commit(),
        "hardware": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "command": " ".join(["python", *sys.argv]), "decoder": options.decoder,
        "turns": options.turns * options.chapters, "chapters": options.chapters, "runs": runs,
    }  # fmt: skip
    text = json.dumps(result, indent=1) + "\n"
    options.output.write_text(text) if options.output else print(text)


def measure(
    workspace: Workspace, job_id: str, engine: TimedDecoder, formats: tuple[str, ...]
) -> dict[str, Any]:
    """Deliver once; the first delivery also fills the cache of decoded takes."""
    engine.seconds = 0.0
    options = DeliveryOptions(formats=formats, target="acx", captions=("srt",), table=True)
    with tempfile.TemporaryDirectory() as folder:
        stages: dict[str, float] = {}
        Path("/proc/self/clear_refs").write_text("5")  # from here on the peak is this delivery's
        before = memory("VmRSS")
        last = [time.process_time()]

        def tell(_: float, doing: str) -> None:
            present = time.process_time()
            stages[doing] = stages.get(doing, 0.0) + present - last[0]
            last[0] = present

        wall, cpu = time.perf_counter(), time.process_time()
        delivery = workspace.deliveries.deliver(job_id, options, Path(folder), tell)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        seconds = max(file.seconds for file in delivery.files)
        if "m4b" not in formats:
            seconds = sum(file.seconds for file in delivery.files if file.kind == formats[0])
    own = cpu - engine.seconds
    measuring = stages.pop("measuring", 0.0)
    return {
        "formats": ",".join(formats), "audio_seconds": round(seconds, 1),
        "own_cpu_seconds": round(own, 2), "decode_cpu_seconds": round(engine.seconds, 2),
        "wall_seconds": round(wall, 2),
        "share_of_audio_percent": round(100 * (own - measuring) / seconds, 2),
        "with_measuring_percent": round(100 * own / seconds, 2),
        "stages_cpu_seconds": {name: round(value, 2) for name, value in stages.items()},
        "memory_before_mb": round(before),
        "memory_added_at_peak_mb": round(memory("VmHWM") - before),
    }  # fmt: skip


@contextmanager
def prepared(options: argparse.Namespace) -> Iterator[tuple[Workspace, str, TimedDecoder]]:
    """A workspace with a finished job whose takes are random codes."""
    script = "\n\n".join(
        f"# Chapter {chapter}\n\n" + "\n".join(
            f"{'Ann' if turn % 2 else 'Bob'}: {turn} of {chapter}. {SENTENCE}"
            for turn in range(options.turns)
        )
        for chapter in range(1, options.chapters + 1)
    )  # fmt: skip
    engines: list[TimedDecoder] = []

    def load(settings: Settings) -> Any:  # noqa: ANN401
        engine: Any = load_engine(settings)
        if options.decoder == "cheap":
            engine = CheapDecoder(engine)
        engines.append(TimedDecoder(engine))
        return engines[0]

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(projects=Path(folder) / "projects")
        with open_workspace(settings, engine_loader=load) as workspace:
            job_id = workspace.jobs.start(PerformRequest(script))
            workspace.jobs.cancel(job_id)
            workspace.jobs.wait(job_id)
            fill(workspace, job_id, options.seconds)
            yield workspace, job_id, engines[0]


def fill(workspace: Workspace, job_id: str, seconds: float) -> None:
    """Give every chunk of a job a take of random codes."""
    info = workspace.engine_info(load=True)
    assert info is not None
    rng = np.random.default_rng(1)
    frames = round(seconds * info.frame_rate)
    for chunk in workspace.jobs.plan(job_id).chunks():
        codes = np.stack([rng.integers(0, size, frames) for size in info.codebook_sizes])
        take = Take(chunk.key, 0, 0, codes.astype(np.uint16))
        add_take(workspace._database, take)


def memory(name: str) -> float:
    """Megabytes of a line of /proc/self/status; Linux only."""
    status = Path("/proc/self/status").read_text()
    return (
        next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024
    )


def commit() -> str:
    """The commit that is measured."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def parse() -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=500, help="of each chapter")
    parser.add_argument("--chapters", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each turn")
    parser.add_argument("--decoder", choices=("cheap", "starter"), default="cheap")
    parser.add_argument("--formats", default="mp3", help="deliveries, such as mp3+m4b+mp3,m4b")
    parser.add_argument("-o", "--output", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
