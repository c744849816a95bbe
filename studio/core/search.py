"""A user's search text or pattern with its replacement, compiled, checked and bounded.

Is: plain text, whole words and regular expressions behind one face, for find-and-replace and for
the pronunciation dictionary.
Is not: a way to run any pattern. What is expensive to compile is refused by its shape, what is slow
on simple probes is refused when it is made, and every search is stopped: the clock is looked at now
and then, so after a second or so, not after `SEARCH_SECONDS` sharp.

- A word matches between characters that are no letters, digits or marks; in scripts that are
  written without spaces it matches anywhere. Straight and curly apostrophes are the same, any white
  space is the same, and composed and decomposed letters are the same.
- A match is never empty.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex

from studio.errors import PatternError

MAX_CHARACTERS = 200
MAX_REPEAT = 1000
"""Product of all counted repeats `{n}` in a pattern: each is unrolled when it is compiled."""
SEARCH_SECONDS = 0.25
PROBE_CHARACTERS = 3000

_COUNTED = regex.compile(r"\{[\d\s,]*\}")
_NUMBER = regex.compile(r"\d+")
_WORD_CHARACTER = regex.compile(r"[\w\p{M}]")
UNSPACED = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
)
"""Pattern of a letter of the scripts that are written without spaces."""
_UNSPACED = regex.compile(UNSPACED)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern was found, in characters, and what is to stand there instead."""

    start: int
    end: int
    replacement: str


class Pattern:
    """A compiled pattern with its replacement. Immutable."""

    __slots__ = ("_compiled", "_replacement", "_shown", "_template")

    def __init__(
        self, compiled: "regex.Pattern[str]", replacement: str, *, template: bool, shown: str
    ) -> None:
        self._compiled = compiled
        self._replacement = replacement
        self._template = template
        self._shown = shown

    def matches(self, text: str) -> Iterator[Match]:
        """Every match in a text, from left to right.

        Raises:
            PatternError: the search takes too long.
        """
        try:
            for found in self._compiled.finditer(text, timeout=SEARCH_SECONDS):
                if found.end() > found.start():
                    yield Match(found.start(), found.end(), self._instead(found))
        except TimeoutError:
            raise PatternError(
                f"The pattern '{self._shown}' takes too long. Write it without a repetition "
                "inside a repetition."
            ) from None

    def replace_all(self, text: str) -> str:
        """The text with every match replaced."""
        pieces: list[str] = []
        end = 0
        for match in self.matches(text):
            pieces += [text[end : match.start], match.replacement]
            end = match.end
        return "".join([*pieces, text[end:]])

    def _instead(self, found: Any) -> str:  # noqa: ANN401 - the library has no types
        return str(found.expand(self._replacement)) if self._template else self._replacement


def plain_pattern(text: str, replacement: str, *, exact_case: bool = True) -> Pattern:
    """Find a text as it stands, anywhere.

    Raises:
        PatternError: it is empty or too long.
    """
    return _compile(regex.escape(text), replacement, exact_case, template=False, shown=text)


def word_pattern(text: str, replacement: str, *, exact_case: bool = True) -> Pattern:
    """Find a word, or several, where no letter, digit or mark stands beside them.

    >>> word_pattern("Lee", "Leigh").replace_all("Lee, Leeds and Lee's")
    'Leigh, Leeds and Leigh\'s'

    Raises:
        PatternError: it is empty or too long.
    """
    text = text.strip()
    forms = dict.fromkeys(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    source = "|".join(_word_source(form) for form in forms if form)
    before = r"(?<![\w\p{M}])" if _stands_apart(text[:1]) else ""
    after = r"(?![\w\p{M}])" if _stands_apart(text[-1:]) else ""
    source = f"{before}(?:{source}){after}" if source else ""
    return _compile(source, replacement, exact_case, template=False, shown=text)


def regex_pattern(source: str, replacement: str, *, exact_case: bool = True) -> Pattern:
    r"""Find a regular expression; `\1` or `\g<name>` in the replacement stands for a group.

    Raises:
        PatternError: it cannot be read, matches nothing at all, or takes too long.
    """
    if len(source) > MAX_CHARACTERS:
        raise PatternError(f"The pattern is longer than {MAX_CHARACTERS} characters.")
    if _repeats(source) > MAX_REPEAT:
        raise PatternError(
            f"The pattern '{source}' counts up to more than {MAX_REPEAT}. Use smaller numbers."
        )
    pattern = _compile(source, replacement, exact_case, template=True, shown=source)
    for probe in _probes(source):
        pattern.replace_all(probe)
    return pattern


def _compile(
    source: str, replacement: str, exact_case: bool, *, template: bool, shown: str
) -> Pattern:
    if not source:
        raise PatternError("There is nothing to look for. Write a word or a text.")
    if max(len(shown), len(replacement)) > MAX_CHARACTERS:
        raise PatternError(f"Keep text and replacement below {MAX_CHARACTERS} characters.")
    flags = regex.UNICODE | (0 if exact_case else regex.IGNORECASE)
    try:
        compiled = regex.compile(source, flags)
        empty = compiled.search("", timeout=SEARCH_SECONDS)
        if template:
            # Substituting in a text without a match still reads the replacement's groups.
            _check_template(source, flags, replacement)
    except (regex.error, IndexError, OverflowError, RecursionError) as error:
        raise PatternError(f"'{shown}' with '{replacement}' cannot be used: {error}.") from None
    except TimeoutError:
        raise PatternError(f"The pattern '{shown}' takes too long.") from None
    if empty is not None:
        raise PatternError(f"The pattern '{shown}' matches nothing at all. Let it need a letter.")
    return Pattern(compiled, replacement, template=template, shown=shown)


def _check_template(source: str, flags: int, replacement: str) -> None:
    """Raise what a replacement raises that names a group which the pattern has not."""
    found = regex.compile(f"(?:{source})?", flags).match("")
    if found is not None:
        found.expand(replacement)


def _word_source(text: str) -> str:
    words = text.split()
    escaped = (regex.sub("['’]", "['’]", regex.escape(word, special_only=True)) for word in words)
    return r"\s+".join(escaped)


def _stands_apart(letter: str) -> bool:
    """Whether words of this letter's script have spaces around them."""
    return bool(_WORD_CHARACTER.match(letter)) and not _UNSPACED.match(letter)


def _repeats(source: str) -> int:
    total = 1
    for counted in _COUNTED.findall(source):
        total *= max([1, *(int(number[:9]) for number in _NUMBER.findall(counted))])
    return total


def _probes(source: str) -> Iterator[str]:
    """Texts on which a pattern that repeats a repetition shows itself."""
    letters = list(dict.fromkeys(letter for letter in source if letter.isalnum()))[:8]
    for unit in (*letters, " ", "a ", "a", "A", "1", ".", source):
        yield unit * (PROBE_CHARACTERS // len(unit)) + "\x00"
