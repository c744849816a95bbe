"""The recogniser's decoder and alignment on columns whose truth is known, and that it learns."""

import numpy as np
import torch

from engine.training.phones import PHONES
from engine.training.recogniser import Recogniser, align, collapse, decode, disturb, features


def columns(labels: list[int], sure: float = 0.9) -> np.ndarray:
    probabilities = np.full((len(labels), len(PHONES)), (1 - sure) / (len(PHONES) - 1), np.float32)
    probabilities[np.arange(len(labels)), labels] = sure
    return np.log(probabilities)


def test_flickers_are_not_phones() -> None:
    labels = [0] * 5 + [7] * 8 + [9] + [7] * 8 + [4] * 6
    assert collapse(decode(columns(labels))) == [7, 4]


def test_clear_labels_are_kept() -> None:
    labels = [0] * 4 + [3] * 5 + [12] * 4 + [0] * 6 + [12] * 5
    assert decode(columns(labels)).tolist() == labels


def test_a_known_sequence_is_placed() -> None:
    labels = [0] * 4 + [3] * 5 + [12] * 4 + [12] * 5 + [0] * 3 + [8] * 6
    assert align(columns(labels), [3, 12, 8]).tolist() == [4, 9, 21]


def test_a_phone_that_is_not_there_still_has_a_place() -> None:
    labels = [3] * 6 + [8] * 6
    starts = align(columns(labels), [3, 20, 8])
    assert starts[0] == 0 and 0 < starts[1] < starts[2] <= 8


def test_the_network_has_one_column_for_every_hop() -> None:
    model = Recogniser(width=16, depth=1).eval()
    for n_samples in (256 * 20, 256 * 21, 256 * 21 + 100):
        found = model.log_probabilities(np.zeros(n_samples, np.float32))
        assert found.shape == (n_samples // 256 + 1, len(PHONES))


def test_the_network_can_tell_two_sounds_apart() -> None:
    torch.manual_seed(0)
    model = Recogniser(width=16, depth=1)
    t = torch.arange(256 * 40) / 22050
    columns = features(torch.stack([torch.sin(2 * torch.pi * f * t) for f in (300.0, 3000.0)]))
    labels = torch.tensor([5, 20])[:, None].expand(2, 41)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(model(columns).flatten(0, 1), labels.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (model(columns).argmax(-1) == labels).float().mean() > 0.95


def test_disturbances_are_drawn_from_the_seed_and_keep_the_shape() -> None:
    columns = features(torch.randn(3, 256 * 30))
    one, two, other = (disturb(columns, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert one.shape == columns.shape
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
