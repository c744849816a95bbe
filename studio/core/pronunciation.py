"""The pronunciation dictionary: words that are spoken otherwise than they are written.

Is: entries as values, their checks, and the reader that applies them.
Is not: stored here, and not a phonetic alphabet: the replacement is text, spelled as it sounds.

- A speaker's entries go before the project's, and those before the workspace's; inside a scope the
  order of the entries counts. The first entry that fits a stretch of text decides about it.
- An entry sees the script's text, never what another entry made of it.
- Matches are those of `search`: whole words, or a regular expression within bounds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from studio.core.search import Pattern, regex_pattern, word_pattern
from studio.core.spoken import Reading
from studio.errors import PatternError, PronunciationError

Scope = Literal["workspace", "project", "speaker"]
Kind = Literal["word", "regex"]
CaseRule = Literal["any", "exact"]

PRECEDENCE: tuple[Scope, ...] = ("speaker", "project", "workspace")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the dictionary.

    Args:
        written: the word, the words, or the regular expression to find.
        spoken: what is said instead; empty: nothing is said. In a regex entry `\\\\1` is a group.
        kind: whether `written` is a word or a regular expression.
        scope: where it applies.
        speaker: who it applies to, in the scope of a speaker; else empty.
        language: the only language it applies to, such as `en`; empty: all.
        case: whether capitals have to agree.
        number: by which it is named where it is kept; 0: it is kept nowhere.
    """

    written: str
    spoken: str
    kind: Kind = "word"
    scope: Scope = "workspace"
    speaker: str = ""
    language: str = ""
    case: CaseRule = "any"
    number: int = field(default=0, compare=False)


def compile_entry(entry: Entry) -> Pattern:
    """Check an entry and make it ready to search.

    Raises:
        PronunciationError: it cannot be used; the message says why.
    """
    if (entry.scope == "speaker") != bool(entry.speaker.strip()):
        raise PronunciationError(
            f"'{entry.written}': an entry for a speaker names one, and other entries do not."
        )
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in entry.spoken):
        raise PronunciationError(f"'{entry.written}': a control character cannot be spoken.")
    make = regex_pattern if entry.kind == "regex" else word_pattern
    try:
        return make(entry.written, entry.spoken, exact_case=entry.case == "exact")
    except PatternError as error:
        raise PronunciationError(f"The entry '{entry.written}' cannot be used. {error}") from error


class Dictionary:
    """The entries that apply to one script, ready to read. Immutable.

    Args:
        entries: of all scopes, in order.
        language: of the script; empty (unknown): entries of every language apply.

    Raises:
        PronunciationError: an entry cannot be used.
    """

    def __init__(self, entries: Iterable[Entry], language: str = "") -> None:
        fitting = (entry for entry in entries if same_language(entry.language, language))
        ordered = sorted(fitting, key=lambda entry: PRECEDENCE.index(entry.scope))
        self._patterns = [(entry, compile_entry(entry)) for entry in ordered]

    def readings(self, text: str, speaker: str) -> Iterator[Reading]:
        """What the entries say about a text, the deciding ones first.

        Raises:
            PronunciationError: an entry takes too long on this text.
        """
        for entry, pattern in self._patterns:
            if entry.scope != "speaker" or entry.speaker.strip() == speaker:
                yield from _readings(entry, pattern, text)


def _readings(entry: Entry, pattern: Pattern, text: str) -> Iterator[Reading]:
    try:
        for match in pattern.matches(text):
            yield Reading(match.start, match.end, match.replacement, entry.written)
    except PatternError as error:
        raise PronunciationError(f"The entry '{entry.written}' cannot be used. {error}") from error


def same_language(wanted: str, language: str) -> bool:
    """Whether a rule's language takes in a script's: `pt` takes in `pt-BR`; unknown ones fit."""
    wanted, language = wanted.strip().lower(), language.strip().lower()
    return not wanted or not language or f"{language}-".startswith(f"{wanted}-")
