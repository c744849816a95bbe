"""What a listener changes about a turn without performing it again: pause, level, ends, a flag.

Is: numbers with bounds, kept for a turn of a project whatever takes it gets.
Is not: the audio work; a plan carries what is to be done (`adjust`), the timeline does it.

- The pause behind a turn replaces the pause of its boundary, an explicit one of the script too.
- A trim counts from where the sound begins or ends on the timeline, not from the take's own edge,
  and always leaves something of it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from studio.core.plan import Fit, Plan, PlannedChunk
from studio.errors import AdjustmentError

Named = Literal["pause_after", "gain", "trim_head", "trim_tail", "flagged"]
NAMES: tuple[Named, ...] = get_args(Named)

LONGEST_PAUSE_MS = 60_000
LONGEST_TRIM_MS = 60_000
LARGEST_GAIN_DB = 24.0


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The adjustments of one turn.

    Args:
        pause_after_ms: silence up to the next turn; None: what the boundary asks for.
        gain_db: added to its speaker's.
        trim_head_ms, trim_tail_ms: taken away where its sound begins and ends.
        flagged: whether a listener wants to come back to it; changes nothing that is heard.

    Raises:
        AdjustmentError: a number is beyond its bounds.
    """

    pause_after_ms: int | None = None
    gain_db: float = 0.0
    trim_head_ms: int = 0
    trim_tail_ms: int = 0
    flagged: bool = False

    def __post_init__(self) -> None:
        _check("pause", self.pause_after_ms or 0, 0, LONGEST_PAUSE_MS, "ms")
        _check("gain", self.gain_db, -LARGEST_GAIN_DB, LARGEST_GAIN_DB, "dB")
        _check("trim", self.trim_head_ms, 0, LONGEST_TRIM_MS, "ms")
        _check("trim", self.trim_tail_ms, 0, LONGEST_TRIM_MS, "ms")

    @property
    def is_heard(self) -> bool:
        """Whether anything sounds otherwise for it."""
        return replace(self, flagged=False) != AUTOMATIC

    def with_value(self, name: Named, value: float | None) -> "Adjustment":
        """The same with one value changed: seconds, decibels, or whether it is flagged.

        Args:
            value: None: automatic again.

        Raises:
            AdjustmentError: it is beyond its bounds, or no number.
        """
        if value is not None and not math.isfinite(value):
            raise AdjustmentError(f"A {name.replace('_', ' ')} must be a number.")
        match name:
            case "pause_after":
                return replace(self, pause_after_ms=None if value is None else _ms(value))
            case "gain":
                return replace(self, gain_db=round(value or 0.0, 2))
            case "trim_head":
                return replace(self, trim_head_ms=_ms(value or 0.0))
            case "trim_tail":
                return replace(self, trim_tail_ms=_ms(value or 0.0))
            case "flagged":
                return replace(self, flagged=bool(value))


def adjust(plan: Plan, adjustments: Mapping[str, Adjustment]) -> Plan:
    """A plan with what listeners adjusted; keys and texts are as they were.

    Args:
        adjustments: by turn id.
    """
    if not any(found.is_heard for found in adjustments.values()):
        return plan
    chunks = list(plan.chunks())
    pairs = zip([None, *chunks[:-1]], chunks, [*chunks[1:], None], strict=True)
    changed = {
        chunk.place: _adjusted(before, chunk, after, adjustments) for before, chunk, after in pairs
    }
    chains = tuple(
        replace(chain, chunks=tuple(changed[chunk.place] for chunk in chain.chunks))
        for chain in plan.chains
    )
    last = adjustments.get(chunks[-1].turn_id, AUTOMATIC).pause_after_ms
    return replace(plan, chains=chains, tail_ms=plan.tail_ms if last is None else last)


def _adjusted(
    before: PlannedChunk | None,
    chunk: PlannedChunk,
    after: PlannedChunk | None,
    adjustments: Mapping[str, Adjustment],
) -> PlannedChunk:
    mine = adjustments.get(chunk.turn_id, AUTOMATIC)
    first = before is None or before.turn != chunk.turn
    last = after is None or after.turn != chunk.turn
    pause = None
    if before is not None and first:
        pause = adjustments.get(before.turn_id, AUTOMATIC).pause_after_ms
    fit = Fit(
        head_ms=mine.trim_head_ms if first else 0,
        tail_ms=mine.trim_tail_ms if last else 0,
        gain_db=mine.gain_db,
    )
    return replace(chunk, fit=fit, pause_ms=chunk.pause_ms if pause is None else pause)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _check(what: str, value: float, lowest: float, highest: float, unit: str) -> None:
    if not lowest <= value <= highest:  # so that NaN is refused too
        raise AdjustmentError(
            f"A {what} of {value:g} {unit} is not possible; choose {lowest:g} to {highest:g}."
        )


AUTOMATIC = Adjustment()
