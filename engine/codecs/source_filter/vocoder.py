"""A vocoder of source and filter: pulses and noise through time-varying minimum-phase filters.

It is the last stage of the light codec and has no weights of its own. Everything is causal and
stateful: what it makes for a hop depends on controls up to that hop, and rings on into the next.

Source: own design, after the source-filter vocoders (Wang et al. 2019, "Neural source-filter
waveform models"; Engel et al. 2020, "DDSP").
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FFT = 512  # filter length bound: 23 ms at 22.05 kHz, longer than any formant rings
NOISE_SAMPLES = 1 << 17  # the noise table repeats after about six seconds


def mel_points(count: int, top_hz: float) -> Tensor:
    """`count` frequencies in Hz, evenly spaced on the mel scale from 0 to `top_hz`."""
    mels = torch.linspace(0.0, 2595 * math.log10(1 + top_hz / 700), count, dtype=torch.float64)
    return 700 * (10 ** (mels / 2595) - 1)


def interpolation_matrix(points: int, bins: int, sample_rate: int) -> Tensor:
    """Linear interpolation from mel-spaced points to FFT bins, float32 [points, bins]."""
    knots = mel_points(points, sample_rate / 2)
    frequency = torch.linspace(0, sample_rate / 2, bins, dtype=torch.float64)
    right = torch.searchsorted(knots, frequency).clamp(1, points - 1)
    share = (frequency - knots[right - 1]) / (knots[right] - knots[right - 1])
    matrix = torch.zeros(points, bins, dtype=torch.float64)
    column = torch.arange(bins)
    matrix[right - 1, column] = 1 - share
    matrix[right, column] += share
    return matrix.float()


def noise_table(samples: int) -> Tensor:
    """Uniform noise of unit variance from an integer hash: the same on every machine."""
    x = torch.arange(samples, dtype=torch.int64) * 0x9E3779B1 & 0xFFFFFFFF
    for multiplier in (0x85EBCA6B, 0xC2B2AE35):
        x = ((x ^ (x >> 15)) * multiplier) & 0xFFFFFFFF
    x = x ^ (x >> 16)
    return ((x.double() / 2**32 * 2 - 1) * math.sqrt(3)).float()


def minimum_phase(log_magnitude: Tensor) -> Tensor:
    """The causal filter spectrum with this magnitude: float [..., bins] -> complex [..., bins].

    Source: Oppenheim and Schafer, "Discrete-Time Signal Processing", folding of the real cepstrum.
    """
    cepstrum = torch.fft.irfft(log_magnitude, n=FFT)
    fold = torch.zeros(FFT, device=cepstrum.device)
    fold[0] = fold[FFT // 2] = 1
    fold[1 : FFT // 2] = 2
    return torch.exp(torch.fft.rfft(cepstrum * fold))


@dataclass
class Controls:
    """What the decoder asks of the synthesizer, per hop.

    Attributes:
        log_f0: natural log of the pitch in Hz at the end of each hop, [B, T].
        harmonic, noise: log magnitudes per half hop at the envelope points, [B, 2T, bands].
    """

    log_f0: Tensor
    harmonic: Tensor
    noise: Tensor


class Synthesizer(nn.Module):
    """Pulse train and noise through time-varying minimum-phase filters.

    A half hop of excitation is shared by the filter before it (fading out) and its own (fading in);
    filters ring on into the future only. State: last pitch, phase, last filters, ringing, position.
    """

    points: Tensor
    fade_in: Tensor
    noise: Tensor

    def __init__(self, sample_rate: int, hop: int, bands: int) -> None:
        super().__init__()
        self.sample_rate, self.hop = sample_rate, hop
        points = interpolation_matrix(bands, FFT // 2 + 1, sample_rate)
        fade = torch.sin(torch.pi / 2 * (torch.arange(hop // 2) + 0.5) / (hop // 2))
        self.register_buffer("points", points, persistent=False)
        self.register_buffer("fade_in", fade.square(), persistent=False)
        self.register_buffer("noise", noise_table(NOISE_SAMPLES), persistent=False)

    def forward(self, controls: Controls, state: dict[str, Tensor]) -> Tensor:
        """Controls of T hops -> audio float32 [B, T * hop]; `state` is read and replaced."""
        sources = (self._pulses(controls.log_f0, state), self._noise(controls.log_f0, state))
        envelopes = (controls.harmonic, controls.noise)
        fade = self.fade_in
        spectrum = torch.zeros((), device=fade.device)
        for name, source, envelope in zip(("pulse", "hiss"), sources, envelopes, strict=True):
            filters = minimum_phase(envelope @ self.points)
            before = torch.cat([state.get(name, filters[:, :1]), filters[:, :-1]], 1)
            state[name] = filters[:, -1:]
            halves = source.unflatten(1, (-1, self.hop // 2))
            spectrum = spectrum + torch.fft.rfft(halves * fade, n=FFT) * filters
            spectrum = spectrum + torch.fft.rfft(halves * (1 - fade), n=FFT) * before
        return self._overlap_add(torch.fft.irfft(spectrum, n=FFT), state)

    def _pulses(self, log_f0: Tensor, state: dict[str, Tensor]) -> Tensor:
        """A pulse train of unit power with all harmonics below 45 % of the sample rate."""
        before = torch.cat([state.get("log_f0", log_f0[:, :1]), log_f0[:, :-1]], 1)
        state["log_f0"] = log_f0[:, -1:]
        ramp = torch.arange(1, self.hop + 1, device=log_f0.device) / self.hop
        f0 = torch.exp(before[..., None] + (log_f0 - before)[..., None] * ramp).flatten(1)
        start = state.get("phase", torch.zeros(len(f0), 1, dtype=torch.float64, device=f0.device))
        phase = start + torch.cumsum(f0.double() / self.sample_rate, 1)
        state["phase"] = phase[:, -1:] % 1
        harmonics = 0.45 * self.sample_rate / f0
        whole = torch.floor(harmonics)
        x = torch.pi * ((phase + 0.5) % 1 - 0.5).float()  # within half a cycle of the pulse
        x = torch.where(x.abs() < 1e-4, 1e-4, x)
        pulses = torch.sin((2 * whole + 1) * x) / torch.sin(x) - 1
        # the highest harmonic fades in and out, so that a gliding pitch makes no clicks
        pulses = pulses + 2 * (harmonics - whole) * torch.cos((2 * whole + 2) * x)
        return pulses * torch.rsqrt(2 * harmonics)

    def _noise(self, log_f0: Tensor, state: dict[str, Tensor]) -> Tensor:
        samples = log_f0.shape[1] * self.hop
        start = state.get("position", torch.zeros(1, dtype=torch.int64, device=log_f0.device))
        index = (start + torch.arange(samples, device=log_f0.device)) % NOISE_SAMPLES
        state["position"] = (start + samples) % NOISE_SAMPLES
        return self.noise[index].expand(len(log_f0), -1)

    def _overlap_add(self, pieces: Tensor, state: dict[str, Tensor]) -> Tensor:
        """pieces: [B, halves, FFT], each starting half a hop after the last -> [B, samples]."""
        half = self.hop // 2
        rows = pieces.unflatten(2, (-1, half))  # [B, halves, FFT / half, half]
        count, spread = rows.shape[1], rows.shape[2]
        ringing = state.get("ringing", pieces.new_zeros(len(pieces), spread - 1, half))
        total = sum(F.pad(rows[:, :, k], (0, 0, k, spread - 1 - k)) for k in range(spread))
        total = total + F.pad(ringing, (0, 0, 0, count))
        state["ringing"] = total[:, count:]
        return total[:, :count].flatten(1)
