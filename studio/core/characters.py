"""The people of a book: the forms of a name that mean one person, and what is known of them.

Is: a register made from names as narration writes them (`Mr. Utterson`, `Utterson`, `the lawyer`).
Is not: a judge of who speaks where (`attribution`).

- Names with the same last word are one person unless they contradict each other: two different
  first names, or a male and a female title. Then every form stays a person of its own, for the
  user to merge.
- A role is a person's where the narration says so: `Utterson the lawyer`, `Poole, the butler`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.core.speech_tags import names_in
from studio.core.speech_words import ROLE_GENDER, TITLES

MIN_MENTIONS = 2

_HIS_OR_HER = re.compile(r"\b(he|his|him|himself|she|her|hers|herself)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_NAME = r"((?:(?:Mr|Mrs|Dr|Ms)\.\s|Miss\s|Sir\s)?[A-Z]\w+(?:\s[A-Z]\w+)?)"
_APPOSITIONS = (
    re.compile(_NAME + r"(?:, the ([a-z]+)(?=[,.;])| the ([a-z]+)(?=[,.;]| was\b))"),
    re.compile(r"\b[Tt]he ([a-z]+), " + _NAME + r"(?=[,.;])"),
)


@dataclass(slots=True)
class Characters:
    """Who is who. Made by `find_characters`, then only read."""

    people: dict[str, str] = field(default_factory=dict)  # form -> person
    genders: dict[str, str] = field(default_factory=dict)  # person -> "m" or "f"
    roles: dict[str, str] = field(default_factory=dict)  # "lawyer" -> person

    def person(self, form: str) -> str:
        """The person a form of a name means; an unknown form is a person of its own."""
        return self.people.get(form, form)

    def mentioned(self, text: str) -> list[str]:
        """The known people that a text names, in order."""
        return [self.people[form] for form in names_in(text) if form in self.people]

    def fits(self, person: str, gender: str) -> bool:
        """Whether nothing speaks against a person being `he` (m) or `she` (f)."""
        known = self.genders.get(person, "")
        return not known or not gender or known == gender


def find_characters(narration: Iterable[str], speakers: Iterable[str]) -> Characters:
    """Build the register.

    Args:
        narration: the paragraphs without what is quoted.
        speakers: the forms of names that tags beside quotations use; every one is a person.
    """
    paragraphs = list(narration)
    spoken = Counter(speakers)
    counts = Counter(form for text in paragraphs for form in names_in(text))
    forms = {form for form, count in counts.items() if count >= MIN_MENTIONS and _titled(form)}
    forms |= set(spoken)
    last_names = {form.split()[-1] for form in forms}
    forms |= {form for form in counts if form.split()[-1] in last_names and len(form.split()) < 4}
    counts.update(spoken)
    people = Characters(_group(forms, counts))
    _learn_genders(people, paragraphs)
    _learn_roles(people, paragraphs, spoken)
    return people


def role_gender(role: str) -> str:
    """What a role says of a gender: `the old gentleman` is male."""
    return ROLE_GENDER.get(role.split()[-1].lower(), "")


def _titled(form: str) -> bool:
    return form.split()[0].lower() in TITLES


def _gender(form: str) -> str:
    return TITLES.get(form.split()[0].lower(), "")


def _given(form: str) -> str:
    """The first names of a form, without titles and the last name."""
    return " ".join(word for word in form.split()[:-1] if word.lower() not in TITLES)


def _group(forms: set[str], counts: Counter[str]) -> dict[str, str]:
    families: dict[str, list[str]] = defaultdict(list)
    for form in sorted(forms):
        families[form.split()[-1]].append(form)
    people: dict[str, str] = {}
    for family in families.values():
        for group in _persons(family):
            best = max(group, key=lambda form: (counts[form], len(form)))
            people.update(dict.fromkeys(group, best))
    return _with_given_names(people, counts)


def _persons(family: list[str]) -> list[list[str]]:
    """Split the forms that share a last name into persons."""
    given = {_given(form) for form in family} - {""}
    genders = {_gender(form) for form in family} - {""}
    if len(given) <= 1 and len(genders) <= 1:
        return [family]
    if len(genders) <= 1:  # several first names: those without one belong together
        plain = [form for form in family if not _given(form)]
        return [[form] for form in family if _given(form)] + ([plain] if plain else [])
    return [[form] for form in family]


def _with_given_names(people: dict[str, str], counts: Counter[str]) -> dict[str, str]:
    """`Gabriel` alone is the one person whose first name that is."""
    by_given: dict[str, set[str]] = defaultdict(set)
    for form, person in people.items():
        if given := _given(form):
            by_given[given].add(person)
    for given, persons in by_given.items():
        if len(persons) == 1 and given in people:
            [person] = persons
            best = max((given, person), key=lambda form: counts[form])
            people.update({form: best for form in people if people[form] in {person, given}})
    return people


def _learn_genders(people: Characters, paragraphs: list[str]) -> None:
    """By title, else by the pronouns of the sentences that name nobody else."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for paragraph in paragraphs:
        for sentence in _SENTENCE.split(paragraph):
            named = set(people.mentioned(sentence))
            if len(named) == 1:
                pronouns = [found.lower() for found in _HIS_OR_HER.findall(sentence)]
                votes[named.pop()].update("m" if word[:2] == "hi" or word == "he" else "f"
                                          for word in pronouns)  # fmt: skip
    for form, person in people.people.items():
        if gender := _gender(form):
            people.genders[person] = gender
    for person, count in votes.items():
        male, female = count["m"], count["f"]
        if person not in people.genders and abs(male - female) >= 2:
            people.genders[person] = "m" if male > female else "f"


def _learn_roles(people: Characters, paragraphs: list[str], spoken: Counter[str]) -> None:
    """Who is `the lawyer`: the one of whom it is said, of several the one who speaks most."""
    speaks: Counter[str] = Counter()
    for form, count in spoken.items():
        speaks[people.person(form)] += count
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for paragraph in paragraphs:
        for name, role in _appositions(paragraph):
            if name in people.people:
                votes[role][people.people[name]] += speaks[people.people[name]] + 1
    for role, candidates in votes.items():
        [(person, most), *rest] = candidates.most_common(2)
        if not rest or most > rest[0][1]:
            people.roles[role] = person


def _appositions(paragraph: str) -> list[tuple[str, str]]:
    behind, before = _APPOSITIONS
    found = [(name, one or other) for name, one, other in behind.findall(paragraph)]
    return found + [(name, role) for role, name in before.findall(paragraph)]
