"""Edits of what lies around turns: chapters, scene breaks, front matter.

Is: what leaves every turn as it is. Is not: able to remove text; a chapter that is removed leaves
its turns to the chapter before it.
"""

from dataclasses import dataclass, replace

from studio.core.edits.base import Edit, assemble, find_heading, find_turn
from studio.core.front_matter import parse_front_matter
from studio.core.model import Script
from studio.core.outline import Heading, SceneBreak, outline
from studio.core.script_text import parse_title
from studio.errors import EditError


@dataclass(frozen=True, slots=True)
class AddSceneBreak(Edit):
    """Begin a scene with a turn."""

    turn_id: str

    def apply(self, script: Script) -> Script:
        """The script with a scene break before the turn."""
        items = outline(script)
        at, _ = find_turn(items, self.turn_id)
        if at == 0 or isinstance(items[at - 1], SceneBreak | Heading):
            raise EditError("A scene begins with this turn already.")
        items.insert(at, SceneBreak())
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class RemoveSceneBreak(Edit):
    """Join the scene that begins with a turn to the scene before it."""

    turn_id: str

    def apply(self, script: Script) -> Script:
        """The script without the scene break before the turn."""
        items = outline(script)
        at, _ = find_turn(items, self.turn_id)
        if at == 0 or not isinstance(items[at - 1], SceneBreak):
            raise EditError("There is no scene break before this turn.")
        del items[at - 1]
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class AddChapter(Edit):
    """Begin a chapter with a turn."""

    turn_id: str
    title: str

    def apply(self, script: Script) -> Script:
        """The script with a heading before the turn."""
        items = outline(script)
        at, _ = find_turn(items, self.turn_id)
        if at and isinstance(items[at - 1], Heading):
            raise EditError("A chapter begins with this turn already. Change its title instead.")
        items.insert(at, Heading(parse_title(self.title)))
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class AppendChapter(Edit):
    """Begin a chapter at the end of the script, with nothing in it yet."""

    title: str

    def apply(self, script: Script) -> Script:
        """The script with a heading behind everything."""
        return assemble([*outline(script), Heading(parse_title(self.title))], script)


@dataclass(frozen=True, slots=True)
class RemoveChapter(Edit):
    """Take a chapter's heading out; a scene break stays. Chapters count from 1."""

    chapter: int

    def apply(self, script: Script) -> Script:
        """The script with the chapter joined to the one before it."""
        items = outline(script)
        items[find_heading(items, script, self.chapter)] = SceneBreak()
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class RetitleChapter(Edit):
    """Give a chapter another title. Chapters count from 1."""

    chapter: int
    title: str

    def apply(self, script: Script) -> Script:
        """The script with the chapter's title replaced."""
        items = outline(script)
        items[find_heading(items, script, self.chapter)] = Heading(parse_title(self.title))
        return assemble(items, script)


@dataclass(frozen=True, slots=True)
class SetNote(Edit):
    """Set a line of the front matter, such as the title; an empty value takes it out."""

    key: str
    value: str

    def apply(self, script: Script) -> Script:
        """The script with the line set, at its old place or behind the others."""
        line = f"{self.key.strip()}: {self.value.strip()}"
        if len(line.splitlines()) > 1 or self.key.strip().lower() == "cast":
            raise EditError("A line of the front matter is one line, and not the cast.")
        [(key, value)] = parse_front_matter(["---", line, "---"]).notes
        notes = {**dict(script.notes), key: value}
        if not value:
            del notes[key]
        return replace(script, notes=tuple(notes.items()))
