"""Conversations as the model sees them: an integer grid of text and code columns.

Is: pure layout. A `PromptBuilder` turns references, finished turns and the next text into columns
int64 [1 + n_codebooks, T]: row 0 token ids, the other rows codes (zeros in text columns). Whole
prompts are put together from the same pieces a growing conversation appends one by one, so an
engine that keeps its KV cache and one that starts over see the same grid.

Is not: the tokenizer, and not the model.

A message is the part `<|im_start|>ROLE\\n` (with `<|voice|>` in the same part for the assistant),
its content parts, and the part `<|im_end|>\\n`. Each part is tokenized on its own.

Text from users:

- Control tokens in it are never recognized: `<|im_end|>` in a script is text to be spoken.
- Speaker tags are placed by us. With `speaker` given, text that contains `<|speaker:1|>` is
  refused: the tag is ordinary text to s2-pro's tokenizer, so passing it on would change the voice.
- Without `speaker` the text is taken as it is, tags included: that is upstream's own format.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.config import ModelConfig
from engine.errors import AudioError, ConfigError, TextError
from engine.tokenizer import SPEAKER_TAG, Tokenizer

CodesArray = npt.NDArray[np.integer[Any]]

INSTRUCTION = "convert the provided text to speech"
REFERENCE_OPENING = f"{INSTRUCTION} reference to the following:\n\nText:\n"
REFERENCE_SPEECH = "\n\nSpeech:\n"
MESSAGE_END = "<|im_end|>\n"
ASSISTANT_START = "<|im_start|>assistant\n<|voice|>"


@dataclass(frozen=True, eq=False)
class Reference:
    """A recording the model takes a voice from; reference i is speaker i.

    Attributes:
        text: what is said in it. It may hold speaker tags if several speakers are heard.
        codes: int [n_codebooks, n_frames].
    """

    text: str
    codes: Tensor | CodesArray


class PromptBuilder:
    """Builds columns for one checkpoint. Immutable, safe to share between threads.

    Args:
        tokenizer: the checkpoint's tokenizer.
        n_codebooks: code rows of the grid.
        semantic_range: first and last id of the semantic tokens.
        codebook_size: codes of the model per codebook; as many as semantic tokens if not given.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        n_codebooks: int,
        semantic_range: tuple[int, int],
        *,
        codebook_size: int | None = None,
    ) -> None:
        first, last = semantic_range
        self.n_codebooks = n_codebooks
        self.semantic_range = semantic_range
        n_semantic = last - first + 1
        self._code_limits = [n_semantic] + [codebook_size or n_semantic] * (n_codebooks - 1)
        self._tokenizer = tokenizer

    @classmethod
    def for_model(cls, tokenizer: Tokenizer, config: ModelConfig) -> Self:
        """Make the builder of a checkpoint.

        Raises:
            CheckpointError: the tokenizer lacks a token the layout needs.
            ConfigError: tokenizer and config disagree about ids.
        """
        check_agreement(tokenizer, config)
        semantic_range = (config.semantic_start_token_id, config.semantic_end_token_id)
        return cls(
            tokenizer, config.n_codebooks, semantic_range, codebook_size=config.codebook_size
        )

    def system_columns(self, references: Sequence[Reference] = ()) -> Tensor:
        """Return the system message; transcripts and codes of the references are part of it."""
        pieces = [self.layout_columns("<|im_start|>system\n")]
        if references:
            pieces += [self.layout_columns(REFERENCE_OPENING)]
            pieces += [self.text_columns(reference_text(references))]
            pieces += [self.layout_columns(REFERENCE_SPEECH)]
            pieces += [self.code_columns(reference.codes) for reference in references]
        else:
            pieces += [self.layout_columns(INSTRUCTION)]
        return torch.cat([*pieces, self.end_of_message()], dim=1)

    def user_turn_columns(self, text: str, speaker: int | None = None) -> Tensor:
        """Return a whole user message.

        Args:
            text: what is to be spoken.
            speaker: put this speaker's tag in front of a text that must not have tags itself.

        Raises:
            TextError: the text is empty, or has speaker tags although `speaker` is given.
        """
        if not text.strip():
            raise TextError("there is nothing to speak: the text is empty")
        spoken = text if speaker is None else tagged_text(text, speaker)
        opening, content = self.layout_columns("<|im_start|>user\n"), self.text_columns(spoken)
        return torch.cat([opening, content, self.end_of_message()], dim=1)

    def assistant_header(self) -> Tensor:
        """Return the opening of an assistant message; frames are generated right behind it."""
        return self.layout_columns(ASSISTANT_START)

    def end_of_message(self) -> Tensor:
        """Return the columns that close a message, e.g. behind the frames of a finished turn."""
        return self.layout_columns(MESSAGE_END)

    def spoken_columns(self, codes: Tensor | CodesArray) -> Tensor:
        """Return a whole assistant message with these codes, int [n_codebooks, F]."""
        pieces = [self.assistant_header(), self.code_columns(codes), self.end_of_message()]
        return torch.cat(pieces, dim=1)

    def code_columns(self, codes: Tensor | CodesArray) -> Tensor:
        """Return one column per frame: the semantic token's id, then the codes.

        Raises:
            AudioError: the codes do not fit this model (wrong number of rows or codes too large).
        """
        if not isinstance(codes, Tensor):
            codes = torch.from_numpy(codes.astype(np.int64))
        codes = codes.to("cpu", torch.int64)
        if codes.ndim != 2 or codes.shape[0] != self.n_codebooks:
            raise AudioError(
                f"codes of shape {list(codes.shape)} do not fit this model, which has "
                f"{self.n_codebooks} codebooks; encode the audio again with its codec"
            )
        limits = torch.tensor(self._code_limits).unsqueeze(1)
        if bool(((codes < 0) | (codes >= limits)).any()):
            raise AudioError(
                f"codes from {int(codes.min())} to {int(codes.max())} do not fit this model, whose "
                f"codes end before {self._code_limits}; encode the audio again with its codec"
            )
        return torch.cat([codes[:1] + self.semantic_range[0], codes])

    def text_columns(self, text: str) -> Tensor:
        """Return the columns of one part of text from outside."""
        return self._columns(self._tokenizer.encode_text(text))

    def layout_columns(self, literal: str) -> Tensor:
        """Return the columns of one literal part of the layout."""
        return self._columns(self._tokenizer.encode_layout(literal))

    def _columns(self, ids: list[int]) -> Tensor:
        grid = torch.zeros(1 + self.n_codebooks, len(ids), dtype=torch.int64)
        grid[0] = torch.tensor(ids, dtype=torch.int64)
        return grid


