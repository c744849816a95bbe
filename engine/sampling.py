"""Logits to ids, by the rules the model was published with.

Is: top-k and top-p on the untempered distribution, the draw, and repetition-aware sampling, for all
lanes of a batch at once and in fp32. Everything random comes in as an argument.
Is not: aware of models, frames or what the ids mean, except for one id that ends a turn.

Departures from common samplers:
- the entry that crosses top-p is dropped, not kept (the most likely entry always stays);
- top-p looks at probabilities without temperature, and so does top-k;
- a draw is a race: the largest of probability / exponential wins, which is a multinomial draw;
- repetition-aware: an id among the last ten is drawn again, once, from a flatter distribution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

WINDOW = 10
HIGH_TEMPERATURE, HIGH_TOP_P = 1.0, 0.9
NOTHING = -1
"""Fills the window until ids are in it; equals no id."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How boldly to draw.

    Args:
        temperature: 0 is nearly greedy; below 2.
        top_p: probability mass to choose from, above 0, up to 1.
        top_k: entries to choose from; 1 is greedy.
        fast_temperature: temperature of the residual codes; as the first if not given.
    """

    temperature: float = 0.8
    top_p: float = 0.8
    top_k: int = 30
    fast_temperature: float | None = None

    def __post_init__(self) -> None:
        for name in ("temperature", "fast_temperature"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 2:
                raise ValueError(f"{name} must be at least 0 and below 2, is {value}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must be above 0 and at most 1, is {self.top_p}")
        if self.top_k < 1:
            raise ValueError(f"top_k must be at least 1, is {self.top_k}")

    @property
    def codes_temperature(self) -> float:
        """Temperature of the residual codes."""
        return self.temperature if self.fast_temperature is None else self.fast_temperature


class Settings(NamedTuple):
    """The sampling of several lanes as tensors: normal and high draw [L, 2], else [L]."""

    slow_temperature: Tensor
    slow_top_p: Tensor
    fast_temperature: Tensor
    top_p: Tensor
    top_k: Tensor
    largest_k: int

    @classmethod
    def of(cls, lanes: Sequence[Sampling], device: torch.device) -> "Settings":
        """Stack the sampling of lanes."""
        return cls(
            torch.tensor([(s.temperature, HIGH_TEMPERATURE) for s in lanes], device=device),
            torch.tensor([(s.top_p, HIGH_TOP_P) for s in lanes], device=device),
            torch.tensor([s.codes_temperature for s in lanes], device=device),
            torch.tensor([s.top_p for s in lanes], device=device),
            torch.tensor([s.top_k for s in lanes], device=device),
            max(s.top_k for s in lanes),
        )


def survivors(
    logits: Tensor, top_p: Tensor, top_k: Tensor, largest_k: int
) -> tuple[Tensor, Tensor]:
    """Keep what may be drawn.

    Args:
        logits: [..., V].
        top_p: [...], broadcasting with the logits' leading dimensions.
        top_k: [...], like top_p.
        largest_k: the largest of top_k, as a plain number.

    Returns:
        ids [..., k] by falling logit, and their logits with those of dropped ids at minus infinity.
    """
    values, ids = logits.topk(min(largest_k, logits.shape[-1]))
    cumulative = logits.softmax(-1).gather(-1, ids).cumsum(-1)
    rank = torch.arange(ids.shape[-1], device=logits.device)
    dropped = (cumulative > top_p[..., None]) | (rank >= top_k[..., None])
    dropped[..., 0] = False
    return ids.expand_as(dropped), torch.where(dropped, -torch.inf, values)


def tempered(kept: Tensor, temperature: Tensor) -> Tensor:
    """Return the probabilities [..., k] of kept logits at temperature [...]."""
    return (kept / temperature.clamp(min=1e-5)[..., None]).softmax(-1)


def race(ids: Tensor, probabilities: Tensor, exponentials: Tensor) -> Tensor:
    """Draw one of ids [..., k]; exponentials [..., V] are -ln(u), one for every id there is."""
    winner = (probabilities / exponentials.gather(-1, ids)).argmax(-1, keepdim=True)
    return ids.gather(-1, winner).squeeze(-1)


def draw_fast(logits: Tensor, exponentials: Tensor, settings: Settings) -> Tensor:
    """Draw a residual code for each lane.

    Args:
        logits: [L, C].
        exponentials: [L, C].
        settings: of the lanes.

    Returns:
        Codes, int [L].
    """
    ids, kept = survivors(logits, settings.top_p, settings.top_k, settings.largest_k)
    return race(ids, tempered(kept, settings.fast_temperature), exponentials)


def draw_slow(
    logits: Tensor, exponentials: Tensor, settings: Settings, window: Tensor, end: int
) -> Tensor:
    """Draw the next id for each lane, repetition-aware.

    Args:
        logits: [L, V].
        exponentials: of the normal and of the high draw, [L, 2, V].
        settings: of the lanes.
        window: the last ids of each lane, [L, WINDOW].
        end: the id that ends a turn; it may repeat.

    Returns:
        Ids, int [L].
    """
    normal, high = draw_pair(logits, exponentials, settings).unbind(1)
    repeated = (window == normal[:, None]).any(1) & (normal != end)
    return torch.where(repeated, high, normal)


def draw_pair(logits: Tensor, exponentials: Tensor, settings: Settings) -> Tensor:
    """Draw the normal and the high id for each lane, int [L, 2]; arguments as in `draw_slow`."""
    ids, kept = survivors(
        logits[:, None], settings.slow_top_p, settings.top_k[:, None], settings.largest_k
    )
    return race(ids, tempered(kept, settings.slow_temperature), exponentials)
