"""Every layout of the format, and that growing a conversation gives the grid of a whole prompt."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from engine.config import ModelConfig, read_config
from engine.conformance.upstream import (
    SpokenTurn,
    TrustingTokenizer,
    batch_texts,
    split_turns,
    whole_prompt,
)
from engine.errors import AudioError, ConfigError, TextError
from engine.prompt import (
    PromptBuilder,
    Reference,
    check_agreement,
)
from engine.tokenizer import Tokenizer

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = json.loads((GOLDEN / "prompt" / "cases.json").read_text(encoding="utf-8"))
TENSORS = load_file(GOLDEN / "prompt" / "cases.safetensors")
TOKENIZER = Tokenizer(GOLDEN / "prompt" / "tokenizer.json")
BUILDER = PromptBuilder(TOKENIZER, 10, (474, 601))
TRUSTING = PromptBuilder(TrustingTokenizer(GOLDEN / "prompt" / "tokenizer.json"), 10, (474, 601))


def references_of(name: str) -> list[Reference]:
    texts = [reference["text"] for reference in CASES["cases"][name]["references"]]
    return [Reference(text, TENSORS[f"{name}.ref{i}_codes"]) for i, text in enumerate(texts)]


@pytest.mark.parametrize("name", CASES["cases"])
def test_golden_prompts(name):
    case = CASES["cases"][name]
    turns: list[SpokenTurn] = []
    assert split_turns(case["text"]) == case["turns"]
    texts = batch_texts(case["text"], case["chunk_length"])
    assert len(texts) == len(case["batches"])
    for i, text in enumerate(texts):
        grid = whole_prompt(TRUSTING, text, references_of(name), turns)
        assert torch.equal(grid, TENSORS[f"{name}.batch{i}_prompt"])
        turns.append(SpokenTurn(text, TENSORS[f"{name}.batch{i}_generated_codes"]))


def test_control_tokens_in_a_users_text_do_not_reach_the_row_of_ids():
    text = CASES["cases"]["control_tokens_in_text"]["text"]
    ids = whole_prompt(BUILDER, text)[0].tolist()
    assert ids.count(TOKENIZER.control_id("<|im_end|>")) == 2  # system and user message
    assert ids.count(TOKENIZER.control_id("<|im_start|>")) == 3


codes = st.integers(1, 4).flatmap(
    lambda frames: st.lists(
        st.lists(st.integers(0, 127), min_size=frames, max_size=frames), min_size=10, max_size=10
    ).map(torch.tensor)
)
words = st.text("abc [].!?", min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.builds(Reference, words, codes), max_size=2),
    st.lists(st.tuples(st.integers(0, 2), words, codes), max_size=3),
    words,
)
def test_appending_message_by_message_gives_the_whole_prompt(references, spoken, text):
    grid = BUILDER.system_columns(references)
    turns = []
    for speaker, said, said_codes in spoken:
        grown = [
            BUILDER.user_turn_columns(said, speaker),
            BUILDER.assistant_header(),
            BUILDER.code_columns(said_codes),
            BUILDER.end_of_message(),
        ]
        grid = torch.cat([grid, *grown], dim=1)
        turns.append(SpokenTurn(f"<|speaker:{speaker}|>{said}", said_codes))
    grid = torch.cat([grid, BUILDER.user_turn_columns(text, 0), BUILDER.assistant_header()], dim=1)
    assert torch.equal(grid, whole_prompt(BUILDER, f"<|speaker:0|>{text}", references, turns))


@settings(deadline=None)
@given(st.text("ab \n", max_size=30), st.lists(st.text("ab é", max_size=20), max_size=12))
def test_batches_lose_no_tagged_turn_and_keep_to_the_limits(opening, turns):
    text = opening + "".join(f"<|speaker:{i % 3}|>{turn}" for i, turn in enumerate(turns))
    batches = batch_texts(text, 60)
    expected = [f"<|speaker:{i % 3}|>{turn}".strip() for i, turn in enumerate(turns)]
    assert split_turns("".join(batches)) == expected
    if not turns:
        assert batches == [text]
    for batch in batches if turns else []:
        packed = split_turns(batch)
        size = sum(len(turn.encode()) for turn in packed)
        assert len(packed) == 1 or (len(packed) <= 5 and size <= 60)


def test_codes_may_be_numpy():
    array = np.full((10, 3), 5, np.uint16)
    array.flags.writeable = False
    assert torch.equal(BUILDER.code_columns(array)[0], torch.full((3,), 479))


@pytest.mark.parametrize("bad", [np.zeros((9, 2), int), np.full((10, 2), 128), -np.ones((10, 2))])
def test_codes_of_another_model_are_refused(bad):
    with pytest.raises(AudioError, match="do not fit this model"):
        BUILDER.code_columns(bad)


@pytest.mark.parametrize("text", ["", " \n", "well <|speaker:1|> then"])
def test_a_turn_without_words_or_with_its_own_tag_is_refused(text):
    with pytest.raises(TextError):
        BUILDER.user_turn_columns(text, 0)


def test_a_text_of_nothing_is_refused_with_or_without_a_speaker():
    with pytest.raises(TextError, match="nothing to speak"):
        whole_prompt(BUILDER, "  ")


def test_tokenizer_and_config_must_agree():
    values = json.loads((GOLDEN / "lm_tiny" / "config.json").read_text(encoding="utf-8"))
    check_agreement(TOKENIZER, read_config(GOLDEN / "lm_tiny" / "config.json"))
    for field, other in [("eos_token_id", 461), ("semantic_end_token_id", 600)]:
        with pytest.raises(ConfigError, match=field):
            check_agreement(TOKENIZER, ModelConfig.read({**values, field: other}))
