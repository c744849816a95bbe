"""The narration beside a quotation -> who it says is speaking.

Is: rules on the words right behind (`said Utterson`) and right before (`Utterson said, …`) a
quotation, and on the first words of a sentence beside it (`Utterson shook his head.`).
Is not: aware of other paragraphs; what `he` means is decided in `attribution`.

- Only English is known. The confidence is of the rule itself, before pronouns are resolved.
"""

import re
from dataclasses import dataclass
from typing import Literal

from studio.core.speech_words import (
    BETWEEN,
    COUNTERPARTS,
    DETERMINERS,
    LOOSE,
    LY_NAMES,
    NOT_NAMES,
    PARTICLES,
    PRONOUNS,
    SPEECH_VERBS,
    TITLES,
)

SubjectKind = Literal["name", "pronoun", "role", "self", "other"]
"""`role`: `the lawyer`; `self`: `I`; `other`: `the other`, `the reply`."""

REACH = 160
MAX_ROLE_WORDS = 3

TOKEN = re.compile(r"(?:Mr|Mrs|Ms|Dr|Rev|Capt|Col|Prof|St)\.|[^\W_]+(?:[’'-][^\W_]+)*|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Dr)(?<!St)[.!?…][”’\"]?\s+(?=\S)")
_ADJECTIVES = frozenset({"poor", "old", "young", "dear", "good", "great", "little", "english"})
_ROLE_STOPS = (BETWEEN | SPEECH_VERBS | DETERMINERS | NOT_NAMES | frozenset(PRONOUNS)) - _ADJECTIVES


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is named: a name, a role with its article, a pronoun in lower case."""

    kind: SubjectKind
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A subject found beside a quotation, the rule that found it, and how sure that is, 0 to 1."""

    subject: Subject
    rule: str
    confidence: float


def tag_behind(text: str) -> Tag | None:
    """Read the narration that follows a quotation.

    >>> tag_behind(" said Mr. Utterson, with a sigh.").subject
    Subject(kind='name', text='Mr. Utterson')
    """
    tokens = _clause(text[:REACH])
    if not tokens:
        return None
    verb_end = _verb(tokens, _skip(tokens, 0, BETWEEN))
    if verb_end:
        found = _subject(tokens, verb_end) or _subject(tokens, _skip(tokens, verb_end, LOOSE))
        return Tag(found[0], "said X", 0.95) if found else None
    if tokens[0].lower() == "was" and (found := _subject(tokens, 1)):
        return Tag(found[0], "was the reply", 0.6) if found[0].kind == "other" else None
    found = _subject(tokens, 0)
    if found and _verb(tokens, _skip(tokens, found[1], BETWEEN)):
        return Tag(found[0], "X said", 0.92)
    return None


def tag_before(text: str) -> Tag | None:
    """Read the narration that leads to a quotation: it ends in a comma, a colon or a verb.

    >>> tag_before("Then Mr. Utterson turned and said, ").rule
    'X said:'
    """
    text = text[-2 * REACH :].rstrip()
    sentence = _SENTENCE_END.split(text)[-1]
    tokens = TOKEN.findall(sentence)
    if not tokens or tokens[-1] not in {",", ":", "—", *SPEECH_VERBS}:
        return None
    verbs = [place for place in range(len(tokens)) if _verb(tokens, place)]
    for verb in reversed(verbs):
        found = _subject_ending(tokens, verb) or _subject(tokens, _verb(tokens, verb))
        if found:
            return Tag(found[0], "X said:", 0.88)
    leading = _leading_subject(tokens)
    if leading and (verbs or tokens[-1] == ":"):
        return Tag(leading, "X … said:" if verbs else "X …:", 0.75 if verbs else 0.6)
    return None


def beat(text: str, *, behind: bool) -> Tag | None:
    """Read a sentence beside a quotation that says what somebody does, not that they speak.

    >>> beat("Utterson shook his head. ", behind=False).subject.text
    'Utterson'
    """
    sentences = _SENTENCE_END.split(text.strip())
    if behind and text.strip()[:1].islower():
        return None
    tokens = TOKEN.findall((sentences[0] if behind else sentences[-1])[:REACH])
    subject = _leading_subject(tokens)
    if subject is None or subject.kind == "other":
        return None
    return Tag(subject, "X acts beside it", 0.5 if behind else 0.6)


