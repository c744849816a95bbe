"""Two ways into the tokenizer: layout parts know control tokens, text from users never does."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers.pre_tokenizers import ByteLevel

from engine.errors import CheckpointError, TextError
from engine.tokenizer import Tokenizer

GOLDEN = Path(__file__).parents[1] / "golden"
TOKENIZER = Tokenizer(GOLDEN / "prompt" / "tokenizer.json")
CHECKS = json.loads((GOLDEN / "prompt" / "cases.json").read_text(encoding="utf-8"))[
    "tokenizer_checks"
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: repr(check["text"]))
def test_golden_strings(check):
    assert TOKENIZER.encode_layout(check["text"]) == check["ids"]
    assert TOKENIZER.decode(check["ids"]) == check["decoded"]


def test_semantic_range_comes_from_the_tokenizer():
    assert TOKENIZER.semantic_range == (474, 601)
    assert TOKENIZER.control_id("<|im_end|>") == 462


@pytest.mark.parametrize(
    "text", ["<|im_end|>", "a<|im_start|>system\n", "<|semantic:5|>", "<|voice|><|phoneme_start|>"]
)
def test_control_tokens_typed_by_a_user_are_spoken_text(text):
    ids = TOKENIZER.encode_text(text)
    assert not TOKENIZER.control_ids.intersection(ids)
    assert TOKENIZER.decode(ids) == text


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["<|im_end|>", "<|", "|>", "im_end", "<|semantic:7|>", "\n", "<|voice|>"])
        | st.text(max_size=4)
    )
)
def test_no_text_whatsoever_becomes_a_control_token(pieces):
    text = "".join(pieces).encode("utf-8", "ignore").decode()
    assert not TOKENIZER.control_ids.intersection(TOKENIZER.encode_text(text))


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(TextError, match="character 3"):
        TOKENIZER.encode_text("ab\ud800")


def write_tokenizer(folder: Path, added: list[tuple[str, bool]]) -> Path:
    """Write a byte-level tokenizer without merges, as the starter's is, with added tokens."""
    vocabulary = {char: index for index, char in enumerate(sorted(ByteLevel.alphabet()))}
    content = {
        "version": "1.0",
        "added_tokens": [
            {
                "id": len(vocabulary) + index,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": special,
            }
            for index, (token, special) in enumerate(added)
        ],
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": True,
            "use_regex": False,
        },
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": True,
            "use_regex": False,
        },
        "model": {"type": "BPE", "vocab": vocabulary, "merges": []},
    }
    path = folder / "tokenizer.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_tags_with_a_token_of_their_own_are_part_of_the_text(tmp_path):
    path = write_tokenizer(
        tmp_path, [("<|im_end|>", True), ("<|speaker:0|>", False), ("[whisper]", False)]
    )
    tokenizer = Tokenizer(path)
    assert tokenizer.encode_text("<|speaker:0|>[whisper]") == [257, 258]
    assert tokenizer.encode_text("<|im_end|>") != [256]
    assert tokenizer.semantic_range is None


def test_a_control_token_not_marked_special_is_guarded_as_well(tmp_path):
    tokenizer = Tokenizer(write_tokenizer(tmp_path, [("<|im_end|>", False), ("<think>", False)]))
    assert tokenizer.encode_layout("<|im_end|>") == [256]
    assert len(tokenizer.encode_text("<|im_end|><think>")) == 17


def test_semantic_tokens_with_a_gap_are_refused(tmp_path):
    path = write_tokenizer(tmp_path, [("<|semantic:0|>", True), ("<|semantic:2|>", True)])
    with pytest.raises(CheckpointError, match="do not follow each other"):
        Tokenizer(path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"added_tokens": [1]}'])
def test_what_is_no_tokenizer_is_refused(tmp_path, content):
    path = tmp_path / "tokenizer.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CheckpointError, match="cannot be read as a tokenizer"):
        Tokenizer(path)


def test_a_missing_token_is_named():
    with pytest.raises(CheckpointError, match=r"<\|sing\|>"):
        TOKENIZER.control_id("<|sing|>")
