"""A script's text, printed anew only where the script is another than the one before.

Is: what an editor that saves with every pause in typing needs of printing.
Is not: another format; the text is the one that `script_text.print_script` writes.
"""

from dataclasses import dataclass
from itertools import compress, count

from studio.core.model import Script
from studio.core.outline import Item, outline
from studio.core.script_text import joined_blocks, print_item


@dataclass(frozen=True, slots=True)
class Printed:
    """A text with the items that it was made of; `blocks` are the items as they are written."""

    items: tuple[Item, ...]
    blocks: tuple[str, ...]
    text: str


def printed(script: Script, before: Printed | None = None) -> Printed:
    """Print a script.

    Args:
        before: of a script of which it has most turns.
    """
    items = tuple(outline(script))
    old, blocks = (before.items, before.blocks) if before else ((), ())
    head = _common(old, items)
    tail = _common(old[head:][::-1], items[head:][::-1])
    fresh = tuple(map(print_item, items[head : len(items) - tail]))
    blocks = (*blocks[:head], *fresh, *blocks[len(old) - tail :])
    return Printed(items, blocks, joined_blocks(script, blocks))


def _common(one: tuple[Item, ...], other: tuple[Item, ...]) -> int:
    """How many items that are written alike two sequences have in common at their beginning."""
    differ = map(lambda old, new: old is not new and old != new, one, other)
    return next(compress(count(), differ), min(len(one), len(other)))
