"""Free English text installed from Debian: sentences and word lists for the training corpus.

Packages: wordnet-base (examples, glosses, words), fortunes, dict-devil, wamerican, miscfiles.
What is missing is a typed error that names the package.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDNET = Path("/usr/share/wordnet")
_FORTUNES = Path("/usr/share/games/fortunes")
_DEVIL = Path("/usr/share/dictd/devil.dict.dz")
_WORDS = Path("/usr/share/dict/words")
_NAMES = Path("/usr/share/dict/propernames.gz")
_PACKAGES = {
    _WORDNET: "wordnet-base",
    _FORTUNES: "fortunes fortunes-min",
    _DEVIL: "dict-devil",
    _WORDS: "wamerican",
    _NAMES: "miscfiles",
}
_FORTUNE_FILES = (
    "fortunes",
    "wisdom",
    "work",
    "platitudes",
    "love",
    "literature",
    "people",
    "pets",
    "science",
    "kids",
    "education",
    "food",
    "humorists",
    "miscellaneous",
    "cookie",
    "sports",
    "tao",
    "art",
    "law",
    "medicine",
    "news",
    "songs-poems",
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'A-Z])")
_ALLOWED = re.compile(r"[A-Za-z0-9 ,.;:!?'\"()$£%&‘’“”—–-]+")
_ODD = re.compile(r"[A-Z]{4}|\d{6}|\.\.|[A-Za-z]\.[A-Za-z]\.|\bhttp|(\W)\1{2}|_")
_CRUDE = re.compile(
    r"\b(sex|fuck|shit|nigger|whore|rape|penis|vagina|fag|slut|cunt|negro|jew)", re.IGNORECASE
)


class TextMissing(RuntimeError):
    """A package the corpus takes its text from is not installed."""


@dataclass(frozen=True)
class Sources:
    """Sentences and words, each in a fixed order."""

    sentences: tuple[str, ...]
    examples: tuple[str, ...]
    glosses: tuple[tuple[str, str], ...]
    nouns: tuple[str, ...]
    verbs: tuple[tuple[str, str], ...]  # base form, past tense
    adjectives: tuple[str, ...]
    adverbs: tuple[str, ...]
    names: tuple[str, ...]
    words: tuple[str, ...]


def missing() -> list[str]:
    """Packages that are not installed."""
    return [package for path, package in _PACKAGES.items() if not path.exists()]


@cache
def load() -> Sources:
    """Read everything once.

    Raises:
        TextMissing: with the apt-get line that helps.
    """
    if missing():
        raise TextMissing(f"training text is not installed: apt-get install {' '.join(missing())}")
    lines = [
        line
        for part in ("noun", "verb", "adj", "adv")
        for line in _lines(_WORDNET / f"data.{part}")
        if not line.startswith("  ")
    ]
    examples = [s for line in lines for s in re.findall(r'"([^"]{8,160})"', line)]
    sentences = [s for text in (*_fortunes(), *_devil()) for s in _split(text)]
    past = dict(_irregular_past())
    verbs = [(v, past.get(v, _regular_past(v))) for v in _common("verb") if "_" not in v]
    return Sources(
        _clean(sentences),
        _clean(examples),
        tuple(_glosses(lines)),
        tuple(_common("noun")),
        tuple(verbs),
        tuple(_common("adj")),
        tuple(_common("adv")),
        tuple(n for n in gzip.decompress(_NAMES.read_bytes()).decode().split() if n.isalpha()),
        tuple(
            w
            for w in _lines(_WORDS)
            if w.isascii()
            and w.isalpha()
            and w.islower()
            and 2 < len(w) < 14
            and not _CRUDE.search(w)
        ),
    )


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines()


def _clean(texts: list[str]) -> tuple[str, ...]:
    kept = (re.sub(r"\s+", " ", text).strip() for text in texts)
    return tuple(dict.fromkeys(t for t in kept if usable(t)))


def usable(text: str) -> bool:
    """Whether a sentence is plain prose of our character set."""
    words = text.split()
    return (
        len(words) > 1
        and bool(_ALLOWED.fullmatch(text))
        and not _ODD.search(text)
        and not _CRUDE.search(text)
        and sum(c.isalpha() for c in text) > 0.7 * len(text)
    )


def _split(text: str) -> list[str]:
    return [
        s
        for s in _SENTENCE.split(re.sub(r"\s+", " ", text).strip())
        if 12 < len(s) < 190
        and s[0].isupper()
        and s.rstrip("\"'”’")[-1:] in ".!?"
        and s.count('"') % 2 == 0
    ]


def _fortunes() -> Iterator[str]:
    for name in _FORTUNE_FILES:
        path = _FORTUNES / name
        if path.exists():
            for entry in path.read_text("utf-8", "replace").split("\n%\n"):
                yield re.split(r"\n\s*--", entry)[0]


def _devil() -> Iterator[str]:
    text = gzip.decompress(_DEVIL.read_bytes()).decode("utf-8", "replace")
    for entry in re.split(r"\n\s*\n", text):
        if "_" not in entry and not entry.startswith("    "):
            yield re.sub(r"^[A-Z' -]+,( [a-z.&]+\.)+ +", "", entry.strip())


def _glosses(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        head, _, gloss = line.partition(" | ")
        word = head.split(" ")[4].replace("_", " ")
        meaning = re.sub(r"\s*\([^)]*\)", "", gloss.split(";")[0]).strip()
        if word.islower() and 12 < len(meaning) < 90 and usable(meaning) and usable(f"a {word}"):
            yield word, meaning


def _common(part: str) -> Iterator[str]:
    """Words that occur in WordNet's tagged text, each listed oftener the commoner it is."""
    for line in _lines(_WORDNET / f"index.{part}"):
        if line.startswith("  "):
            continue
        fields = line.split()
        pointers = int(fields[3])
        tagged = int(fields[5 + pointers])
        if (
            tagged
            and fields[0].isalpha()
            and 2 < len(fields[0]) < 14
            and not _CRUDE.search(fields[0])
        ):
            yield from [fields[0]] * min(tagged**2, 40)


def _irregular_past() -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for line in _lines(_WORDNET / "verb.exc"):
        form, base = line.split()[:2]
        if not form.endswith(("ing", "s", "en", "wn", "ung", "unk")) and base not in seen:
            seen.add(base)
            yield base, form


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"
