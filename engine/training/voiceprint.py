"""Who is speaking: a small voice embedding from cepstra and pitch.

An utterance becomes means and deviations of its cepstrum and statistics of its pitch; linear
discriminant analysis on the teachers' voices weighs what differs between voices against what
differs between sentences. Not a neural speaker model: it only has to tell synthetic voices apart.

Source: own; discriminant analysis after Fisher 1936.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.codecs.source_filter.codec import mel_matrix
from engine.training.measures import SAMPLE_RATE, silent
from engine.training.pitch import track

Vector = NDArray[np.float64]
_WINDOW, _HOP, _N_MELS, _N_CEPSTRA, _N_AXES = 1024, 256, 48, 20, 16


def describe(audio: NDArray[np.float32]) -> Vector:
    """Statistics of one utterance: float64 [2 * n_cepstra + 3]."""
    samples = torch.from_numpy(np.ascontiguousarray(audio))
    spectrum = torch.stft(
        samples, _WINDOW, _HOP, window=torch.hann_window(_WINDOW), return_complex=True
    ).abs()
    mel = mel_matrix(_N_MELS, _WINDOW // 2 + 1, SAMPLE_RATE).T @ spectrum
    cepstra = (_cosines() @ torch.log(mel + 1e-4).double()).numpy()
    sounding = ~silent(audio, _HOP)
    count = min(len(sounding), cepstra.shape[1])
    kept = cepstra[:, :count][:, sounding[:count]]
    f0 = track(samples, SAMPLE_RATE, _HOP).numpy().astype(np.float64)
    voiced = np.log(f0[f0 > 0]) if (f0 > 0).any() else np.array([np.log(100.0)])
    pitch = [
        np.median(voiced),
        np.quantile(voiced, 0.9) - np.quantile(voiced, 0.1),
        float((f0 > 0).mean()),
    ]
    return np.concatenate([kept.mean(1), kept.std(1), pitch])


def _cosines() -> torch.Tensor:
    """Rows 1 to n_cepstra of the cosine transform (row 0 is the level)."""
    k = torch.arange(1, _N_CEPSTRA + 1, dtype=torch.float64)[:, None]
    n = torch.arange(_N_MELS, dtype=torch.float64)[None] + 0.5
    return torch.cos(torch.pi * k * n / _N_MELS) / _N_MELS


@dataclass(frozen=True)
class VoiceSpace:
    """A linear space in which voices differ and sentences do not.

    Args:
        mean: of all descriptions, [D].
        axes: [D, n_axes]; within a voice, coordinates have unit variance.
    """

    mean: Vector
    axes: NDArray[np.float64]

    @classmethod
    def fit(cls, examples: Mapping[str, Sequence[Vector]]) -> "VoiceSpace":
        """Discriminant axes from several descriptions of each voice."""
        means = {voice: np.mean(rows, 0) for voice, rows in examples.items()}
        mean = np.mean(list(means.values()), 0)
        residues = np.concatenate([np.stack(rows) - means[v] for v, rows in examples.items()])
        within = residues.T @ residues / len(residues)
        between = np.cov(np.stack(list(means.values())).T)
        within += 0.02 * np.diag(np.diag(within)) + 0.01 * np.diag(np.diag(between))
        values, vectors = np.linalg.eigh(within)
        whiten = vectors / np.sqrt(values)
        _, rotation = np.linalg.eigh(whiten.T @ between @ whiten)
        return cls(mean, whiten @ rotation[:, ::-1][:, :_N_AXES])

    def place(self, audio: NDArray[np.float32]) -> Vector:
        """Coordinates of an utterance [n_axes]."""
        return np.asarray((describe(audio) - self.mean) @ self.axes)


def nearest(place: Vector, candidates: Mapping[str, Vector]) -> str:
    """The candidate with the smallest distance."""
    return min(candidates, key=lambda name: float(np.linalg.norm(place - candidates[name])))
