"""Edits of whole turns: insert, remove, split, merge, move.

Is: what changes the number or the order of turns. Is not: a change of words (`wording`).
"""

from dataclasses import dataclass, replace

from studio.core.edits.base import (
    Edit,
    Side,
    assemble,
    chapter_end,
    check_new_id,
    check_speaker,
    find_turn,
)
from studio.core.inline import print_part, split_words
from studio.core.model import Part, Script, Turn, Words
from studio.core.outline import outline
from studio.core.script_text import joined, parse_parts, print_parts
from studio.errors import EditError, ScriptError


@dataclass(frozen=True, slots=True)
class InsertTurn(Edit):
    """Put a new turn beside another one.

    Args:
        new_id: id of the new turn.
        speaker: who says it.
        text: what is said, as written in a script without the name.
        anchor: id of the turn beside it.
        side: on which side of the anchor.
    """

    new_id: str
    speaker: str
    text: str
    anchor: str
    side: Side = "after"

    def apply(self, script: Script) -> Script:
        """The script with one turn more."""
        items = outline(script)
        at, _ = find_turn(items, self.anchor)
        check_new_id(items, self.new_id)
        parts = parse_parts(self.text)
        new = Turn(check_speaker(self.speaker), parts, turn_id=self.new_id)
        items.insert(at + (self.side == "after"), new)
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class AppendTurn(Edit):
    """Put a new turn at the end of a chapter, which may be empty. Chapters count from 1."""

    new_id: str
    speaker: str
    text: str
    chapter: int

    def apply(self, script: Script) -> Script:
        """The script with one turn more."""
        items = outline(script)
        check_new_id(items, self.new_id)
        at = chapter_end(items, script, self.chapter)
        parts = parse_parts(self.text)
        items.insert(at, Turn(check_speaker(self.speaker), parts, turn_id=self.new_id))
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class RemoveTurn(Edit):
    """Take a turn out."""

    turn_id: str

    def apply(self, script: Script) -> Script:
        """The script with one turn less."""
        items = outline(script)
        at, _ = find_turn(items, self.turn_id)
        del items[at]
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class SplitTurn(Edit):
    """Make two turns of one.

    Args:
        turn_id: of the turn; its first part keeps the id.
        at: where to cut, in characters of the text as written (`print_parts`).
        new_id: id of the second part.
    """

    turn_id: str
    at: int
    new_id: str

    def apply(self, script: Script) -> Script:
        """The script with the turn cut; white space at the cut falls away."""
        items = outline(script)
        index, turn = find_turn(items, self.turn_id)
        check_new_id(items, self.new_id)
        first, second = _cut(turn.parts, self.at)
        items[index : index + 1] = [
            replace(turn, parts=first),
            replace(turn, parts=second, turn_id=self.new_id),
        ]
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class MergeTurns(Edit):
    """Append the next turn to this one, which keeps its speaker and its id."""

    turn_id: str

    def apply(self, script: Script) -> Script:
        """The script with the two turns made one, a space between them."""
        items = outline(script)
        at, turn = find_turn(items, self.turn_id)
        following = items[at + 1] if at + 1 < len(items) else None
        if not isinstance(following, Turn):
            raise EditError("There is no turn behind this one in its scene to merge with.")
        parts = joined([*turn.parts, Words(" "), *following.parts])
        items[at : at + 2] = [replace(turn, parts=parts)]
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class MoveTurn(Edit):
    """Put a turn to another place, which may be in another scene or chapter.

    Args:
        turn_id: of the turn.
        anchor: id of the turn that it will stand beside.
        side: on which side of the anchor.
    """

    turn_id: str
    anchor: str
    side: Side = "after"

    def apply(self, script: Script) -> Script:
        """The script with the turn at its new place."""
        items = outline(script)
        at, turn = find_turn(items, self.turn_id)
        if self.anchor == self.turn_id:
            raise EditError("A turn cannot be moved beside itself.")
        del items[at]
        to, _ = find_turn(items, self.anchor)
        items.insert(to + (self.side == "after"), turn)
        return assemble(items, script)


def _cut(parts: tuple[Part, ...], at: int) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Cut a turn's parts at a character of their written form."""
    first: list[Part] = []
    for index, part in enumerate(parts):
        written = len(print_part(part))
        if at >= written:
            at -= written
            first.append(part)
            continue
        second = list(parts[index:])
        if at > 0:
            if not isinstance(part, Words):
                raise EditError("A direction or a pause cannot be cut. Cut before or after it.")
            before, after = split_words(part, at)
            first.append(before)
            second[0] = after
        return _tidy(first), _tidy(second)
    return _tidy(first), _tidy([])


def _tidy(parts: list[Part]) -> tuple[Part, ...]:
    try:
        return parse_parts(print_parts(tuple(parts)))
    except ScriptError:
        raise EditError("There is no text on one side of the cut.") from None
