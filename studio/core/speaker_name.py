"""What counts as a speaker's name at the beginning of a line.

Is: the one rule by which `Lane: Yes, sir.` is a turn of Lane and `He said: go.` is not.
Is not: a list of names. A text that breaks the rule by accident (`Note: …`) is escaped with `\\:`.

- A name ends at the first colon, which is followed by white space or the end of the line.
- It has at most 6 words and 48 characters; each word starts with a capital letter, a letter of a
  script without capitals, or (not the first) a digit or one of the small words in `SMALL_WORDS`.
- Besides letters and digits a word may hold `. ' ’ & -`.
"""

import unicodedata

MAX_WORDS = 6
MAX_CHARACTERS = 48
SMALL_WORDS = frozenset({"&", "and", "da", "de", "di", "du", "la", "le", "of", "the", "van", "von"})
INNER_MARKS = frozenset(".'’&-")


def is_speaker_name(text: str) -> bool:
    """Whether a text can stand as a speaker's name.

    >>> is_speaker_name("Lady Bracknell"), is_speaker_name("He said")
    (True, False)
    """
    words = text.split(" ")
    if len(text) > MAX_CHARACTERS or len(words) > MAX_WORDS:
        return False
    return words[0][:1].isalpha() and all(
        _is_name_word(word, first=number == 0) for number, word in enumerate(words)
    )


def split_speaker(line: str) -> tuple[str, str] | None:
    """Split `Name: text` into name and text, or give None where no name stands in front.

    The text keeps its leading white space, so that a caller can count columns.

    >>> split_speaker("Lane: Yes, sir.")
    ('Lane', ' Yes, sir.')
    """
    name, colon, text = line.partition(":")
    if not colon or (text and not text[0].isspace()) or not is_speaker_name(name):
        return None
    return name, text


def _is_name_word(word: str, *, first: bool) -> bool:
    if not first and word in SMALL_WORDS:
        return True
    if not word or word[0].islower() or not word[0].isalnum():
        return False
    return all(
        letter.isalnum() or letter in INNER_MARKS or unicodedata.category(letter).startswith("M")
        for letter in word
    )
