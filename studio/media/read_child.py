"""The process that decodes an audio file of unknown origin: mono samples and facts, as two files.

Is: run by `read` with `python -I`, with caps on memory, time and files, and nothing of the studio.
Is not: imported for its functions; only its exit codes and the names of its files are.

    read_child.py RECORDING FOLDER MEMORY_BYTES SECONDS FILE_BYTES LONGEST_SECONDS

- Length, channels and rate are known, and bounded, before anything is allocated for samples.
"""

import json
import sys
from pathlib import Path

import numpy as np
import soundfile

TOO_LONG, TOO_MANY_CHANNELS, IMPOSSIBLE_RATE = 3, 4, 5
SAMPLES, FACTS = "samples.npy", "facts.json"

MAX_CHANNELS = 8
RATES = range(1_000, 384_001)
_BLOCK = 65_536


def main(arguments: list[str]) -> int:
    """Decode a file and return an exit code."""
    recording, folder = arguments[0], Path(arguments[1])
    memory, seconds, largest, longest = map(int, arguments[2:])
    _limit(memory, seconds, largest)
    with soundfile.SoundFile(recording) as file:
        length = file.frames / max(file.samplerate, 1)
        facts = {"seconds": length, "rate": file.samplerate, "channels": file.channels}
        (folder / FACTS).write_text(json.dumps(facts), encoding="ascii")
        if file.samplerate not in RATES:
            return IMPOSSIBLE_RATE
        if length > longest:
            return TOO_LONG
        if file.channels > MAX_CHANNELS:
            return TOO_MANY_CHANNELS
        np.save(folder / SAMPLES, _mono(file, longest * file.samplerate))
    return 0


def _mono(file: soundfile.SoundFile, most: int) -> np.ndarray:
    """All samples, float32, mixed block by block; a file may hold other than it says."""
    blocks, left = [np.zeros(0, np.float32)], most
    while left > 0 and len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
        blocks.append(block.mean(axis=1)[:left])
        left -= len(block)
    return np.concatenate(blocks)


def _limit(memory: int, seconds: int, largest: int) -> None:
    """Caps of the operating system, where it knows them (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    for kind, cap in [(resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds),
                      (resource.RLIMIT_FSIZE, largest)]:  # fmt: skip
        # A cap that the system refuses (macOS has no RLIMIT_AS to speak of) is no reason to stop.
        try:
            resource.setrlimit(kind, (cap, cap))
        except (ValueError, OSError):
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