def names_in(text: str) -> list[str]:
    """Every name in a text, in order, titles included.

    >>> names_in("But Dr. Jekyll never met Poole there.")
    ['Dr. Jekyll', 'Poole']
    """
    tokens = TOKEN.findall(text)
    names = []
    place = 0
    while place < len(tokens):
        name, end = _name(tokens, place)
        if name:
            names.append(name)
        place = max(end, place + 1)
    return names


def _clause(text: str) -> list[str]:
    """The words behind a quotation, without a dash, comma or `and` in front."""
    tokens = TOKEN.findall(text)
    while tokens and (tokens[0] in {",", "—", "–", "-"} or tokens[0] in {"and", "then", "but"}):
        tokens = tokens[1:]
    return tokens


def _verb(tokens: list[str], place: int) -> int:
    """The place behind a verb of speech that stands here, or 0."""
    if place >= len(tokens) or tokens[place].lower() not in SPEECH_VERBS:
        return 0
    particles = PARTICLES.get(tokens[place].lower())
    if particles is None:
        return place + 1
    following = tokens[place + 1 : place + 2]
    return place + 2 if following and following[0] in particles else 0


def _skip(tokens: list[str], place: int, loose: frozenset[str]) -> int:
    """The place behind adverbs and loose words, at most three."""
    end = min(place + 3, len(tokens))
    while place < end and (tokens[place] in loose or _is_adverb(tokens[place])):
        place += 1
    return place


def _subject(tokens: list[str], place: int) -> tuple[Subject, int] | None:
    """The subject that begins at a place, and the place behind it."""
    if place >= len(tokens):
        return None
    word = tokens[place]
    if word == "I":
        return Subject("self", "I"), place + 1
    if word.lower() in PRONOUNS:
        return Subject("pronoun", word.lower()), place + 1
    name, end = _name(tokens, place)
    if name:
        return Subject("name", name), end
    return _role(tokens, place) if word.lower() in DETERMINERS else None


def _name(tokens: list[str], place: int) -> tuple[str, int]:
    """The name that begins at a place (empty: none does), and the place behind it."""
    end = place
    while end < len(tokens) and (tokens[end].lower() in TITLES and tokens[end][0].isupper()):
        end += 1
    titled = end > place
    while end < len(tokens) and _is_name(tokens[end]) and not tokens[end - 1].endswith("’s"):
        end += 1
    words = tokens[place:end]
    if not words or (len(words) == 1 and titled) or words[-1].endswith(("’s", "'s")):
        return "", end
    return " ".join(words), end


def _is_name(word: str) -> bool:
    return (
        word[0].isupper()
        and word.lower() not in NOT_NAMES
        and (len(word) > 1 or word not in "IAO")
        and not word.isupper()
    )


def _role(tokens: list[str], place: int) -> tuple[Subject, int] | None:
    """`the old gentleman` and the like; the words up to one that cannot belong to it."""
    end = place + 1
    while end < len(tokens) and end - place <= MAX_ROLE_WORDS and _in_role(tokens[end]):
        if end > place + 1 and tokens[end].endswith("ed"):
            break
        end += 1
    words = tokens[place + 1 : end]
    if not words:
        return None
    if words[-1].lower() in COUNTERPARTS:
        return Subject("other", "the other"), end
    return Subject("role", " ".join([tokens[place].lower(), *words])), end


def _in_role(word: str) -> bool:
    lower = word.lower()
    return word[0].isalpha() and lower not in _ROLE_STOPS and not lower.endswith(("ly", "ing"))


def _is_adverb(word: str) -> bool:
    return word[0].islower() and word.endswith("ly")


def _subject_ending(tokens: list[str], verb: int) -> tuple[Subject, int] | None:
    """The longest subject that ends right before a verb, adverbs aside."""
    for start in range(max(0, verb - 6), verb):
        found = _subject(tokens, start)
        if found and _skip(tokens, found[1], BETWEEN) >= verb:
            return found
    return None


def _leading_subject(tokens: list[str]) -> Subject | None:
    """The subject with which a sentence begins, behind `And then` and the like."""
    place = 0
    while place < min(4, len(tokens)) and (
        tokens[place].lower() in {"and", "but", "then", "so", "at", "last", "here", "again"}
        or (tokens[place].endswith("ly") and tokens[place] not in LY_NAMES)
        or tokens[place] in {",", "—"}
    ):
        place += 1
    found = _subject(tokens, place)
    return found[0] if found else None
