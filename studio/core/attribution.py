"""Quotations -> who speaks them, and how sure that is.

Is: rules in the order of their strength: what the narration says (`said Utterson`), the same
paragraph and the same unfinished speech, what a pronoun can mean, and taking turns in a dialogue.
Is not: an understanding of the text. Whatever is below `SURE` is for the user to look at, and what
no rule reaches stays with the narrator.

- A correction by the user counts as certain, also for the quotations around it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studio.core.characters import Characters, find_characters, role_gender
from studio.core.model import NARRATOR
from studio.core.quotations import Heard, Paragraph, find_quotations
from studio.core.speech_tags import Subject, names_in

SURE = 0.7
"""Attributions below this go to the review list."""

MAX_GAP = 2
"""Paragraphs of narration after which nobody is expected to answer."""

_VOCATIVE = re.compile(r"(?:^|[,.!?;—“‘\"]\s*)((?:[A-Z][\w.’]*\s?){1,3})(?=[,.!?;—”’\"])")

_SALUTATION = re.compile(r"[“‘\"«„](?:My )?[Dd]ear(?:est)? [A-Z][\w. ]+(?:[,:—]|$)")
_WRITTEN = re.compile(
    r"(?:\bthus|as follows|\bcontents|\bterms|\binscription|\bwritten|\bletter|\bnote)\s*[:—]\s*$"
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation and its speaker.

    Args:
        number: from 1 through the whole book.
        chapter: index of its chapter, and `paragraph` of its paragraph in that.
        start: where it begins in the paragraph, its mark included; `end` is behind its last.
        speaker: a name as the book writes it, or the narrator's where no rule says anything.
        confidence: 0 (no rule) to 1 (the user said so).
        rule: what decided, in words for the user.
    """

    number: int
    chapter: int
    paragraph: int
    start: int
    end: int
    speaker: str
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True)
class _Guess:
    speaker: str
    confidence: float
    rule: str


_NOBODY = _Guess(NARRATOR, 0.0, "nothing says who speaks")


def attribute(
    chapters: Sequence[Sequence[str]], corrections: Mapping[int, str] | None = None
) -> tuple[Quotation, ...]:
    """Find and attribute all quotations.

    Args:
        chapters: their paragraphs; an empty string stands for what is no prose.
        corrections: speakers by a quotation's number, as the user sets them.
    """
    found = find_quotations(chapters)
    people = _people(found)
    quotations = []
    for number, paragraphs in enumerate(found):
        guesses = _Conversation(people, corrections or {}).guesses(paragraphs)
        quotations += [
            Quotation(heard.number, number, place, heard.span.start, heard.span.end,
                      guess.speaker, round(guess.confidence, 2), guess.rule)
            for place, heard, guess in guesses
        ]  # fmt: skip
    return tuple(quotations)


def _people(found: list[list[Paragraph]]) -> Characters:
    paragraphs = [paragraph for chapter in found for paragraph in chapter]
    tags = [heard.tag for paragraph in paragraphs for heard in paragraph.heard if heard.tag]
    names = [tag.subject.text for tag in tags if tag.subject.kind == "name"
             and tag.confidence >= SURE]  # fmt: skip
    return find_characters((paragraph.narration for paragraph in paragraphs), names)


