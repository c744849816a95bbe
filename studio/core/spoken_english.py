"""What English writes short: dates, times, decades, abbreviations and Roman numerals.

Is: rules with their words, beside those of `number_rules`.
Is not: complete; what is ambiguous is left alone (`St.` behind a name, `3/4`, `'90s`).

- An abbreviation that ends a sentence keeps its full stop, so that the sentence still ends.
"""

from typing import Any

import regex

from studio.core.number_rules import AFTER, BEFORE, WORD, YEAR, Rule, Style

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Messrs": "Messieurs", "Ms": "Miz", "Dr": "Doctor",
    "Prof": "Professor", "Rev": "Reverend", "Capt": "Captain", "Col": "Colonel",
    "Gen": "General", "Lt": "Lieutenant", "Sgt": "Sergeant", "Hon": "Honourable",
    "Mme": "Madame", "Mlle": "Mademoiselle",
}  # fmt: skip
WITHOUT_DOT = ("Mr", "Mrs", "Ms", "Dr")
"""Titles that British English writes without a full stop."""
SHORT = {
    "etc.": "et cetera", "&c.": "et cetera", "e.g.": "for example", "i.e.": "that is",
    "vs.": "versus", "viz.": "namely", "a.m.": "A M", "p.m.": "P M", "Esq.": "Esquire",
    "Jr.": "Junior", "Sr.": "Senior", "Ltd.": "Limited",
}  # fmt: skip
BEFORE_DIGITS = {
    "No.": "number", "Nos.": "numbers", "Vol.": "volume", "vol.": "volume", "p.": "page",
    "pp.": "pages", "ch.": "chapter", "Ch.": "chapter",
}  # fmt: skip
ROMAN_SIGNS = (
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"),
    (1, "I"),
)  # fmt: skip
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}

_ENDS_SENTENCE = regex.compile(r"[\"'”’)\]]*(?:\s+[\"'“‘(]*\p{Lu}|\s*\Z)")
_MONTH = "|".join(rf"{month}|{month[:3]}\." for month in MONTHS)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>1[0-9]{3}|20[0-9]{2}))?"
_DAY_FIRST = rf"{BEFORE}{_DAY}\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}{AFTER}"
_MONTH_FIRST = rf"{BEFORE}(?P<month>{_MONTH})\s+{_DAY}{_YEAR}{AFTER}"
_ISO = rf"{BEFORE}(?P<year>1[0-9]{{3}}|20[0-9]{{2}})-(?P<m>[0-9]{{2}})-(?P<day>[0-9]{{2}}){AFTER}"
_CLOCK = r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
_TIME = rf"{BEFORE}{_CLOCK}{AFTER}(?P<half>(?=\s?[ap]\.?m\b))?"
_DECADE = rf"(?<!{WORD})(?P<year>(?:1[1-9]|20)[0-9]0)s(?!{WORD})"
_SPAN = rf"{BEFORE}(?P<from>{YEAR})[-–](?P<to>{YEAR}){AFTER}"
_PARTS = r"(?P<noun>Act|Book|Canto|Chapter|Part|Scene|Volume)\s+(?P<roman>[IVXLC]{1,8})"


def english_rules(style: Style) -> tuple[Rule, ...]:
    """The rules, in the order in which they decide."""
    titles = "|".join((*(rf"{title}\." for title in TITLES), *WITHOUT_DOT))
    short = "|".join(map(regex.escape, SHORT))
    numbered = "|".join(map(regex.escape, BEFORE_DIGITS))
    rules = (
        ("date", _ISO, lambda found: _iso_date(style, found)),
        ("date", _DAY_FIRST, lambda found: _day_first(style, found)),
        ("date", _MONTH_FIRST, lambda found: _month_first(style, found)),
        ("time", _TIME, lambda found: _time(style, found)),
        ("year", _DECADE, lambda found: _decade(style, found)),
        ("year", _SPAN, lambda m: f"{style.year(m['from'])} to {style.year(m['to'])}"),
        ("roman", rf"{BEFORE}{_PARTS}{AFTER}", lambda found: _roman(style, found)),
        ("abbreviation", rf"{BEFORE}(?P<t>{titles})(?=\s+\p{{Lu}})", _title),
        ("abbreviation", rf"{BEFORE}(?<!\p{{Lu}}\w+\s)St\.?(?=\s+\p{{Lu}})", lambda _: "Saint"),
        ("abbreviation", rf"{BEFORE}(?:{numbered})(?=\s*[0-9])", lambda m: BEFORE_DIGITS[m[0]]),
        ("abbreviation", rf"(?<!{WORD}|\.)(?P<s>{short})(?!\w)", _short),
    )
    return tuple(Rule(kind, regex.compile(pattern), say) for kind, pattern, say in rules)


def _day_first(style: Style, found: Any) -> str | None:  # noqa: ANN401 - the library has no types
    day = _day(style, found["day"])
    before = found.string[max(0, found.start() - 9) : found.start()]
    article = "" if regex.search(r"\bthe\s+$", before, regex.IGNORECASE) else "the "
    return day and f"{article}{day} of {_month(found)}{_year(style, found)}"


def _month_first(style: Style, found: Any) -> str | None:  # noqa: ANN401
    day = _day(style, found["day"])
    return day and f"{_month(found)} {day}{_year(style, found)}"


def _iso_date(style: Style, found: Any) -> str | None:  # noqa: ANN401
    day, month = _day(style, found["day"]), int(found["m"])
    if not day or not 1 <= month <= 12:
        return None
    return f"the {day} of {MONTHS[month - 1]}{_year(style, found)}"


def _day(style: Style, digits: str) -> str | None:
    return style.words(int(digits), "ordinal") if 1 <= int(digits) <= 31 else None


def _month(found: Any) -> str:  # noqa: ANN401
    return next(month for month in MONTHS if month.startswith(found["month"].rstrip(".")))


def _year(style: Style, found: Any) -> str:  # noqa: ANN401
    return f", {style.words(int(found['year']), 'year')}" if found["year"] else ""


def _time(style: Style, found: Any) -> str:  # noqa: ANN401
    hour, minute, half = int(found["hour"]), int(found["minute"]), found["half"] is not None
    said = style.words(hour)
    if minute:
        oh = "oh " if minute < 10 else ""
        return f"{said} {oh}{style.words(minute)}"
    if half:
        return said
    return f"{said} o'clock" if 1 <= hour <= 12 else f"{said} hundred"


def _decade(style: Style, found: Any) -> str:  # noqa: ANN401
    said = style.words(int(found["year"]), "year")
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def _roman(style: Style, found: Any) -> str | None:  # noqa: ANN401
    values = [ROMAN[letter] for letter in found["roman"]]
    total = sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))
    return f"{found['noun']} {style.words(total)}" if _written(total) == found["roman"] else None


def _written(number: int) -> str:
    """A number in Roman numerals, by which misspelled ones are told."""
    written = ""
    for value, sign in ROMAN_SIGNS:
        written += sign * (number // value)
        number %= value
    return written


def _title(found: Any) -> str:  # noqa: ANN401
    return TITLES[found["t"].rstrip(".")]


def _short(found: Any) -> str:  # noqa: ANN401
    ends = _ENDS_SENTENCE.match(found.string, found.end())
    return SHORT[found["s"]] + ("." if ends else "")
