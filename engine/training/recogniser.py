"""A small phone recogniser: the evaluation's ear, trained on the teachers' own labels.

``python -m engine.training.recogniser CORPUS OUT.pt`` trains it (some fifteen minutes on one core).

Is: a convolutional network that labels every 11.6 ms of speech with a phone, a decoder that turns
labels into a sequence, and a forced alignment of a known sequence.
Is not: a judge of words, and not part of any checkpoint. It has heard all teachers' voices, on
other sentences than those of the evaluation.

Source: own; blocks after Liu et al. 2022 ("A ConvNet for the 2020s").
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.codecs.source_filter.codec import mel_matrix
from engine.training.corpus import Corpus, Utterance
from engine.training.phones import PHONES

SAMPLE_RATE = 22050
HOP, WINDOW, N_MELS = 256, 1024, 64
_FLOOR = 1e-4
_CROP_FRAMES = 172  # 2 s
_SWITCH_COST = 3.0  # nats it takes to change the phone: short flickers are not phones


def features(audio: Tensor) -> Tensor:
    """Log-mel columns of audio [B, L] at 22050 Hz -> [B, n_mels, L // HOP + 1], level removed."""
    window = torch.hann_window(WINDOW)
    spectrum = torch.stft(audio, WINDOW, HOP, window=window, return_complex=True).abs()
    mel = mel_matrix(N_MELS, WINDOW // 2 + 1, SAMPLE_RATE).T @ spectrum
    log = torch.log(mel + _FLOOR)
    return log - log.amax(1, keepdim=True).mean(2, keepdim=True)


def disturb(columns: Tensor, generator: torch.Generator) -> Tensor:
    """Other rooms, rough coding, lost bands: what a listener must hear through. [B, n_mels, T].

    Each row gets a random smooth equalization, grain, perhaps a blur over time, and a hole.
    """
    rows, mels, _ = columns.shape

    def draw(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    bands = F.interpolate(3 * (draw(rows, 1, 5) - 0.5), mels, mode="linear")
    columns = columns + bands.transpose(1, 2)
    grain = 0.5 * draw(rows, 1, 1) * (draw(rows, 1, 1) < 0.6)
    columns = columns + grain * torch.randn(columns.shape, generator=generator)
    blurred = F.avg_pool1d(F.pad(columns, (1, 1), "replicate"), 3, 1)
    columns = torch.where(draw(rows, 1, 1) < 0.3, blurred, columns)
    low = (draw(rows, 1, 1) * mels).long()
    band = torch.arange(mels)[None, :, None]
    hole = (band >= low) & (band < low + (draw(rows, 1, 1) * 10).long())
    return torch.where(hole, columns.mean((1, 2), keepdim=True), columns)


class Block(nn.Module):
    """Depthwise convolution over time, then a small network per column; residual."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.taps = nn.Parameter(torch.randn(7, width) * 0.2)
        self.norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """x: [B, T, width]."""
        padded = F.pad(x, (0, 0, 3, 3))
        # shifted multiplies: on a CPU faster than a depthwise convolution
        y = sum(
            (padded[:, k : k + x.shape[1]] * self.taps[k] for k in range(1, 7)),
            padded[:, : x.shape[1]] * self.taps[0],
        )
        y = self.down(F.gelu(self.up(self.norm(y))))
        result: Tensor = x + y
        return result


class Recogniser(nn.Module):
    """Audio to phone log-probabilities per column; works on pairs of columns inside."""

    def __init__(self, width: int = 144, depth: int = 6) -> None:
        super().__init__()
        self.enter = nn.Conv1d(N_MELS, width, 6, stride=2, padding=2)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(depth)))
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * len(PHONES)))

    def forward(self, columns: Tensor) -> Tensor:
        """Columns of `features` [B, n_mels, T] -> logits [B, T, n_phones]."""
        count = columns.shape[2]
        x = self.enter(F.pad(columns, (0, count % 2), "replicate")).transpose(1, 2)
        logits: Tensor = self.leave(self.blocks(x)).unflatten(2, (2, -1)).flatten(1, 2)
        return logits[:, :count]

    @torch.no_grad()
    def log_probabilities(self, audio: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probabilities float32 [T, n_phones] of one utterance."""
        logits = self(features(torch.from_numpy(np.ascontiguousarray(audio))[None]))
        values: NDArray[np.float32] = F.log_softmax(logits[0].float(), -1).numpy()
        return values

    def phones(self, audio: NDArray[np.float32]) -> list[int]:
        """The phones heard, silence left out."""
        return collapse(decode(self.log_probabilities(audio)))

    @classmethod
    def load(cls, path: Path) -> "Recogniser":
        """Read a trained recogniser."""
        model = cls()
        model.load_state_dict(torch.load(path, weights_only=True))
        return model.eval()


def decode(log_probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    """The best label per column [T] when every change of label costs something (Viterbi)."""
    n_columns, n_labels = log_probabilities.shape
    back = np.empty((n_columns, n_labels), np.int64)
    score, stay = log_probabilities[0].copy(), np.arange(n_labels)
    for t in range(1, n_columns):
        best = int(score.argmax())
        switch = score[best] - _SWITCH_COST
        back[t] = np.where(score >= switch, stay, best)
        score = np.maximum(score, switch) + log_probabilities[t]
    path = np.empty(n_columns, np.int64)
    path[-1] = score.argmax()
    for t in range(n_columns - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def collapse(labels: Sequence[int] | NDArray[np.integer]) -> list[int]:
    """Runs of a label become one, silences (0) go.

    >>> collapse([0, 3, 3, 0, 3, 5])
    [3, 5]
    """
    spoken = [int(label) for label in labels if label != 0]
    return [label for i, label in enumerate(spoken) if i == 0 or label != spoken[i - 1]]


def align(log_probabilities: NDArray[np.float32], phones: Sequence[int]) -> NDArray[np.int64]:
    """First column of each phone when exactly these phones are spoken in this order.

    Silence may stand before, between and after. int64 [len(phones)], rising.
    """
    states = np.array([0] + [state for phone in phones for state in (phone, 0)])
    n_columns, n_states = len(log_probabilities), len(states)
    may_skip = np.zeros(n_states, bool)  # from phone to phone, past a silence
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    score = np.full(n_states, -np.inf)
    score[:2] = log_probabilities[0, states[:2]]
    back = np.zeros((n_columns, n_states), np.int8)
    for t in range(1, n_columns):
        step = np.concatenate([[-np.inf], score[:-1]])
        skip = np.where(may_skip, np.concatenate([[-np.inf] * 2, score[:-2]]), -np.inf)
        options = np.stack([score, step, skip])
        back[t] = options.argmax(0)
        score = options.max(0) + log_probabilities[t, states]
    state = n_states - 1 if score[-1] >= score[-2] else n_states - 2
    starts = np.zeros(n_states, np.int64)
    for t in range(n_columns - 1, 0, -1):
        starts[state] = t
        state -= int(back[t, state])
    starts[state] = 0
    return starts[1::2]


def labels_of(utterance: Utterance, n_columns: int) -> NDArray[np.int64]:
    """Phone id of every column of an utterance."""
    times = np.arange(n_columns) * HOP / SAMPLE_RATE
    index = np.searchsorted(utterance.phone_starts, times, side="right") - 1
    return utterance.phone_ids[np.maximum(index, 0)].astype(np.int64)


class _Crops:
    """Random two-second pieces of a corpus with their labels, at random levels."""

    def __init__(self, corpus: Corpus, rng: np.random.Generator) -> None:
        self._corpus, self._rng = corpus, rng
        self._shares = corpus.seconds / corpus.seconds.sum()

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        rows = [
            self._one(int(i)) for i in self._rng.choice(len(self._shares), size, p=self._shares)
        ]
        audio, labels = zip(*rows, strict=True)
        return torch.from_numpy(np.stack(audio)), torch.from_numpy(np.stack(labels))

    def _one(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        utterance = self._corpus[index]
        labels = labels_of(utterance, len(utterance.audio) // HOP + 1)
        start = int(self._rng.integers(0, max(1, len(labels) - _CROP_FRAMES)))
        n_samples = (_CROP_FRAMES - 1) * HOP
        piece = utterance.audio[start * HOP : start * HOP + n_samples]
        audio = np.zeros(n_samples, np.float32)
        audio[: len(piece)] = piece
        audio *= np.float32(10 ** self._rng.uniform(-0.5, 0.3))
        noise = 10 ** self._rng.uniform(-5, -2.5) * self._rng.standard_normal(n_samples)
        padded = np.zeros(_CROP_FRAMES, np.int64)
        kept = labels[start : start + _CROP_FRAMES]
        padded[: len(kept)] = kept
        return audio + noise.astype(np.float32), padded


def train(corpus: Corpus, steps: int, seed: int, batch: int = 16) -> Recogniser:
    """Train from nothing; prints loss and frame accuracy."""
    torch.manual_seed(seed)
    model, crops = Recogniser(), _Crops(corpus, np.random.default_rng(seed))
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, steps, pct_start=0.1)
    generator = torch.Generator().manual_seed(seed)
    begin, losses, right = time.monotonic(), 0.0, 0.0
    for step in range(1, steps + 1):
        audio, labels = crops.batch(batch)
        logits = model(disturb(features(audio), generator))
        loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses += float(loss.detach())
        right += float((logits.argmax(-1) == labels).float().mean())
        if step % 100 == 0:
            print(
                f"{step}/{steps} loss {losses / 100:.3f} frames right {right / 100:.3f} "
                f"{time.monotonic() - begin:.0f} s",
                flush=True,
            )
            losses = right = 0.0
    return model.eval()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the phone recogniser.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    model = train(Corpus(options.corpus), options.steps, options.seed)
    torch.save(model.state_dict(), options.out)


if __name__ == "__main__":
    main()
