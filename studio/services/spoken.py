"""How a script is spoken in its project: the rules that a performance is planned with.

Is: the dictionary's entries and the project's numbers, put together; and a changed turn to look at.
Is not: where entries are kept or changed (`studio.services.pronunciations`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.core.model import Script, Words
from studio.core.project import Project
from studio.core.pronunciation import Dictionary, Entry
from studio.core.script_text import print_parts
from studio.core.speaker_settings import directions
from studio.core.spoken import SpokenRules, SpokenTurn
from studio.core.spoken_numbers import number_readers
from studio.errors import PronunciationError
from studio.store import projects as project_store
from studio.store import pronunciations as store
from studio.store.database import Database

NUMBERS = "numbers"
"""The setting of a project that says which kinds of numbers are read, by language."""


@dataclass(frozen=True, slots=True)
class SpokenChange:
    """Words of a script, what is said instead, and the entry or the kind of number behind it."""

    written: str
    spoken: str
    rule: str


@dataclass(frozen=True, slots=True)
class SpokenView:
    """A turn that is spoken otherwise than it is written. `turn` counts from 1."""

    turn: int
    chapter: int
    speaker: str
    written: str
    spoken: str
    changes: tuple[SpokenChange, ...]


def spoken_rules(database: Database, script: Script, project_id: str = "") -> SpokenRules:
    """How a script is spoken: with the workspace's entries, and those of its project.

    Args:
        project_id: empty, or of a project that is gone: only the workspace's entries.

    Raises:
        PronunciationError: the project's settings cannot be read.
    """
    project = project_store.find_project(database, project_id) if project_id else None
    entries = store.entries_for(database, project_id)
    rules = make_rules(
        language_of(script, project), entries, numbers_of(project) if project else {}
    )
    return replace(rules, directions=directions(project.settings)) if project else rules


def heard_entries(database: Database, script: Script, project: Project) -> tuple[Entry, ...]:
    """The workspace's entries that a script has a use for."""
    texts = [
        (part.text, placed.turn.speaker)
        for placed in script.placed_turns()
        for part in placed.turn.parts
        if isinstance(part, Words)
    ]
    found = []
    for entry in store.entries_for(database):
        reader = Dictionary([entry], language_of(script, project))
        if any(next(iter(reader.readings(text, speaker)), None) for text, speaker in texts):
            found.append(entry)
    return tuple(found)


def make_rules(
    language: str, entries: Iterable[Entry], numbers: Mapping[str, Iterable[str]]
) -> SpokenRules:
    """Entries and numbers as rules for a script of a language.

    Raises:
        PronunciationError: an entry, a language or a kind of number cannot be used.
    """
    return SpokenRules([Dictionary(entries, language), *number_readers(language, numbers)])


def language_of(script: Script, project: Project | None) -> str:
    """The language of a script: what it says itself, else what its project says."""
    return script.language or (project.language if project else "")


def numbers_of(project: Project) -> dict[str, tuple[str, ...]]:
    """A project's choice of numbers, by language; settings come from bundles too.

    Raises:
        PronunciationError: it cannot be read.
    """
    chosen: Any = project.settings.get(NUMBERS, {})
    if not isinstance(chosen, dict) or not all(
        isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds)
        for kinds in chosen.values()
    ):
        raise PronunciationError(
            f"The numbers of {project.slug} are set to what cannot be read. Set them anew.",
            command=f"python app.py pronounce numbers {project.slug} none --language en",
        )
    return {language: tuple(kinds) for language, kinds in chosen.items()}


def view(turn: SpokenTurn) -> SpokenView:
    """A changed turn, to be shown."""
    parts = turn.placed.turn.parts
    changes = tuple(
        SpokenChange(_stretch(parts[found.part], found.reading.start, found.reading.end),
                     found.reading.spoken, found.reading.rule)
        for found in turn.readings
    )  # fmt: skip
    return SpokenView(
        turn.placed.index + 1, turn.placed.chapter, turn.placed.turn.speaker,
        print_parts(parts), print_parts(turn.parts), changes,
    )  # fmt: skip


def _stretch(part: object, start: int, end: int) -> str:
    return part.text[start:end] if isinstance(part, Words) else ""
