"""The further words about a project: who narrates it, when it appears, what it is about.

Is: texts in a project's settings, checked when they are read, since bundles bring settings too.
Is not: title, author and language, which every project has.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from studio.core.label import MAX_TEXT, plain
from studio.core.project import Project

ABOUT = "about"
"""The setting that holds them."""


@dataclass(frozen=True, slots=True)
class About:
    """Words that go into the metadata of what is delivered; an empty one is left to the script.

    Args:
        narrator: as it will be named; empty: the names of the voices.
        date: a year, or a day as in 2026-11-21.
    """

    narrator: str = ""
    date: str = ""
    description: str = ""
    copyright: str = ""


def about(project: Project) -> About:
    """The words of a project."""
    kept = project.settings.get(ABOUT)
    return _about(kept if isinstance(kept, dict) else {})


def with_words(project: Project, words: Mapping[str, str | None]) -> dict[str, Any]:
    """The setting of a project with some words changed; None leaves as it is."""
    given = {name: word for name, word in words.items() if word is not None}
    changed = _about({**asdict(about(project)), **given})
    return {ABOUT: {name: word for name, word in asdict(changed).items() if word}}


def _about(words: Mapping[str, Any]) -> About:
    """Words on one line each, at most as long as a tag may be."""
    known = {field.name: words.get(field.name, "") for field in fields(About)}
    return About(**{
        name: plain(word)[:MAX_TEXT] if isinstance(word, str) else ""
        for name, word in known.items()
    })  # fmt: skip
