"""Mode `fp8`: the slow tower in eight bits against the model as it is.

Is: how far its logits are from the real ones when both read the same conversation, by how much the
end of the turn becomes more or less likely, and one lane's pace, to be read together.
Is not: a judgement of how it sounds: random weights have no taste.
"""

import copy
from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from engine.bench.figures import Figure
from engine.bench.rig import Rig
from engine.bench.streams import single
from engine.bench.timing import Deadline
from engine.dual_ar import DualAR
from engine.fp8 import round_slow_tower


def fp8(rig: Rig, deadline: Deadline) -> Iterator[Figure]:
    """Measure the difference, then the pace of one lane with the rounded model."""
    grid = _conversation(rig)
    real = _logits(rig, rig.model, grid)
    model = copy.deepcopy(rig.model)
    round_slow_tower(model)
    eight = _logits(rig, model, grid)
    yield Figure(
        "error of the logits, of their size",
        ((eight - real).norm() / real.norm()).item(),
        "",
        details={"positions": len(real), "rows": real.shape[1]},
        note="teacher-forced, random weights",
    )
    ends = [logits.softmax(-1)[:, -1] for logits in (real, eight)]
    gap = (ends[1] - ends[0]).abs()
    yield Figure(
        "change of the end's probability",
        gap.mean().item(),
        "",
        details={"largest": gap.max().item(), "mean_probability": ends[0].mean().item()},
        note="mean over positions",
    )
    widths = replace(rig.widths, slow_weight=1)
    yield from single(replace(rig, model=model, widths=widths), deadline)


def _conversation(rig: Rig) -> Tensor:
    """A voice and a turn, int64 [1, 1 + N, T] on the device."""
    prompts, frames = rig.prompts, rig.sizes.turn_frames
    columns = [
        prompts.system_columns([rig.reference(0)]),
        prompts.user_turn_columns(rig.text(max(4, frames // 7)), 0),
        prompts.spoken_columns(rig.random_codes(frames, 1)),
    ]
    return torch.cat(columns, dim=1)[None].to(rig.device)


@torch.inference_mode()
def _logits(rig: Rig, model: DualAR, grid: Tensor) -> Tensor:
    """What the next id would be drawn from at every position: the semantic rows, then the end."""
    rows = torch.tensor(rig.sizes.config.drawn_ids, device=rig.device)
    hidden = model.slow(model.embed(grid), torch.arange(grid.shape[2], device=rig.device))
    return model.slow.logits(hidden[0], rows).float()
