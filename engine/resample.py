"""Resampling of reference audio: windowed sinc, the way s2's own reference audio was prepared.

Is: one function from any rate to any rate with the filter the checkpoint's codec expects, in
bounded memory, and the averaging of channels to mono.
Is not: a general resampler with a choice of quality.

- The filter: sinc under a Hann window, 6 zero crossings to each side, roll-off 0.99. With
  o = source / gcd and n = target / gcd there are n phases; output j has phase p = j mod n and its
  center at input j o / n; the result has ceil(n L / o) samples.
- Taps are computed in fp64 except p / n, which is rounded to fp32: that is how upstream's are made.
- Departure from upstream: only taps inside the window are kept, at most 12 max(n, o) + 2 n of them,
  so an odd rate (44 099 Hz) costs megabytes and not gigabytes. The sums are the same.

Source: section 10 of the format notes; J. O. Smith, "Digital Audio Resampling".
"""

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import AudioError

ZERO_CROSSINGS = 6
ROLL_OFF = 0.99
MAX_RATE = 768_000
BLOCK_PRODUCTS = 1 << 20
"""Products of tap and sample formed at once: 4 MB."""


def mono(audio: Tensor) -> Tensor:
    """Average the channels of audio [channels, L] or [L] to float32 [L].

    Raises:
        AudioError: the audio has no samples or more than two dimensions.
    """
    if audio.ndim not in (1, 2) or audio.numel() == 0:
        raise AudioError(
            f"audio of shape {list(audio.shape)} is not [samples] or [channels, samples]"
        )
    audio = audio.to(torch.float32)
    return audio if audio.ndim == 1 else audio.mean(dim=0)


def resample(audio: Tensor, source_rate: int, target_rate: int) -> Tensor:
    """Change the sample rate.

    Args:
        audio: float32 [L], mono.
        source_rate: samples per second of `audio`.
        target_rate: samples per second wanted.

    Returns:
        float32 [ceil(L * target_rate / source_rate)].

    Raises:
        AudioError: a rate is not between 1 and `MAX_RATE`, or the audio is not mono.
    """
    for rate in (source_rate, target_rate):
        if not 1 <= rate <= MAX_RATE:
            raise AudioError(f"a sample rate of {rate} Hz is impossible; is the file damaged?")
    if audio.ndim != 1:
        raise AudioError(f"audio of shape {list(audio.shape)} is not mono; average its channels")
    if source_rate == target_rate:
        return audio
    common = math.gcd(source_rate, target_rate)
    source, target = source_rate // common, target_rate // common
    taps, reach = _filter(source, target)
    taps = taps.to(audio.device)
    output = audio.new_empty(-(-target * audio.shape[0] // source))
    block = max(1, BLOCK_PRODUCTS // taps.shape[1])
    for first in range(0, output.shape[0], block):
        index = torch.arange(first, min(first + block, output.shape[0]), device=audio.device)
        centers = index * source // target
        windows = _windows(audio, centers, reach, taps.shape[1])
        output[first : first + block] = (windows * taps[index % target]).sum(dim=1)
    return output


def _windows(audio: Tensor, centers: Tensor, reach: int, length: int) -> Tensor:
    """Cut `length` samples from `reach` before each center on, zeros beyond the ends."""
    first, last = int(centers[0]) - reach, int(centers[-1]) - reach + length
    before = max(-first, 0)
    piece = audio[first + before : last]
    piece = F.pad(piece, (before, last - first - before - piece.shape[0]))
    offsets = torch.arange(length, device=audio.device) - reach - first
    return piece[centers.unsqueeze(1) + offsets]


@lru_cache(maxsize=8)
def _filter(source: int, target: int) -> tuple[Tensor, int]:
    """Return the taps float32 [target, 2 reach + 2] of each phase and how far they look back."""
    base = min(source, target) * ROLL_OFF
    reach = math.ceil(ZERO_CROSSINGS * source / base)
    phases = torch.arange(target)
    centers = phases * source // target
    inputs = centers.unsqueeze(1) + torch.arange(-reach, reach + 2)
    distance = inputs.double() / source - (phases / target).double().unsqueeze(1)
    t = (distance * base).clamp(-ZERO_CROSSINGS, ZERO_CROSSINGS)
    window = (t * math.pi / ZERO_CROSSINGS / 2).cos().square()
    return (torch.sinc(t) * window * (base / source)).float(), reach
