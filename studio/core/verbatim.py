"""Proof that an import lost nothing, added nothing and moved nothing.

Is: a comparison of two texts character by character, white space and invisible signs aside.
Is not: a repair. The first difference is described; what to do about it is the caller's affair.
"""

import re

CONTEXT = 40

# Zero-width space and joiners for typesetting, byte order mark, soft hyphen: never heard or seen.
INVISIBLE = re.compile("[\u2060\u200b\ufeff\u00ad]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BLANK = re.compile(r"\s+")


def visible(text: str) -> str:
    """A text without white space, invisible signs and control characters.

    >>> visible("Oh!\\u2060 \\u00ad… by\\tthe way")
    'Oh!…bytheway'
    """
    return _BLANK.sub("", CONTROL.sub("", INVISIBLE.sub("", text)))


def first_difference(source: str, imported: str) -> str | None:
    """Say where two texts part, or None where their visible characters are the same.

    >>> first_difference("One two.", "One\\ntwo.")
    >>> first_difference("One two three.", "One three.")
    'behind "One" the source has "twothree." and the import "three."'
    """
    before, after = visible(source), visible(imported)
    if before == after:
        return None
    place = _common_length(before, after)
    behind = before[max(0, place - CONTEXT) : place]
    return (
        f'behind "{behind}" the source has "{before[place : place + CONTEXT]}" '
        f'and the import "{after[place : place + CONTEXT]}"'
    )


def _common_length(one: str, other: str) -> int:
    """The length of the common beginning, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
