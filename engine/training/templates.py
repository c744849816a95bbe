"""A small grammar of narrative and dialogue with the vocabulary of the text sources.

It supplies what word lists and dictionaries lack: speech with attribution, questions,
exclamations, titles, contractions, dates, prices and times. A ``{name}`` in a template is
filled by the rule of that name.
"""

import re
from collections.abc import Callable

import numpy as np

from engine.training.sources import Sources
from engine.training.texts_data import MONTHS, RULES, SHORT, SURNAMES, TITLES, WEEKDAYS

_SLOT = re.compile(r"\{(\w+)\}")


class Grammar:
    """Sentences from rules; every draw comes from the given generator."""

    def __init__(self, sources: Sources, rng: np.random.Generator) -> None:
        """Keep the sources' word lists as leaf rules."""
        self._sources, self._rng = sources, rng
        self._leaves: dict[str, Callable[[], str]] = {
            "noun": lambda: self._pick(sources.nouns),
            "past": lambda: sources.verbs[int(rng.integers(len(sources.verbs)))][1],
            "verb": lambda: sources.verbs[int(rng.integers(len(sources.verbs)))][0],
            "adj": lambda: self._pick(sources.adjectives),
            "adv": lambda: self._pick(sources.adverbs),
            "first": lambda: self._pick(sources.names),
            "surname": lambda: self._pick(SURNAMES),
            "title": lambda: self._pick(TITLES),
            "month": lambda: self._pick(MONTHS),
            "weekday": lambda: self._pick(WEEKDAYS),
            "small": lambda: str(rng.integers(2, 20)),
            "number": self._number,
            "year": lambda: str(rng.integers(1500, 2060)),
            "day": lambda: str(rng.integers(1, 31)),
            "ordinal": self._ordinal,
            "clock": lambda: f"{rng.integers(1, 13)}:{rng.integers(0, 60):02d}",
            "money": self._money,
            "percent": lambda: f"{rng.integers(1, 101)}{rng.choice(['%', ' percent'])}",
        }

    def sentence(self) -> str:
        """A narrative or dialogue sentence."""
        return self._expand("{narration}" if self._rng.random() < 0.55 else "{dialogue}")

    def number_sentence(self) -> str:
        """A sentence with numbers, dates, prices or times."""
        return self._expand("{figures}")

    def short(self) -> str:
        """One to three words: an exclamation, a name, a bare word."""
        draw = self._rng.random()
        if draw < 0.45:
            return self._expand(self._pick(SHORT))
        if draw < 0.6:
            return self._expand("{first}") + self._pick((".", "!", "?"))
        if draw < 0.7:
            return self._number() + self._pick((".", ".", "!", "?"))
        word = self._pick(self._sources.words)
        return word.capitalize() + self._pick((".", ".", "!", "?"))

    def _pick(self, rows: tuple[str, ...]) -> str:
        return rows[int(self._rng.integers(len(rows)))]

    def _expand(self, template: str) -> str:
        while match := _SLOT.search(template):
            name = match.group(1)
            value = self._leaves[name]() if name in self._leaves else self._pick(RULES[name])
            template = template[: match.start()] + value + template[match.end() :]
        return _polish(template)

    def _number(self) -> str:
        size = int(self._rng.integers(1, 7))
        value = int(self._rng.integers(10 ** (size - 1), 10**size))
        return f"{value:,}" if value >= 10000 or self._rng.random() < 0.5 else str(value)

    def _ordinal(self) -> str:
        value = int(self._rng.integers(1, 32))
        last = 0 if value in (11, 12, 13) else value % 10
        return f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }".replace(" ", "")

    def _money(self) -> str:
        sign, whole = self._pick(("$", "$", "£")), int(self._rng.integers(1, 2000))
        cents = f".{self._rng.integers(0, 100):02d}" if self._rng.random() < 0.4 else ""
        return f"{sign}{whole:,}{cents}"


def _polish(text: str) -> str:
    """Choose a or an by sight, and capitalize sentence starts."""
    text = re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", text)
    if not re.search(r"[!?]\" [a-z]", text):
        text = re.sub(r"([.!?]\"? \"?)([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)
    return re.sub(r"^\W*[a-z]", lambda m: m.group().upper(), text)
