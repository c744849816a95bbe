"""A pitch tracker for labels and measurements: the light codec's `pitch`, smoothed over time."""

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.codecs.source_filter import pitch

SILENCE_DB = -45.0  # columns this far below the loudest one are unvoiced
BLOCK_COLUMNS = 1 << 14


def track(audio: Tensor, sample_rate: int, hop: int) -> Tensor:
    """F0 in Hz at the end of every hop, 0 where unvoiced.

    audio: float32 [L]. Returns float32 [ceil(L / hop)]; column t describes sample (t + 1) * hop.
    """
    span = pitch.span(sample_rate)
    columns = -(-len(audio) // hop)
    padded = F.pad(audio, (span, span + hop))
    starts = (torch.arange(columns) + 1) * hop + span - span // 2
    f0, power = torch.zeros(columns), torch.zeros(columns)
    frames = padded.unfold(0, span, 1)
    for block in torch.arange(columns).split(BLOCK_COLUMNS):
        hertz, score, power[block] = pitch.measure(frames[starts[block]], sample_rate)
        f0[block] = hertz * (score > pitch.VOICED)
    loud = power > power.max().clamp(min=1e-8) * 10 ** (SILENCE_DB / 10)
    return _median(f0 * loud)


def _median(f0: Tensor) -> Tensor:
    """Median over five columns of the voiced ones around; isolated voiced columns vanish."""
    around = F.pad(f0, (2, 2)).unfold(0, 5, 1)
    ordered = around.masked_fill(around == 0, torch.inf).sort(1).values
    count = (around > 0).sum(1)
    middle = ordered.gather(1, ((count - 1).clamp(min=0) // 2)[:, None])[:, 0]
    return torch.where((f0 > 0) & (count >= 2), middle, 0.0)


def fill(f0: Tensor, default: float = 120.0) -> Tensor:
    """Interpolate log F0 through unvoiced columns: float [T] -> float [T], all positive."""
    voiced = (f0 > 0).nonzero()[:, 0]
    if not len(voiced):
        return torch.full_like(f0, default)
    position = torch.arange(len(f0))
    right = torch.searchsorted(voiced, position).clamp(max=len(voiced) - 1)
    left = (right - 1).clamp(min=0)
    a, b = voiced[left], voiced[right]
    share = ((position - a) / (b - a).clamp(min=1)).clamp(0, 1)
    return torch.exp(torch.lerp(f0[a].log(), f0[b].log(), share))
