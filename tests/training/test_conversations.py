"""Training conversations: the columns of a real prompt, targets that point at the right text."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.conformance.upstream import SpokenTurn, whole_prompt
from engine.prompt import PromptBuilder, Reference
from engine.tokenizer import Tokenizer
from engine.training.batch import EARLY, VOICE_LAYER, Batch, batches
from engine.training.conversations import ConversationMaker, SpeechStore, Spoken, ruling_tags
from engine.training.language_model import Trainer, starter_config
from engine.training.tokenizer import TextAligner, tag_id, vocabulary_size, write

SEMANTIC, BOOKS = 32, 3
TEXTS = ("Good day to you.", "[whisper] It’s late — come in!", "No.", "Yes, I said so twice.")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    write(path, SEMANTIC)
    return Tokenizer(path)


def spoken(tokenizer: Tokenizer, text: str, voice: str, frames: int) -> Spoken:
    rng = np.random.default_rng(len(text) + frames)
    ids = np.array(tokenizer.encode_text(text))
    times = np.linspace(0, frames, len(ids), endpoint=False, dtype=np.float32)
    codes = rng.integers(0, SEMANTIC, (BOOKS, frames)).astype(np.uint16)
    phones = rng.integers(0, 40, frames).astype(np.int16)
    return Spoken(ids, times, codes, phones, voice, "[" not in text)


@pytest.fixture(scope="module")
def store(tokenizer: Tokenizer) -> SpeechStore:
    return SpeechStore(
        [
            spoken(tokenizer, text, voice, 32 + 5 * i)
            for voice in ("anna", "ben", "cora")
            for i, text in enumerate(TEXTS)
        ]
    )


@pytest.fixture(scope="module")
def maker(store: SpeechStore, tokenizer: Tokenizer) -> ConversationMaker:
    return ConversationMaker(store, tokenizer, BOOKS)


@pytest.mark.parametrize("speakers", [0, 1, 2])
def test_columns_are_those_of_a_prompt(
    store: SpeechStore, maker: ConversationMaker, tokenizer: Tokenizer, speakers: int
) -> None:
    references = [store.items[0], store.items[4]][:speakers]
    turns = [(0, store.items[1]), (speakers // 2, store.items[7]), (0, store.items[2])]
    sample = maker.write(references, turns)
    first, last = tokenizer.semantic_range or (0, 0)
    builder = PromptBuilder(tokenizer, BOOKS, (first, last))
    texts = [f"<|speaker:{s}|>{tokenizer.decode(t.ids.tolist())}" for s, t in turns]
    if not speakers:
        texts = [text.split(">", 1)[1] for text in texts]
    history = [SpokenTurn(t, turn.codes) for t, (_, turn) in zip(texts, turns, strict=True)]
    quoted = [Reference(tokenizer.decode(r.ids.tolist()), r.codes) for r in references]
    expected = whole_prompt(builder, "x", quoted, history)
    grid = torch.from_numpy(sample.grid)
    assert torch.equal(grid, expected[:, : grid.shape[1]])


def test_targets_point_at_the_text_being_spoken(
    store: SpeechStore, maker: ConversationMaker, tokenizer: Tokenizer
) -> None:
    reference, turn = store.items[0], store.items[3]
    sample = maker.write([reference], [(0, turn)])
    frames = int(sample.frame.sum())
    assert frames == reference.codes.shape[1] + turn.codes.shape[1]
    assert np.all((sample.center >= 0) == sample.frame)
    at = np.flatnonzero(sample.frame)[-turn.codes.shape[1] :]
    heard = tokenizer.decode(sample.grid[0, np.unique(sample.center[at])].tolist())
    assert heard == "yes, i said so twice."
    assert np.all(np.diff(sample.center[at]) >= 0)
    end = np.flatnonzero(sample.loss == 2)
    assert sample.grid[0, end + 1].tolist() == [tokenizer.control_id("<|im_end|>")]


def test_store_round_trip(store: SpeechStore, tmp_path: Path) -> None:
    store.save(tmp_path / "store.npz")
    again = SpeechStore.load(tmp_path / "store.npz", tmp_path / "store.npz")
    assert len(again.items) == 2 * len(store.items)
    for old, new in zip(store.items, again.items, strict=False):
        assert np.array_equal(old.ids, new.ids) and np.array_equal(old.codes, new.codes)
        assert np.array_equal(old.phones, new.phones) and old.voice == new.voice
        assert np.allclose(old.times, new.times, atol=0.05) and old.plain == new.plain


def test_draws_are_deterministic_and_bounded(maker: ConversationMaker) -> None:
    a, b = (maker.draw(np.random.default_rng(3), 300) for _ in range(2))
    assert np.array_equal(a.grid, b.grid)
    lengths = [maker.draw(np.random.default_rng(i), 300).grid.shape[1] for i in range(40)]
    assert max(lengths) < 450 and len(set(lengths)) > 10


def test_a_few_steps_learn(maker: ConversationMaker, tokenizer: Tokenizer, tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = starter_config(BOOKS, SEMANTIC, tokenizer)
    config["text_config"] |= {"dim": 32, "n_layer": 4, "n_head": 2, "n_local_heads": 2}
    config["text_config"] |= {"head_dim": 16, "intermediate_size": 48}
    config["audio_decoder_config"] |= {"text_dim": 32, "dim": 16, "n_head": 1, "n_local_heads": 1}
    config["audio_decoder_config"] |= {"head_dim": 16, "intermediate_size": 32}
    trainer = Trainer(config)
    batch: Batch = next(batches(maker, tokenizer.control_id("<|pad|>"), 0, [200]))
    before = trainer.validate([batch])
    for _ in range(20):
        trainer.step(batch, 1.0, 1.0, 0.4)
    after = trainer.validate([batch])
    assert after["semantic"] < before["semantic"] - 0.1
    assert after["text"] < before["text"]
    trainer.save(tmp_path, 0.5)
    other = Trainer(config)
    other.resume(tmp_path / "training.pt")
    assert other.validate([batch]) == trainer.validate([batch])


def test_text_is_made_plain_and_aligned(tokenizer: Tokenizer, tmp_path: Path) -> None:
    write(tmp_path / "tokenizer.json", SEMANTIC)
    text = "It’s <|im_end|> [soft] Go—on"
    ids, starts = TextAligner(tmp_path / "tokenizer.json").encode(text)
    assert tokenizer.decode(ids) == "it's <|im_end|> [soft] go - on."
    assert ids == tokenizer.encode_text(text)
    assert tokenizer.control_id("<|im_end|>") not in ids
    assert text[starts[ids.index(tokenizer.encode_text("[soft]")[0])] :].startswith("[soft]")
    assert tokenizer.vocabulary_size <= vocabulary_size(SEMANTIC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("“Well,”", '"well."'),
        ("I could see that—", "i could see that."),
        ("and then", "and then."),
        ("Hello, [soft] you there;", "hello, [soft] you there."),
        ("Stop! “Who?”", 'stop! "who?"'),
    ],
)
def test_a_text_ends_like_a_sentence(tokenizer: Tokenizer, text: str, told: str) -> None:
    assert tokenizer.decode(tokenizer.encode_text(text)) == told


def test_text_points_at_its_speaker_and_style_and_frames_at_their_reference(
    store: SpeechStore, maker: ConversationMaker, tokenizer: Tokenizer
) -> None:
    references, whispered = [store.items[0], store.items[4]], store.items[5]
    sample = maker.write(references, [(1, whispered)])
    text = np.flatnonzero(sample.speaker >= 0)[-len(whispered.ids) :]
    tags = set(sample.grid[0, sample.speaker[text]].tolist())
    assert tokenizer.decode(list(tags)) == "<|speaker:1|>"
    ruled = sample.style[text] >= 0
    assert tokenizer.decode(whispered.ids[ruled].tolist()) == " it's late  -  come in!"
    assert set(sample.grid[0, sample.style[text[ruled]]].tolist()) == {tag_id("whisper")}
    frames = np.flatnonzero(sample.voice_first >= 0)
    assert len(frames) == whispered.codes.shape[1]
    low, high = sample.voice_first[frames[0]], sample.voice_last[frames[0]]
    assert np.array_equal(sample.grid[1:, low : high + 1], references[1].codes)


@pytest.mark.parametrize(
    ("text", "ruled"),
    [
        ("[loud] one two.", " one two."),
        ("one. [soft] two! three", " two!"),
        ('a [slow] b." c', ' b."'),
        ("[slow] a [fast] b", " a  b."),
        ("[pause] a", ""),
    ],
)
def test_a_style_tag_rules_to_the_end_of_its_sentence(
    tokenizer: Tokenizer, text: str, ruled: str
) -> None:
    ids = np.array(tokenizer.encode_text(text))
    assert tokenizer.decode(ids[ruling_tags(ids) >= 0].tolist()) == ruled


def test_only_the_first_frames_of_a_turn_are_guided_to_a_reference(
    store: SpeechStore, maker: ConversationMaker, tokenizer: Tokenizer
) -> None:
    turns = [(1, store.items[5]), (0, store.items[2])]
    sample = maker.write([store.items[0], store.items[4]], turns)
    batch = Batch.of([sample], pad=0)
    [(low, high)] = batch.guides(torch.tensor([False]))[VOICE_LAYER]
    guided = low[0] >= 0
    assert int(guided.sum()) == 2 * EARLY
    starts = [t for t in range(1, len(guided)) if guided[t] and not guided[t - 1]]
    assert all(sample.frame[t] and not sample.frame[t - 1] for t in starts)
    assert torch.equal(guided, high[0] >= 0)
    assert low[0, starts[0]] > high[0, starts[1]]  # the second speaker's reference comes later
    [(low, _)] = batch.guides(torch.tensor([True]))[VOICE_LAYER]
    assert int((low[0] >= 0).sum()) == sum(turn.codes.shape[1] for _, turn in turns)


def test_blurred_turns_keep_their_phones_and_nothing_else(
    store: SpeechStore, maker: ConversationMaker, tokenizer: Tokenizer
) -> None:
    config = starter_config(BOOKS, SEMANTIC, tokenizer)
    sample = maker.write([store.items[0]], [(0, store.items[i]) for i in (1, 2, 3)])
    batch = Batch.of([sample], pad=0)
    grid = Trainer(config)._corrupted(batch, torch.tensor([True]))
    frames = np.flatnonzero(sample.frame) + 1
    phones = sample.phone[frames - 1]
    same = (grid[0] == batch.grid[0]).all(0).numpy()
    assert same[~np.isin(np.arange(len(same)), frames)].all()
    at_phone = {
        phone: {tuple(column) for column in sample.grid[:, frames[phones == phone]].T.tolist()}
        for phone in set(phones.tolist())
    }
    turns = [t for t in frames if sample.voice_first[t - 1] >= 0]
    fitting = [tuple(grid[0, :, t].tolist()) in at_phone[int(sample.phone[t - 1])] for t in turns]
    assert np.mean(fitting) > 0.8  # up to 15 % are exchanged for anything before
    assert same[turns].mean() < 0.6
