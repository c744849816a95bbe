"""What the user chooses about an import.

Is: values only. Is not: an effect; `adapt` applies them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

StageDirections = Literal["drop", "narrator", "direction"]
"""Left out, read by the narrator, or given to the performer where they say how to speak."""

Brackets = Literal["spoken", "direction"]
"""What `[…]` in a source becomes: spoken text, or direction to the performer."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """All choices, each with the default of an import without any.

    Args:
        chapters: numbers of the chapters to take, from 1 as the preview counts; empty: all.
        take_back: numbers of left-out parts, as the preview counts, to be performed after all.
        dialogue: whether quotations in prose get speakers of their own.
        merges: speaker -> speaker; applied last, also to names of plays.
        corrections: number of a quotation, as the preview counts -> who speaks it.
    """

    chapters: tuple[int, ...] = ()
    take_back: frozenset[int] = frozenset()
    stage_directions: StageDirections = "drop"
    brackets: Brackets = "spoken"
    dialogue: bool = True
    merges: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[int, str] = field(default_factory=dict)

    def merged(self, speaker: str) -> str:
        """Who speaks for a speaker, merges followed to their end."""
        seen = {speaker}
        while (following := self.merges.get(speaker)) and following not in seen:
            seen.add(following)
            speaker = following
        return speaker
