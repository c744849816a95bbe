"""A script as the flat list that a writer sees: headings, scene breaks and turns.

Is: the same content as the nested `Script`, in the shape in which edits and diffs are simple.
Is not: a second model. Nothing is stored in this form.

- `from_outline` drops scene breaks that separate nothing, as reading a text does.
- Only text before the first heading has no heading; its chapter's title is empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from studio.core.model import Chapter, Scene, Script, Turn


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter begins."""

    title: str


@dataclass(frozen=True, slots=True)
class SceneBreak:
    """A scene ends, and another one of the same chapter begins."""


Item = Turn | Heading | SceneBreak


def outline(script: Script) -> list[Item]:
    """The headings, scene breaks and turns of a script, in reading order."""
    items: list[Item] = []
    for chapter in script.chapters:
        if chapter.title:
            items.append(Heading(chapter.title))
        for number, scene in enumerate(chapter.scenes):
            if number:
                items.append(SceneBreak())
            items.extend(scene.turns)
    return items


def from_outline(items: Iterable[Item], front: Script | None = None) -> Script:
    """Put a script together again.

    Args:
        items: in reading order.
        front: the script whose front matter it gets.
    """
    chapters: list[tuple[str, list[list[Turn]]]] = [("", [[]])]
    for item in items:
        match item:
            case Heading(title):
                chapters.append((title, [[]]))
            case SceneBreak():
                chapters[-1][1].append([])
            case Turn():
                chapters[-1][1][-1].append(item)
    made = (
        Chapter(title, tuple(Scene(tuple(turns)) for turns in scenes if turns))
        for title, scenes in chapters
    )
    kept = tuple(chapter for chapter in made if chapter.title or chapter.scenes)
    return replace(front, chapters=kept) if front else Script(kept)