def check_agreement(tokenizer: Tokenizer, config: ModelConfig) -> None:
    """Make sure that a tokenizer and a config speak of the same ids.

    Raises:
        CheckpointError: the tokenizer lacks a token the layout needs.
        ConfigError: they give different ids to the end of a message or to the codes.
    """
    for token in ("<|im_start|>", "<|voice|>"):
        tokenizer.control_id(token)
    if (end_id := tokenizer.control_id("<|im_end|>")) != config.eos_token_id:
        raise ConfigError(
            "eos_token_id",
            f"is {config.eos_token_id}, but <|im_end|> is {end_id} in tokenizer.json",
        )
    semantic_range = (config.semantic_start_token_id, config.semantic_end_token_id)
    if tokenizer.semantic_range not in (None, semantic_range):
        raise ConfigError(
            "semantic_start_token_id",
            f"and semantic_end_token_id are {semantic_range}, but the semantic tokens of "
            f"tokenizer.json are {tokenizer.semantic_range}",
        )


def speaker_tag(speaker: int) -> str:
    """Return the tag that makes a turn speaker `speaker`'s.

    >>> speaker_tag(1)
    '<|speaker:1|>'
    """
    return f"<|speaker:{speaker}|>"


def tagged_text(text: str, speaker: int) -> str:
    """Return a user's text with the tag of its speaker in front.

    Raises:
        TextError: the text has a speaker tag of its own.
    """
    if match := SPEAKER_TAG.search(text):
        raise TextError(
            f"{match[0]!r} at character {match.start() + 1} would change the speaker inside a "
            "turn; remove it and start a new turn for another speaker"
        )
    return speaker_tag(speaker) + text


def reference_text(references: Iterable[Reference]) -> str:
    """Return all transcripts as one part; those without a speaker tag get their position's."""
    return "\n".join(
        reference.text
        if SPEAKER_TAG.search(reference.text)
        else speaker_tag(position) + reference.text
        for position, reference in enumerate(references)
    )
