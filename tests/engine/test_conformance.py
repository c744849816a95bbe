"""The conformance run: every golden case passes, folders are known by content, misses are seen."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoint import load_model
from engine.config import read_config
from engine.conformance.__main__ import main
from engine.dual_ar import DualAR

GOLDEN = Path(__file__).parents[1] / "golden"


def run(capsys, folder: Path) -> tuple[int, list[str]]:
    status = main([str(folder)])
    output = capsys.readouterr()
    return status, [*output.out.splitlines(), *output.err.splitlines()]


def copy_cases(source: str, target: Path, *kept: str) -> Path:
    """Copy a golden folder, with the tensors of some cases only."""
    shutil.copytree(GOLDEN / source, target)
    if kept:
        tensors = load_file(target / "cases.safetensors")
        chosen = {name: tensors[name] for name in tensors if name.partition(".")[0] in kept}
        save_file(chosen, target / "cases.safetensors")
    return target


def shard(folder: Path) -> None:
    """Split model.safetensors in two, with an index."""
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names = sorted(tensors)
    weight_map = {}
    for i, part in enumerate((names[::2], names[1::2]), start=1):
        file = f"model-{i:05}-of-00002.safetensors"
        save_file({name: tensors[name] for name in part}, folder / file)
        weight_map |= dict.fromkeys(part, file)
    index = {"metadata": {}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def pickle_codec(folder: Path) -> None:
    """Leave only a codec.pth, with the stale entries the published one has."""
    tensors = load_file(folder / "codec.safetensors")
    (folder / "codec.safetensors").unlink()
    stale = {"quantizer.pre_module.freqs_cis": torch.zeros(4, 2, dtype=torch.bfloat16)}
    torch.save(tensors | stale, folder / "codec.pth")


def change(folder: Path, name: str) -> None:
    """Make one recorded value wrong."""
    tensors = load_file(folder / "cases.safetensors")
    tensors[name].view(-1)[-1] += 1
    save_file(tensors, folder / "cases.safetensors")


def test_every_golden_case_passes(capsys):
    status, lines = run(capsys, GOLDEN)
    assert status == 0
    assert not [line for line in lines if line.startswith("MISS") or "no check knows" in line]
    cases = {line.split()[1].partition("/")[0] for line in lines if line.startswith("ok")}
    assert cases == {*(path.name for path in GOLDEN.iterdir() if path.is_dir()), "golden"}
    not_applicable = [line.split()[1] for line in lines if line.startswith("n/a")]
    assert all(case.startswith(("sampling/bf16", "sampling/sg")) for case in not_applicable)


def test_folders_are_known_by_their_files(capsys, tmp_path):
    shard(copy_cases("lm_tiny", tmp_path / "one", "stop"))
    pickle_codec(copy_cases("codec_tiny", tmp_path / "deep" / "two", "b"))
    pickle_codec(copy_cases("codec_tiny", tmp_path / "three", "clamp"))
    copy_cases("lm_tiny_proj", tmp_path / "four", "text")
    copy_cases("e2e", tmp_path / "five")
    copy_cases("sampling", tmp_path / "six", "p0_flat", "p8_flat", "ras0", "semantic_bias")
    status, lines = run(capsys, tmp_path)
    assert status == 0, "\n".join(line for line in lines if line.startswith("MISS"))
    cases = {line.split()[1] for line in lines if line.startswith("ok")}
    assert {"one/stop", "deep/two/b", "three/clamp", "four/text", "five", "six/ras0"} <= cases


def test_a_single_case_folder(capsys, tmp_path):
    folder = copy_cases("resample", tmp_path / "anything", "from_8000")
    status, lines = run(capsys, folder)
    assert status == 0
    assert lines[0].split()[:2] == ["ok", "anything/from_8000"]


def test_other_dimensions(capsys, tmp_path):
    """Cases recorded here, in one pass without a cache, hold in the paged one."""
    config = json.loads((GOLDEN / "lm_tiny" / "config.json").read_text(encoding="utf-8"))
    config |= {"eos_token_id": 3, "pad_token_id": 0, "audio_pad_token_id": 0}
    config |= {"semantic_start_token_id": 20, "semantic_end_token_id": 51}
    sizes = {"dim": 24, "n_layer": 1, "n_head": 3, "n_local_heads": 1, "head_dim": 8}
    config["text_config"] |= {**sizes, "vocab_size": 60, "intermediate_size": 20}
    config["audio_decoder_config"] |= {**sizes, "vocab_size": 32, "num_codebooks": 3}
    config["audio_decoder_config"] |= {"text_dim": 24, "max_seq_len": 4, "n_layer": 1}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    record(tmp_path)
    status, lines = run(capsys, tmp_path)
    assert status == 0, "\n".join(lines)
    assert any("greedy_tokens, 6 frames" in line for line in lines)


def record(folder: Path) -> None:
    """Write random weights and what the model makes of a prompt."""
    config = read_config(folder / "config.json")
    torch.manual_seed(0)
    save_file(DualAR(config).state_dict(), folder / "model.safetensors")
    model = load_model(folder, config, torch.device("cpu"), torch.float32)
    prompt = torch.zeros(4, 9, dtype=torch.int64)
    prompt[0] = torch.arange(9)
    prompt[:, 5] = torch.tensor([27, 7, 1, 2])
    grid = prompt
    for _ in range(6):
        hidden = model.slow(model.embed(grid[None]), torch.arange(grid.shape[1]))[0]
        logits = model.slow.logits(hidden[-1])
        allowed = [*range(20, 52), 3]
        token = allowed[int(logits[allowed].argmax())]
        codes = [max(token - 20, 0)]
        for p in range(1, 3):
            forced = torch.tensor([[*codes, *[0] * (3 - p)]])
            codes.append(int(model.fast(hidden[-1:], forced)[0, p].argmax()))
        grid = torch.cat([grid, torch.tensor([[token, *codes]]).T], dim=1)
    hidden = model.slow(model.embed(prompt[None]), torch.arange(9))[0]
    tensors = {
        "x.prompt": prompt,
        "x.hidden": hidden,
        "x.slow_logits": model.slow.logits(hidden),
        "x.greedy_tokens": grid[:, 9:].contiguous(),
    }
    save_file(tensors, folder / "cases.safetensors")


@pytest.mark.parametrize(
    ("source", "case", "name"),
    [
        ("lm_tiny_proj", "text", "text.hidden"),
        ("lm_tiny_proj", "text", "text.fast_logits"),
        ("lm_tiny_proj", "text", "text.sampled_tokens"),
        ("lm_tiny_proj", "text", "text.bf16_slow_logits_last32"),
        ("lm_tiny", "first_end", "first_end.greedy_tokens"),
        ("codec_tiny", "b", "b.indices"),
        ("codec_tiny", "b", "b.audio"),
        ("codec_tiny", "b", "b.z_q"),
        ("prompt", "two_references", "two_references.batch0_prompt"),
        ("prompt", "sglang_one_reference", "sglang_one_reference.input_ids"),
        ("sampling", "p1_flat", "p1_flat.probs"),
        ("sampling", "p1_flat", "p1_flat.index"),
        ("sampling", "ras4", "ras4.frame"),
        ("resample", "from_8000", "from_8000.out"),
        ("resample", "stereo", "stereo.out"),
    ],
)
def test_a_changed_value_is_a_miss(capsys, tmp_path, source, case, name):
    folder = copy_cases(source, tmp_path / "cases", case)
    change(folder, name)
    status, lines = run(capsys, folder)
    assert status == 1
    assert [line for line in lines if line.startswith("MISS") and f"cases/{case}" in line]


def test_a_changed_string_is_a_miss(capsys, tmp_path):
    folder = copy_cases("prompt", tmp_path / "cases", "no_reference_plain")
    numbers = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    numbers["tokenizer_checks"][0]["ids"][0] += 1
    (folder / "cases.json").write_text(json.dumps(numbers), encoding="utf-8")
    status, lines = run(capsys, folder)
    assert status == 1
    assert {line.split()[1] for line in lines if line.startswith("MISS")} == {"cases/tokenizer"}


def test_a_changed_shape_is_a_miss(capsys, tmp_path):
    content = json.loads((GOLDEN / "full_shapes.json").read_text(encoding="utf-8"))
    content["lm"]["tensors"]["audio_decoder.norm.weight"]["shape"] = [1]
    del content["codec"]["tensors"]["decoder.model.0.conv.bias"]
    (tmp_path / "shapes_of_something.json").write_text(json.dumps(content), encoding="utf-8")
    status, lines = run(capsys, tmp_path)
    assert status == 1
    assert [" ".join(line.split()[2:3]) for line in lines if line.startswith("MISS")] == [
        "shapes",
        "names",
    ]


def test_missing_weights_and_tensors_are_misses(capsys, tmp_path):
    (copy_cases("lm_tiny", tmp_path / "a", "first_end") / "model.safetensors").unlink()
    folder = copy_cases("codec_tiny", tmp_path / "b", "clamp")
    state = load_file(folder / "codec.safetensors")
    del state["encoder.block.5.alpha"]
    save_file(state, folder / "codec.safetensors")
    status, lines = run(capsys, tmp_path)
    assert status == 1
    text = "\n".join(lines)
    assert "has neither model.safetensors" in text
    assert "tensor encoder.block.5.alpha is missing" in text


def test_what_nobody_understands_is_reported(capsys, tmp_path):
    folder = copy_cases("resample", tmp_path / "cases", "from_8000")
    tensors = load_file(folder / "cases.safetensors")
    save_file({**tensors, "extra.thing": torch.zeros(2)}, folder / "cases.safetensors")
    status, lines = run(capsys, folder)
    assert status == 0
    assert [line for line in lines if line.startswith("n/a") and "extra.thing" in line]


def test_a_folder_without_cases_is_an_error(capsys, tmp_path):
    assert run(capsys, tmp_path)[0] == 2
    assert run(capsys, tmp_path / "nowhere")[0] == 2
    (tmp_path / "cases.json").write_text('{"cases": {"a": {"frames": 3}}}', encoding="utf-8")
    status, lines = run(capsys, tmp_path)
    assert status == 2
    assert "no case found" in lines[-1]
