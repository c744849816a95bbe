"""The words of a turn as they are written, cut where its chunks are cut.

Is: a comparison of what is written with what was spoken, word by word (`difflib`).
Is not: exact inside a stretch that is spoken in other words; there the cut is taken in proportion.
"""

from bisect import bisect_right
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate

import regex

from studio.core.search import UNSPACED

_WORD = regex.compile(rf"{UNSPACED}|(?:(?!{UNSPACED})[\w\p{{M}}])+")


def cut_written(written: str, spoken: Sequence[str]) -> tuple[str, ...]:
    """Cut a text like another one that says about the same; nothing is lost.

    >>> cut_written("In 1895 it rained. It was cold.", ["In eighteen ninety-five it rained.",
    ...                                                 "It was cold."])
    ('In 1895 it rained.', 'It was cold.')

    Args:
        written: what stands in the script.
        spoken: what was said instead, in pieces.

    Returns:
        As many pieces as there are in `spoken`; a piece may be empty.
    """
    if len(spoken) < 2:
        return (written.strip(),) * len(spoken)
    words = [(found[0].casefold(), *found.span()) for found in _WORD.finditer(written)]
    pieces = [[found[0].casefold() for found in _WORD.finditer(text)] for text in spoken]
    said = [word for piece in pieces for word in piece]
    blocks = SequenceMatcher(None, [word for word, *_ in words], said, autojunk=False).get_opcodes()
    cuts = [0]
    for place in accumulate(len(piece) for piece in pieces[:-1]):
        cuts.append(_between(written, words, _written_place(blocks, place)))
    return tuple(
        written[start:end].strip()
        for start, end in zip(cuts, [*cuts[1:], len(written)], strict=True)
    )


def _written_place(blocks: Sequence[tuple[str, int, int, int, int]], place: int) -> int:
    """Which written word stands at a place among the spoken ones."""
    at = bisect_right(blocks, place, key=lambda block: block[3]) - 1
    if at < 0:
        return 0
    _, start, end, said_start, said_end = blocks[at]
    if said_start == said_end:
        return end
    return start + (place - said_start) * (end - start) // (said_end - said_start)


def _between(written: str, words: Sequence[tuple[str, int, int]], place: int) -> int:
    """The character at which the text is cut before a word: at the white space before it."""
    if place >= len(words):
        return len(written)
    start = words[place][1]
    space = written.rfind(" ", words[place - 1][2] if place else 0, start)
    return start if space < 0 else space
