"""What every importer makes: a script's text, with notes on what it left out.

Is: the cleaning of text and of names that all of them share.
Is not: a change of words: only invisible characters go, and white space is evened out.
"""

import re
from dataclasses import dataclass
from typing import Literal

from studio.core.model import NARRATOR
from studio.core.speaker_name import MAX_WORDS, SMALL_WORDS, is_speaker_name

StageDirections = Literal["drop", "narrator", "direction"]

# Word joiner, zero-width space, byte order mark, soft hyphen: there for typesetting only.
_INVISIBLE = re.compile("[\u2060\u200b\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r"[^\w.'’& -]|_")


@dataclass(frozen=True, slots=True)
class ImportedScript:
    """A script's text in the studio's format, and notes to be shown to the user."""

    text: str
    notes: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Text without invisible characters, white space evened out to single spaces.

    >>> clean("Oh!\u2060\u00a0\u2060… by   the way")
    'Oh! … by the way'
    """
    return " ".join(_CONTROL.sub("", _INVISIBLE.sub("", text)).split())


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
    name = " ".join(words)
    return name if is_speaker_name(name) else NARRATOR
