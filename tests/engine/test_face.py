"""What an engine says about itself, and its codec's face of numpy arrays."""

import numpy as np
import pytest
import torch

from engine import ConfigError, Engine, EngineError, Sampling


def test_codes_and_audio_round_trip_through_the_face(tiny_engine):
    info = tiny_engine.info
    audio = np.sin(np.arange(5000, dtype=np.float32) / 20) * 0.3
    codes = tiny_engine.encode(audio, info.sample_rate)
    assert codes.dtype == np.uint16
    assert codes.shape == (info.n_codebooks, -(-5000 // info.frame_length))
    stereo = np.stack([audio, audio], axis=1)
    assert np.array_equal(tiny_engine.encode(stereo, info.sample_rate), codes)
    whole, stream = tiny_engine.decode(codes), tiny_engine.stream()
    pieces = [stream.push(codes[:, i : i + 3]) for i in range(0, codes.shape[1], 3)]
    np.testing.assert_allclose(np.concatenate(pieces), whole, atol=1e-5)


def test_info_says_what_is_loaded(tiny_checkpoint):
    info = Engine.load(tiny_checkpoint).info
    assert (info.name, info.device, info.speed_class) == ("tiny", "cpu", "draft")
    assert info.frame_rate == info.sample_rate / info.frame_length
    assert info.max_positions == 4096
    assert info.default_sampling == Sampling()
    assert info.fingerprint != info.codec_fingerprint


def test_the_makers_advice_is_followed(tiny_copy):
    advice = '{"sampling": {"temperature": 0.5}, "languages": ["en"], "speed_class": "full"}'
    (tiny_copy / "generation_config.json").write_text(advice)
    info = Engine.load(tiny_copy).info
    assert info.default_sampling == Sampling(temperature=0.5)
    assert (info.languages, info.speed_class) == (("en",), "full")
    for wrong, field in [
        ('{"sampling": {"warmth": 1}}', r"sampling\.warmth' is unknown"),
        ('{"sampling": {"temperature": 5}}', "temperature must be at least 0 and below 2, is 5"),
        ('{"languages": "en"}', "languages"),
        ('{"speed_class": "fast"}', "speed_class"),
        ('{"max_speakers": 0}', "max_speakers"),
    ]:
        (tiny_copy / "generation_config.json").write_text(wrong)
        with pytest.raises(ConfigError, match=rf"generation_config\..*{field}"):
            Engine.load(tiny_copy)


def test_what_other_tools_advise_is_let_through(tiny_copy):
    (tiny_copy / "generation_config.json").write_text('{"do_sample": true, "speed_class": null}')
    assert Engine.load(tiny_copy).info.speed_class == "draft"


def test_a_device_that_is_not_there_is_named(tiny_checkpoint, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(EngineError, match="cuda"):
        Engine.load(tiny_checkpoint, device="cuda")
