"""The quotations of a book's paragraphs, each with what the narration beside it says.

Is: dialogue spans joined with speech tags, numbered through the whole book.
Is not: a decision who speaks (`attribution`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.dialogue import Span, is_utterance, quote_style, split_quotes
from studio.core.speech_tags import Tag, beat, tag_before, tag_behind

SURE = 0.75
"""From this confidence a tag makes a quotation of what could be a mere mention."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One quotation.

    Args:
        number: from 1 through the whole book, the same whatever the user chooses.
        span: its place in the paragraph.
        tag: the best that the narration beside it offers, or None.
        before: the narration between it and the quotation before it in its paragraph.
    """

    number: int
    span: Span
    tag: Tag | None
    before: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and its quotations. `goes_on`: its first continues the last one before it."""

    text: str
    heard: tuple[Heard, ...]
    goes_on: bool = False

    @property
    def narration(self) -> str:
        """What is not quoted; a quotation leaves a dash behind, to keep its neighbors apart."""
        pieces, place = [], 0
        for heard in self.heard:
            pieces.append(self.text[place : heard.span.start])
            place = heard.span.end
        return " — ".join([*pieces, self.text[place:]])


def find_quotations(chapters: Sequence[Sequence[str]]) -> list[list[Paragraph]]:
    """Read every chapter's paragraphs; an empty string stands for what is no prose."""
    style = quote_style(text for chapter in chapters for text in chapter)
    number = 0
    found = []
    for chapter in chapters:
        paragraphs: list[Paragraph] = []
        is_open = False
        for text in chapter:
            goes_on = is_open and text.startswith(style[0])
            spans, is_open = split_quotes(text, style)
            heard = _heard(text, spans, number, goes_on=goes_on)
            number += len(heard)
            paragraphs.append(Paragraph(text, heard, goes_on and bool(heard)))
        found.append(paragraphs)
    return found


def _heard(text: str, spans: tuple[Span, ...], number: int, *, goes_on: bool) -> tuple[Heard, ...]:
    heard: list[Heard] = []
    for place, span in enumerate(spans):
        if not span.quoted:
            continue
        before = text[spans[place - 1].start : span.start] if place else ""
        after = text[span.end : spans[place + 1].end] if place + 1 < len(spans) else ""
        tag = _best_tag(before, after, ends=text[: span.end].rstrip('”’"»“«」')[-1:])
        sure = tag is not None and tag.confidence >= SURE
        if sure or (goes_on and not heard) or is_utterance(text, span):
            heard.append(Heard(number + len(heard) + 1, span, tag, before))
    return tuple(heard)


def _best_tag(before: str, after: str, ends: str) -> Tag | None:
    """What stands behind wins, as in `said X`; beats count only where nothing is said."""
    behind = tag_behind(after) if ends not in "." or not after.lstrip()[:1].isupper() else None
    tags = [tag for tag in (behind, tag_before(before)) if tag]
    if tags:
        best = max(tags, key=lambda tag: (tag.subject.kind != "pronoun", tag.confidence))
        acts = beat(before, behind=False) if best.subject.kind == "pronoun" else None
        if acts and acts.subject.kind == "name":  # `Poole nodded. “Once,” he said.`
            return Tag(acts.subject, "X acts, he said", 0.65)
        return best
    return (beat(before, behind=False) if before.strip() else None) or (
        beat(after, behind=True) if after.strip() else None
    )
