"""Written text -> the plain words a synthesizer reads, each with its place in the text.

Both teachers get the same plain words (numbers written out, abbreviations opened, quotes and
dashes turned into pauses or nothing), so that they read alike and times can be carried back to
the characters of the original. It is not the studio's normalisation: the model itself is
given the original text and learns to read it.
"""

import re
from dataclasses import dataclass

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
ABBREVIATIONS = {
    "mr.": "mister",
    "mrs.": "missus",
    "ms.": "miz",
    "dr.": "doctor",
    "st.": "saint",
    "prof.": "professor",
    "capt.": "captain",
    "col.": "colonel",
    "gen.": "general",
    "lt.": "lieutenant",
    "sgt.": "sergeant",
    "rev.": "reverend",
    "hon.": "honorable",
    "jr.": "junior",
    "sr.": "senior",
    "no.": "number",
    "vol.": "volume",
    "vs.": "versus",
    "etc.": "et cetera",
    "e.g.": "for example",
    "i.e.": "that is",
    "a.m.": "ay em",
    "p.m.": "pee em",
    "mt.": "mount",
    "co.": "company",
    "inc.": "incorporated",
}
_SYMBOLS = {"&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at"}
_UNITS = {"kg": "kilograms", "km": "kilometers", "cm": "centimeters", "mph": "miles per hour"}
_LETTERS = {"a": "ay"}
_INITIALISMS = frozenset(
    ("USA", "FBI", "CIA", "BBC", "UK", "TV", "DNA", "PHD", "ID", "CEO", "BC", "AD", "DVD", "GPS")
)
_PAUSES = {
    ",": ",",
    ";": ";",
    ":": ":",
    ".": ".",
    "!": "!",
    "?": "?",
    "(": ",",
    ")": ",",
    "…": ",",
    "—": ",",
    "–": ",",
}

_TOKEN = re.compile(
    r"(?P<money>[$£]\d[\d,]*(?:\.\d\d)?)"
    r"|(?P<time>\d{1,2}:\d\d)"
    r"|(?P<ordinal>\d+(?:st|nd|rd|th)\b)"
    r"|(?P<number>\d[\d,]*\d(?:\.\d+)?|\d(?:\.\d+)?)"
    r"|(?P<initials>(?:[A-Za-z]\.){2,})"
    r"|(?P<word>[A-Za-zÀ-ÿ]+(?:['’][A-Za-z]+)*['’]?(?:\.(?!\.))?)"
    r"|(?P<symbol>[&%+=@])"
    r"|(?P<pause>\.\.\.|--+|[,;:.!?()…—–])",
)


@dataclass(frozen=True)
class Word:
    """What is spoken for ``text[start:end]``: words without punctuation, then a pause mark."""

    said: str
    start: int
    end: int
    mark: str = ""


def cardinal(number: int) -> str:
    """Write a number below 10**12 in words.

    >>> cardinal(1847)
    'one thousand eight hundred forty seven'
    """
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" {cardinal(rest)}" if rest else "")
    for scale, name in _SCALES:
        if number >= scale:
            high, rest = divmod(number, scale)
            return f"{cardinal(high)} {name}" + (f" {cardinal(rest)}" if rest else "")
    raise ValueError(number)


def ordinal(number: int) -> str:
    """Write an ordinal number in words.

    >>> ordinal(22)
    'twenty second'
    """
    *head, last = cardinal(number).split()
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = (last[:-1] + "ie" if last.endswith("y") else last) + "th"
    return " ".join([*head, last])


def year(number: int) -> str:
    """Read four digits as a year.

    >>> year(1905), year(2004)
    ('nineteen oh five', 'two thousand four')
    """
    century, rest = divmod(number, 100)
    if century in (10, 20) and rest < 10:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def _number(text: str) -> str:
    whole, _, part = text.partition(".")
    digits = whole.replace(",", "")
    if len(digits) > 12:
        return " ".join(_ONES[int(d)] for d in digits)
    value = int(digits)
    said = (
        year(value) if "," not in whole and not part and 1100 <= value < 2100 else cardinal(value)
    )
    return said + (" point " + " ".join(_ONES[int(d)] for d in part) if part else "")


def _money(text: str) -> str:
    name, small = ("dollar", "cent") if text[0] == "$" else ("pound", "penny")
    whole, _, part = text[1:].replace(",", "").partition(".")
    said = f"{cardinal(int(whole))} {name}{'' if int(whole) == 1 else 's'}"
    if part and int(part):
        plural = "pence" if small == "penny" else "cents"
        said += f" and {cardinal(int(part))} {small if int(part) == 1 else plural}"
    return said


def _time(text: str) -> str:
    hour, minute = (int(part) for part in text.split(":"))
    if minute == 0:
        return f"{cardinal(hour)} o'clock" if hour <= 12 else f"{cardinal(hour)} hundred"
    return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"


def _spell(text: str) -> str:
    return " ".join(_LETTERS.get(c, c) for c in text.lower() if c.isalpha())


def _word(text: str) -> str:
    plain = text.rstrip(".").replace("’", "'").strip("'")
    unsayable = len(plain) <= 3 and not set(plain) & set("AEIOUY")
    if plain.isupper() and len(plain) > 1 and (unsayable or plain in _INITIALISMS):
        return _spell(plain)
    return plain.lower() if plain.isupper() and len(plain) > 1 else plain


def _said(kind: str, text: str) -> str:
    if kind == "ordinal":
        return ordinal(int(re.sub(r"\D", "", text)))
    readers = {
        "money": _money,
        "time": _time,
        "number": _number,
        "initials": _spell,
        "word": _word,
        "symbol": _SYMBOLS.__getitem__,
    }
    return readers[kind](text)


def spoken_words(text: str) -> list[Word]:
    """Split ``text`` into spoken words with their character spans; pauses mark the word before.

    Characters that are not spoken (quotes, spaces) belong to no word.
    """
    words: list[Word] = []
    for match in _TOKEN.finditer(text):
        kind, token, (start, end) = match.lastgroup or "", match.group(), match.span()
        if kind == "pause":
            _add_mark(words, _PAUSES.get(token[0], ",") if len(token) == 1 else ",")
            continue
        mark = ""
        if kind == "word" and token.endswith("."):
            opened = ABBREVIATIONS.get(token.lower())
            single = len(token) == 2 and token[0].isupper() and token[0] != "I"
            if opened is None and not single:
                token, end, mark = token[:-1], end - 1, "."
            said = opened or _UNITS.get(token) or (_spell(token) if single else _word(token))
        else:
            said = (
                ABBREVIATIONS.get(token.lower())
                or (_UNITS.get(token) if kind == "word" else None)
                or _said(kind, token)
            )
        if said:
            words.append(Word(said, start, end, mark))
    return words


def _add_mark(words: list[Word], mark: str) -> None:
    if words and (not words[-1].mark or mark in ".!?"):
        last = words[-1]
        words[-1] = Word(last.said, last.start, last.end, mark)


def plain_text(words: list[Word]) -> str:
    """Join words and marks to what the synthesizers read."""
    return " ".join(word.said + word.mark for word in words)
