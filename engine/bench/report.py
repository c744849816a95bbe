"""What is shown on the terminal and kept as JSON.

Is: text and files made of figures. Is not: where figures come from.
"""

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.bench.figures import Figure, Target, Value

FORMAT = 1
"""Of the JSON; raised when a key changes its meaning."""
HEADINGS = ("figure", "value", "p95", "floor", "of floor", "must / aim", "")


def table(figures: Iterable[Figure]) -> str:
    """Return figures as aligned columns, with the notes below."""
    figures = list(figures)
    rows = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    notes = [f"  {figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, *notes])


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{_shown(figure.value)} {figure.unit}".strip(),
        _shown(figure.p95) if figure.p95 is not None else "",
        _shown(figure.floor) if figure.floor is not None else "",
        f"{figure.of_floor:.0%}" if figure.of_floor is not None else "",
        _goals(figure.target),
        figure.meets,
    )


def _aligned(row: tuple[str, ...], widths: list[int]) -> list[str]:
    numbers = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return [row[0].ljust(widths[0]), *numbers]


def _goals(target: Target | None) -> str:
    return f"{target.must:g} / {target.aim:g}" if target else ""


def _shown(value: Value) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def as_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as a JSON object, derived values included."""
    content = dataclasses.asdict(figure)
    return {**content, "of_floor": figure.of_floor, "meets": figure.meets}


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a result; the file appears when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    text = json.dumps({"format": FORMAT, **content}, indent=1, ensure_ascii=False)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
