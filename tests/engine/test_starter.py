"""The starter checkpoint that is shipped: it loads, fits its budget, speaks, and stops."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import Engine, Prefix, Reference, Sampling
from engine.training.pitch import track

FOLDER = Path(__file__).parents[2] / "assets" / "starter"
MEGABYTE = 1 << 20
SENTENCE = "They waited for the train until late in the evening."


def voice_files() -> list[Path]:
    return sorted((FOLDER / "voices").glob("*.json"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load("starter", device="cpu", max_lanes=4)


def reference(path: Path) -> Reference:
    content = json.loads(path.read_text(encoding="utf-8"))["references"][0]
    return Reference(content["transcript"], np.array(content["codes"], np.uint16))


@pytest.fixture
def prefix(engine: Engine) -> Iterator[Prefix]:
    made = engine.prefix([reference(FOLDER / "voices" / "walter.json")])
    yield made
    made.close()


def spoken(engine: Engine, prefix: Prefix, text: str) -> np.ndarray:
    chain = engine.chain(prefix)
    try:
        take = chain.perform(text, speaker=0, seed=1).result()[0]
    finally:
        chain.close()
    assert take.stopped == "end"
    return engine.decode(take.codes)


def pitch(engine: Engine, audio: np.ndarray) -> tuple[float, float]:
    """Voiced share and median F0 in Hz."""
    f0 = track(torch.from_numpy(audio), engine.info.sample_rate, 256)
    voiced = f0 > 0
    return float(voiced.float().mean()), float(f0[voiced].median()) if voiced.any() else 0.0


def test_it_fits_into_the_repository() -> None:
    sizes = [path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()]
    assert max(sizes) <= 20 * MEGABYTE and sum(sizes) <= 40 * MEGABYTE


def test_it_says_what_it_is(engine: Engine) -> None:
    assert engine.info.speed_class == "draft" and engine.info.languages == ("en",)
    assert engine.info.n_codebooks == len(engine.info.codebook_sizes) >= 6
    assert isinstance(engine.info.default_sampling, Sampling)


def test_it_has_eight_voices_of_both_kinds() -> None:
    genders = [json.loads(path.read_text(encoding="utf-8"))["gender"] for path in voice_files()]
    assert len(genders) >= 8 and {"male", "female"} <= set(genders)


@pytest.mark.parametrize("path", voice_files(), ids=lambda path: path.stem)
def test_every_voice_speaks_at_its_own_pitch(engine: Engine, path: Path) -> None:
    own = reference(path)
    voiced_reference, f0_reference = pitch(engine, engine.decode(own.codes))
    with engine.prefix([own]) as prefix:
        audio = spoken(engine, prefix, SENTENCE)
    assert 1.5 < len(audio) / engine.info.sample_rate < 8
    voiced, f0 = pitch(engine, audio)
    assert voiced > 0.6 * voiced_reference
    assert abs(np.log2(f0 / f0_reference)) < 0.4


def test_slow_is_longer_than_fast(engine: Engine, prefix: Prefix) -> None:
    slow = spoken(engine, prefix, f"[slow] {SENTENCE}")
    fast = spoken(engine, prefix, f"[fast] {SENTENCE}")
    assert len(slow) > 1.3 * len(fast)


def test_a_pause_is_silence(engine: Engine, prefix: Prefix) -> None:
    audio = spoken(engine, prefix, "They waited for the train. [pause] Nobody came.")
    quiet = np.abs(audio[: len(audio) // 220 * 220].reshape(-1, 220)).max(1) < 0.01
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    inner = [stop - start for start, stop in zip(edges[::2], edges[1::2], strict=True) if start]
    assert max(inner) * 220 / engine.info.sample_rate > 0.4
