"""Text to token ids, by the checkpoint's `tokenizer.json`.

Is: a thin face over the `tokenizers` library with two ways in that must not be confused.
`encode_layout` is for the literal parts of the prompt layout, which we write: control tokens such
as `<|im_end|>` are recognized. `encode_text` is for text that came from a user: control tokens are
never recognized, so `<|im_end|>` typed in a script is eight ordinary characters and more.

Is not: the prompt layout (see `engine.prompt`), which also decides about speaker tags.

- A control token is an added token that is marked special, or whose content has the form `<...>`;
  speaker tags `<|speaker:0|>` are exempt, and so are tags such as `[whisper]`: they belong to the
  text even where a tokenizer has a token of its own for them.
- Departure from upstream: upstream recognizes control tokens in user text as well.
"""

import json
import re
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer as Backend

from engine.errors import CheckpointError, TextError

SEMANTIC_TOKEN = re.compile(r"<\|semantic:([0-9]+)\|>")
SPEAKER_TAG = re.compile(r"<\|speaker:[0-9]+\|>")
CONTROL_FORM = re.compile(r"<.*>")


class Tokenizer:
    """Encodes and decodes text. Immutable after loading, safe to share between threads.

    Args:
        path: a `tokenizer.json`.

    Attributes:
        semantic_range: first and last (inclusive) id of `<|semantic:i|>`; None if the tokenizer
            has no such tokens.
        control_ids: the ids that `encode_text` never returns.

    Raises:
        CheckpointError: the file is missing or is not a tokenizer.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            added = [_guarded(token) for token in content.get("added_tokens") or []]
            self._layout = Backend.from_str(json.dumps(content))
            self._text = Backend.from_str(json.dumps({**content, "added_tokens": added}))
        except Exception as error:  # the library raises bare Exception for malformed content
            raise CheckpointError(path, f"cannot be read as a tokenizer: {error}") from error
        self._text.encode_special_tokens = True
        self._path = path
        self._added = {str(token["content"]): int(token["id"]) for token in added}
        self.control_ids = frozenset(int(token["id"]) for token in added if token["special"])
        self.semantic_range = self._find_semantic_range()

    @property
    def vocabulary_size(self) -> int:
        """Number of ids, added tokens included."""
        return int(self._layout.get_vocab_size(with_added_tokens=True))

    def control_id(self, token: str) -> int:
        """Return the id of a control token.

        Raises:
            CheckpointError: the tokenizer does not have it, so it is not of this model family.
        """
        if token not in self._added:
            raise CheckpointError(self._path, f"has no token {token!r}, which prompts need")
        return self._added[token]

    def encode_layout(self, text: str) -> list[int]:
        """Encode a literal part of the prompt layout; control tokens are recognized."""
        return list(self._layout.encode(text, add_special_tokens=False).ids)

    def encode_text(self, text: str) -> list[int]:
        """Encode text from a user; the ids hold no control token whatever it contains.

        Raises:
            TextError: the text cannot be written as UTF-8 (it holds half of a surrogate pair).
        """
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise TextError(
                f"character {error.start + 1} of the text is half of a surrogate pair and cannot "
                "be spoken; remove it"
            ) from error
        return list(self._text.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: list[int]) -> str:
        """Return the text behind the ids, control tokens included."""
        return str(self._layout.decode(ids, skip_special_tokens=False))

    def _find_semantic_range(self) -> tuple[int, int] | None:
        """Return first and last id of the semantic tokens, which must run without a gap."""
        matches = filter(None, map(SEMANTIC_TOKEN.fullmatch, self._added))
        ids = {int(match[1]): self._added[match[0]] for match in matches}
        if not ids:
            return None
        first = min(ids.values())
        if ids != {code: first + code for code in range(len(ids))}:
            raise CheckpointError(
                self._path,
                "the ids of <|semantic:0|>, <|semantic:1|>, ... do not follow each other",
            )
        return first, first + len(ids) - 1


def _guarded(token: dict[str, Any]) -> dict[str, Any]:
    """Return the added token, marked special if it has the form of a control token."""
    content = str(token["content"])
    if SPEAKER_TAG.fullmatch(content):
        return {**token, "special": False}
    return {**token, "special": token["special"] or bool(CONTROL_FORM.fullmatch(content))}
