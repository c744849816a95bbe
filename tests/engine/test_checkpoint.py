"""Checkpoint folders: every way to store a model gives the same one, every fault is named."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint import (
    convert_codec,
    fingerprint,
    load_codec_state,
    load_model,
    load_model_state,
    read_codec_pth,
    resolve,
)
from engine.config import read_config
from engine.errors import CheckpointError

GOLDEN = Path(__file__).parents[1] / "golden"
TINY = GOLDEN / "lm_tiny"
TENSORS = load_file(TINY / "model.safetensors")
CPU = torch.device("cpu")


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[k], right[k]) for k in left)


def write_shards(folder: Path) -> dict[str, str]:
    names = sorted(TENSORS)
    weight_map = {name: f"model-{i % 2}.safetensors" for i, name in enumerate(names)}
    for shard in set(weight_map.values()):
        part = {name: TENSORS[name] for name in names if weight_map[name] == shard}
        save_file(part, folder / shard)
    index = json.dumps({"metadata": {}, "weight_map": weight_map})
    (folder / "model.safetensors.index.json").write_text(index)
    return weight_map


def load(tensors: dict[str, torch.Tensor], folder: Path) -> None:
    save_file(tensors, folder / "model.safetensors")
    load_model(folder, read_config(TINY / "config.json"), CPU, torch.float32)


def test_shards_and_single_file_hold_the_same(tmp_path):
    write_shards(tmp_path)
    assert same(load_model_state(tmp_path), load_model_state(TINY))


def test_separate_projections_are_joined(tmp_path):
    tensors = dict(TENSORS)
    for name in [name for name in tensors if name.endswith("attention.wqkv.weight")]:
        q, k, v = tensors.pop(name).split([96, 48, 48])
        for letter, part in zip("qkv", (q, k, v), strict=True):
            tensors[name.replace("wqkv", f"w{letter}")] = part.contiguous()
    save_file(tensors, tmp_path / "model.safetensors")
    assert same(load_model_state(tmp_path), TENSORS)


def test_a_shard_that_lacks_a_tensor_is_an_error(tmp_path):
    weight_map = write_shards(tmp_path)
    save_file({}, tmp_path / "model-0.safetensors")
    with pytest.raises(CheckpointError) as caught:
        load_model(tmp_path, read_config(TINY / "config.json"), CPU, torch.float32)
    named = set(re.findall(r"tensor (\S+) is missing, must be", str(caught.value)))
    assert named == {name for name, shard in weight_map.items() if shard == "model-0.safetensors"}


def test_a_missing_shard_is_named(tmp_path):
    write_shards(tmp_path)
    (tmp_path / "model-1.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model-1\.safetensors"):
        load_model_state(tmp_path)


@pytest.mark.parametrize(
    "index", ["{", "{}", '{"weight_map": 5}', '{"weight_map": {"a": "../x.safetensors"}}']
)
def test_an_index_that_is_none_is_refused(tmp_path, index):
    (tmp_path / "model.safetensors.index.json").write_text(index)
    with pytest.raises(CheckpointError, match=r"index\.json"):
        load_model_state(tmp_path)


def test_every_tensor_that_does_not_fit_is_named(tmp_path):
    tensors = dict(TENSORS)
    gone, bent = "audio_decoder.output.weight", "text_model.model.norm.weight"
    del tensors[gone]
    tensors[bent] = torch.zeros(7)
    tensors["extra.weight"] = torch.zeros(1)
    with pytest.raises(CheckpointError) as caught:
        load(tensors, tmp_path)
    assert str(caught.value).splitlines()[1:] == [
        f"  tensor {gone} is missing, must be float [128, 64]",
        "  tensor extra.weight is float [1], must be absent",
        f"  tensor {bent} is float [7], must be float [64]",
    ]


def test_a_tensor_of_the_wrong_kind_is_named(tmp_path):
    name = "text_model.model.norm.weight"
    with pytest.raises(CheckpointError, match=rf"{name} is int \[64\], must be float \[64\]"):
        load(TENSORS | {name: torch.zeros(64, dtype=torch.int64)}, tmp_path)


def test_other_float_types_are_converted(tmp_path):
    save_file({n: t.bfloat16() for n, t in TENSORS.items()}, tmp_path / "model.safetensors")
    model = load_model(tmp_path, read_config(TINY / "config.json"), CPU, torch.float32)
    assert {p.dtype for p in model.parameters()} == {torch.float32}


@pytest.mark.parametrize("content", [b"", b"no tensors in here at all"])
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        load_model_state(tmp_path)


def test_pickled_language_models_are_refused(tmp_path):
    torch.save(TENSORS, tmp_path / "model.pth")
    with pytest.raises(CheckpointError, match="pickled"):
        load_model_state(tmp_path)


def test_folders_that_are_none_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match="known: starter"):
        resolve("no-such-checkpoint")
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        resolve(tmp_path)
    assert resolve(TINY).name == "lm_tiny"


@pytest.mark.parametrize("prefix", ["", "generator."])
@pytest.mark.parametrize("wrapped", [False, True])
def test_codec_pth_is_read_in_every_spelling(tmp_path, prefix, wrapped):
    wanted = {"encoder.weight": torch.ones(3), "decoder.bias": torch.zeros(2)}
    content = {prefix + name: tensor for name, tensor in wanted.items()}
    content[f"{prefix}quantizer.pre_module.causal_mask"] = torch.ones(2, 2, dtype=torch.bool)
    content[f"{prefix}quantizer.pre_module.freqs_cis"] = torch.ones(2, dtype=torch.bfloat16)
    if prefix:
        content["discriminator.weight"] = torch.ones(1)
    torch.save({"state_dict": content} if wrapped else content, tmp_path / "codec.pth")
    assert same(load_codec_state(tmp_path), wanted)


def test_codec_conversion_gives_the_same_tensors(tmp_path):
    tensors = load_file(GOLDEN / "codec_tiny" / "codec.safetensors")
    torch.save(tensors, tmp_path / "codec.pth")
    command = [sys.executable, "-m", "engine.checkpoint", "convert-codec"]
    paths = [tmp_path / "codec.pth", tmp_path / "codec.safetensors"]
    subprocess.run([*command, *map(str, paths)], check=True)
    assert same(load_file(paths[1]), tensors)
    assert sorted(tmp_path.iterdir()) == paths


@pytest.mark.parametrize("content", [[1, 2], {"a": 5}, {"state_dict": None}])
def test_a_codec_file_with_anything_but_tensors_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "codec.pth")
    with pytest.raises(CheckpointError, match="dict of tensors"):
        read_codec_pth(tmp_path / "codec.pth")


class Malicious:
    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("unpickled"),))


def test_a_codec_file_cannot_run_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"a": Malicious()}, "codec.pth")
    with pytest.raises(CheckpointError):
        convert_codec(Path("codec.pth"), Path("codec.safetensors"))
    assert not Path("unpickled").exists()


def test_the_fingerprint_follows_the_content_not_the_name(tmp_path):
    one, two, big = tmp_path / "one", tmp_path / "two", tmp_path / "big"
    one.write_bytes(b"weights")
    two.write_bytes(b"weights")
    assert fingerprint([one]) == fingerprint([two])
    two.write_bytes(b"weighty")
    assert fingerprint([one]) != fingerprint([two])
    big.write_bytes(bytes(40 * 2**20))
    before = fingerprint([big])
    with big.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"x")
    assert fingerprint([big]) != before
