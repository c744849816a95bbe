"""Numbers, dates and abbreviations as words, by choice: the reader for a language.

Is: the choice of rules by language and kind.
Is not: switched on by itself. A checkpoint may read digits well, and a guess can be wrong: `1895`
is read as a year where it may be a count. What is read how can be seen before it is heard
(`spoken`).
"""

from collections.abc import Iterable, Iterator, Mapping

from studio.core.number_rules import STYLES, Rule, number_rules
from studio.core.pronunciation import same_language
from studio.core.spoken import Reading
from studio.core.spoken_english import english_rules
from studio.errors import PronunciationError


class NumberReader:
    """Reads the chosen kinds in one language. Immutable.

    Args:
        language: of the script; `en-GB` is read as `en`.
        kinds: what is read; see `kinds_of`.

    Raises:
        PronunciationError: language or kind is not known.
    """

    def __init__(self, language: str, kinds: Iterable[str]) -> None:
        wanted, rules = frozenset(kinds), _rules(language)
        known = {rule.kind for rule in rules}
        if not wanted <= known:
            raise PronunciationError(
                f"{', '.join(sorted(wanted - known))}: not read in this language. "
                f"Known: {', '.join(sorted(known))}."
            )
        self._rules = tuple(rule for rule in rules if rule.kind in wanted)

    def readings(self, text: str, speaker: str) -> Iterator[Reading]:
        """What is said for the numbers of a text; the speaker does not matter."""
        for rule in self._rules:
            for found in rule.pattern.finditer(text):
                said = rule.say(found)
                if said is not None:
                    yield Reading(found.start(), found.end(), said, rule.kind)


NumberKinds = Mapping[str, Iterable[str]]
"""Language -> the kinds that are read in it, as a project has chosen them."""


def number_readers(language: str, chosen: NumberKinds) -> list[NumberReader]:
    """The readers of the chosen languages that fit a script's; an unknown language takes all.

    Raises:
        PronunciationError: a language or a kind is not known.
    """
    return [NumberReader(name, kinds) for name, kinds in chosen.items()
            if same_language(name, language)]  # fmt: skip


def kinds_of(language: str) -> tuple[str, ...]:
    """What can be read in a language, the more special kinds first.

    Raises:
        PronunciationError: the language is not known.
    """
    return tuple(dict.fromkeys(rule.kind for rule in _rules(language)))


def _rules(language: str) -> tuple[Rule, ...]:
    primary = language.strip().lower().partition("-")[0]
    if primary not in STYLES:
        raise PronunciationError(
            f"Numbers cannot be read in the language '{language}'. Known: {', '.join(STYLES)}."
        )
    style = STYLES[primary]
    special = english_rules(style) if primary == "en" else ()
    return (*special, *number_rules(style))
