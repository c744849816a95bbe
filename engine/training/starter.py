"""`python -m engine.training.starter`: the starter checkpoint from nothing, in one command.

Every step writes into the work folder and is passed over when its result is there, so that an
interrupted run goes on where it was. The finished checkpoint is copied to `--out` at the end.
It needs espeak-ng, flite and the text packages that `engine.training.sources` names, from Debian.
"""

import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.training import tokenizer
from engine.training.sources import missing

SEMANTIC_CODES = 512
SAMPLING = {"temperature": 0.6, "top_p": 0.9, "top_k": 30, "fast_temperature": 0.3}
MAX_SPEAKERS = 1  # of two it takes the wrong one in a turn of 66; alone it never does
FILES = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "codec.safetensors",
    "codec_config.json",
    "generation_config.json",
)


@dataclass(frozen=True)
class Recipe:
    """How much of everything.

    Attributes:
        codec_hours, hours_espeak, hours_flite: of synthesized speech.
        codec_minutes, minutes: of training, wall time.
    """

    codec_hours: float = 4.0
    hours_espeak: float = 30.0
    hours_flite: float = 10.0
    codec_minutes: float = 40.0
    minutes: float = 290.0
    jobs: int = 2


def call(module: str, *arguments: object) -> None:
    """Run one step as a process of its own, so that its memory is free behind it."""
    command = [sys.executable, "-m", f"engine.training.{module}", *map(str, arguments)]
    print("+", " ".join(command[2:]), flush=True)
    subprocess.run(command, check=True)


def corpus(folder: Path, espeak: float, flite: float, recipe: Recipe, seed: int) -> None:
    """Synthesize a corpus; complete shards are kept."""
    hours = ("--hours-espeak", espeak, "--hours-flite", flite)
    call("corpus", folder, *hours, "--jobs", recipe.jobs, "--seed", seed)


def train(work: Path, recipe: Recipe) -> Path:
    """Make the checkpoint in the work folder; returns its folder."""
    checkpoint = work / "checkpoint"
    checkpoint.mkdir(parents=True, exist_ok=True)
    tokenizer.write(checkpoint / "tokenizer.json", SEMANTIC_CODES)
    advice = {
        "languages": ["en"],
        "speed_class": "draft",
        "sampling": SAMPLING,
        "max_speakers": MAX_SPEAKERS,
    }
    (checkpoint / "generation_config.json").write_text(json.dumps(advice, indent=1) + "\n")
    share = 0.6 * recipe.codec_hours
    corpus(work / "codec", share, recipe.codec_hours - share, recipe, seed=1)
    if not (checkpoint / "codec.safetensors").exists():
        call("codec", work / "codec", checkpoint, "--minutes", recipe.codec_minutes)
    corpus(work / "lm", recipe.hours_espeak, recipe.hours_flite, recipe, seed=21)
    store = work / "conversations.npz"
    if not store.exists():
        call("conversations", work / "lm", checkpoint, store)
    if not (checkpoint / "model.safetensors").exists():
        call("language_model", store, "--checkpoint", checkpoint, "--minutes", recipe.minutes)
    call("voices_out", checkpoint)
    return checkpoint


def publish(checkpoint: Path, out: Path) -> None:
    """Copy what users need of a checkpoint; training state stays behind."""
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy2(checkpoint / name, out / name)
    shutil.copytree(checkpoint / "voices", out / "voices", dirs_exist_ok=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the starter checkpoint from nothing.")
    parser.add_argument("--work", type=Path, default=Path("build/starter"))
    parser.add_argument("--out", type=Path, default=Path("assets/starter"))
    parser.add_argument("--codec-minutes", type=float, default=Recipe.codec_minutes)
    parser.add_argument("--minutes", type=float, default=Recipe.minutes)
    parser.add_argument("--jobs", type=int, default=Recipe.jobs)
    options = parser.parse_args()
    if packages := missing():
        sys.exit(f"Texts are missing. Install them: apt-get install {' '.join(packages)}")
    recipe = Recipe(codec_minutes=options.codec_minutes, minutes=options.minutes, jobs=options.jobs)
    checkpoint = train(options.work, recipe)
    publish(checkpoint, options.out)
    recogniser = options.work / "recogniser.pt"
    if not recogniser.exists():
        call("recogniser", options.work / "lm", recogniser)
    result = options.out / "evaluation.json"
    call("evaluate", "--checkpoint", options.out, "--data", options.work, "-o", result)


if __name__ == "__main__":
    main()
