"""Chunks: joined they are the text, each fits its budget, and cuts fall where a reader breathes."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.segment import segment

DIRECTION = re.compile(r"\[[^\[\]]*\]")
TEXT = st.lists(
    st.sampled_from(
        [
            *(
                "Yes. ",
                "Mr. ",
                "[whisper] ",
                "[a]",
                ", ",
                "…",
                "。",
                "—",
                "  ",
                "e\u0301",
                "한국어",
            ),
            *("مرحبا؟ ", "राम।", "क्षि", "สวัสดี ", "👩\u200d🚀", "שלום. "),
            *("\u202e", "\ufeff", "\u2028", "\x00", "\ud800"),
        ]
    )
    | st.text(st.characters(exclude_characters="[]"), max_size=12),
    max_size=40,
).map("".join)


@given(TEXT, st.integers(16, 300))
def test_the_chunks_joined_are_the_text(text: str, budget: int) -> None:
    chunks = segment(text, budget)
    assert "".join(chunks) == text
    assert all(chunks)


@given(TEXT, st.integers(16, 300))
def test_every_chunk_fits_the_budget_without_its_direction(text: str, budget: int) -> None:
    for chunk in segment(text, budget):
        assert len(DIRECTION.sub("", chunk).encode("utf-8", "surrogatepass")) <= budget


@given(TEXT, st.integers(16, 60))
def test_no_direction_is_cut(text: str, budget: int) -> None:
    found = [mark for chunk in segment(text, budget) for mark in DIRECTION.findall(chunk)]
    assert found == DIRECTION.findall(text)


@pytest.mark.parametrize(
    ("text", "budget", "chunks"),
    [
        ("", 20, []),
        ("Short.", 20, ["Short."]),
        ("I met Mr. Smith. He left.", 20, ["I met Mr. Smith.", " He left."]),
        ("One, two, three, four, five.", 20, ["One, two, three,", " four, five."]),
        ("abcdefghij klmnopqrst uv", 20, ["abcdefghij", " klmnopqrst uv"]),
        ("a" * 40, 16, ["a" * 16, "a" * 16, "a" * 8]),
        ("言" * 8, 16, ["言" * 5, "言" * 3]),
        ("第一句。第二句。", 16, ["第一句。", "第二句。"]),
        ("First one here. [whisper] Second.", 20, ["First one here.", " [whisper] Second."]),
        ("مرحبا بك. كيف حالك؟ أنا بخير.", 40, ["مرحبا بك. كيف حالك؟", " أنا بخير."]),
        ("راجع، ثم عاد إلى البيت", 30, ["راجع،", " ثم عاد إلى البيت"]),
        ("राम गया। सीता आई॥ वह बोला.", 40, ["राम गया।", " सीता आई॥", " वह बोला."]),
        ("สวัสดีครับ วันนี้ดี", 40, ["สวัสดีครับ", " วันนี้ดี"]),
        ("「第三句？」好，走吧。", 20, ["「第三句？」", "好，走吧。"]),
        ("שלום. מה שלומך? טוב.", 20, ["שלום.", " מה שלומך?", " טוב."]),
        ("क्षिक्षि", 16, ["क्षि", "क्षि"]),
        ("👩\u200d🚀👩\u200d🚀", 16, ["👩\u200d🚀", "👩\u200d🚀"]),
        ("e" + "\u0301" * 12, 16, ["e" + "\u0301" * 7, "\u0301" * 5]),
        ("[a very long direction indeed] Yes.", 16, ["[a very long direction indeed] Yes."]),
    ],
)
def test_where_it_cuts(text: str, budget: int, chunks: list[str]) -> None:
    assert segment(text, budget) == chunks


def test_sentences_are_packed_up_to_the_budget() -> None:
    sentences = [f"This is sentence number {number}." for number in range(20)]
    chunks = segment(" ".join(sentences), 160)
    assert [chunk.count("sentence") for chunk in chunks] == [5, 5, 5, 5]


HOSTILE = {
    "directions": "One sentence here. " + "[soft] [slow]" * 20_000 + " x " + "word. " * 1000,
    "one word": "a" * 500_000,
    "marks": "a" + "\u0301" * 100_000,
    "closing marks": 'अ."' * 30_000,
    "full stops": "。" * 100_000,
    "open brackets": "[(" * 50_000,
    "abbreviations": "Mr. a.b. " * 5_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_takes_seconds(text: str) -> None:
    started = time.process_time()
    assert "".join(segment(text, 100)) == text
    assert time.process_time() - started < 10


def test_a_tiny_budget_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="budget"):
        segment("text", 3)
