"""The exact difference that an edit made, as a value that can be applied and taken back.

Is: one splice of the script's outline, with the front matter before and after.
Is not: what the user wanted; that is the edit (`edits`), from which a change is computed.

- With c = change_between(a, b): c.apply(a) is b, and c.inverse().apply(b) is a, ids included.
- A change holds only the items between the first and the last one that differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.model import Script, Turn
from studio.core.outline import Item, from_outline, outline
from studio.errors import EditError

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Front:
    """A script's front matter."""

    notes: Pairs
    cast: Pairs


@dataclass(frozen=True, slots=True)
class Change:
    """Items of the outline replaced by others.

    Args:
        at: index of the first item that differs.
        removed: what stands there before.
        inserted: what stands there after.
        front_before: the front matter before.
        front_after: the front matter after.
    """

    at: int
    removed: tuple[Item, ...]
    inserted: tuple[Item, ...]
    front_before: Front
    front_after: Front

    def apply(self, script: Script) -> Script:
        """The script with this change made.

        Raises:
            EditError: the script is not the one that the change was made for.
        """
        items = outline(script)
        end = self.at + len(self.removed)
        there = items[self.at : end]
        same_items = len(there) == len(self.removed) and all(map(same_item, there, self.removed))
        if not same_items or _front(script) != self.front_before:
            raise EditError("The script has changed in the meantime. Load it again.")
        items[self.at : end] = self.inserted
        front = Script((), self.front_after.notes, self.front_after.cast)
        return from_outline(items, front)

    def inverse(self) -> "Change":
        """The change that takes this one back."""
        return Change(self.at, self.inserted, self.removed, self.front_after, self.front_before)


def change_between(before: Script, after: Script) -> Change:
    """The smallest single splice that makes one script of another."""
    old, new = outline(before), outline(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    return Change(
        head,
        tuple(old[head : len(old) - tail]),
        tuple(new[head : len(new) - tail]),
        _front(before),
        _front(after),
    )


def same_item(one: Item, other: Item) -> bool:
    """Whether two items are equal, ids included."""
    if one is other:
        return True
    ids_agree = (
        not isinstance(one, Turn) or not isinstance(other, Turn) or one.turn_id == other.turn_id
    )
    return ids_agree and one == other


def _common(one: Sequence[Item], other: Sequence[Item]) -> int:
    """How many items two sequences have in common at their beginning."""
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if not same_item(one[at], other[at])), shorter)


def _front(script: Script) -> Front:
    return Front(script.notes, script.cast)
