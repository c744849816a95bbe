"""Edits of what is said and by whom: rewrite, retag, find and replace, rename.

Is: what leaves the number and the order of turns alone. Is not: aware of how anything is spoken.
"""

from dataclasses import dataclass, replace

from studio.core.edits.base import Edit, assemble, check_speaker, find_turn
from studio.core.model import Part, Script, Turn, Words
from studio.core.outline import outline
from studio.core.script_text import joined, parse_parts, print_parts
from studio.core.search import Pattern, plain_pattern, regex_pattern, word_pattern
from studio.errors import EditError


@dataclass(frozen=True, slots=True)
class Rewrite(Edit):
    """Give a turn another text, as written in a script without the name."""

    turn_id: str
    text: str

    def apply(self, script: Script) -> Script:
        """The script with the turn's text replaced."""
        return _replaced(script, self.turn_id, parts=parse_parts(self.text))


@dataclass(frozen=True, slots=True)
class Retag(Edit):
    """Change a direction or a pause of a turn, add one at its beginning, or take one out.

    Args:
        turn_id: of the turn.
        part: index of the direction or pause among the turn's parts; None adds one in front.
        direction: as written inside the brackets; empty takes it out.
    """

    turn_id: str
    part: int | None
    direction: str

    def apply(self, script: Script) -> Script:
        """The script with the turn's direction changed."""
        _, turn = find_turn(outline(script), self.turn_id)
        new: list[Part] = []
        if self.direction.strip():
            [*new] = parse_parts(f"[{self.direction}]")
        if any(isinstance(part, Words) for part in new) or len(new) > 1:
            raise EditError(f"'{self.direction}' is more than one direction. Write it without ].")
        if self.part is None:
            parts = [*new, Words(" "), *turn.parts]
        else:
            self._check_part(turn)
            parts = [*turn.parts[: self.part], *new, *turn.parts[self.part + 1 :]]
        written = print_parts(joined(parts))
        if not written.strip():
            raise EditError("The turn would be empty. Remove the turn instead.")
        return _replaced(script, self.turn_id, parts=parse_parts(written))

    def _check_part(self, turn: Turn) -> None:
        inside = self.part is not None and 0 <= self.part < len(turn.parts)
        if not inside or isinstance(turn.parts[self.part or 0], Words):
            raise EditError("There is no direction at this place of the turn any more.")


@dataclass(frozen=True, slots=True)
class SetSpeaker(Edit):
    """Give one turn to another speaker."""

    turn_id: str
    speaker: str

    def apply(self, script: Script) -> Script:
        """The script with the turn's speaker replaced."""
        return _replaced(script, self.turn_id, speaker=check_speaker(self.speaker))


@dataclass(frozen=True, slots=True)
class RenameSpeaker(Edit):
    """Give a speaker another name everywhere; the name of another speaker makes them one.

    The front matter's cast follows; where both are cast, the voice of the other speaker stays.
    """

    speaker: str
    new_name: str

    def apply(self, script: Script) -> Script:
        """The script with the speaker renamed."""
        new_name = check_speaker(self.new_name)
        cast = dict(script.cast)
        if self.speaker not in script.speakers() and self.speaker not in cast:
            raise EditError(f"There is no speaker '{self.speaker}' in the script.")
        items = [
            replace(item, speaker=new_name)
            if isinstance(item, Turn) and item.speaker == self.speaker
            else item
            for item in outline(script)
        ]
        keeps_other = new_name != self.speaker and new_name in cast
        renamed = tuple(
            (new_name if speaker == self.speaker else speaker, voice)
            for speaker, voice in script.cast
            if not (keeps_other and speaker == self.speaker)
        )
        return replace(assemble(items, script), cast=renamed)


@dataclass(frozen=True, slots=True)
class FindReplace(Edit):
    """Replace a text wherever it is spoken; direction, pauses and names are left alone.

    Args:
        find: what to look for.
        replacement: what to put there; with `regex`, `\\1` stands for the first group.
        mode: `text` finds it anywhere, `word` only as a whole word, `regex` reads a pattern.
        exact_case: whether capitals have to agree.
        speaker: only in this speaker's turns; empty: in all.
        turn_ids: only in these turns; None: in all.
    """

    find: str
    replacement: str
    mode: str = "text"
    exact_case: bool = True
    speaker: str = ""
    turn_ids: frozenset[str] | None = None

    def apply(self, script: Script) -> Script:
        """The script with every occurrence replaced.

        Raises:
            EditError: nothing is found, or a turn would be left without text.
            PatternError: the pattern cannot be used.
        """
        pattern = self.pattern()
        items = [
            self._in_turn(item, pattern) if isinstance(item, Turn) else item
            for item in outline(script)
        ]
        if items == outline(script):
            raise EditError(f"'{self.find}' is not found, or the replacement changes nothing.")
        return assemble(items, script)

    def pattern(self) -> Pattern:
        """What to look for, ready to search with."""
        match self.mode:
            case "word":
                return word_pattern(self.find, self.replacement, exact_case=self.exact_case)
            case "regex":
                return regex_pattern(self.find, self.replacement, exact_case=self.exact_case)
            case _:
                return plain_pattern(self.find, self.replacement, exact_case=self.exact_case)

    def reaches(self, turn: Turn) -> bool:
        """Whether it looks into a turn at all."""
        listed = self.turn_ids is None or turn.turn_id in self.turn_ids
        return listed and self.speaker in ("", turn.speaker)

    def _in_turn(self, turn: Turn, pattern: Pattern) -> Turn:
        if not self.reaches(turn):
            return turn
        parts = joined(
            [
                Words(pattern.replace_all(part.text)) if isinstance(part, Words) else part
                for part in turn.parts
            ]
        )
        if parts == turn.parts:
            return turn
        written = print_parts(parts)
        if not written.strip():
            raise EditError(f"A turn of {turn.speaker} would be empty. Remove that turn first.")
        return replace(turn, parts=parse_parts(written))


def _replaced(script: Script, turn_id: str, **changes: object) -> Script:
    items = outline(script)
    at, turn = find_turn(items, turn_id)
    items[at] = replace(turn, **changes)  # type: ignore[arg-type]
    return assemble(items, script)
