"""The reference-audio resampler: golden rates, any split into blocks, bad input."""

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

import engine.resample
from engine.errors import AudioError
from engine.resample import mono, resample

FOLDER = Path(__file__).parents[1] / "golden" / "resample"
TENSORS = load_file(FOLDER / "cases.safetensors")
CASES = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))["cases"]
RATED = {name: case for name, case in CASES.items() if isinstance(case, dict)}


@pytest.mark.parametrize("name", RATED)
def test_golden_rates(name):
    case = RATED[name]
    output = resample(TENSORS[f"{name}.in"], case["source_rate"], case["target_rate"])
    torch.testing.assert_close(output, TENSORS[f"{name}.out"], atol=5e-5, rtol=0)


def test_channels_are_averaged():
    assert torch.equal(mono(TENSORS["stereo.in"]), TENSORS["stereo.out"])
    assert torch.equal(mono(TENSORS["stereo.in"][0]), TENSORS["stereo.in"][0])


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 400),
    st.sampled_from([8000, 16000, 44099, 48000, 96000]),
    st.integers(1, 4000),
)
def test_blocks_do_not_matter(length, rate, products):
    audio = torch.linspace(-1, 1, length).sin()
    whole = resample(audio, rate, 44100)
    assert whole.shape[0] == -(-length * 44100 // rate)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.resample, "BLOCK_PRODUCTS", products)
        torch.testing.assert_close(resample(audio, rate, 44100), whole, atol=1e-6, rtol=0)


def test_a_tone_keeps_its_pitch_and_level():
    seconds = torch.arange(48000, dtype=torch.float64) / 48000
    tone = (2 * torch.pi * 440 * seconds).sin().float()
    expected = (2 * torch.pi * 440 * torch.arange(44100, dtype=torch.float64) / 44100).sin().float()
    difference = (resample(tone, 48000, 44100) - expected)[100:-100]
    assert difference.abs().max() < 2e-3


def test_the_same_rate_changes_nothing():
    audio = torch.rand(10)
    assert resample(audio, 44100, 44100) is audio


@pytest.mark.parametrize("rate", [0, -1, 10_000_000])
def test_impossible_rates_are_refused(rate):
    with pytest.raises(AudioError, match="impossible"):
        resample(torch.zeros(4), rate, 44100)


@pytest.mark.parametrize("shape", [(2, 0), (0,), (1, 2, 3)])
def test_what_is_no_audio_is_refused(shape):
    with pytest.raises(AudioError):
        mono(torch.zeros(shape))


def test_stereo_has_to_be_averaged_first():
    with pytest.raises(AudioError, match="not mono"):
        resample(torch.zeros(2, 5), 16000, 44100)
