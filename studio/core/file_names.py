"""Names of delivered files, made from a pattern such as `{number:02} {title}`.

Is: the pattern's fields, and the rules that make any text a file name that every system takes.
Is not: a path: nothing in a name leads into another folder.

- Names stay readable: letters of every script, digits, spaces and quiet punctuation are kept.
- What one system refuses is left out for all: reserved marks, control characters, a dot or a space
  at an end, names of devices.
"""

import re
import unicodedata
from collections.abc import Iterable

from studio.core.label import plain
from studio.errors import DeliveryError

FIELDS = ("number", "title", "book", "author")
LONGEST_BYTES = 180
"""Of a name in UTF-8, without its ending; file systems take 255."""
LONGEST_PATTERN = 100

_FIELD = re.compile(r"\{([a-z]*)(?::0([1-4]))?\}")
_REFUSED = re.compile(r'[<>:"/\\|?*{}]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def usual_pattern() -> str:
    """The pattern that is proposed: in the book's order wherever names are sorted."""
    return "{number:02} {title}"


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that no name can be made of; an empty one stands for short plain names.

    Raises:
        DeliveryError: it says what may be written.
    """
    for name, digits in _FIELD.findall(pattern):
        if name not in FIELDS or (digits and name != "number"):
            raise DeliveryError(
                _advice(f"the pattern knows no {{{name}{digits and ':0' + digits}}}")
            )
    if "{" in (rest := _FIELD.sub("", pattern)) or "}" in rest:
        raise DeliveryError(_advice("a bracket in the pattern is no field"))
    if len(pattern) > LONGEST_PATTERN:
        raise DeliveryError(f"Names of files: a pattern has at most {LONGEST_PATTERN} characters.")


def chapter_name(pattern: str, number: int, title: str, book: str, author: str) -> str:
    """The name of one chapter's files, without an ending.

    >>> chapter_name("{number:02} {title}", 3, "The Search: “Mr. Hyde”?", "Jekyll", "")
    '03 The Search “Mr. Hyde”'
    """
    values = {"title": title, "book": book, "author": author}

    def value(found: re.Match[str]) -> str:
        name, digits = found.groups()
        return str(number).zfill(int(digits or 1)) if name == "number" else values[name]

    return file_name(_FIELD.sub(value, pattern)) or f"{number:02}"


def file_name(text: str) -> str:
    """Any text as a name of a file, without an ending; empty where nothing is left of it.

    >>> file_name("../../etc/passwd"), file_name("CON."), file_name(" . ")
    ('etc passwd', '_CON', '')
    """
    spaced = _REFUSED.sub(" ", plain(unicodedata.normalize("NFC", text)))
    short = " ".join(spaced.split()).encode()[:LONGEST_BYTES].decode(errors="ignore")
    name = short.strip(" .")
    return f"_{name}" if _DEVICES.match(name) else name


def refuse_doubles(names: Iterable[str]) -> None:
    """Refuse names of which one would replace another; some systems ignore capitals.

    Raises:
        DeliveryError: it names the two.
    """
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise DeliveryError(
                f"Two chapters would be called “{name}”. Put {{number:02}} into the names of files."
            )
        seen.add(name.casefold())


def _advice(problem: str) -> str:
    known = ", ".join(f"{{{name}}}" for name in FIELDS)
    return f"Names of files: {problem}. Known are {known}, and {{number:02}} for two digits."
