"""Paragraphs of prose -> narration and quoted speech.

Is: the finding of quotation marks, in the style that the book itself uses.
Is not: a guess at who speaks (`attribution`), and never a change: spans cover a text without gap
or overlap, quotation marks included.

- A speech that goes on in the next paragraph has no closing mark and a new opening one there.
- Known styles: “ ”, ‘ ’, straight ", « », » «, „ “ and 「 」. Dialogue behind dashes is not split.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

STYLES = (("“", "”"), ("‘", "’"), ('"', '"'), ("«", "»"), ("„", "“"), ("»", "«"), ("「", "」"))
CURLY = STYLES[0]

_MARKS = "".join(closing for _, closing in STYLES) + " "
_ENDS = frozenset(",.!?;:…—–-’”'。！？")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a paragraph: narration, or a quotation with its marks."""

    start: int
    end: int
    quoted: bool


def quote_style(paragraphs: Iterable[str]) -> tuple[str, str]:
    """The pair of marks with which a book's paragraphs quote, by count of opening marks."""
    counts = dict.fromkeys(STYLES, 0)
    for paragraph in paragraphs:
        for style in STYLES:
            if style[0] in paragraph:
                counts[style] += len(_openings(style[0]).findall(paragraph))
    return max(STYLES, key=lambda style: counts[style])


def split_quotes(text: str, style: tuple[str, str] = CURLY) -> tuple[tuple[Span, ...], bool]:
    """Split a paragraph; also say whether its last quotation is still open at its end.

    >>> split_quotes("“Yes,” said he.")
    ((Span(start=0, end=6, quoted=True), Span(start=6, end=15, quoted=False)), False)
    """
    bounds, is_open = [], False
    start = -1
    for mark in re.finditer("[" + "".join(map(re.escape, set(style))) + "]", text):
        place = mark.start()
        if start < 0 and _opens(text, place, style):
            start = place
        elif start >= 0 and mark[0] == style[1] and _closes(text, place, style):
            bounds.append((start, place + 1))
            start = -1
    if start >= 0:
        bounds.append((start, len(text)))
        is_open = True
    return _cover(text, bounds), is_open


def is_utterance(text: str, span: Span) -> bool:
    """Whether a quotation looks said rather than named, as `the so-called “Blackmail House”` is.

    What is said fills its paragraph, ends in punctuation, or follows a comma, colon or full stop.
    """
    before = text[: span.start].rstrip()
    after = text[span.end :].lstrip()
    inside = text[span.start + 1 : span.end].rstrip(_MARKS).strip()
    if not before and (not after or inside[-1:] in _ENDS):
        return True
    few = len(inside.split()) <= 4
    if before[-1:].isalnum() and few and inside[-1:] not in "!?—":
        return False
    return inside[-1:] in _ENDS or before[-1:] in {",", ":", "—"}


def _openings(mark: str) -> re.Pattern[str]:
    """An opening mark stands at a beginning or behind white space, a dash or a bracket."""
    if mark == "「":
        return re.compile(mark)
    gap = r"\s?" if mark == "«" else ""
    return re.compile(rf"(?:^|(?<=[\s—–(\[])){re.escape(mark)}(?={gap}[\w¿¡…—‘“'(\[])")


def _opens(text: str, place: int, style: tuple[str, str]) -> bool:
    if text[place] != style[0]:
        return False
    if style[0] not in '"‘':
        return True
    before = text[place - 1 : place]
    return not before or not (before.isalnum() or before in ".,!?")


def _closes(text: str, place: int, style: tuple[str, str]) -> bool:
    """Straight marks close where a word does not follow; ’ may be an apostrophe."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if style[1] == "’":
        return not after.isalnum() and before in ",.!?;:…—–-"
    return style[1] != '"' or not after.isalnum()


def _cover(text: str, bounds: list[tuple[int, int]]) -> tuple[Span, ...]:
    """Quotations and what lies between them; scraps without a letter join their neighbor."""
    spans: list[Span] = []
    edges = sorted({0, len(text), *(edge for bound in bounds for edge in bound)})
    for start, end in pairwise(edges):
        quoted = (start, end) in bounds
        wordless = not any(letter.isalnum() for letter in text[start:end])
        if spans and (wordless or spans[-1].quoted is quoted is False):
            spans[-1] = Span(spans[-1].start, end, spans[-1].quoted)
        else:
            spans.append(Span(start, end, quoted))
    if len(spans) > 1 and not any(letter.isalnum() for letter in text[: spans[0].end]):
        spans[:2] = [Span(0, spans[1].end, spans[1].quoted)]
    return tuple(spans)
