"""Training texts: what the teachers are asked to say, with tags where a tag is trained.

Drawn from installed text and from templates, so that any word, number, title and kind of
punctuation a book has is heard. Held-out evaluation sentences never come out of it. Not a
language model: sentences only have to be sayable.
"""

import re
from collections.abc import Callable

import numpy as np

from engine.training.sentences import is_held_out
from engine.training.sources import Sources, load
from engine.training.styles import sentence_spans
from engine.training.templates import Grammar

_TAG_WEIGHTS = {
    "whisper": 4,
    "slow": 3,
    "fast": 3,
    "high voice": 3,
    "low voice": 3,
    "loud": 3,
    "soft": 3,
    "pause": 3,
}
_TAG_NAMES = tuple(_TAG_WEIGHTS)
_TAG_SHARES = np.array(list(_TAG_WEIGHTS.values())) / sum(_TAG_WEIGHTS.values())
_LENGTHS = ((0.12, (1, 16)), (0.66, (18, 92)), (0.16, (93, 170)), (0.06, (170, 225)))
_FUNCTION = (
    *("the", "a", "of", "to", "in", "and", "that", "it", "was", "his", "her", "for", "with"),
    *("as", "he", "she", "on", "at", "by", "they", "but", "from", "had", "were", "all", "when"),
    *("there", "no", "we", "who", "so", "if", "out", "up", "them", "then", "what", "could"),
    "only",
)
_QUOTED_SHARE, _CURLY_SHARE = 0.12, 0.75


class TextSource:
    """Endless texts from one generator. Not thread-safe."""

    def __init__(self, rng: np.random.Generator, sources: Sources | None = None) -> None:
        """Take words and sentences from ``sources`` (installed ones by default)."""
        self._rng = rng
        self._sources = sources or load()
        self._grammar = Grammar(self._sources, rng)
        self._makers: tuple[tuple[float, Callable[[], str]], ...] = (
            (0.22, self._example),
            (0.13, self._gloss),
            (0.16, self._sentence),
            (0.34, self._grammar.sentence),
            (0.08, self._grammar.number_sentence),
            (0.07, self._word_salad),
        )

    def text(self, tagged_share: float = 0.35) -> str:
        """One utterance: a word, a sentence or several, perhaps with tags."""
        while True:
            text = self._untagged()
            if not is_held_out(text):
                break
        return add_tags(text, self._rng) if self._rng.random() < tagged_share else text

    def _untagged(self) -> str:
        shares = [share for share, _ in _LENGTHS]
        low, high = _LENGTHS[int(self._rng.choice(len(_LENGTHS), p=shares))][1]
        if high <= 16:
            return self._typography(self._grammar.short())
        target = int(self._rng.integers(low, high))
        text = self._one()
        while len(text) < 0.75 * target:
            text += " " + self._one()
        return self._typography(text) if len(text) <= 240 else self._untagged()

    def _one(self) -> str:
        shares = np.array([share for share, _ in self._makers])
        maker = self._makers[int(self._rng.choice(len(shares), p=shares / shares.sum()))][1]
        return maker()

    def _pick(self, rows: tuple[str, ...]) -> str:
        return rows[int(self._rng.integers(len(rows)))]

    def _example(self) -> str:
        return finish_sentence(self._pick(self._sources.examples))

    def _sentence(self) -> str:
        return self._pick(self._sources.sentences)

    def _gloss(self) -> str:
        rows = self._sources.glosses
        word, meaning = rows[int(self._rng.integers(len(rows)))]
        frame = self._pick(
            (
                "{w}: {m}.",
                "{m}.",
                "{m}.",
                "The word {w} means {m}.",
                "By {w} they meant {m}.",
                "{w}, or {m}.",
            )
        )
        return finish_sentence(frame.format(w=word, m=meaning))

    def _word_salad(self) -> str:
        count = int(self._rng.integers(3, 10))
        words = [
            self._pick(self._sources.words) if self._rng.random() < 0.6 else self._pick(_FUNCTION)
            for _ in range(count)
        ]
        if count > 5 and self._rng.random() < 0.5:
            words[count // 2] += ","
        return finish_sentence(" ".join(words), self._pick((".", ".", ".", "?", "!")))

    def _typography(self, text: str) -> str:
        """Print as books do: curly quotes and dashes mostly, sometimes a quoted sentence."""
        if self._rng.random() < _QUOTED_SHARE and '"' not in text and "“" not in text:
            text = f'"{text}"'
        if self._rng.random() < _CURLY_SHARE:
            text = re.sub(r'"(?=\w|\')', "“", text).replace('"', "”")
            text = re.sub(r"(?<=\w)'", "’", text)
        return re.sub(r"\s*--+\s*", "—", text)


def finish_sentence(text: str, mark: str = ".") -> str:
    """Capitalize and end with a mark, unless there is one.

    >>> finish_sentence("he ran")
    'He ran.'
    """
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if re.search(r"[.!?][\"'”’)]*$", text) else text.rstrip(",;:-") + mark


def add_tags(text: str, rng: np.random.Generator) -> str:
    """Put one tag (sometimes two) before sentences or phrases of ``text``."""
    spans = sentence_spans(text)
    count = 2 if rng.random() < 0.15 else 1
    chosen = rng.permutation(len(spans))[:count]
    places: dict[int, str] = {}
    for index in chosen:
        name = _TAG_NAMES[int(rng.choice(len(_TAG_NAMES), p=_TAG_SHARES))]
        place = _place(text, spans[int(index)], name, rng)
        places[place] = f"[{name}] "
        if count == 2 and len(chosen) == 1 and name != "pause":
            places[place] = f"[pause] [{name}] " if rng.random() < 0.5 else places[place]
    for place in sorted(places, reverse=True):
        text = text[:place] + places[place] + text[place:]
    return text


def _place(text: str, span: tuple[int, int], name: str, rng: np.random.Generator) -> int:
    """Where the tag stands: at the sentence's start or before a phrase inside it."""
    start = span[0] + len(text[span[0] : span[1]]) - len(text[span[0] : span[1]].lstrip())
    sentence = text[start : span[1]]
    starts = [m.start() for m in re.finditer(r"(?<=\s)[\"“‘]?\w", sentence)]
    inner = [s for s in starts if len(sentence[:s].split()) >= 2 and len(sentence[s:].split()) >= 2]
    after_mark = [s for s in inner if sentence[:s].rstrip()[-1] in ",;:—–"]
    wants_inner = rng.random() < (0.75 if name == "pause" else 0.35)
    if not (inner and wants_inner):
        return start
    pool = after_mark if after_mark and rng.random() < 0.8 else inner
    return start + pool[int(rng.integers(len(pool)))]
