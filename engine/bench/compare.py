"""Mode `compare`: the original decode loop beside ours, on the same card, at the same length.

Is: the published command line of a fish-speech checkout that whoever runs this has fetched, given
random weights in the published format; its own words about its speed are read from its log.
Is not: part of this project. Nothing of it is imported, changed or kept here.

- It runs compiled as shipped, compiled with its cache cut to the needed length (by `max_seq_len` of
  the checkpoint's config.json, so that the ratio is fair), and as shipped without compiling.
- The first performance of each run pays for compiling and does not count.
- Its turns end by themselves, which random weights hardly ever do; the log says how long they were.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from engine.bench import synthetic
from engine.bench.figures import Figure, missing, timed
from engine.bench.rig import Rig
from engine.bench.timing import RUNS, Deadline, Samples, measure
from engine.config import ModelConfig

COMMAND = Path("fish_speech/models/text2semantic/inference.py")
SPEED = re.compile(r"Generated\s+(\d+)\s+tokens\s+in\s+([\d.]+)\s+seconds")
PERFORMANCES = 4
TEXT_POSITIONS = 200
CUT_POSITIONS = 4096
TAIL_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run the original."""

    name: str
    positions: int
    options: tuple[str, ...]


def compare(rig: Rig, deadline: Deadline, upstream: Path | None) -> Iterator[Figure]:
    """Run ours and, where there is one, the original."""
    ours = _ours(rig, Deadline.after(deadline.left / 4))
    yield timed("frames a second, this engine", ours, "frames/s", more_is_better=True)
    if problem := _problem(rig, upstream):
        yield missing("frames a second, the original", problem)
        return
    assert upstream is not None
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "model.safetensors"
        state = {name: tensor.contiguous() for name, tensor in rig.model.state_dict().items()}
        save_file(state, weights)
        for variant in _variants(rig.sizes.config):
            yield from _compare(rig, upstream, weights, variant, ours, deadline)


def _variants(config: ModelConfig) -> list[Variant]:
    shipped, cut = config.text.max_seq_len, min(CUT_POSITIONS, config.text.max_seq_len)
    return [
        Variant("compiled, as shipped", shipped, ("--compile",)),
        Variant(f"compiled, cache cut to {cut}", cut, ("--compile",)),
        Variant("as shipped, not compiled", shipped, ()),
    ]


def _problem(rig: Rig, upstream: Path | None) -> str:
    if upstream is None:
        return "no checkout was given: --upstream DIR"
    if not (upstream / COMMAND).is_file():
        return f"{upstream} has no {COMMAND.as_posix()}: is it a checkout of fish-speech?"
    if rig.sizes.published and rig.device.type != "cuda":
        return "it needs a card"
    return ""


def _ours(rig: Rig, deadline: Deadline) -> Samples:
    """Return frames per second of one lane without codec, from the request to the last frame."""
    frames = rig.sizes.upstream_frames
    engine = rig.engine(1, frames + TEXT_POSITIONS + 256, chains=2)
    with engine.prefix() as prefix:

        def perform() -> None:
            engine.forced_frames = frames
            with engine.chain(prefix) as chain:
                chain.perform(rig.text(TEXT_POSITIONS), seed=1).result()

        seconds = measure(perform, rig.device, deadline, RUNS)
    return seconds.map(lambda value: frames / value)


def _compare(
    rig: Rig, upstream: Path, weights: Path, variant: Variant, ours: Samples, deadline: Deadline
) -> Iterator[Figure]:
    name = f"frames a second, the original, {variant.name}"
    folder = write_checkpoint(rig.sizes.config, weights, variant.positions)
    try:
        speeds, lengths = _run(rig, upstream, folder, variant, deadline)
    except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
        yield missing(name, f"could not be run: {error}")
        return
    details: dict[str, object] = {"frames": lengths, "asked_for": rig.sizes.upstream_frames}
    yield timed(name, speeds, "frames/s", more_is_better=True, details=details)
    ratio = ours.median / speeds.median
    yield Figure(f"times faster than {variant.name}", ratio, "x", more_is_better=True)


def _run(
    rig: Rig, upstream: Path, folder: Path, variant: Variant, deadline: Deadline
) -> tuple[Samples, list[int]]:
    """Return frames per second of the performances that count, and their lengths.

    Raises:
        RuntimeError: it failed, or said nothing about its speed.
    """
    command = [
        *(sys.executable, str(upstream.resolve() / COMMAND)),
        *("--text", rig.text(TEXT_POSITIONS)),
        *("--checkpoint-path", str(folder)),
        *("--max-new-tokens", str(rig.sizes.upstream_frames)),
        *("--num-samples", str(PERFORMANCES)),
        *("--device", rig.device.type),
        *variant.options,
    ]
    run = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(upstream.resolve())},
        capture_output=True,
        text=True,
        timeout=max(1.0, deadline.left),
    )
    output = run.stdout + run.stderr
    found = [(int(frames), float(seconds)) for frames, seconds in SPEED.findall(output)]
    if run.returncode or len(found) < 2:
        raise RuntimeError(f"exit status {run.returncode}; it said: …{output[-TAIL_CHARACTERS:]}")
    counted = found[1:]
    speeds = tuple(frames / seconds for frames, seconds in counted)
    return Samples(speeds), [frames for frames, _ in counted]


def write_checkpoint(config: ModelConfig, weights: Path, positions: int) -> Path:
    """Write a checkpoint folder beside its weights, with caches for that many positions."""
    folder = weights.parent / f"positions{positions}"
    if folder.exists():
        return folder
    folder.mkdir()
    (folder / weights.name).symlink_to(weights)
    text = config.text.model_copy(update={"max_seq_len": positions})
    cut = config.model_copy(update={"text": text})
    tokenizer = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": positions}
    for name, content in (
        ("config.json", config_json(cut)),
        ("tokenizer.json", synthetic.tokenizer_json(config)),
        ("tokenizer_config.json", tokenizer),
    ):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def config_json(config: ModelConfig) -> dict[str, Any]:
    """Return the content of the `config.json` that describes a model."""
    return config.model_dump(by_alias=True, exclude={"torch_dtype", "audio_encoder_config"})