@dataclass(slots=True)
class _Conversation:
    """Walks through one chapter and remembers who spoke and who was named."""

    people: Characters
    corrections: Mapping[int, str]
    spoke: list[_Guess] = field(default_factory=list)  # one per paragraph with speech
    named: list[str] = field(default_factory=list)  # the latest last
    gap: int = 99  # paragraphs of narration since somebody spoke
    leading: str = ""  # the paragraph before

    def guesses(self, paragraphs: list[Paragraph]) -> list[tuple[int, Heard, _Guess]]:
        """Every quotation with its place and its guess; open ends are closed from behind."""
        spoken: list[tuple[int, Heard, _Guess]] = []
        for place, paragraph in enumerate(paragraphs):
            if paragraph.heard:
                guesses = self._paragraph(paragraph)
                spoken += [(place, *pair) for pair in zip(paragraph.heard, guesses, strict=True)]
            else:
                self.gap += 1
                self._remember(paragraph.narration)
            self.leading = paragraph.text
        return _closed_from_behind(spoken)

    def _paragraph(self, paragraph: Paragraph) -> list[_Guess]:
        addressed = self._addressed(paragraph)
        guesses: list[_Guess | None] = []
        for number, heard in enumerate(paragraph.heard):
            self._remember(heard.before)
            before = next((guess for guess in reversed(guesses) if guess), None)
            goes_on = paragraph.goes_on and number == 0
            said = paragraph.text[heard.span.start : heard.span.end]
            guesses.append(self._one(heard, said, before, addressed, goes_on=goes_on))
        best = max((guess for guess in guesses if guess), key=_confidence, default=None)
        best = best or self._in_turn(addressed) or _NOBODY
        filled = _filled(guesses, best)
        self.spoke.append(filled[-1])
        self.gap = 0
        self._remember(paragraph.text[paragraph.heard[-1].span.end :])
        self.named += [name for name in addressed if name != filled[-1].speaker]
        return filled

    def _one(
        self, heard: Heard, said: str, before: _Guess | None, addressed: set[str], *, goes_on: bool
    ) -> _Guess | None:
        """What its own surroundings say about a quotation, or None."""
        if heard.number in self.corrections:
            return _Guess(self.corrections[heard.number], 1.0, "corrected by you")
        if goes_on and self.spoke:
            last = self.spoke[-1]
            return _Guess(last.speaker, last.confidence * 0.99, "the speech goes on")
        if _is_read(said, heard.before or self.leading):
            return _Guess(NARRATOR, 0.5, "something written, not said")
        if heard.tag is None:
            return None
        subject, trust = heard.tag.subject, heard.tag.confidence
        if before and (subject.kind in {"pronoun", "other"} or trust < before.confidence - 0.4):
            return None  # the paragraph's speaker, named before
        guess = self._resolved(subject, trust, addressed)
        if guess is None or (before and before.speaker == guess.speaker):
            return None
        return _Guess(guess.speaker, guess.confidence, f"{heard.tag.rule}: {guess.rule}")

    def _resolved(self, subject: Subject, trust: float, addressed: set[str]) -> _Guess | None:
        match subject.kind:
            case "name":
                return _Guess(self.people.person(subject.text), trust, subject.text)
            case "self":
                return _Guess(NARRATOR, trust * 0.9, "I")
            case "role":
                return self._role(subject.text, trust, addressed)
            case "pronoun":
                gender = {"he": "m", "she": "f"}.get(subject.text, "")
                return self._meant(gender, trust, addressed, subject.text)
            case "other":
                return self._in_turn(addressed)

    def _role(self, role: str, trust: float, addressed: set[str]) -> _Guess | None:
        """`the lawyer`: whoever is known as that, or a speaker of that name."""
        article, _, head = role.partition(" ")
        person = self.people.roles.get(head.split()[-1])
        if person and person not in addressed:
            return _Guess(person, trust * 0.8, role)
        if trust < SURE and not role_gender(head):
            return None  # `the sight` does something, but speaks not
        if article in {"his", "her", "their"}:
            return self._meant(role_gender(head), trust, addressed, role)
        return _Guess(f"The {head.title()}", trust * 0.75, role)

    def _meant(self, gender: str, trust: float, addressed: set[str], words: str) -> _Guess | None:
        """Whom a pronoun means: who is in turn if that fits, else who was named last."""
        in_turn = self._in_turn(addressed)
        if in_turn and in_turn.confidence >= 0.4 and self.people.fits(in_turn.speaker, gender):
            return _Guess(in_turn.speaker, min(0.6, trust * 0.65), words)
        last = self.spoke[-1].speaker if self.spoke and self.gap == 0 else ""
        for person in reversed(self.named[-12:]):
            if self.people.fits(person, gender) and person not in addressed and person != last:
                return _Guess(person, trust * 0.45, words)
        return None

    def _in_turn(self, addressed: set[str]) -> _Guess | None:
        """Who answers: the one who spoke before the last speaker, or whom that one talked to."""
        if not self.spoke or self.gap > MAX_GAP:
            return None
        last = self.spoke[-1]
        fading = 0.8**self.gap
        for guess in reversed(self.spoke[-4:-1]):
            if guess.speaker not in {last.speaker, NARRATOR} | addressed:
                trust = min(0.65, 0.75 * guess.confidence, 0.75 * last.confidence + 0.1)
                return _Guess(guess.speaker, trust * fading, "they take turns")
        for person in reversed(self.named[-6:]):
            if person != last.speaker and person not in addressed:
                return _Guess(person, 0.4 * fading, "they take turns")
        return None

    def _addressed(self, paragraph: Paragraph) -> set[str]:
        """The people whom the quotations call by name."""
        called: set[str] = set()
        for heard in paragraph.heard:
            said = paragraph.text[heard.span.start : heard.span.end]
            for match in _VOCATIVE.finditer(said):
                called.update(self.people.people.get(name, "") for name in names_in(match[1]))
        return called - {""}

    def _remember(self, narration: str) -> None:
        self.named += self.people.mentioned(narration)


def _is_read(said: str, leading: str) -> bool:
    """Whether a quotation is a letter or an inscription rather than speech."""
    return bool(_SALUTATION.match(said) or _WRITTEN.search(leading))


def _confidence(guess: _Guess) -> float:
    return guess.confidence


def _filled(guesses: list[_Guess | None], best: _Guess) -> list[_Guess]:
    """Quotations without a guess of their own belong to the one before, else to the best."""
    filled: list[_Guess] = []
    for guess in guesses:
        near = filled[-1] if filled else best
        if guess:
            filled.append(guess)
        elif near.rule in {_NOBODY.rule, "they take turns"}:
            filled.append(near)
        else:
            filled.append(_Guess(near.speaker, near.confidence * 0.99, _inherited(near.rule)))
    return filled


def _inherited(rule: str) -> str:
    return rule if rule.startswith("same paragraph") else f"same paragraph, {rule}"


def _closed_from_behind(
    spoken: list[tuple[int, Heard, _Guess]],
) -> list[tuple[int, Heard, _Guess]]:
    """An unknown speaker who is followed by B and then A, paragraph by paragraph, is A."""
    speakers = {place: guess for place, _, guess in reversed(spoken)}
    closed = []
    for place, heard, guess in reversed(spoken):
        answer, again = speakers.get(place + 1), speakers.get(place + 2)
        if guess.confidence == 0 and answer and again and NARRATOR not in {
            answer.speaker, again.speaker
        } and answer.speaker != again.speaker:  # fmt: skip
            trust = 0.7 * min(answer.confidence, again.confidence)
            guess = _Guess(again.speaker, trust, "they take turns")
            speakers[place] = guess
        closed.append((place, heard, guess))
    return closed[::-1]
