"""Which turns are meant when something is performed again.

Is: a pure choice among the turns of a plan.
Is not: aware of takes; what is locked is left out later.
"""

from collections.abc import Collection
from typing import Literal

from studio.core.model import Script
from studio.core.plan import Plan

Reach = Literal["turn", "chain", "chapter"]
"""How far: these turns only, or from each of them on to the end of its chain or its chapter."""


def turns_meant(
    plan: Plan, script: Script, turns: Collection[int], reach: Reach = "turn"
) -> tuple[int, ...]:
    """The turns to perform again, in script order; what only pauses is not performed.

    Args:
        turns: indices in the whole script.
    """
    spoken = {chunk.turn for chunk in plan.chunks()}
    if reach == "turn":
        return tuple(sorted(spoken & set(turns)))
    groups: list[list[int]] = []
    if reach == "chain":
        groups = [[chunk.turn for chunk in chain.chunks] for chain in plan.chains]
    else:
        chapters: dict[int, list[int]] = {}
        for placed in script.placed_turns():
            chapters.setdefault(placed.chapter, []).append(placed.index)
        groups = list(chapters.values())
    meant: set[int] = set()
    for group in groups:
        first = min(set(turns).intersection(group), default=None)
        if first is not None:
            meant.update(turn for turn in group if turn >= first)
    return tuple(sorted(spoken & meant))
