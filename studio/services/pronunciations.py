"""The pronunciation dictionary and the numbers of projects: looked at, changed, previewed.

Is: the entries of the workspace, of a project and of its speakers, and the choice of numbers.
Is not: what applies them (`studio.services.spoken`), and never a change of a script.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from studio.core.casting import known_speaker
from studio.core.model import Script
from studio.core.pronunciation import Entry, compile_entry
from studio.core.script_text import parse_script
from studio.core.spoken_numbers import NumberReader, kinds_of
from studio.errors import PronunciationError, ReadOnly
from studio.services.projects import Projects
from studio.services.spoken import NUMBERS, SpokenView, language_of, make_rules, numbers_of, view
from studio.store import pronunciations as store
from studio.store.database import Database


class Pronunciations:
    """The pronunciation dictionary of a workspace. Thread-safe."""

    def __init__(self, database: Database, projects: Projects) -> None:
        self._database = database
        self._projects = projects

    def list(self, project: str = "") -> tuple[Entry, ...]:
        """The workspace's entries and, with a slug or an id, those of a project."""
        found = self._projects.open(project).project_id if project else ""
        return store.entries_for(self._database, found)

    def add(self, entry: Entry, project: str = "") -> Entry:
        """Add an entry behind the others of its scope.

        Args:
            project: slug or id, for entries of a project or of a speaker in it.

        Raises:
            PronunciationError: the entry cannot be used.
            CastError: the script has no such speaker.
            ProjectError: there is no such project.
        """
        self._writable()
        project_id, entry = self._checked(entry, project)
        return replace(entry, number=store.add_entry(self._database, entry, project_id))

    def change(self, number: int, **changes: str) -> Entry:
        """Change fields of an entry; its project stays.

        Raises:
            PronunciationError: there is no such entry, or it cannot be used like that.
        """
        self._writable()
        entry: Entry = replace(self._entry(number), **changes)  # type: ignore[arg-type]
        if entry.scope != "workspace":
            entry = replace(entry, scope="speaker" if entry.speaker else "project")
        compile_entry(entry)
        store.change_entry(self._database, entry)
        return entry

    def remove(self, number: int) -> Entry:
        """Remove an entry and return it.

        Raises:
            PronunciationError: there is no such entry.
        """
        self._writable()
        entry = self._entry(number)
        store.remove_entry(self._database, number)
        return entry

    def numbers(self, project: str) -> dict[str, tuple[str, ...]]:
        """Which kinds of numbers a project reads, by language; empty: as the script has them."""
        return numbers_of(self._projects.open(project))

    def set_numbers(
        self, project: str, kinds: Iterable[str], language: str = ""
    ) -> dict[str, tuple[str, ...]]:
        """Choose what is read as words in a project and a language.

        Args:
            kinds: such as `year`; "all" stands for every kind of the language; none: nothing.
            language: empty: the script's own.

        Returns:
            The choice for all languages.

        Raises:
            PronunciationError: the language is not known, or has no such kind.
        """
        found = self._projects.open(project)
        language = (language or found.language).lower().partition("-")[0]
        known = found.settings.get(NUMBERS)
        chosen = {**(known if isinstance(known, dict) else {}), language: _kinds(language, kinds)}
        kept = {name: value for name, value in chosen.items() if value}
        return numbers_of(self._projects.configure(project, {NUMBERS: kept}))

    def preview(
        self,
        text: str,
        project: str = "",
        *,
        trial: Sequence[Entry] = (),
        numbers: Iterable[str] | None = None,
    ) -> tuple[SpokenView, ...]:
        """Every turn of a script that is spoken otherwise than written, and why.

        Args:
            text: a script; it need not be the project's.
            project: slug or id, whose entries and numbers are used; empty: the workspace's.
            trial: further entries, to see what they would do.
            numbers: kinds, instead of the project's choice, to see what they would do.

        Raises:
            ScriptError: the script cannot be read.
            PronunciationError: an entry cannot be used, or takes too long on this script.
        """
        script = parse_script(text, draft=True)
        found = self._projects.open(project) if project else None
        language = language_of(script, found)
        if numbers is None:
            chosen: Mapping[str, Iterable[str]] = numbers_of(found) if found else {}
        else:
            chosen = {language: _kinds(language, numbers)}
        entries = (*self.list(project), *(_with_known_speaker(entry, script) for entry in trial))
        rules = make_rules(language, entries, chosen)
        return tuple(view(turn) for turn in rules.preview(script))

    def _checked(self, entry: Entry, project: str) -> tuple[str, Entry]:
        """An entry that can be used, with the id of its project."""
        if (entry.scope == "workspace") == bool(project):
            raise PronunciationError(
                f"'{entry.written}': an entry of a project or a speaker names its project, and "
                "one of the workspace does not."
            )
        compile_entry(entry)
        if not project:
            return "", entry
        found = self._projects.open(project)
        return found.project_id, _with_known_speaker(entry, parse_script(found.script, draft=True))

    def _entry(self, number: int) -> Entry:
        entry = store.find_entry(self._database, number)
        if entry is None:
            raise PronunciationError(
                f"There is no entry {number}.", command="python app.py pronounce list"
            )
        return entry

    def _writable(self) -> None:
        if self._database.read_only:
            raise ReadOnly("This workspace is open for reading only; no entry can be changed.")


def _with_known_speaker(entry: Entry, script: Script) -> Entry:
    """An entry whose speaker is written as the script writes them."""
    if entry.scope != "speaker":
        return entry
    return replace(entry, speaker=known_speaker(entry.speaker, script.speakers()))


def _kinds(language: str, kinds: Iterable[str]) -> list[str]:
    """The kinds that are meant, of a language that has them.

    Raises:
        PronunciationError: the language is not known, or has no such kind.
    """
    if not language:
        raise PronunciationError(
            "The script does not say its language. Name one here, or write `language: en` between "
            "the `---` lines at the script's beginning."
        )
    wanted = list(kinds)
    wanted = list(kinds_of(language)) if "all" in wanted else wanted
    NumberReader(language, wanted)
    return wanted
