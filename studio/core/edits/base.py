"""What every edit can do, and how edits find and check what they touch.

Is: the face of an edit and its few helpers. Is not: any single edit.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

from studio.core.change import Change, change_between
from studio.core.model import Script, Turn
from studio.core.outline import Heading, Item, from_outline
from studio.core.speaker_name import is_speaker_name
from studio.errors import EditError

Side = Literal["before", "after"]


class Edit(ABC):
    """One thing a user does to a script."""

    __slots__ = ()

    @abstractmethod
    def apply(self, script: Script) -> Script:
        """The script after the edit.

        Raises:
            EditError: the edit does not fit the script.
            ScriptError: text that the edit brings cannot be read.
        """

    def inverse(self, script: Script) -> Change:
        """The change that makes `script`, exactly, of `apply(script)`."""
        return change_between(self.apply(script), script)


def find_turn(items: Sequence[Item], turn_id: str) -> tuple[int, Turn]:
    """Index and turn of an id in an outline.

    Raises:
        EditError: no turn has it.
    """
    if turn_id:
        for at, item in enumerate(items):
            if isinstance(item, Turn) and item.turn_id == turn_id:
                return at, item
    raise EditError("The turn is not in the script any more. Load the script again.")


def find_heading(items: Sequence[Item], script: Script, chapter: int) -> int:
    """Index of a chapter's heading in an outline. Chapters count from 1.

    Raises:
        EditError: there is no such chapter, or it has no heading.
    """
    titled = [at for at, item in enumerate(items) if isinstance(item, Heading)]
    untitled = len(script.chapters) - len(titled)  # 1 where text stands before the first heading
    if not untitled < chapter <= len(script.chapters):
        raise EditError(f"There is no heading of a chapter {chapter} in the script.")
    return titled[chapter - untitled - 1]


def chapter_end(items: Sequence[Item], script: Script, chapter: int) -> int:
    """Index in an outline behind the last item of a chapter. Chapters count from 1.

    Raises:
        EditError: there is no such chapter.
    """
    if not 1 <= chapter <= len(script.chapters):
        raise EditError(f"There is no chapter {chapter} in the script.")
    if chapter == len(script.chapters):
        return len(items)
    return find_heading(items, script, chapter + 1)


def check_new_id(items: Sequence[Item], turn_id: str) -> None:
    """Refuse an id that is empty or taken.

    Raises:
        EditError: it is.
    """
    if not turn_id or any(isinstance(item, Turn) and item.turn_id == turn_id for item in items):
        raise EditError(f"'{turn_id}' cannot be the id of a new turn: it is empty or taken.")


def check_speaker(name: str) -> str:
    """The name without white space around it.

    Raises:
        EditError: it cannot stand in front of a turn.
    """
    name = name.strip()
    if not is_speaker_name(name):
        raise EditError(
            f"'{name}' cannot be a speaker's name. Begin each word with a capital letter, and use "
            "up to 6 words of letters, digits and . ' ’ & - only."
        )
    return name


def assemble(items: Sequence[Item], script: Script) -> Script:
    """A script from an edited outline, with the front matter it had.

    Raises:
        EditError: no turn is left.
    """
    if not any(isinstance(item, Turn) for item in items):
        raise EditError("A script needs at least one turn. Change this one instead.")
    return from_outline(items, script)
