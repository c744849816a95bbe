"""Command line: `python -m engine.conformance DIR`."""

import argparse
import sys
from collections import Counter
from pathlib import Path

import torch

from engine.conformance.report import Verdict
from engine.conformance.walk import walk


def main(arguments: list[str] | None = None) -> int:
    """Run the cases below a folder, print a line for each finding, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.conformance",
        description="Compare this engine with recorded results of the format's reference.",
    )
    parser.add_argument("folder", type=Path, help="a folder with cases in it or below it")
    parser.add_argument("--device", default="cpu", help="where to compute: cpu (default) or cuda")
    options = parser.parse_args(arguments)
    root = options.folder
    if not root.is_dir():
        print(f"{root} is not a folder", file=sys.stderr)
        return 2
    counts: Counter[Verdict] = Counter()
    with torch.inference_mode():
        for case, finding in walk(root, torch.device(options.device)):
            counts[finding.verdict] += 1
            print(finding.line(case), flush=True)
    return _conclude(root, counts)


def _conclude(root: Path, counts: Counter[Verdict]) -> int:
    compared = counts[Verdict.OK] + counts[Verdict.MISS]
    if not compared:
        print(
            f"no case found in {root}: expected folders with cases.json and cases.safetensors, "
            "see docs/conformance.md",
            file=sys.stderr,
        )
        return 2
    print(
        f"{compared} comparisons: {counts[Verdict.OK]} ok, {counts[Verdict.MISS]} missed; "
        f"{counts[Verdict.NOT_APPLICABLE]} not applicable"
    )
    return 1 if counts[Verdict.MISS] else 0


if __name__ == "__main__":
    sys.exit(main())
