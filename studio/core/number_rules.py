"""How numbers are written and said: the styles of the languages, and the rules made of them.

Is: cardinals, ordinals, years, percentages and money of every language that is known here.
Is not: a reader (`spoken_numbers`), and not what only English has (`spoken_english`).

- A number next to a letter, or in `3.5.2`, `12/25` or `10,5` (where the comma is no decimal sign),
  is left alone. Numbers with a leading zero or more than 15 digits are read digit by digit.

Source: words by num2words; the rest is our own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import regex
from num2words import num2words

MAX_DIGITS = 15
WORD = r"[\w\p{M}]"
BEFORE = rf"(?<!{WORD})(?<![0-9][.,:/\u2044])"
AFTER = rf"(?!{WORD})(?![.,:/\u2044][0-9])"
YEAR = r"(?:1[1-9]|20)[0-9]{2}"

Say = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of reading: what it looks for, and what is said (None: leave it)."""

    kind: str
    pattern: "regex.Pattern[str]"
    say: Say


@dataclass(frozen=True, slots=True)
class Money:
    """A currency's words: one, several, a hundredth, several hundredths."""

    one: str
    many: str
    cent: str
    cents: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes and says numbers.

    Args:
        group: characters between groups of three digits.
        decimal: the decimal sign, and `point` its word.
        ordinal: pattern of what stands behind the digits of an ordinal; empty: none.
        one: the number 1 before a noun.
        joint: between whole and hundredths of money.
        scales: pattern of what may stand between an amount and its currency when it is said.
    """

    language: str
    group: str
    decimal: str
    point: str
    minus: str
    percent: str
    ordinal: str
    one: str
    joint: str
    money: dict[str, Money] = field(default_factory=dict)
    scales: str = ""

    def cardinal(self, digits: str) -> str:
        """Words of a whole number written in plain digits."""
        if len(digits) > MAX_DIGITS or (len(digits) > 1 and digits[0] == "0"):
            return " ".join(self.words(int(digit)) for digit in digits)
        return self.words(int(digits))

    def words(self, number: int, to: str = "cardinal") -> str:
        """Words of a number, without the commas that would be heard as pauses."""
        return str(num2words(number, lang=self.language, to=to)).replace(",", "")

    def year(self, digits: str) -> str:
        """Words of a year."""
        return self.words(int(digits), "year")

    def number(self, written: str) -> str:
        """Words of a number as written, with groups and a decimal sign."""
        whole, _, decimals = written.partition(self.decimal)
        said = self.cardinal(regex.sub("[^0-9]", "", whole))
        if decimals:
            said = " ".join([said, self.point, *(self.words(int(digit)) for digit in decimals)])
        return said

    def amount(self, sign: str, written: str, scale: str | None) -> str:
        """Words of an amount of money; the scale is `million` in `$3 million`."""
        money = self.money[sign]
        if scale:
            return f"{self.number(written)} {scale} {money.many}"
        whole, _, hundredths = written.partition(self.decimal)
        if hundredths and len(hundredths) != 2:
            return f"{self.number(written)} {money.many}"
        units = regex.sub("[^0-9]", "", whole)
        said = self._counted(units, money.one, money.many)
        cents = self._counted(hundredths.lstrip("0"), money.cent, money.cents)
        if hundredths.strip("0") and not units.strip("0"):
            return cents
        return f"{said} {self.joint} {cents}" if hundredths.strip("0") else said

    def _counted(self, digits: str, one: str, many: str) -> str:
        return f"{self.one} {one}" if digits == "1" else f"{self.cardinal(digits or '0')} {many}"


STYLES = {
    style.language: style
    for style in (
        Style("en", ",", ".", "point", "minus", "percent", "(?:st|nd|rd|th)", "one", "and",
              {"$": Money("dollar", "dollars", "cent", "cents"),
               "£": Money("pound", "pounds", "penny", "pence"),
               "€": Money("euro", "euros", "cent", "cents")},
              "(?:hundred|thousand|million|billion|trillion)"),
        Style("de", ".\u202f\u00a0", ",", "Komma", "minus", "Prozent", "", "ein", "und",
              {"€": Money("Euro", "Euro", "Cent", "Cent")}),
        Style("fr", "\u202f\u00a0", ",", "virgule", "moins", "pour cent", "(?:er|e|ème)", "un",
              "et",
              {"€": Money("euro", "euros", "centime", "centimes")}),
        Style("es", ".\u202f\u00a0", ",", "coma", "menos", "por ciento", "\\.?º", "un", "con",
              {"€": Money("euro", "euros", "céntimo", "céntimos")}),
        Style("it", ".\u202f\u00a0", ",", "virgola", "meno", "per cento", "º", "un", "e",
              {"€": Money("euro", "euro", "centesimo", "centesimi")}),
        Style("nl", ".\u202f\u00a0", ",", "komma", "min", "procent", "(?:ste|de|e)", "één", "en",
              {"€": Money("euro", "euro", "cent", "cent")}),
        Style("pt", ".\u202f\u00a0", ",", "vírgula", "menos", "por cento", "\\.?º", "um", "e",
              {"€": Money("euro", "euros", "cêntimo", "cêntimos")}),
    )
}  # fmt: skip
"""What is read in each language beyond English: cardinals, ordinals, years, percentages, euros."""


def number_rules(style: Style) -> tuple[Rule, ...]:
    """Money, percentages, ordinals, years and cardinals, in the order in which they decide."""
    group = regex.escape(style.group)
    whole = rf"(?:[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+|[0-9]+)"
    number = rf"(?P<n>{whole}(?:{regex.escape(style.decimal)}[0-9]+)?)"
    sign = f"(?P<sign>[{''.join(style.money)}])"
    scale = rf"(?:\s(?P<scale>{style.scales})(?!\w))?" if style.scales else "(?P<scale>(?!))?"
    minus = r"(?:(?<![^\s(])(?P<minus>[-−]))?"
    ordinal = f"{style.ordinal}(?!{WORD})" if style.ordinal else "(?!)"

    def rule(kind: str, pattern: str, say: Say) -> Rule:
        return Rule(kind, regex.compile(pattern), say)

    def money(found: Any) -> str:  # noqa: ANN401 - the library has no types
        return style.amount(found["sign"], found["n"], found["scale"])

    amounts = [
        rf"{sign}\s?{number}{AFTER}{scale}",
        rf"{BEFORE}{number}\s?{sign}(?P<scale>(?!))?",
    ]
    if style.language != "en":  # where the sign stands behind the number
        amounts.reverse()
    rules = (
        *(rule("money", pattern, money) for pattern in amounts),
        rule(
            "percent",
            rf"{BEFORE}{number}\s?%",
            lambda found: f"{style.number(found['n'])} {style.percent}",
        ),
        rule("ordinal", rf"{BEFORE}(?P<n>{whole}){ordinal}", lambda m: _ordinal(style, m["n"])),
        rule("year", rf"{BEFORE}{YEAR}{AFTER}", lambda found: style.year(found[0])),
        rule(
            "cardinal",
            rf"{minus}{BEFORE}{number}{AFTER}",
            lambda found: f"{style.minus} " * bool(found["minus"]) + style.number(found["n"]),
        ),
    )
    return rules if style.ordinal else tuple(r for r in rules if r.kind != "ordinal")


def _ordinal(style: Style, written: str) -> str | None:
    digits = regex.sub("[^0-9]", "", written)
    return style.words(int(digits), "ordinal") if len(digits) <= MAX_DIGITS else None
