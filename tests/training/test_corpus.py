"""The corpus: the same from the same seed, whoever writes it; read back as written."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.training.corpus import Corpus, plan_shards, write_corpus
from engine.training.sentences import (
    PLAIN_SENTENCES,
    REFERENCE_SENTENCES,
    SENTENCES,
    TAG_SENTENCES,
    is_held_out,
)
from engine.training.styles import untag
from engine.training.texts import TextSource
from engine.training.voices import all_voices


@pytest.fixture(scope="module")
def folders(tmp_path_factory, teachers, text_sources) -> list[Path]:
    """The same two small shards, written by one job and by two, in another order."""
    made = []
    for jobs in (1, 2):
        folder = tmp_path_factory.mktemp(f"corpus{jobs}")
        plans = plan_shards(folder, {"espeak": 1 / 6, "flite": 1 / 6}, seed=5)
        write_corpus([replace(plan, seconds=12.0) for plan in plans[:: 3 - 2 * jobs]], jobs)
        made.append(folder)
    return made


def test_the_same_seed_writes_the_same_corpus(folders: list[Path]) -> None:
    one, two = folders
    names = sorted(path.name for path in one.iterdir())
    assert len(names) == 6
    assert names == sorted(path.name for path in two.iterdir())
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_what_is_read_is_whole(folders: list[Path]) -> None:
    corpus = Corpus(folders[0])
    assert len(corpus) == len(corpus.texts) == len(corpus.seconds) > 3
    for index in range(len(corpus)):
        row = corpus[index]
        assert row.text == corpus.texts[index]
        assert all_voices()[row.voice].role != "unseen"
        assert len(row.audio) / 22050 == pytest.approx(corpus.seconds[index])
        assert 0.02 < np.abs(row.audio).max() < 0.96
        assert len(row.char_times) == len(row.text)
        assert len(row.phone_ids) == len(row.phone_starts) == len(row.phone_chars)
        assert (np.diff(row.phone_starts) >= 0).all()


def test_a_shard_without_its_index_does_not_exist(folders: list[Path], tmp_path: Path) -> None:
    for path in folders[0].iterdir():
        if not path.name.startswith("0000") or path.suffix != ".json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    corpus = Corpus(tmp_path)
    assert {json.loads((p).read_text())["texts"][0] for p in tmp_path.glob("*.json")} == {
        corpus[0].text}  # fmt: skip
    for path in folders[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert corpus.refresh() == len(Corpus(folders[0]))


def test_shards_of_both_teachers_are_mixed(tmp_path: Path) -> None:
    plans = plan_shards(tmp_path, {"espeak": 3.0, "flite": 1.0}, seed=0)
    assert len(plans) == 24
    assert [plan.number for plan in plans] == list(range(24))
    for start in range(0, 24, 8):
        assert sum(plan.synth == "flite" for plan in plans[start : start + 8]) == 2


def test_training_texts_are_varied_tagged_and_never_held_out(text_sources) -> None:
    source = TextSource(np.random.default_rng(1), text_sources)
    texts = [source.text() for _ in range(1500)]
    assert not any(is_held_out(untag(text)) for text in texts)
    assert 0.3 < sum("[" in text for text in texts) / len(texts) < 0.4
    assert len(set(texts)) > 1400
    lengths = np.array([len(untag(text)) for text in texts])
    assert lengths.min() < 6 and lengths.max() > 170
    for wanted in ("?", "!", "“", "—", "$", "’", ";", "Mr."):
        assert any(wanted in text for text in texts), wanted


def test_held_out_sentences_are_enough_and_recognized() -> None:
    every = [*SENTENCES, *TAG_SENTENCES, *PLAIN_SENTENCES, *REFERENCE_SENTENCES]
    assert len(SENTENCES) >= 240
    assert len(set(SENTENCES)) == len(SENTENCES)
    assert all(is_held_out(sentence) for sentence in every)
    assert is_held_out("And then: " + PLAIN_SENTENCES[3].upper())
    assert not is_held_out("Something else entirely.")
