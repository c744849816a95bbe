"""Batches of conversations as tensors, and where each guided head ought to look."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.training.conversations import ConversationMaker, Sample

COLUMNS = 4000  # positions in a step
TAG_LAYER = 1  # head 0: text -> its speaker tag, head 1: text -> the style tag that rules it
TEXT_LAYERS = (2, 3)  # head 0: frame -> the character being spoken, head 1: -> the next ones
VOICE_LAYER = 4  # head 0: frame -> the reference frames of its speaker
EARLY = 6  # frames of a turn that are always guided there


@dataclass
class Batch:
    """Padded conversations as tensors; fields as in `Sample`, in its order."""

    grid: Tensor
    loss: Tensor
    frame: Tensor
    center: Tensor
    first: Tensor
    last: Tensor
    phone: Tensor
    speaker: Tensor
    style: Tensor
    voice_first: Tensor
    voice_last: Tensor

    @classmethod
    def of(cls, samples: list[Sample], pad: int) -> "Batch":
        """Pad to the longest."""
        size = max(sample.grid.shape[1] for sample in samples)

        def stack(name: str, fill: float) -> Tensor:
            rows = [torch.from_numpy(getattr(sample, name)) for sample in samples]
            return torch.stack([F.pad(r, (0, size - r.shape[-1]), value=fill) for r in rows])

        grid = stack("grid", 0)
        lengths = torch.tensor([sample.grid.shape[1] for sample in samples])
        grid[:, 0].masked_fill_(torch.arange(size) >= lengths[:, None], pad)
        rest = (stack(field.name, -1) for field in fields(cls)[3:])
        return cls(grid, stack("loss", 0), stack("frame", 0), *rest)

    def guides(self, blurred: Tensor) -> dict[int, list[tuple[Tensor, Tensor]]]:
        """For each guided layer and head: the columns [B, T] to look at, -1 where it is free.

        Args:
            blurred: bool [B], rows whose turns do not tell their voice.
        """

        def near(back: int, ahead: int) -> tuple[Tensor, Tensor]:
            low = (self.center + back).clamp(self.first, self.last)
            high = (self.center + ahead).clamp(self.first, self.last)
            return low, high

        # Later frames would find their reference by what the turn has sounded like so far; the
        # first ones, and those of blurred turns, have nothing but the speaker tag to go by.
        speaks = self.voice_first >= 0
        early = speaks & (blurred[:, None] | ~F.pad(speaks[:, :-EARLY], (EARLY, 0)))
        voice = (self.voice_first.where(early, -1), self.voice_last.where(early, -1))
        text = [near(-1, 1), near(1, 4)]
        return {
            TAG_LAYER: [(self.speaker, self.speaker), (self.style, self.style)],
            **dict.fromkeys(TEXT_LAYERS, text),
            VOICE_LAYER: [voice],
        }

    def to(self, device: torch.device) -> "Batch":
        """The same batch on another device."""
        return Batch(*(getattr(self, field.name).to(device) for field in fields(self)))


def batches(
    maker: ConversationMaker, pad: int, seed: int, longest: list[int], columns: int = COLUMNS
) -> Iterator[Batch]:
    """Endless batches of about `columns` positions; `longest[0]` may be changed while running."""
    rng = np.random.default_rng(seed)
    while True:
        count = max(48, columns // 80)
        shares = 0.25 + 0.75 * rng.random(count) ** 2.5  # mostly short: attention costs the most
        pool = [maker.draw(rng, int(share * longest[0])) for share in shares]
        pool.sort(key=lambda sample: sample.grid.shape[1])
        groups: list[list[Sample]] = [[]]
        for sample in pool:
            if (len(groups[-1]) + 1) * sample.grid.shape[1] > columns and groups[-1]:
                groups.append([])
            groups[-1].append(sample)
        for index in rng.permutation(len(groups)):
            yield Batch.of(groups[index], pad)
