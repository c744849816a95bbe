"""Mode `start`: from the command to an engine that is ready, graphs captured.

Is: a new process that imports, loads a checkpoint of the full size from disk and makes the engine;
the files are put out of the system's cache before, where the system lets us.
Is not: a download, and no first frame: that is in mode `ttfa`.

- `python -m engine.bench.start FOLDER --device DEVICE --lanes N` is that process. It prints one
  line of JSON when it is ready.
- Memory is what the process has to itself (anonymous pages, looked at every few milliseconds): a
  mapped file is in the system's cache, which is no cost of loading.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from safetensors.torch import save_file

from engine import Engine
from engine.bench import synthetic
from engine.bench.compare import write_checkpoint
from engine.bench.figures import Figure, missing
from engine.bench.hardware import ROOT
from engine.bench.rig import Rig
from engine.bench.timing import Deadline
from engine.checkpoint import MODEL_FILE

TARGET = (40.0, 20.0)
HOST_GB = 2.0
LEAST_SECONDS = 60
"""Least time for a process that has been begun."""
LOOK_SECONDS = 0.01
STATUS = Path("/proc/self/status")


def start(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Write a checkpoint and start two processes on it, one without the system's cache."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = _write(rig, Path(scratch))
        for cold in (True, False):
            name = f"start-up, files {'on disk' if cold else 'in the cache'}"
            if cold and not _forget(folder):
                yield missing(name, "this system keeps its cache")
                continue
            if deadline.passed and not cold:
                yield missing(name, "no time was left")
                continue
            yield from _start(rig, name, folder, deadline)


def _write(rig: Rig, scratch: Path) -> Path:
    """Write the random weights as a checkpoint folder."""
    weights = {name: tensor.contiguous() for name, tensor in rig.model.state_dict().items()}
    save_file(weights, scratch / MODEL_FILE)
    folder = write_checkpoint(rig.sizes.config, scratch / MODEL_FILE, 4096)
    save_file(synthetic.codec_state(rig.sizes.codec), folder / "codec.safetensors")
    if rig.sizes.codec:
        content = {"family": "dac", "config": rig.sizes.codec}
        (folder / "codec_config.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def _forget(folder: Path) -> bool:
    """Have the system drop the files from its cache; return whether it knows how."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def _start(rig: Rig, name: str, folder: Path, deadline: Deadline) -> Iterator[Figure]:
    lanes = str(rig.sizes.busy)
    command = [sys.executable, "-m", "engine.bench.start", str(folder)]
    command += ["--device", rig.device.type, "--lanes", lanes]
    patience = max(LEAST_SECONDS, deadline.left)
    begun = time.perf_counter()
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=patience)
    seconds = time.perf_counter() - begun
    if run.returncode:
        yield missing(name, f"exit status {run.returncode}: …{run.stderr[-400:]}")
        return
    said = json.loads(run.stdout)
    took = seconds - said["leaving"]
    yield Figure(name, took, "s", target=rig.target(*TARGET), details=said)
    if said["host_bytes"]:
        yield Figure(
            f"memory of the host, {name}", said["host_bytes"] / 1e9, "GB",
            target=rig.target(HOST_GB, HOST_GB),
        )  # fmt: skip


class _Watch(threading.Thread):
    """Looks at the memory this process has to itself; `most` is in bytes, 0 where unknown."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0

    def run(self) -> None:
        while STATUS.exists():
            line = next(row for row in STATUS.read_text().splitlines() if row.startswith("RssAnon"))
            self.most = max(self.most, int(line.split()[1]) * 1024)
            time.sleep(LOOK_SECONDS)


def main() -> None:
    """Load, say how it went, and leave."""
    watch = _Watch()
    watch.start()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--lanes", type=int, default=8)
    options = parser.parse_args()
    begun = time.perf_counter()
    engine = Engine.load(options.folder, device=options.device, max_lanes=options.lanes)
    ready = time.perf_counter()
    said = {
        "loading_seconds": ready - begun,
        "host_bytes": watch.most,
        "device": engine.info.device,
    }
    print(json.dumps(said | {"leaving": time.perf_counter() - ready}), flush=True)
    os._exit(0)  # what leaving costs is nobody's start-up


if __name__ == "__main__":
    main()
