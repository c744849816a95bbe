"""What a command prints when it is done: sentences, or one JSON value with `--json`.

Is: the only place that writes results to stdout. Is not: used for errors (`studio.cli.failure`).
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterable
from pathlib import Path


def answer(options: argparse.Namespace, value: object, lines: str | Iterable[str]) -> None:
    """Print a result.

    Args:
        options: `--json` decides which of the two is printed.
        value: the result as data: JSON values, paths, and frozen dataclasses of them.
        lines: the result in words.
    """
    if getattr(options, "json", False):
        json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=2)
        print()
    else:
        for line in [lines] if isinstance(lines, str) else lines:
            print(line)


def clock(seconds: float) -> str:
    """Minutes and seconds: 75.2 is 1:15."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Rows as lines with aligned columns; no white space at their ends."""
    found = list(rows)
    widths = [max(map(len, column)) for column in zip(*found, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in found
    ]


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
