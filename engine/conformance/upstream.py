"""How the original makes prompts of a request: its batches of turns, and every prompt as a whole.

Is: what recorded prompts are compared with, put together from the engine's own columns.
Is not: how the engine works: its chains append columns, and it trusts no text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.prompt import CodesArray, PromptBuilder, Reference
from engine.tokenizer import SPEAKER_TAG, Tokenizer

MAX_TURNS_PER_BATCH = 5
BEFORE_TAG = re.compile(rf"(?={SPEAKER_TAG.pattern})")


@dataclass(frozen=True, eq=False)
class SpokenTurn:
    """A finished turn of a conversation: the text as it was prompted, and its codes."""

    text: str
    codes: Tensor | CodesArray


class TrustingTokenizer(Tokenizer):
    """Recognizes control tokens in users' text, too. Never for text from users."""

    def encode_text(self, text: str) -> list[int]:
        """Encode text as if it were part of the layout."""
        return self.encode_layout(text)


def whole_prompt(
    builder: PromptBuilder,
    text: str,
    references: Sequence[Reference] = (),
    turns: Sequence[SpokenTurn] = (),
) -> Tensor:
    """Return the whole prompt for `text` after `turns`: int64 [1 + n_codebooks, T]."""
    pieces = [builder.system_columns(references)]
    for turn in turns:
        pieces += [builder.user_turn_columns(turn.text), builder.spoken_columns(turn.codes)]
    pieces += [builder.user_turn_columns(text), builder.assistant_header()]
    return torch.cat(pieces, dim=1)


def split_turns(text: str) -> list[str]:
    """Cut a text at its speaker tags; text before the first tag is dropped, as upstream does.

    >>> split_turns("lost <|speaker:0|>hello<|speaker:1|> hi ")
    ['<|speaker:0|>hello', '<|speaker:1|> hi']
    """
    return [piece.strip() for piece in BEFORE_TAG.split(text) if SPEAKER_TAG.match(piece)]


def batch_texts(text: str, chunk_length: int) -> list[str]:
    """Pack the turns of a tagged text into the texts of successive user messages.

    Args:
        text: with speaker tags, or without: then it is one batch as it is.
        chunk_length: UTF-8 bytes a batch may have; one longer turn still stays whole.

    >>> batch_texts("<|speaker:0|>one<|speaker:1|>two", 16)
    ['<|speaker:0|>one', '<|speaker:1|>two']
    """
    batches: list[list[str]] = []
    size = 0
    for turn in split_turns(text):
        turn_size = len(turn.encode("utf-8"))
        if (
            not batches
            or len(batches[-1]) >= MAX_TURNS_PER_BATCH
            or size + turn_size > chunk_length
        ):
            batches.append([])
            size = 0
        batches[-1].append(turn)
        size += turn_size
    return ["\n".join(turns) for turns in batches] or [text]
