"""A project and its takes, as the store gives them.

Is: values. Is not: aware of rows, files or clocks; times are text that is only ever shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.core.model import Script, Verdict


@dataclass(frozen=True, slots=True)
class Project:
    """One book or play.

    Args:
        project_id: 32 hex digits, the same in every copy and bundle of it.
        slug: name of its folder and on the command line; never changes.
        script: its text, exactly as it was written.
        settings: whatever a part of the studio keeps for it, as JSON values.
        cast: speaker -> voice, as far as it was chosen.
        cover: name of the image in its folder.
        created, changed: UTC, ISO 8601.
        trashed: when it was thrown away; None: it was not.
    """

    project_id: str
    slug: str
    title: str
    author: str
    language: str
    script: str
    created: str
    changed: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    cast: Mapping[str, str] = field(default_factory=dict)
    cover: str | None = None
    trashed: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project in a list: what it holds, in numbers.

    Args:
        locked: how many takes are locked.
        performed: how many turns of the script have a take that is heard.
        cover: the file of its cover, in its folder; None: it has none.
    """

    slug: str
    title: str
    author: str
    chapters: int
    turns: int
    takes: int
    locked: int
    changed: str
    trashed: str | None
    performed: int = 0
    cover: str | None = None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn with its place. `position` counts from 0; None: it is not in the script now."""

    turn_id: str
    position: int | None
    chapter: int
    scene: int
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnTake:
    """A take in the history of a turn.

    Args:
        number: by which it is chosen; the same as long as the workspace lives.
        turn_id: of the turn it was made for.
        chunk: which part of the turn, counted from 0.
        frames: its length.
        selected: whether it is the one that is heard.
        locked: whether it stays selected whatever is performed later.
        text: what it says; empty in takes from before that was noted.
        chosen: counts the choices of the part; the highest was the last. 0: never chosen.
        take_id: its row, which other turns may share.
        made_with: JSON of the checkpoint and the sampling; empty in takes from before.
    """

    number: int
    turn_id: str
    chunk: int
    key: str
    attempt: int
    seed: int
    verdict: Verdict
    reason: str
    voice: str
    frames: int
    created: str
    selected: bool
    locked: bool
    text: str = ""
    chosen: int = 0
    take_id: int = 0
    made_with: str = ""


def chapter_titles(script: Script) -> tuple[str, ...]:
    """The titles of a script's chapters, in order."""
    return tuple(chapter.title for chapter in script.chapters)


def noted_facts(before: Script, after: Script) -> dict[str, str]:
    """What a changed front matter says anew about a project: title, author, language."""
    old, new = dict(before.notes), dict(after.notes)
    return {
        name: new[name]
        for name in ("title", "author", "language")
        if new.get(name, "") not in ("", old.get(name, ""))
    }
