"""Text and names from a book as the script format takes them.

Is: the evening out of white space, and names within the format's rule.
Is not: a change of words: only invisible characters go.
"""

import re

from studio.core.model import NARRATOR
from studio.core.speaker_name import MAX_CHARACTERS, MAX_WORDS, SMALL_WORDS, is_speaker_name
from studio.core.verbatim import CONTROL, INVISIBLE

_NOT_IN_NAMES = re.compile(r"[^\w.'’& -]|_")


_INITIAL = re.compile(r"(?:^|(?<=[-.])|(?<=^[a-z]['’]))\w")


def clean(text: str) -> str:
    """Text without invisible characters, white space evened out to single spaces.

    >>> clean("Oh!\u2060\u00a0\u2060… by   the way")
    'Oh! … by the way'
    """
    return " ".join(CONTROL.sub("", INVISIBLE.sub("", text)).split())


def calm_name(text: str) -> str:
    """A name in capitals as names are usually written.

    >>> calm_name("LADY BRACKNELL AND DR. O'NEILL-SMITH")
    "Lady Bracknell and Dr. O'Neill-Smith"
    """
    words = (word.lower() for word in clean(text).split())
    return " ".join(
        word if word in SMALL_WORDS else _INITIAL.sub(lambda found: found[0].upper(), word)
        for word in words
    )


def tidy_name(text: str) -> str:
    """A speaker's name as the script format allows it, or the narrator's if nothing is left.

    >>> tidy_name("the OLD man (aside):")
    'The OLD Man Aside'
    """
    words = _NOT_IN_NAMES.sub(" ", clean(text)).split()[:MAX_WORDS]
    words = [
        word if number and word in SMALL_WORDS else word[:1].upper() + word[1:]
        for number, word in enumerate(words)
    ]
    while len(" ".join(words)) > MAX_CHARACTERS:
        words.pop()
    name = " ".join(words)
    return name if is_speaker_name(name) else NARRATOR
