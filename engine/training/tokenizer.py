"""The starter checkpoint's tokenizer: bytes, plus one token each for the layout's fixed parts.

It is a `tokenizer.json` like that of s2-pro, with no merges: a small model learns to spell better
than to guess from rare pieces. Differences that keep prompts short and text regular:

- the fixed words of the prompt layout are single control tokens (never recognized in user text);
- speaker tags and the well-known tags such as `[whisper]` are single ordinary tokens;
- text is lower-cased and typographic quotes, dashes and spaces are made plain before the bytes;
- a text that does not end like a sentence gets a full stop.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer as Backend

from engine.prompt import INSTRUCTION, REFERENCE_OPENING, REFERENCE_SPEECH, speaker_tag

TAGS = ("whisper", "slow", "fast", "high voice", "low voice", "loud", "soft", "pause")
MAX_SPEAKERS = 8
CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>", "<|voice|>")
LAYOUT = ("system\n", "user\n", "assistant\n", REFERENCE_OPENING, INSTRUCTION, REFERENCE_SPEECH)
PLAIN = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2013": "-",
    "\u2014": " - ",
    "\u2026": "...",
    "\u00a0": " ",
    "\u2060": "",
}


def byte_alphabet() -> list[str]:
    """The 256 characters byte-level BPE writes bytes with, in byte order (GPT-2's table)."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(b) if b in shown else chr(next(spare)) for b in range(256)]


UNFINISHED = r"""(?:[,;:]+| - |(?<=[a-z0-9]))(?=["']*$)"""
"""The end of a text that is no end of a sentence, as of "Well," where "said he" has been cut off.

A model that knows whole sentences only would go on inventing words, so it is told a full stop. In
front of a tag inside a text there is a space; nothing is changed there.
"""


def build(n_semantic: int) -> dict[str, Any]:
    """Return the content of `tokenizer.json` for a codec with `n_semantic` semantic codes."""
    words = [(text, True) for text in (*CONTROL, *LAYOUT)]
    words += [(speaker_tag(i), False) for i in range(MAX_SPEAKERS)]
    words += [(f"[{tag}]", False) for tag in TAGS]
    words += [(f"<|semantic:{i}|>", True) for i in range(n_semantic)]
    added = [(256 + i, content, special) for i, (content, special) in enumerate(words)]
    replacements = [
        {"type": "Replace", "pattern": {"String": old}, "content": new}
        for old, new in PLAIN.items()
    ]
    closing = {"type": "Replace", "pattern": {"Regex": UNFINISHED}, "content": "."}
    steps = [{"type": "NFC"}, *replacements, {"type": "Lowercase"}, closing]
    return byte_level(added, {"type": "Sequence", "normalizers": steps})


def byte_level(
    added: Sequence[tuple[int, str, bool]],
    normalizer: dict[str, Any] | None = None,
    extra: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Return the content of a `tokenizer.json` of single bytes.

    Args:
        added: id, content, and whether it is a control token, of the tokens beyond the bytes.
        normalizer: what is done to a text first.
        extra: content -> id to have in the vocabulary as well; words with ids that leave gaps need
            that, or the library would number them itself.
    """
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False}
    letters = {character: i for i, character in enumerate(byte_alphabet())}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": content, **flags, "special": special}
            for i, content, special in added
        ],
        "normalizer": normalizer,
        "pre_tokenizer": {**level, "use_regex": False},
        "post_processor": None,
        "decoder": {**level, "use_regex": False},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": letters | dict(extra or {}),
            "merges": [],
        },
    }


def tag_id(tag: str) -> int:
    """Id of a well-known tag, whatever the codec."""
    return 256 + len(CONTROL) + len(LAYOUT) + MAX_SPEAKERS + TAGS.index(tag)


def vocabulary_size(n_semantic: int) -> int:
    """Ids of the tokenizer `build` makes, rounded up to a multiple of eight."""
    size = 256 + len(CONTROL) + len(LAYOUT) + MAX_SPEAKERS + len(TAGS) + n_semantic
    return -(-size // 8) * 8


def write(path: Path, n_semantic: int) -> None:
    """Write `tokenizer.json`."""
    path.write_text(json.dumps(build(n_semantic), ensure_ascii=False, indent=0) + "\n")


class TextAligner:
    """Encodes training text together with the character each token starts at."""

    def __init__(self, path: Path) -> None:
        self._backend = Backend.from_file(str(path))
        self._backend.encode_special_tokens = True

    def encode(self, text: str) -> tuple[list[int], list[int]]:
        """Return token ids and the character offset of each."""
        encoded = self._backend.encode(text, add_special_tokens=False)
        return encoded.ids, [start for start, _ in encoded.offsets]
