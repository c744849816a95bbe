"""The cached, paged, batched way gives the numbers of the plain one and of the original."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.checkpoint import load_model
from engine.config import read_config
from engine.dual_ar import DualAR
from engine.kv_cache import Pages, Table
from engine.runner import LaneState, Runner
from engine.sampling import NOTHING, WINDOW, Sampling

GOLDEN = Path(__file__).parents[1] / "golden"
GREEDY = Sampling(top_k=1)
CASES = [
    (folder, case)
    for folder in ("lm_tiny", "lm_tiny_proj")
    for case in json.loads((GOLDEN / folder / "cases.json").read_text())["cases"]
]


class GivenNoise:
    """The uniforms of a recorded run, for the ids that may be drawn."""

    def __init__(self, slow: Tensor, fast: Tensor, head_ids: Tensor) -> None:
        n_frames, n_fast, n_codes = fast.shape
        self.frames = torch.ones(n_frames, 2 + n_fast, max(len(head_ids), n_codes))
        self.frames[:, :2, : len(head_ids)] = -slow[..., head_ids].log()
        self.frames[:, 2:, :n_codes] = -fast.log()

    def __call__(self, number: int) -> Tensor:
        return self.frames[number]


def model_of(folder: str) -> DualAR:
    config = read_config(GOLDEN / folder / "config.json")
    return load_model(GOLDEN / folder, config, torch.device("cpu"), torch.float32)


@pytest.fixture(scope="module")
def model() -> DualAR:
    return model_of("lm_tiny")


@pytest.fixture(scope="module")
def recorded() -> dict[str, Tensor]:
    return load_file(GOLDEN / "lm_tiny" / "cases.safetensors")


def lane_of(runner: Runner, prompt: Tensor, sampling: Sampling, seed: int = 0) -> LaneState:
    workspace = runner.open(Table(Pages(0)), prompt.shape[1] + 100)
    lane = LaneState(workspace, sampling, runner.seeded_noise(seed), 0)
    lane.hidden = runner.prefill(workspace, prompt)
    return lane


def columns_of(runner: Runner, lanes: list[LaneState], n_frames: int) -> Tensor:
    """The frames of each lane, [L, n_frames, 1 + N]."""
    return torch.stack([runner.step(lanes).columns for _ in range(n_frames)], dim=1)


@pytest.mark.parametrize(("folder", "case"), CASES)
def test_greedy_sequences_are_the_originals(folder, case):
    runner, want = Runner(model_of(folder), 1), load_file(GOLDEN / folder / "cases.safetensors")
    tokens = want[f"{case}.greedy_tokens"].T
    lane = lane_of(runner, want[f"{case}.prompt"], GREEDY)
    assert torch.equal(columns_of(runner, [lane], len(tokens))[0], tokens)


@pytest.mark.parametrize(("folder", "case"), [c for c in CASES if c[1] in ("text", "vq", "long")])
def test_sampled_sequences_are_the_originals_given_its_noise(folder, case):
    runner, want = Runner(model_of(folder), 1), load_file(GOLDEN / folder / "cases.safetensors")
    how = json.loads((GOLDEN / folder / "cases.json").read_text())["cases"][case]["sampled"]
    lane = lane_of(
        runner, want[f"{case}.prompt"], Sampling(how["temperature"], how["top_p"], how["top_k"])
    )
    slow, fast = want[f"{case}.sampled_noise_slow"], want[f"{case}.sampled_noise_fast"]
    lane.noise = GivenNoise(slow, fast, runner.head_ids)
    assert torch.equal(
        columns_of(runner, [lane], how["frames"])[0], want[f"{case}.sampled_tokens"].T
    )


@pytest.mark.parametrize("pieces", [[295], [256, 39], [1, 127, 128, 39], [37] * 7 + [36]])
def test_a_prompt_in_pieces_and_over_pages_is_the_prompt_in_one_go(model, recorded, pieces):
    runner, pages = Runner(model, 8), Pages(8)
    table, hidden = Table(pages), []
    for piece in recorded["long.prompt"].split(pieces, dim=1):
        workspace = runner.open(table, table.length + piece.shape[1])
        hidden.append(runner.prefill(workspace, piece))
        runner.reserve(table, workspace.length)
        runner.save(workspace, table)
        before, table = table, table.fork()
        before.truncate(0)
    ends = torch.tensor(pieces).cumsum(0) - 1
    want = recorded["long.hidden"][ends]
    torch.testing.assert_close(torch.stack(hidden), want, rtol=0, atol=5e-5)


def test_a_lane_makes_the_same_codes_alone_and_in_a_batch(model, recorded):
    runner = Runner(model, 1)
    prompts = [recorded[f"{case}.prompt"] for case in ("text", "vq", "long", "stop")]
    how = [Sampling(), Sampling(1.0, 0.9, 50), Sampling(0.6, 0.7, 5), GREEDY]
    make = [(runner, *arguments) for arguments in zip(prompts, how, (3, 4, 5, 6), strict=True)]
    together = columns_of(runner, [lane_of(*arguments) for arguments in make], 40)
    for i, arguments in enumerate(make):
        assert torch.equal(columns_of(runner, [lane_of(*arguments)], 40)[0], together[i])


def test_lanes_may_join_and_leave_between_frames(model, recorded):
    runner, prompt = Runner(model, 1), recorded["vq.prompt"]
    alone = columns_of(runner, [lane_of(runner, prompt, Sampling(), 1)], 30)[0]
    lane = lane_of(runner, prompt, Sampling(), 1)
    others = [lane_of(runner, recorded["text.prompt"], Sampling(), seed) for seed in range(2, 5)]
    got = [
        columns_of(runner, [others[0], lane], 7)[1],
        columns_of(runner, [lane], 8)[0],
        columns_of(runner, [lane, *others], 15)[0],
    ]
    assert torch.equal(torch.cat(got), alone)


def test_seeds_give_different_takes(model, recorded):
    runner, prompt = Runner(model, 1), recorded["vq.prompt"]
    lanes = [lane_of(runner, prompt, Sampling(), seed) for seed in (0, 1)]
    one, other = columns_of(runner, lanes, 20)
    assert not torch.equal(one, other)


def test_the_window_remembers_ids_from_the_second_frame_on(model, recorded):
    runner = Runner(model, 1)
    lane = lane_of(runner, recorded["vq.prompt"], Sampling())
    ids = []
    for _ in range(14):
        remembered = [number for number in lane.window.tolist() if number != NOTHING]
        assert remembered == ids[1:][-WINDOW:]
        column = runner.step([lane]).columns[0]
        ids.append(int((runner.head_ids == column[0]).nonzero()))


def test_a_turn_does_not_end_before_its_least_length(model, recorded):
    runner = Runner(model, 1)
    lane = lane_of(runner, recorded["first_end.prompt"], GREEDY)
    assert runner.step([lane]).ended == [True]
    lane = lane_of(runner, recorded["first_end.prompt"], GREEDY)
    lane.least_frames = 5
    assert [runner.step([lane]).ended[0] for _ in range(5)] == [False] * 5


@pytest.mark.parametrize("where", ["slow", "fast"])
def test_numbers_that_are_none_stay_in_their_lane(model, recorded, where, monkeypatch):
    runner, prompt = Runner(model, 1), recorded["vq.prompt"]
    healthy = columns_of(runner, [lane_of(runner, prompt, Sampling(), 1)], 10)[0]
    lanes = [lane_of(runner, prompt, Sampling(), seed) for seed in (0, 1)]
    first = runner.step(lanes)
    assert first.finite == [True, True]
    if where == "slow":
        with torch.inference_mode():
            lanes[0].workspace.dense[0, :, :, :, 3] = torch.nan
    else:
        start = model.fast.start
        spoil = torch.tensor([[torch.inf], [1.0]])
        monkeypatch.setattr(model.fast, "start", lambda hidden: start(hidden) * spoil)
    rest = [runner.step(lanes) for _ in range(9)]
    assert [frames.finite for frames in rest] == [[False, True]] * 9
    got = torch.stack([frames.columns[1] for frames in (first, *rest)])
    assert torch.equal(got, healthy)


def test_the_device_is_that_of_the_layers_though_the_text_table_stays_on_the_host():
    config = read_config(GOLDEN / "lm_tiny" / "config.json")
    device = torch.device("meta")  # stands for a card
    model = load_model(GOLDEN / "lm_tiny", config, device, torch.float32, embeddings_on_host=True)
    runner = Runner(model, 1)
    assert model.slow.embeddings.weight.device.type == "cpu"
    assert runner.device == runner.head_ids.device == device
    assert runner.open(Table(Pages(0)), 4).dense.device == device
