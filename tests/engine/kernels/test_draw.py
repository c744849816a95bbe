"""Drawing: the kernels give the ids that sorting gives, on many seeds and all kinds of lanes."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from engine import kernels
from engine.kernels import Lanes
from engine.random import uniforms
from engine.sampling import NOTHING, WINDOW, Sampling, Settings, draw_fast, draw_slow

L, N = 6, 10
SAMPLINGS = [
    Sampling(),
    Sampling(temperature=1.0, top_p=0.9, fast_temperature=0.3),
    Sampling(temperature=0.0, top_k=5),
    Sampling(top_k=1),
    Sampling(temperature=1.9, top_p=1.0, top_k=4000),
    Sampling(temperature=0.7, top_p=0.01),
]


def lanes_of(seeds: list[int], frames: list[int], device: torch.device) -> Lanes:
    def ints(values: list[int]) -> Tensor:
        return torch.tensor(values, dtype=torch.int32, device=device)

    settings = Settings.of(SAMPLINGS, device)
    return Lanes(
        seed=torch.tensor(seeds, device=device),
        frame=ints(frames),
        least_frames=ints([0] * L),
        most_frames=ints([1000] * L),
        temperature=torch.cat([settings.slow_temperature, settings.fast_temperature[:, None]], 1),
        top_p=torch.cat([settings.slow_top_p, settings.top_p[:, None]], 1),
        top_k=settings.top_k.int(),
        window=torch.full((L, WINDOW), NOTHING, device=device),
    )


class Drawn:
    """Where draws leave their results."""

    def __init__(self, n_codes: int, device: torch.device) -> None:
        self.columns = torch.full((L, 1 + N), -7, device=device)
        self.finite = torch.zeros(L, dtype=torch.bool, device=device)
        self.table = torch.randn(n_codes, 48, device=device)
        self.x = torch.zeros(L, 2, 48, device=device)


def some_logits(width: int, sharpness: float, device: torch.device) -> Tensor:
    return sharpness * torch.randn(L, width, device=device)


def exponentials(lanes: Lanes, width: int) -> Tensor:
    """What `engine.runner` draws with, [L, draws, width]."""
    device = lanes.seed.device
    pairs = zip(lanes.seed.tolist(), lanes.frame.tolist(), strict=True)
    return torch.cat([-uniforms(s, f, 1, N + 1, width, device).log() for s, f in pairs])


def both() -> list[tuple[Callable[..., None], Callable[..., None]]]:
    return [
        (kernels.draw_id, kernels.draw_code),
        (kernels.draw_id_reference, kernels.draw_code_reference),
    ]


@pytest.mark.parametrize(("width", "sharpness"), [(129, 3.0), (513, 0.1), (4097, 2.0)])
def test_the_ids_are_those_of_the_samplers_rules(device, width, sharpness):
    for trial in range(4):
        seeds = [(trial * L + i - 9) * 0x9E3779B97F4A7C for i in range(L)]
        lanes = lanes_of(seeds, [trial + i for i in range(L)], device)
        logits = some_logits(width, sharpness, device)
        if trial % 2:  # likely ids have been drawn lately
            lanes.window[:, :WINDOW] = logits.topk(WINDOW).indices
            lanes.window[lanes.window == width - 1] = NOTHING
        settings, noise = Settings.of(SAMPLINGS, device), exponentials(lanes, width)
        expected = draw_slow(logits, noise[:, :2], settings, lanes.window, width - 1)
        codes = draw_fast(logits, noise[:, 5], settings)
        for draw_id, draw_code in both():
            drawn, own = Drawn(width, device), lanes._replace(window=lanes.window.clone())
            draw_id(logits, own, drawn.columns, drawn.finite, width, drawn.table, drawn.x[:, 1])
            assert drawn.columns[:, 0].tolist() == expected.tolist()
            draw_code(logits, own, drawn.columns, drawn.finite, 4, drawn.table, drawn.x[:, 0])
            assert drawn.columns[:, 5].tolist() == codes.tolist()
            assert torch.equal(drawn.x[:, 0], drawn.table[codes])
            assert drawn.finite.all()


def test_noise_may_be_given(device):
    lanes, logits = lanes_of(list(range(L)), [3] * L, device), some_logits(65, 2.0, device)
    noise = exponentials(lanes, 80)
    for draw_id, draw_code in both():
        results = []
        for given in (None, noise):
            drawn, own = Drawn(64, device), lanes._replace(window=lanes.window.clone())
            rest = (own, drawn.columns, drawn.finite)
            draw_id(logits, *rest, 64, drawn.table, drawn.x[:, 1], given)
            draw_code(logits[:, :64], *rest, 9, drawn.table, drawn.x[:, 0], given)
            results.append(drawn.columns)
        assert torch.equal(*results)


def test_of_equal_logits_the_lower_id_ranks_first(device):
    lanes = lanes_of([5] * L, list(range(L)), device)
    logits = torch.zeros(L, 129, device=device, dtype=torch.bfloat16)
    logits[:, 40:80] = 1.0
    results = []
    for draw_id, draw_code in both():
        own = lanes._replace(top_k=torch.full_like(lanes.top_k, 7), window=lanes.window.clone())
        drawn = Drawn(129, device)
        draw_id(logits, own, drawn.columns, drawn.finite, 128, drawn.table, drawn.x[:, 1])
        draw_code(logits, own, drawn.columns, drawn.finite, 1, drawn.table, drawn.x[:, 1])
        ids = drawn.columns[:, [0, 2]]
        assert ((ids >= 40) & (ids < 47)).all()
        results.append(ids)
    assert torch.equal(*results)


def test_the_end_has_its_time(device):
    logits = torch.zeros(L, 65, device=device)
    logits[:, 64] = 20.0
    for draw_id, _ in both():
        lanes = lanes_of([1] * L, [0, 4, 5, 9, 1000, 2000], device)
        lanes.least_frames.fill_(5)
        drawn = Drawn(64, device)
        draw_id(logits, lanes, drawn.columns, drawn.finite, 64, drawn.table, drawn.x[:, 1])
        assert (drawn.columns[:, 0] == 64).tolist() == [False, False, True, True, True, True]
        assert drawn.columns[2:, 1].tolist() == [0] * 4
        assert torch.equal(drawn.x[:, 1], drawn.table[drawn.columns[:, 1]])
        logits_without = logits.clone()
        logits_without[:, 64] = -20.0
        draw_id(logits_without, lanes, drawn.columns, drawn.finite, 60, drawn.table, drawn.x[:, 1])
        assert (drawn.columns[:, 0] == 64).tolist() == [False] * 4 + [True] * 2
        assert drawn.columns[:, 1].max() < 60


def test_the_window_holds_the_last_ids_but_the_first_frames(device):
    for draw_id, _ in both():
        lanes, drawn, ids = lanes_of([9] * L, [0] * L, device), Drawn(64, device), []
        for _ in range(14):
            logits = some_logits(65, 2.0, device)
            draw_id(logits, lanes, drawn.columns, drawn.finite, 64, drawn.table, drawn.x[:, 1])
            ids.append(drawn.columns[:, 0].clone())
            lanes.frame.add_(1)
            kept = ids[1:][-WINDOW:]
            assert (lanes.window == NOTHING).sum(1).tolist() == [WINDOW - len(kept)] * L
        assert torch.equal(lanes.window.sort(1).values, torch.stack(kept, 1).sort(1).values)


def test_what_is_not_a_number_is_told(device):
    for draw_id, draw_code in both():
        lanes, drawn = lanes_of([2] * L, [1] * L, device), Drawn(64, device)
        logits = some_logits(65, 2.0, device)
        logits[1, 7], logits[2, 64], logits[4] = torch.nan, torch.inf, -torch.inf
        rest = (lanes, drawn.columns, drawn.finite)
        draw_id(logits, *rest, 64, drawn.table, drawn.x[:, 1])
        assert drawn.finite.tolist() == [True, False, False, True, False, True]
        assert ((drawn.columns[:, 0] >= 0) & (drawn.columns[:, 0] < 65)).all()
        codes = some_logits(64, 2.0, device)
        codes[0], codes[1] = torch.nan, torch.nan
        draw_code(codes, *rest, 3, drawn.table, drawn.x[:, 1])
        assert drawn.finite.tolist() == [False, False, False, True, False, True]
        assert ((drawn.columns[:, 4] >= 0) & (drawn.columns[:, 4] < 64)).all()
