"""A chapter as the editor shows it: a sheet of rows, and what changed between two sheets.

Is: values; a row is a turn with its text as it is typed.
Is not: HTML, and not aware of takes.

- `change.apply` of one sheet's ids gives the other's: what was taken out, what was put in, at one
  place; besides that the rows that are new or not what they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.model import Script, Turn
from studio.core.script_text import print_parts


@dataclass(frozen=True, slots=True)
class Row:
    """A turn on a sheet.

    Args:
        id: of the turn.
        text: as typed, without the name.
        scene: whether a scene break stands before it.
    """

    id: str
    speaker: str
    text: str
    scene: bool


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What makes one sheet of another.

    Args:
        at: index of the first row that was taken out or put in.
        removed: how many rows were taken out there.
        inserted: ids of the rows put in there.
        rows: the rows that are new or changed, in order.
    """

    at: int
    removed: int
    inserted: tuple[str, ...]
    rows: tuple[Row, ...]


def sheet(script: Script, chapter: int) -> tuple[Row, ...]:
    """The rows of a chapter, counted from 1; none where the script has no such chapter."""
    if not 1 <= chapter <= len(script.chapters):
        return ()
    scenes = script.chapters[chapter - 1].scenes
    return tuple(
        _row(turn, scene=bool(number) and place == 0)
        for number, scene in enumerate(scenes)
        for place, turn in enumerate(scene.turns)
    )


def sheet_change(before: Sequence[Row], after: Sequence[Row]) -> SheetChange:
    """The smallest single splice of ids, and the rows that differ."""
    old, new = [row.id for row in before], [row.id for row in after]
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    known = {row.id: row for row in before}
    changed = tuple(row for row in after if known.get(row.id) != row)
    return SheetChange(head, len(old) - tail - head, tuple(new[head : len(new) - tail]), changed)


def _row(turn: Turn, *, scene: bool) -> Row:
    return Row(turn.turn_id, turn.speaker, print_parts(turn.parts), scene)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)
