"""The light codec of the starter checkpoint: log spectra in, residual codes, a neural vocoder out.

It is a causal source-filter codec that trains in minutes on two cores. The encoder reads log-mel
and low-frequency log spectra and a pitch estimate; the decoder predicts a pitch and two smooth
spectral envelopes and drives minimum-phase filters with a band-limited pulse train and with noise,
so that voiced speech stays voiced at any bit rate. It is not the s2 codec (see
`engine.codecs.dac`): it only shares its interface.

- Every layer looks back only. A hop is made from codes up to its own frame, nothing waits.
- Splitting a stream differently changes samples by less than 1e-3: the rounding of matrix products
  reaches the pitch, and adds up in the phase of the pulses.
- Noise is a fixed table read by absolute sample position; decoding is deterministic.
- Tensors are [batch, time, channels] (BTC); depthwise convolutions are sums of shifted products.

Source: own design, after the source-filter vocoders (Wang et al. 2019, "Neural source-filter
waveform models"; Engel et al. 2020, "DDSP") and ConvNeXt blocks (Liu et al. 2022).
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.codecs.codec import Codec
from engine.codecs.memory import Chain, Memory, Remembering
from engine.codecs.source_filter import pitch
from engine.codecs.source_filter.vocoder import Controls, Synthesizer, mel_points
from engine.fields import Count, Counts, Record

FLOOR = 1e-5  # smallest magnitude a log spectrum distinguishes
F0_RANGE = (50.0, 600.0)  # Hz the decoder can express


class SourceFilterConfig(Record):
    """Sizes of the codec; `codec_config.json` holds these fields under "config"."""

    sample_rate: Count = 22050
    hop: Count = 256  # samples between two spectral columns
    stride: Count = 4  # hops in a code frame
    n_mels: Count = 80
    low_bins: Count = 96  # bins of the 2048-sample spectrum, up to about 1 kHz: resolves low pitch
    encoder_dim: Count = 192
    encoder_layers: Count = 3
    frame_dim: Count = 256
    frame_layers: Count = 2
    hop_dim: Count = 224
    hop_layers: Count = 6
    bands: Count = 80  # points of a predicted envelope on the mel scale
    codebook_dim: Count = 64
    codebook_sizes: Counts = (512,) + (256,) * 7


def mel_matrix(n_mels: int, bins: int, sample_rate: int) -> Tensor:
    """Triangular mel filters of unit sum, float32 [bins, n_mels]."""
    edges = mel_points(n_mels + 2, sample_rate / 2)
    frequency = torch.linspace(0, sample_rate / 2, bins, dtype=torch.float64)[:, None]
    rise = (frequency - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - frequency) / (edges[2:] - edges[1:-1])
    weights = torch.minimum(rise, fall).clamp(min=0)
    return (weights / weights.sum(0).clamp(min=1e-3)).float()


class CausalBlock(Remembering):
    """ConvNeXt block over time, looking back six steps."""

    taps = 7

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(self.taps, dim) * self.taps**-0.5)
        self.norm = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, 3 * dim)
        self.down = nn.Linear(3 * dim, dim)
        self.gamma = nn.Parameter(torch.full((dim,), 0.1))

    def forward(self, x: Tensor, memory: Memory) -> Tensor:
        """x: float [B, T, C] -> the same shape."""
        history, steps = memory.with_past(self, x, self.taps - 1, dim=1), x.shape[1]
        y = sum(history[:, k : k + steps] * self.kernel[k] for k in range(self.taps))
        out: Tensor = x + self.gamma * self.down(F.gelu(self.up(self.norm(y))))
        return out


class Features(Remembering):
    """Waveform -> log-mel, low log spectrum and pitch, from windows that end at the hop."""

    windows = (1024, 2048)
    mels: Tensor

    def __init__(self, config: SourceFilterConfig) -> None:
        super().__init__()
        self.sample_rate, self.hop, self.low_bins = config.sample_rate, config.hop, config.low_bins
        bins = self.windows[0] // 2 + 1
        mels = mel_matrix(config.n_mels, bins, config.sample_rate)
        self.register_buffer("mels", mels, persistent=False)

    @property
    def history(self) -> int:
        """Samples before a hop that its longest window holds."""
        return max(self.windows) - self.hop

    def forward(self, audio: Tensor, memory: Memory) -> Tensor:
        """audio: float [B, hops * hop] -> [B, hops, n_mels + low_bins + 2]."""
        audio = memory.with_past(self, audio, self.history, dim=1)
        short, long = (self._magnitude(audio, window) for window in self.windows)
        parts = [short @ self.mels, long[..., : self.low_bins] / 4]
        spectra = torch.log(torch.cat(parts, -1).clamp(min=FLOOR)) / 4 + 1
        return torch.cat([spectra, self._pitch(audio)], -1)

    def _pitch(self, audio: Tensor) -> Tensor:
        """How voiced each hop is, and its pitch in octaves around 160 Hz where it is voiced."""
        span = pitch.span(self.sample_rate)
        frames = audio[:, self.history + self.hop - span :].unfold(1, span, self.hop)
        f0, score, power = pitch.measure(frames, self.sample_rate)
        voiced = (score > pitch.VOICED) & (power > FLOOR**2)
        return torch.stack([score * voiced, torch.log2(f0 / 160) * voiced], -1)

    def _magnitude(self, audio: Tensor, window: int) -> Tensor:
        frames = audio[:, self.history + self.hop - window :].unfold(1, window, self.hop)
        windowed = frames * torch.hann_window(window, device=audio.device)
        spectrum: Tensor = torch.fft.rfft(windowed)
        return spectrum.abs()


class Encoder(nn.Module):
    """Features at hop rate -> latents at frame rate."""

    def __init__(self, config: SourceFilterConfig) -> None:
        super().__init__()
        self.stride = config.stride
        dim = config.encoder_dim
        self.features = Features(config)
        self.inlet = nn.Linear(config.n_mels + config.low_bins + 2, dim)
        self.hops = Chain(*(CausalBlock(dim) for _ in range(config.encoder_layers)))
        self.merge = nn.Linear(config.stride * dim, config.frame_dim)
        self.frames = Chain(*(CausalBlock(config.frame_dim) for _ in range(config.frame_layers)))
        self.outlet = nn.Linear(config.frame_dim, config.codebook_dim)

    def forward(self, audio: Tensor, memory: Memory) -> Tensor:
        """audio: float [B, F * frame_length] -> latents [B, F, codebook_dim]."""
        x = self.hops(self.inlet(self.features(audio, memory)), memory)
        x = self.merge(x.unflatten(1, (-1, self.stride)).flatten(2))
        latents: Tensor = self.outlet(self.frames(x, memory))
        return latents


class ResidualQuantizer(nn.Module):
    """A chain of codebooks, each coding what those before it left over."""

    def __init__(self, config: SourceFilterConfig) -> None:
        super().__init__()
        self.codebooks = nn.ParameterList(
            nn.Parameter(torch.randn(size, config.codebook_dim), requires_grad=False)
            for size in config.codebook_sizes
        )

    @staticmethod
    def nearest(rest: Tensor, codebook: Tensor) -> Tensor:
        """Index of the codebook row nearest to each vector: [..., dim] -> int64 [...]."""
        return (codebook.square().sum(1) - 2 * (rest @ codebook.T)).argmin(-1)

    def encode(self, latents: Tensor) -> Tensor:
        """latents: [B, F, dim] -> codes int64 [B, N, F]."""
        rest, codes = latents, []
        for codebook in self.codebooks:
            codes.append(self.nearest(rest, codebook))
            rest = rest - codebook[codes[-1]]
        return torch.stack(codes, 1)

    def decode(self, codes: Tensor) -> Tensor:
        """codes: int64 [B, N, F] -> latents [B, F, dim]."""
        rows = (codebook[codes[:, i]] for i, codebook in enumerate(self.codebooks))
        return sum(rows, torch.zeros((), device=codes.device))


class Decoder(nn.Module):
    """Latents at frame rate -> synthesizer controls at hop rate."""

    def __init__(self, config: SourceFilterConfig) -> None:
        super().__init__()
        self.stride, self.bands = config.stride, config.bands
        self.inlet = nn.Linear(config.codebook_dim, config.frame_dim)
        self.frames = Chain(*(CausalBlock(config.frame_dim) for _ in range(config.frame_layers)))
        self.split = nn.Linear(config.frame_dim, config.stride * config.hop_dim)
        self.hops = Chain(*(CausalBlock(config.hop_dim) for _ in range(config.hop_layers)))
        self.norm = nn.LayerNorm(config.hop_dim)
        self.pitch = nn.Linear(config.hop_dim, 1)
        self.envelopes = nn.Linear(config.hop_dim, 4 * config.bands)

    def forward(self, latents: Tensor, memory: Memory) -> Controls:
        """latents: [B, F, codebook_dim] -> controls for F * stride hops."""
        x = self.frames(self.inlet(latents), memory)
        x = self.split(x).unflatten(2, (self.stride, -1)).flatten(1, 2)
        x = self.norm(self.hops(x, memory))
        low, high = (math.log(hz) for hz in F0_RANGE)
        log_f0 = low + (high - low) * torch.sigmoid(self.pitch(x).squeeze(2))
        levels = self.envelopes(x).unflatten(2, (2, 2, self.bands))
        levels = 9 * torch.tanh(levels / 3) - 4  # natural-log magnitudes between -13 and 5
        harmonic, noise = levels.unbind(3)
        return Controls(log_f0, harmonic.flatten(1, 2), noise.flatten(1, 2))


class SourceFilterCodec(Codec):
    """The codec: spectra -> codes -> controls -> waveform. Not thread-safe while encoding."""

    def __init__(self, config: SourceFilterConfig) -> None:
        super().__init__()
        self.config = config
        self.sample_rate = config.sample_rate
        self.frame_length = config.hop * config.stride
        self.codebook_sizes = config.codebook_sizes
        self.encoder = Encoder(config)
        self.quantizer = ResidualQuantizer(config)
        self.decoder = Decoder(config)
        self.synthesizer = Synthesizer(config.sample_rate, config.hop, config.bands)

    def encode_next(self, audio: Tensor, memory: Memory) -> Tensor:
        """See `Codec.encode_next`."""
        return self.quantizer.encode(self.encoder(audio, memory))

    def decode_next(self, codes: Tensor, memory: Memory) -> Tensor:
        """See `Codec.decode_next`."""
        controls = self.decoder(self.quantizer.decode(codes), memory)
        audio: Tensor = self.synthesizer(controls, memory.signal)
        return audio.clamp(-1, 1)
