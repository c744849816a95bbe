"""Where the sentences of a text end, in any script.

Is: syntok for scripts with capitals, which knows `Mr. Smith` from the end of a sentence, and rules
of our own for the others: the full stops of Chinese, Hindi, Urdu, Burmese and so on, and `.`, `!`
and `?` behind a letter that has no capital form.
Is not: a tokenizer, and no guess where a script writes no mark: Thai shows phrases by spaces, which
are `segment`'s matter.

Source: the Unicode property Sentence_Terminal (UAX #29); syntok; the rest is our own.
"""

import regex
from syntok.segmenter import split as split_sentences
from syntok.tokenizer import Tokenizer

_CLOSERS = r"[”’\"')\]\p{Pf}\p{Pe}]*"
_OWN_MARK = regex.compile(rf"[\p{{Sentence_Terminal}}--[.!?…]]+{_CLOSERS}", regex.V1)
_BEHIND_UNCASED = regex.compile(rf"(?<=[\p{{Lo}}\p{{M}}])[.!?…]+{_CLOSERS}(?=\s)")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}]")


def sentence_ends(text: str) -> list[int]:
    """The character offset behind each sentence, ascending.

    >>> sentence_ends("Mr. Lee left. 第一句。二")
    [13, 18]
    """
    ends = {match.end() for match in _OWN_MARK.finditer(text)}
    ends.update(match.end() for match in _BEHIND_UNCASED.finditer(text))
    if _CASED.search(text):
        tokens = Tokenizer(replace_not_contraction=False).tokenize(text)
        for sentence in split_sentences(tokens):
            ends.add(sentence[-1].offset + len(sentence[-1].value))
    return sorted(ends)
