"""Random weights, bytes for tokens, and lanes that are kept busy."""

import json

import numpy as np
import pytest
import torch

from engine import EngineError
from engine.bench import synthetic
from engine.bench.book import turn_lengths
from engine.bench.compare import config_json
from engine.bench.floors import Card
from engine.bench.hardware import Probe, probe
from engine.bench.load import Load, append_turns, engine_for, time_windows
from engine.bench.rig import Rig
from engine.bench.sizes import QUICK, S2_PRO, TINY
from engine.bench.timing import Deadline
from engine.config import ModelConfig
from engine.length import expected_seconds

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def rig() -> Rig:
    return Rig.build(QUICK, CPU, Deadline.after(0))


def test_the_probe_measures_something():
    found = probe(CPU, torch.float32, 2**20, 64, Deadline.after(0))
    assert found.card == Card(max(found.read.values()), found.flops)
    assert min(*found.read.values(), found.copy, found.flops) > 0
    assert isinstance(found, Probe)


def test_weights_are_random_and_never_zero(rig):
    tensors = {**rig.model.state_dict(), **rig.codec.state_dict()}
    assert [name for name, tensor in tensors.items() if not tensor.any()] == []
    weight = rig.model.slow.layers[0].feed_forward.w1.weight
    assert float(weight.std()) == pytest.approx(0.02, rel=0.05)
    assert float(rig.model.slow.layers[0].ffn_norm.weight.mean()) == pytest.approx(1, abs=0.02)


def test_the_codec_makes_finite_audio_that_is_not_silence(rig):
    audio = rig.engine(1, 256).decode(rig.random_codes(20, 0))
    assert np.isfinite(audio).all()
    assert float(audio.std()) > 1e-4


@pytest.mark.parametrize("config", [TINY, S2_PRO], ids=["tiny", "s2-pro"])
def test_the_tokenizer_has_the_ids_the_model_expects(config):
    prompts = synthetic.prompts_for(config)
    header = prompts.assistant_header()
    assert config.eos_token_id in prompts.end_of_message()[0]
    assert header.shape[1] == 3
    text = prompts.text_columns("<|im_end|> ten bytes")
    assert text.shape[1] == len("<|im_end|> ten bytes")
    assert int(text[0].max()) < 256


@pytest.mark.parametrize("config", [TINY, S2_PRO], ids=["tiny", "s2-pro"])
def test_a_written_configuration_reads_as_the_same(config):
    assert ModelConfig.read(json.loads(json.dumps(config_json(config)))) == config


def test_texts_are_as_long_as_asked_and_never_the_same():
    texts = {synthetic.text_of(30, number) for number in range(200)}
    assert len(texts) == 200
    assert {len(text) for text in texts} == {30}
    assert len(synthetic.text_for_bytes(90, 1)) == 20


def test_turns_have_the_length_they_are_told(rig):
    engine = rig.engine(1, 256)
    with engine.prefix() as prefix, engine.chain(prefix) as chain:
        for frames in (1, 2, 17):
            engine.forced_frames = frames
            [take] = chain.perform("a text that would like another length").result()
            assert take.frames == frames


def test_contexts_are_filled_with_turns(rig):
    engine = rig.engine(1, 400)
    with engine.prefix() as prefix, engine.chain(prefix) as chain:
        append_turns(rig, engine, chain, 200)
        assert 200 <= sum(turn.columns.shape[1] for turn in chain.turns) <= 240


def test_a_load_keeps_its_lanes_busy_and_counts_what_they_make(rig):
    engine = engine_for(rig, 3, 0, 100, 20)
    load = Load.fill(rig, engine, 3, 100, Deadline.after(60))
    load.settle()
    windows = time_windows(load, Deadline.after(60), runs=5)
    assert len(windows.step.values) == len(windows.speed.values) == 5
    # Almost every step makes a frame of every lane; some lanes run the prompt of their next turn.
    assert 2 <= windows.lanes <= 3
    assert 90 < windows.positions < 190
    assert load.finished_frames > 0
    load.close()
    assert engine.step() is False


def test_a_load_without_time_says_so(rig):
    with pytest.raises(EngineError, match="no time was left: 0 of 2 lanes"):
        Load.fill(rig, engine_for(rig, 2, 0, 100, 1), 2, 100, Deadline.after(0))


def test_the_book_is_one():
    chapters = turn_lengths()
    assert len(chapters) == 60
    assert all(0 < n_bytes <= 300 for chapter in chapters for n_bytes in chapter)
    hours = expected_seconds("x" * sum(map(sum, chapters))) / 3600
    assert 4 < hours < 6
