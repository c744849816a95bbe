"""Pitch of short windows by normalized cross-correlation.

The light codec's encoder reads it as a feature; `engine.training.pitch` builds a tracker of it.
It is meant for clean speech, and looks at each window by itself.

Source: own, after Talkin 1995, "A robust algorithm for pitch tracking" (the correlation part).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

LOWEST, HIGHEST = 55.0, 520.0  # Hz
WINDOW_S = 0.03  # correlation window
VOICED = 0.6  # correlation above which a window counts as voiced


def span(sample_rate: int) -> int:
    """Samples a window needs: the correlation window and the longest lag."""
    return int(WINDOW_S * sample_rate) + int(sample_rate / LOWEST) + 2


def measure(frames: Tensor, rate: int) -> tuple[Tensor, Tensor, Tensor]:
    """Pitch of windows of `span(rate)` samples at `rate` Hz.

    frames: float [..., span]. Returns F0 in Hz (meaningful where voiced), the correlation of the
    best lag (voiced above `VOICED`) and the mean power, each [...].
    """
    window, shortest = int(WINDOW_S * rate), int(rate / HIGHEST)
    frames = frames - frames.mean(-1, keepdim=True)
    size = 1 << (frames.shape[-1] + window).bit_length()
    head = torch.fft.rfft(frames[..., :window], n=size).conj()
    lags = frames.shape[-1] - window
    correlation = torch.fft.irfft(head * torch.fft.rfft(frames, n=size), n=size)[..., :lags]
    energy = F.pad(frames.square().cumsum(-1), (1, 0))
    energy = (energy[..., window:] - energy[..., :-window])[..., :lags]
    score = correlation / (energy[..., :1] * energy).sqrt().clamp(min=1e-7)
    score[..., :shortest] = 0
    # the first local maximum that is nearly as good as the best one: avoids falling an octave
    middle = score[..., 1:-1]
    peak = (middle > score[..., :-2]) & (middle >= score[..., 2:])
    best = (middle * peak).amax(-1)
    good = peak & (middle >= 0.88 * best[..., None])
    lag = good.int().argmax(-1, keepdim=True) + 1
    left, center, right = (score.gather(-1, lag + k)[..., 0] for k in (-1, 0, 1))
    shift = 0.5 * (left - right) / (left - 2 * center + right).clamp(max=-1e-6)
    f0 = rate / (lag[..., 0] + shift.clamp(-0.5, 0.5))
    return f0, best, energy[..., 0] / window
