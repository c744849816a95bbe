"""Every mode, quickly, as anybody would call it."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.bench import __main__ as command
from engine.bench.book import book
from engine.bench.checks import checks
from engine.bench.compare import COMMAND, compare
from engine.bench.invariance import _compare
from engine.bench.rig import Rig
from engine.bench.sizes import QUICK
from engine.bench.timing import Deadline
from tests.conftest import GOLDEN

CPU = torch.device("cpu")
ORIGINAL = """
import argparse, json, pathlib, sys
parser = argparse.ArgumentParser()
for name in ("text", "checkpoint-path", "max-new-tokens", "num-samples", "device"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--compile", action="store_true")
options = parser.parse_args()
folder = pathlib.Path(options.checkpoint_path)
positions = json.loads((folder / "config.json").read_text())["text_config"]["max_seq_len"]
assert (folder / "model.safetensors").stat().st_size > 1000
seconds = positions / 1000 if options.compile else 10.0
for number in range(int(options.num_samples)):
    frames = int(options.max_new_tokens)
    print(f"Generated {frames} tokens in {seconds if number else 99:.02f} seconds", file=sys.stderr)
"""


@pytest.fixture(scope="module")
def rig() -> Rig:
    return Rig.build(QUICK, CPU, Deadline.after(0))


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A checkout of something that answers as the original's command line does."""
    script = tmp_path / "checkout" / COMMAND
    script.parent.mkdir(parents=True)
    script.write_text(ORIGINAL, encoding="utf-8")
    return tmp_path / "checkout"


def test_a_quick_run_goes_through_every_mode(tmp_path, monkeypatch, capsys):
    (tmp_path / "out").mkdir()
    monkeypatch.setenv("OUT", str(tmp_path / "out"))
    options = ["--quick", "--device", "cpu", "--budget-seconds", "600", "--commit", "abc"]
    status = command.main([*options, "--out", str(tmp_path / "results")])
    output = capsys.readouterr()
    assert (status, output.err) == (0, "")
    [path] = (tmp_path / "results").iterdir()
    assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()
    content = json.loads(path.read_text(encoding="utf-8"))
    assert list(content["modes"]) == list(command.MODES)
    assert content["commit"] == "abc"
    assert content["torch"] == torch.__version__
    assert max(content["read_bytes_per_second"].values()) > 0
    figures = [figure for mode in content["modes"].values() for figure in mode["figures"]]
    assert [name for name in map(_name, figures) if name not in output.out] == []
    unmeasured = {figure["note"] for figure in figures if figure["value"] is None}
    assert unmeasured == {
        "counted on a card only", "no checkout was given: --upstream DIR",
    }  # fmt: skip
    assert {name for name in map(_name, figures) if name.startswith("same codes")}


def _name(figure: dict[str, object]) -> str:
    return str(figure["name"])


def test_a_mode_in_trouble_is_reported_and_the_others_go_on(monkeypatch, capsys, tmp_path):
    def broken(rig, deadline):
        yield command.missing("half", "a reason")
        raise RuntimeError("the card is on fire")

    monkeypatch.setitem(command.MODES, "codec", (broken, 1))
    monkeypatch.delenv("OUT", raising=False)
    options = ["codec", "compare", "--quick", "--device", "cpu", "--out", str(tmp_path)]
    assert command.main(options) == 1
    [path] = tmp_path.iterdir()
    modes = json.loads(path.read_text(encoding="utf-8"))["modes"]
    assert [figure["name"] for figure in modes["codec"]["figures"]] == ["half", "the rest of codec"]
    assert "the card is on fire" in modes["codec"]["figures"][1]["note"]
    assert modes["codec"]["right"] is False
    assert modes["compare"]["right"] is True


def test_an_unknown_mode_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["sngle"])
    assert "unknown mode 'sngle'" in capsys.readouterr().err


def test_time_is_shared_among_the_modes_that_are_left():
    options = command._parse([])
    shares = [command._share(options, options.modes[i:]) for i in range(len(options.modes))]
    assert shares[-1] == 1
    assert shares[0] < 0.2
    compared = command._parse(["--upstream", "somewhere"])
    assert command._share(compared, ["compare", "book"]) > 0.5


def test_a_book_that_has_no_time_says_that_it_stopped(rig):
    figures = list(book(rig, Deadline.after(0.2)))
    assert figures[-1].name == "book"
    assert figures[-1].note == "stopped when its time was over"
    assert figures[-1].details["complete"] is False


def test_codes_that_differ_are_found():
    codes = np.zeros((10, 20), np.uint16)
    other = codes.copy()
    other[3, 7] = 1
    assert _compare("same", codes, codes.copy()).value is True
    figure = _compare("same", codes, other[:, :15])
    assert figure.value is False
    assert figure.note == "of 15 frames the first that differs is 7"


def test_the_original_is_run_three_ways(rig, original):
    figures = {figure.name: figure for figure in compare(rig, Deadline.after(120), original)}
    shipped = figures["frames a second, the original, compiled, as shipped"]
    assert shipped.value == pytest.approx(QUICK.upstream_frames / 4.1, rel=0.01)
    assert figures["frames a second, the original, as shipped, not compiled"].value == (
        pytest.approx(QUICK.upstream_frames / 10)
    )
    ours = figures["frames a second, this engine"].value
    ratio = figures["times faster than compiled, as shipped"]
    assert ratio.value == pytest.approx(ours / shipped.value)
    assert shipped.details["frames"] == [QUICK.upstream_frames] * 3


def test_an_original_that_fails_is_quoted(rig, original):
    (original / COMMAND).write_text("raise ImportError('no module named hydra')", encoding="utf-8")
    [_, *figures] = compare(rig, Deadline.after(120), original)
    assert [figure.value for figure in figures] == [None] * 3
    assert "no module named hydra" in figures[0].note


def test_a_folder_without_the_original_is_named(rig, tmp_path):
    [_, figure] = compare(rig, Deadline.after(60), tmp_path)
    assert f"{tmp_path} has no {COMMAND.as_posix()}" in figure.note


def test_checks_run_the_recorded_cases():
    conformance, tests = checks(CPU, GOLDEN / "sampling")
    assert conformance.value is True
    assert conformance.runs > 40
    assert tests.value is None


def test_a_missed_case_fails_the_checks(tmp_path):
    (tmp_path / "cases.safetensors").write_bytes(b"no tensors")
    conformance, _ = checks(CPU, tmp_path)
    assert conformance.value is False
    assert "MISS" in conformance.note
