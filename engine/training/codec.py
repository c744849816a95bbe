"""Training of the source-filter codec from a corpus of synthesized speech.

`python -m engine.training.codec CORPUS OUT` writes `codec.safetensors`, `codec_config.json` and,
for resuming, `codec_training.pt` into OUT. During training the pulse train runs at the pitch that
`engine.training.pitch` measures, while the decoder learns to tell that pitch by itself.

Losses: log-magnitude and spectral convergence at four resolutions, multi-resolution log-mel, pitch,
commitment, and a phone classifier that sees codebook 0 only, which makes that book semantic.
"""

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.codecs.memory import Memory
from engine.codecs.source_filter.codec import (
    FLOOR,
    ResidualQuantizer,
    SourceFilterCodec,
    SourceFilterConfig,
    mel_matrix,
)
from engine.training.conversations import phone_track
from engine.training.corpus import Corpus, Utterance
from engine.training.phones import PHONES
from engine.training.pitch import fill, track

CROP_FRAMES = 32  # 1.5 s
CENTER_LAG = 0.023  # s between the end of a hop and the middle of its window
WINDOWS = (2048, 1024, 512, 256)


class SpeechTable:
    """Crops of a corpus with pitch and phones per hop, held in memory as flat arrays."""

    def __init__(self, corpus: Iterable[Utterance], config: SourceFilterConfig) -> None:
        self.hop, self.frame = config.hop, config.hop * config.stride
        self.history = 2048 - config.hop
        self.items = [self._measure(utterance, config) for utterance in corpus]
        lengths = np.array([len(item[0]) for item in self.items], dtype=np.float64)
        self.weights = lengths / lengths.sum()

    @staticmethod
    def _measure(utterance: Utterance, config: SourceFilterConfig) -> tuple[Tensor, ...]:
        audio = torch.from_numpy(utterance.audio)
        f0 = track(audio, config.sample_rate, config.hop)
        ends = (np.arange(len(f0)) + 1) * config.hop / config.sample_rate
        phones = phone_track(utterance, ends - CENTER_LAG)
        return (audio * 32767).short(), fill(f0).log(), f0 > 0, torch.from_numpy(phones)

    def batch(self, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Audio [B, history + samples], log F0, voicing and phone at hops [B, T]."""
        hops = CROP_FRAMES * self.frame // self.hop
        rows = []
        for index in rng.choice(len(self.items), size, p=self.weights):
            audio, log_f0, voiced, phones = self.items[index]
            start = int(rng.integers(0, max(1, len(log_f0) - hops + 1)))
            left = start * self.hop
            piece = audio[max(0, left - self.history) : left + hops * self.hop].float() / 32767
            piece = F.pad(piece, (max(0, self.history - left), 0))
            piece = F.pad(piece, (0, self.history + hops * self.hop - len(piece)))
            short = max(0, hops - len(log_f0[start:]))
            columns = (log_f0, voiced.float(), phones.float())
            padded = [
                F.pad(c[start : start + hops][None], (0, short), "replicate")[0] for c in columns
            ]
            rows.append((piece * 10 ** rng.uniform(-0.3, 0.15), *padded))
        audio, log_f0, voiced, phones = (torch.stack(column) for column in zip(*rows, strict=True))
        return audio, log_f0, voiced, phones.long()


class CodebookTrainer:
    """Moving-average codebooks with restarts of dead entries (van den Oord et al. 2017)."""

    def __init__(self, quantizer: ResidualQuantizer, decay: float = 0.97) -> None:
        self.quantizer, self.decay, self.ready = quantizer, decay, False
        self.counts = [torch.ones(len(book), device=book.device) for book in quantizer.codebooks]
        self.sums = [book.data.clone() for book in quantizer.codebooks]

    @torch.no_grad()
    def _initialize(self, rest: Tensor) -> None:
        for i, book in enumerate(self.quantizer.codebooks):
            pick = torch.randint(len(rest), (len(book),), device=rest.device)
            book.copy_(rest[pick] + 1e-3 * torch.randn_like(book))
            for _ in range(8):
                code = self.quantizer.nearest(rest, book)
                count = torch.bincount(code, minlength=len(book)).float()
                mean = (
                    torch.zeros_like(book).index_add_(0, code, rest) / count.clamp(min=1)[:, None]
                )
                book.copy_(torch.where(count[:, None] > 0, mean, book))
            rest = rest - book[self.quantizer.nearest(rest, book)]
            self.sums[i] = book.data.clone()
        self.ready = True

    @torch.no_grad()
    def _update(self, i: int, rest: Tensor, code: Tensor) -> None:
        book = self.quantizer.codebooks[i]
        count = torch.bincount(code, minlength=len(book)).float()
        total = torch.zeros_like(book).index_add_(0, code, rest)
        self.counts[i] = self.decay * self.counts[i] + (1 - self.decay) * count
        self.sums[i] = self.decay * self.sums[i] + (1 - self.decay) * total
        dead = self.counts[i] < 0.02
        if dead.any():
            fresh = rest[torch.randint(len(rest), (int(dead.sum()),), device=rest.device)]
            self.sums[i][dead], self.counts[i][dead] = fresh, 1.0
        book.copy_(self.sums[i] / self.counts[i][:, None])

    def __call__(self, latents: Tensor, train: bool = True) -> tuple[Tensor, Tensor, Tensor]:
        """latents [B, F, D] -> quantized (straight through), row 0 alone, commitment loss."""
        flat = latents.detach().flatten(0, 1)
        if not self.ready:
            self._initialize(flat)
        books = self.quantizer.codebooks
        keep = torch.full((len(latents),), len(books), device=latents.device)
        if train:
            drop = torch.rand(len(latents), device=keep.device) < 0.5
            fewer = torch.randint(1, len(books) + 1, keep.shape, device=keep.device)
            keep = torch.where(drop, fewer, keep)
        total, rest, first = torch.zeros_like(latents), latents.detach(), latents
        for i, book in enumerate(books):
            code = self.quantizer.nearest(rest, book)
            step = book[code]
            if train:
                self._update(i, rest.flatten(0, 1), code.flatten())
            total = total + step * (keep > i)[:, None, None]
            rest = rest - step
            first = step if i == 0 else first
        commit = (latents - total).square().mean()
        return latents + (total - latents).detach(), latents + (first - latents).detach(), commit


def magnitude(audio: Tensor, window: int) -> Tensor:
    """Magnitude spectrogram of [B, L], hop a quarter window."""
    shape = torch.hann_window(window, device=audio.device)
    spectrum = torch.stft(
        audio, window, window // 4, window=shape, return_complex=True, center=False
    )
    level: Tensor = spectrum.abs().clamp(min=FLOOR).transpose(1, 2) * (1024 / window) ** 0.5
    return level


def spectral_loss(made: Tensor, target: Tensor, sample_rate: int) -> tuple[Tensor, Tensor]:
    """Log-magnitude plus convergence loss, and log-mel L1, averaged over resolutions."""
    linear, mel = [], []
    for window in WINDOWS:
        a, b = magnitude(made, window), magnitude(target, window)
        floor = 1e-3
        linear.append((torch.log(a + floor) - torch.log(b + floor)).abs().mean())
        linear.append((a - b).norm() / b.norm().clamp(min=1e-3))
        weights = mel_matrix(80 if window > 512 else 40, window // 2 + 1, sample_rate)
        weights = weights.to(made.device)
        mel.append((torch.log(a @ weights + floor) - torch.log(b @ weights + floor)).abs().mean())
    return torch.stack(linear).mean() * 2, torch.stack(mel).mean()


@dataclass
class Losses:
    """One step's losses, for the log."""

    linear: float
    mel: float
    pitch: float
    commit: float
    phone: float


class CodecTrainer:
    """Codec, optimizer and codebooks of one run."""

    def __init__(
        self, config: SourceFilterConfig, rate: float, device: torch.device | str = "cpu"
    ) -> None:
        self.device = torch.device(device)
        self.codec = SourceFilterCodec(config).to(self.device)
        self.books = CodebookTrainer(self.codec.quantizer)
        self.phone = nn.Linear(config.codebook_dim, len(PHONES)).to(self.device)
        self.rate = rate
        trained = [p for p in self.codec.parameters() if p.requires_grad]
        trained += list(self.phone.parameters())
        self.optimizer = torch.optim.AdamW(trained, lr=rate, betas=(0.8, 0.99), weight_decay=0.01)
        self.parameters = trained

    def step(self, batch: tuple[Tensor, Tensor, Tensor, Tensor], share: float) -> Losses:
        """One update; `share` is the part of the run that is done (for the learning rate)."""
        audio, log_f0, voiced, phones = (column.to(self.device) for column in batch)
        codec = self.codec
        rate = self.rate * min(1.0, share * 50 + 0.02) * min(1.0, (1 - share) / 0.5 + 0.01)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        features = codec.encoder.features
        before, audio = audio.tensor_split([features.history], dim=1)
        memory = Memory({features: before})
        with torch.autocast(self.device.type, torch.bfloat16):
            latents = codec.encoder(audio, memory).float()
            quantized, first, commit = self.books(latents)
            controls = codec.decoder(quantized, memory)
        for name in ("log_f0", "harmonic", "noise"):
            setattr(controls, name, getattr(controls, name).float())
        pitch = ((controls.log_f0 - log_f0).abs() * voiced).sum() / voiced.sum().clamp(min=1)
        controls.log_f0 = log_f0
        made = codec.synthesizer(controls, {})
        linear, mel = spectral_loss(made, audio, codec.sample_rate)
        phone = F.cross_entropy(self.phone(first).flatten(0, 1), phones[:, 1::4].flatten())
        loss = linear + 2 * mel + 10 * pitch + 0.5 * commit + 0.3 * phone
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimizer.step()
        return Losses(*(x.item() for x in (linear, mel, pitch, commit, phone)))

    def save(self, folder: Path) -> None:
        """Write the checkpoint's codec files and the state needed to resume."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: value.cpu() for name, value in self.codec.state_dict().items()}
        halves = {name: value.half() for name, value in weights.items()}
        save_file(halves, folder / "codec.safetensors")
        config = {"family": "source_filter", "config": self.codec.config.model_dump()}
        (folder / "codec_config.json").write_text(json.dumps(config, indent=1) + "\n")
        books = {"counts": self.books.counts, "sums": self.books.sums}
        extra = {"phone": self.phone.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({"codec": weights, **books, **extra}, folder / "codec_training.pt")

    def resume(self, folder: Path) -> None:
        """Go on from `codec_training.pt`."""
        path = folder / "codec_training.pt"
        saved = torch.load(path, weights_only=True, map_location=self.device)
        self.codec.load_state_dict(saved["codec"])
        self.phone.load_state_dict(saved["phone"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.books.counts, self.books.sums = saved["counts"], saved["sums"]
        self.books.ready = True


def train(corpus: Path, out: Path, minutes: float, resume: bool, rate: float, batch: int) -> None:
    """Train for `minutes` of wall time, on a GPU where there is one, and save into `out`."""
    config = SourceFilterConfig()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trainer = CodecTrainer(config, rate, device)
    if resume:
        trainer.resume(out)
    source = Corpus(corpus)
    table = SpeechTable((source[i] for i in range(len(source))), config)
    print(f"{len(table.items)} utterances", flush=True)
    rng, begin, step = np.random.default_rng(1), time.monotonic(), 0
    while (share := (time.monotonic() - begin) / (60 * minutes)) < 1:
        losses = trainer.step(table.batch(batch, rng), share)
        step += 1
        if step % 20 == 0:
            values = " ".join(f"{k} {v:.3f}" for k, v in asdict(losses).items())
            print(f"{step} {share:.3f} {values}", flush=True)
        if step % 200 == 0:
            trainer.save(out)
    trainer.save(out)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(0)
    train(options.corpus, options.out, options.minutes, options.resume, options.rate, options.batch)


if __name__ == "__main__":
    main()
