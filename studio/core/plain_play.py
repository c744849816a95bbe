"""A play in plain text: paragraphs that begin with a name and a full stop become speeches.

    ALGERNON. Did you hear what I was playing, Lane?
    LANE. [Enters.] I didn't think it polite to listen, sir.

Is: recognized by names that come back: `ALGERNON.` in capitals, or `Algernon.` where most of the
paragraphs begin like that.
Is not: a change of text: every block keeps every character, told apart by pieces.

- Brackets in a play are stage directions, and so are parentheses behind a name. Paragraphs in
  brackets, and those that begin with a word of the stage (`Enter`, `Scene`), are the stage's too.
- A paragraph without a name goes on with the speech before it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from studio.core.book import Block, Piece

MIN_CUES = 4
MIN_SHARE = {True: 0.25, False: 0.6}
"""Cues among the paragraphs; names in capitals are seldom anything else."""
MAX_NAME_WORDS = 5

_WORD = r"[\p{Lu}][\p{L}\p{M}'’\-]*"
_TITLE = r"(?:[Mm][Rr][Ss]?|[Dd][Rr]|[Ss][Tt]|[Rr][Ee][Vv]|[Mm][Mm][Ee])\."
_NAME = rf"(?:{_TITLE}|{_WORD})(?:[ ](?:{_TITLE}|{_WORD}|and|of|the|&))*"
_CUE = regex.compile(
    rf"(?P<before>\s*)(?P<name>{_NAME})(?P<manner>\s*(?:\([^()\n]*\)|\[[^\[\]]*\]))?"
    rf"(?P<stop>[.:]?[—–-]?)(?P<rest>\s.*|\Z)",
    regex.DOTALL,
)
_STAGE = regex.compile(
    r"\s*(?:[\[(].*[\])]|_.*_)\.?\s*\Z"
    r"|\s*_?(?:enter|re-?enter|exit|exeunt|scene|curtain|act[- ]drop|tableau|time)\b.*",
    regex.DOTALL | regex.IGNORECASE,
)
_BRACKETED = regex.compile(r"\[[^\[\]]*\]")
_OPENING = regex.compile(r"\s*\([^()]*\)")


def as_play(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a play, speeches told from the stage; of anything else, the same blocks."""
    names = _speakers(blocks)
    if not names:
        return tuple(blocks)
    made: list[Block] = []
    speaking = False
    for block in blocks:
        if block.kind == "paragraph" and not block.left_out:
            block = _told(block.text, names, speaking=speaking)
        speaking = block.kind == "speech" or (speaking and block.kind == "stage")
        made.append(block)
    return tuple(made)


def _speakers(blocks: Sequence[Block]) -> frozenset[str]:
    """The names before which paragraphs stop to let somebody speak; none where it is no play."""
    paragraphs = [b.text for b in blocks if b.kind == "paragraph" and not b.left_out]
    for capitals in (True, False):
        found = Counter(
            cue["name"]
            for text in paragraphs
            if (cue := _cue(text)) and cue["name"].isupper() is capitals
        )
        several = [name for name, count in found.items() if count >= 2]
        enough = sum(found[name] for name in several) >= max(
            MIN_CUES, MIN_SHARE[capitals] * len(paragraphs)
        )
        if len(several) >= 2 and enough:
            return frozenset(found)
    return frozenset()


def _cue(text: str) -> "regex.Match[str] | None":
    found = _CUE.match(text)
    if found is None or not found["stop"] or len(found["name"].split()) > MAX_NAME_WORDS:
        return None
    return found if not _STAGE.match(text) else None


def _told(text: str, names: frozenset[str], *, speaking: bool) -> Block:
    cue = _cue(text)
    if cue is not None and cue["name"] in names:
        return Block(tuple(_speech(cue)), "speech")
    if _STAGE.match(text) or not speaking:
        return Block((Piece("words", text),), "stage")
    return Block(tuple(_said(text)), "speech")


def _speech(cue: "regex.Match[str]") -> Iterator[Piece]:
    if cue["before"]:
        yield Piece("note", cue["before"])
    yield Piece("name", cue["name"])
    if cue["manner"]:
        yield Piece("direction", cue["manner"])
    yield Piece("note", cue["stop"])
    yield from _said(cue["rest"])


def _said(text: str) -> Iterator[Piece]:
    """Words, with what is bracketed, or in parentheses at the beginning, told apart."""
    place = 0
    if opening := _OPENING.match(text):
        yield Piece("direction", opening[0])
        place = opening.end()
    for found in _BRACKETED.finditer(text, place):
        if found.start() > place:
            yield Piece("words", text[place : found.start()])
        yield Piece("direction", found[0])
        place = found.end()
    if text[place:]:
        yield Piece("words", text[place:])
