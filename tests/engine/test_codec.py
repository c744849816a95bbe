"""The s2 codec: golden audio and codes, names of the checkpoint, loading, bad input."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.codecs.codec import build_codec, load_codec, read_codec_config
from engine.errors import AudioError, CheckpointError, ConfigError

GOLDEN = Path(__file__).parents[1] / "golden"
TENSORS = load_file(GOLDEN / "codec_tiny" / "cases.safetensors")
CONFIG = json.loads((GOLDEN / "codec_tiny" / "codec_config.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def codec():
    return load_codec(GOLDEN / "codec_tiny")


@pytest.mark.parametrize("name", ["a", "b"])
def test_golden_encode_and_decode(codec, name):
    codes = codec.encode(TENSORS[f"{name}.wav"])
    assert torch.equal(codes, TENSORS[f"{name}.indices"][0])
    torch.testing.assert_close(codec.decode(codes), TENSORS[f"{name}.audio"], atol=5e-5, rtol=0)


def test_codes_out_of_range_are_clamped_in_a_copy(codec):
    codes = TENSORS["clamp.indices"][0].clone()
    torch.testing.assert_close(codec.decode(codes), TENSORS["clamp.audio"], atol=5e-5, rtol=0)
    assert torch.equal(codes, TENSORS["clamp.indices"][0])


def test_shapes_of_the_published_codec():
    expected = json.loads((GOLDEN / "full_shapes.json").read_text(encoding="utf-8"))["codec"]
    codec = build_codec({"family": "dac"})
    shapes = {name: list(tensor.shape) for name, tensor in codec.state_dict().items()}
    assert shapes == {name: tensor["shape"] for name, tensor in expected["tensors"].items()}
    assert codec.frame_length == 2048
    assert codec.codebook_sizes == (4096, *[1024] * 9)


def test_a_pickled_checkpoint_loads_the_same(codec, tmp_path):
    state = load_file(GOLDEN / "codec_tiny" / "codec.safetensors")
    state["quantizer.pre_module.causal_mask"] = torch.ones(2, 2, dtype=torch.bool)
    torch.save(
        {"state_dict": {f"generator.{name}": state[name] for name in state}}, tmp_path / "codec.pth"
    )
    shutil.copy(GOLDEN / "codec_tiny" / "codec_config.json", tmp_path)
    codes = TENSORS["b.indices"][0]
    assert torch.equal(load_codec(tmp_path).decode(codes), codec.decode(codes))


def test_every_wrong_tensor_is_named(tmp_path):
    state = load_file(GOLDEN / "codec_tiny" / "codec.safetensors")
    bias = state.pop("decoder.model.0.conv.bias")
    state["decoder.model.0.conv.bais"] = bias
    state["encoder.block.5.alpha"] = torch.ones(1, 64, 1)
    save_file(state, tmp_path / "codec.safetensors")
    shutil.copy(GOLDEN / "codec_tiny" / "codec_config.json", tmp_path)
    with pytest.raises(CheckpointError) as caught:
        load_codec(tmp_path)
    assert str(caught.value).splitlines()[1:] == [
        "  tensor decoder.model.0.conv.bais is float [96], must be absent",
        "  tensor decoder.model.0.conv.bias is missing, must be float [96]",
        "  tensor encoder.block.5.alpha is float [1, 64, 1], must be float [1, 128, 1]",
    ]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["sample_rate"], None, "sample_rate"),
        (["sample_rate"], "44100", "sample_rate"),
        (["encoder_rates"], [2, 0, 4, 4], "encoder_rates"),
        (["decoder_rates"], [4, 4, 2], "decoder_rates"),
        (["encoder_transformer_layers"], [1], "encoder_transformer_layers"),
        (["decoder_dim"], 30, "decoder_dim"),
        (["voices"], 3, "voices"),
        (["quantizer", "input_dim"], 100, "quantizer.input_dim"),
        (["quantizer", "pre_module", "config", "n_local_heads"], 3, "n_local_heads"),
        (["quantizer", "pre_module", "config", "head_dim"], 31, "head_dim"),
        (["quantizer", "post_module"], 7, "post_module"),
        (["quantizer", "post_module", "config", "dim"], 64, "post_module.config.dim"),
        (["quantizer", "codebook_sise"], 7, "did you mean 'codebook_size'"),
        (["encoder_transformer_layers", 3], True, "encoder_transformer_layers"),
        (["transformer_general_config", "head_dim"], 256, "general_config.head_dim"),
        (["transformer_general_config", "n_local_heads"], 5, "general_config.n_local_heads"),
    ],
)
def test_impossible_configurations_name_the_field(path, value, field):
    config = json.loads(json.dumps(CONFIG))["config"]
    place = config
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ConfigError, match=field):
        build_codec({"config": config})


def test_unknown_families_and_broken_files_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="known families: dac, source_filter"):
        build_codec({"family": "mp3"})
    for content in ("{", "[]"):
        (tmp_path / "codec_config.json").write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError, match=r"codec_config\.json"):
            read_codec_config(tmp_path)


@pytest.mark.parametrize(
    "audio", [torch.zeros(0), torch.zeros(2, 9), torch.tensor([0.0, float("nan")])]
)
def test_what_is_no_audio_is_refused(codec, audio):
    with pytest.raises(AudioError):
        codec.encode(audio)


def test_codes_of_another_codec_are_refused(codec):
    with pytest.raises(AudioError, match="10 codebooks"):
        codec.decode(torch.zeros(9, 4, dtype=torch.int64))


def test_no_frames_make_no_audio(codec):
    assert codec.decode(torch.zeros(10, 0, dtype=torch.int64)).shape == (0,)


@pytest.mark.parametrize(
    ("change", "n_codebooks"),
    [
        (
            {
                "encoder_rates": [3, 2],
                "decoder_rates": [2, 3],
                "encoder_transformer_layers": [1, 0],
            },
            4,
        ),
        ({"encoder_rates": [4], "decoder_rates": [4], "encoder_transformer_layers": [0]}, 1),
    ],
)
def test_other_dimensions(change, n_codebooks):
    config = {**json.loads(json.dumps(CONFIG))["config"], **change, "encoder_dim": 32}
    width = 32 * 2 ** len(change["encoder_rates"])
    quantizer = config["quantizer"]
    quantizer |= {"input_dim": width, "n_codebooks": n_codebooks - 1, "downsample_factor": [3]}
    for module in ("pre_module", "post_module"):
        quantizer[module] |= {"input_dim": width}
        quantizer[module]["config"] |= {"dim": width, "n_local_heads": 2}
    content = {"config": config}
    generator = torch.Generator().manual_seed(0)
    weights = {
        name: torch.randn(tensor.shape, generator=generator) * 0.1 + 0.01
        for name, tensor in build_codec(content).state_dict().items()
    }
    codec = build_codec(content)
    codec.load_tensors(weights, Path("random"))
    codes = codec.encode(torch.linspace(-1, 1, 7 * codec.frame_length - 1))
    assert codes.shape == (n_codebooks, 7)
    assert codec.decode(codes).shape == (7 * codec.frame_length,)


def test_clips_of_several_lengths_are_decoded_side_by_side(codec):
    clips = [TENSORS["a.indices"][0], TENSORS["b.indices"][0][:, :7], TENSORS["b.indices"][0]]
    together = codec.decode_together(clips)
    for clip, audio in zip(clips, together, strict=True):
        torch.testing.assert_close(audio, codec.decode(clip), atol=1e-5, rtol=0)
    assert codec.decode_together([]) == []


def test_streams_of_several_clips_advance_together(codec):
    clips = torch.stack([TENSORS["b.indices"][0][:, i : i + 8] for i in range(3)])
    stream = codec.stream()
    audio = torch.cat([stream.push(piece) for piece in clips.split([3, 1, 4], dim=2)], dim=1)
    for clip, row in zip(clips, audio, strict=True):
        torch.testing.assert_close(row, codec.decode(clip), atol=1e-5, rtol=0)
