"""The light codec: its stream, its bounds, its vocoder."""

import math

import pytest
import torch

from engine.codecs.codec import BLOCK_SAMPLES
from engine.codecs.source_filter.codec import (
    SourceFilterCodec,
    SourceFilterConfig,
)
from engine.codecs.source_filter.vocoder import (
    Controls,
    Synthesizer,
    interpolation_matrix,
    mel_points,
    minimum_phase,
    noise_table,
)
from engine.errors import ConfigError
from engine.training.pitch import track

EXPECTED_NOISE = [0.910205, -0.134497, -1.643437, 1.185549]
SMALL = SourceFilterConfig(
    encoder_dim=24,
    frame_dim=32,
    hop_dim=24,
    hop_layers=2,
    codebook_dim=8,
    codebook_sizes=(16, 8, 8),
)


@pytest.fixture(scope="module")
def codec() -> SourceFilterCodec:
    torch.manual_seed(0)
    return SourceFilterCodec(SMALL).eval()


def random_codes(frames: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(frames)
    rows = [torch.randint(size, (frames,), generator=generator) for size in SMALL.codebook_sizes]
    return torch.stack(rows)


def test_stream_in_any_pieces_equals_decode(codec: SourceFilterCodec) -> None:
    codes = random_codes(150)
    whole = codec.decode(codes)
    assert whole.shape == (150 * codec.frame_length,)
    assert whole.abs().max() > 1e-3
    stream = codec.stream()
    pieces = torch.cat([stream.push(piece) for piece in codes.split([1, 2, 40, 1, 77, 29], 1)])
    # rounding of the pitch adds up in the phase of the pulse train
    assert (pieces - whole).abs().max() < 1e-3


def test_the_audio_of_a_prefix_is_a_prefix_of_the_audio(codec: SourceFilterCodec) -> None:
    codes = random_codes(40)
    head = codec.decode(codes[:, :13])
    assert (codec.decode(codes)[: len(head)] - head).abs().max() < 1e-5


def test_encoding_in_blocks_equals_encoding_at_once(
    codec: SourceFilterCodec, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio = 0.3 * torch.randn(50_000, generator=torch.Generator().manual_seed(1))
    at_once = codec.encode(audio)
    assert at_once.shape == (3, math.ceil(50_000 / codec.frame_length))
    assert BLOCK_SAMPLES > 50_000
    monkeypatch.setattr("engine.codecs.codec.BLOCK_SAMPLES", 7 * codec.frame_length)
    assert torch.equal(codec.encode(audio), at_once)


def test_codes_beyond_a_codebook_count_as_its_last_entry(codec: SourceFilterCodec) -> None:
    codes = random_codes(5)
    too_large = codes.clone()
    too_large[1] = 4000
    codes[1] = 7
    assert torch.equal(codec.decode(too_large), codec.decode(codes))
    assert too_large[1, 0] == 4000


@pytest.mark.parametrize("hz", [70.0, 123.0, 310.0])
def test_the_pulse_train_has_the_pitch_asked_for(hz: float) -> None:
    config = SourceFilterConfig()
    hops = 100
    envelope = torch.full((1, 2 * hops, config.bands), -1.0)
    controls = Controls(torch.full((1, hops), math.log(hz)), envelope, envelope - 8)
    audio = Synthesizer(config.sample_rate, config.hop, config.bands)(controls, {})[0]
    f0 = track(audio, config.sample_rate, config.hop)[10:-10]
    assert (f0 - hz).abs().max() < 0.01 * hz


def test_noise_alone_is_unvoiced() -> None:
    config = SourceFilterConfig()
    envelope = torch.full((1, 200, config.bands), -1.0)
    controls = Controls(torch.full((1, 100), math.log(120.0)), envelope - 8, envelope)
    audio = Synthesizer(config.sample_rate, config.hop, config.bands)(controls, {})[0]
    assert (track(audio, config.sample_rate, config.hop) > 0).float().mean() < 0.05


def test_noise_table_is_fixed_and_white() -> None:
    noise = noise_table(1 << 16)
    assert abs(noise.mean()) < 0.02 and abs(noise.std() - 1) < 0.01
    assert abs((noise[1:] * noise[:-1]).mean()) < 0.02
    expected = torch.tensor(EXPECTED_NOISE)
    assert torch.allclose(noise[1000:1004], expected, atol=1e-5)


def test_minimum_phase_keeps_the_magnitude_and_is_causal() -> None:
    log_magnitude = torch.sin(torch.linspace(0, 9, 257))
    filters = minimum_phase(log_magnitude)
    assert torch.allclose(filters.abs().log(), log_magnitude, atol=1e-4)
    taps = torch.fft.irfft(filters)
    assert taps[:128].square().sum() > 0.98 * taps.square().sum()


def test_interpolation_hits_its_knots() -> None:
    points = mel_points(20, 11025)
    values = points.float() @ interpolation_matrix(20, 2049, 22050)
    assert torch.allclose(values, torch.linspace(0, 11025, 2049), atol=1.0)


@pytest.mark.parametrize(
    ("field", "value"), [("hops", 3), ("hop", 0), ("codebook_sizes", []), ("n_mels", "80")]
)
def test_config_errors_name_the_field(field: str, value: object) -> None:
    with pytest.raises(ConfigError, match=field):
        SourceFilterConfig.read({field: value})


def test_config_round_trip() -> None:
    values = SMALL.model_dump()
    values["codebook_sizes"] = list(values["codebook_sizes"])
    assert SourceFilterConfig.read(values) == SMALL
