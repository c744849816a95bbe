"""Numbers, dates and abbreviations: said as a reader would, and by choice."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.model import Turn, Words
from studio.core.number_rules import STYLES
from studio.core.spoken import SpokenRules
from studio.core.spoken_numbers import NumberReader, kinds_of
from studio.errors import PronunciationError


def said(text: str, language: str = "en", *kinds: str) -> str:
    rules = SpokenRules([NumberReader(language, kinds or kinds_of(language))])
    return "".join(part.text for part in rules.parts(Turn("Ann", (Words(text),))))


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("42 men, 1,234 ships.", "forty-two men, one thousand two hundred and thirty-four ships."),
        ("3.14 (-7) -5", "three point one four (minus seven) minus five"),
        ("a 5-year-old, b2b, 3.5.2, 12/25, 10,5", "a five-year-old, b2b, 3.5.2, 12/25, 10,5"),
        ("007", "zero zero seven"),
        ("1" * 16, " ".join(["one"] * 16)),
        ("the 21st and 1,000th", "the twenty-first and one thousandth"),
        ("In 1895, 1905 and 2000.", "In eighteen ninety-five, nineteen oh-five and two thousand."),
        ("1914–1918, the 1890s", "nineteen fourteen to nineteen eighteen, the eighteen nineties"),
        ("5 % or 2.5%", "five percent or two point five percent"),
        ("£3.50, $1, $0.05", "three pounds and fifty pence, one dollar, five cents"),
        ("$1.5 million, €1,200", "one point five million dollars, one thousand two hundred euros"),
        ("on 3 March 1895", "on the third of March, eighteen ninety-five"),
        ("the 3rd of Mar. 1895", "the third of March, eighteen ninety-five"),
        ("March 3rd, 2001; May 5", "March third, two thousand and one; May fifth"),
        ("1895-03-03", "the third of March, eighteen ninety-five"),
        ("12:30, 5:00, 17:00", "twelve thirty, five o'clock, seventeen hundred"),
        ("5:05 p.m. or 1:00 a.m.", "five oh five P M or one A M."),
        (
            "Dr. Jekyll, Mr Hyde and Mrs. St. John",
            "Doctor Jekyll, Mister Hyde and Missus Saint John",
        ),
        ("Baker St. Then dr. he", "Baker St. Then dr. he"),
        ("Cakes, tea etc. He ate, e.g. five.", "Cakes, tea et cetera. He ate, for example five."),
        ("No. 5, pp. 3. No. He", "number five, pages three. No. He"),
        (
            "Act III, Scene IIX, Part I, Chapter XIV",
            "Act three, Scene IIX, Part one, Chapter fourteen",
        ),
        ("no numbers here, I said", "no numbers here, I said"),
    ],
)
def test_what_english_says(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("de", "1.234,5 und 1 €", "eintausendzweihundertvierunddreißig Komma fünf und ein Euro"),
        ("de", "Im Jahr 1895", "Im Jahr achtzehnhundertfünfundneunzig"),
        (
            "fr",
            "1\u202f234 et 2e, 5 %",
            "mille deux cent trente-quatre et deuxième, cinq pour cent",
        ),
        ("es", "3,50 €", "tres euros con cincuenta céntimos"),
        ("it", "21", "ventuno"),
        ("nl", "3e", "derde"),
        ("pt-BR", "3º", "terceiro"),
    ],
)
def test_what_other_languages_say(language: str, written: str, spoken: str) -> None:
    assert said(written, language) == spoken


def test_only_the_chosen_kinds_are_read() -> None:
    assert said("Dr. Lee, 21st, 1895, 7", "en", "year") == "Dr. Lee, 21st, eighteen ninety-five, 7"
    assert said("Dr. Lee, 21st, 1895, 7", "en", "abbreviation") == "Doctor Lee, 21st, 1895, 7"


def test_readings_carry_their_place_and_their_kind() -> None:
    [reading] = NumberReader("en", ["ordinal"]).readings("the 21st", "Ann")
    assert (reading.start, reading.end, reading.spoken, reading.rule) == (
        4, 8, "twenty-first", "ordinal",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "kinds", "words"),
    [("tlh", ["cardinal"], "language 'tlh'"), ("", ["cardinal"], "language ''"),
     ("de", ["roman"], "roman: not read"), ("en", ["colour"], "colour: not read")],
)  # fmt: skip
def test_unknown_languages_and_kinds_are_refused(
    language: str, kinds: list[str], words: str
) -> None:
    with pytest.raises(PronunciationError, match=words):
        NumberReader(language, kinds)


WRITTEN = ["st", "th", "March", "of", "No.", "etc.", "Act ", "XIV", "p.m.", "Mr "]
PIECES = [*"109,.:-–/£$€%s é\u0663", *WRITTEN]
NUMERIC = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(NUMERIC, st.sampled_from(sorted(STYLES)))
def test_any_text_is_read_without_losing_what_is_not_a_number(text: str, language: str) -> None:
    rules = SpokenRules([NumberReader(language, kinds_of(language))])
    turn = Turn("Ann", (Words(text),))
    readings = [found.reading for found in rules.readings(turn)]
    assert all(0 <= r.start < r.end <= len(text) for r in readings)
    assert all(reading.spoken.strip() for reading in readings)
    assert not any(sign in reading.spoken for reading in readings for sign in "0123456789")


def test_a_hostile_text_takes_seconds() -> None:
    started = time.process_time()
    for text in ("1," * 50_000, "1" * 100_000, "1895 " * 5_000, "Act I " * 5_000, "etc. " * 10_000):
        said(text)
    assert time.process_time() - started < 20
