"""Putting a pasted text into a script.

Is: one edit for a text of any number of turns. Is not: what reads that text (`studio.core.pasted`).
"""

import hashlib
from dataclasses import dataclass, replace

from studio.core.edits.base import Edit, assemble, chapter_end, check_new_id, find_turn
from studio.core.model import Script, Turn
from studio.core.outline import Item, outline
from studio.core.pasted import pasted_items
from studio.errors import EditError


@dataclass(frozen=True, slots=True)
class Paste(Edit):
    """Put a pasted text into a script, as turns of their own.

    Args:
        new_id: of the first new turn; the others get ids that are made from it.
        text: what was pasted.
        speaker: who says what has no name in front.
        anchor: id of the turn behind which it goes; empty: to the end of the chapter.
        chapter: counted from 1; used only without an anchor.
    """

    new_id: str
    text: str
    speaker: str
    anchor: str = ""
    chapter: int = 1

    def apply(self, script: Script) -> Script:
        """The script with the pasted turns."""
        items = outline(script)
        if self.anchor:
            at = find_turn(items, self.anchor)[0] + 1
        else:
            at = chapter_end(items, script, self.chapter)
        items[at:at] = self._new_items(items)
        return assemble(items, script)

    def _new_items(self, items: list[Item]) -> list[Item]:
        pasted = pasted_items(self.text, self.speaker)
        if not any(isinstance(item, Turn) for item in pasted):
            raise EditError("There is no text in what was pasted.")
        check_new_id(items, self.new_id)
        return [
            replace(item, turn_id=self._id(number)) if isinstance(item, Turn) else item
            for number, item in enumerate(pasted)
        ]

    def _id(self, number: int) -> str:
        name = f"{self.new_id}-{number}"
        return hashlib.sha256(name.encode()).hexdigest()[: len(self.new_id)]
