"""Quotations are found in every style, and spans cover a paragraph exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.dialogue import STYLES, is_utterance, quote_style, split_quotes
from studio.core.quotations import find_quotations


def quoted(text: str) -> list[str]:
    style = quote_style([text])
    return [text[span.start : span.end] for span in split_quotes(text, style)[0] if span.quoted]


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ("“Yes,” said he, “I am.”", ["“Yes,”", "“I am.”"]),
        ('"Yes," said he. "I am."', ['"Yes,"', '"I am."']),
        ("‘It’s Anna’s,’ he said, ‘the girls’ hat.’", ["‘It’s Anna’s,’", "‘the girls’ hat.’"]),
        ("« Oui », dit-il.", ["« Oui »"]),
        ("„Ja“, sagte er.", ["„Ja“"]),
        ("「はい」と言った。", ["「はい」"]),
        ("“He said ‘no’ to me,” she said.", ["“He said ‘no’ to me,”"]),
        ("“No end", ["“No end"]),
        ("No quotes at all, 'tis so.", []),
    ],
)
def test_styles(text: str, speech: list[str]) -> None:
    assert quoted(text) == speech


@given(st.text(alphabet='ab ,.?’‘“”"«»„「」—', max_size=60), st.sampled_from(STYLES))
def test_spans_cover_the_text_without_gap_or_overlap(text: str, style: tuple[str, str]) -> None:
    spans, _ = split_quotes(text, style)
    assert "".join(text[span.start : span.end] for span in spans) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the so-called “Blackmail House” is there", False),
        ("He called it “home.” Nobody laughed.", False),
        ("He turned. “Come in.”", True),
        ("“Come in.”", True),
        ("He read: “a shop”", True),
    ],
)
def test_what_is_named_is_told_from_what_is_said(text: str, said: bool) -> None:
    [span] = [span for span in split_quotes(text)[0] if span.quoted]
    assert is_utterance(text, span) is said


def test_a_speech_goes_on_in_the_next_paragraph() -> None:
    [chapter] = find_quotations([["“One.", "“Two.”", "“Three.”"]])
    assert [paragraph.goes_on for paragraph in chapter] == [False, True, False]
    assert [heard.number for paragraph in chapter for heard in paragraph.heard] == [1, 2, 3]
