"""The paged way through the public face: the same takes as the dense way, whatever runs beside."""

import numpy as np
import pytest
import torch

from engine import Cancelled, Engine, FramesReady, NonFiniteError, Take
from engine.chain import Chain
from engine.graph_runner import buckets
from engine.length import FrameBounds

TEXTS = ["Good morning to you.", "And to you, my dear.", "What a day it is!"]


@pytest.fixture(scope="module")
def bounds():
    return FrameBounds(3, 14)


@pytest.fixture
def engine(make_engine, monkeypatch, bounds) -> Engine:
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: bounds)
    return make_engine(paged=True, max_lanes=4, max_positions=768)


@pytest.fixture
def dense(make_engine, monkeypatch, bounds) -> Engine:
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: bounds)
    return make_engine(max_lanes=4, max_positions=768)


def speak(chain: Chain, text: str, seed: int = 0) -> Take:
    [take] = chain.perform(text, speaker=0, seed=seed).result()
    return take


def converse(engine: Engine, reference, texts: list[str]) -> list[Take]:
    takes = []
    with engine.prefix([reference]) as prefix, engine.chain(prefix) as chain:
        for seed, text in enumerate(texts):
            takes.append(speak(chain, text, seed))
            chain.accept(takes[-1])
    return takes


def same(one: Take, other: Take) -> bool:
    return np.array_equal(one.codes, other.codes) and one.stopped == other.stopped


def kv(engine: Engine, chain: Chain) -> torch.Tensor:
    """What a chain has computed: keys and values [layers, 2, K, positions, E]."""
    table = chain._table
    pages = engine.loop.runner._store.tensor[table.pages]
    return pages.permute(1, 2, 3, 0, 4, 5).flatten(3, 4)[:, :, :, : table.length]


def test_buckets_are_powers_of_two_up_to_all_slots():
    assert buckets(12, reproducible=False) == [1, 2, 4, 8, 12]
    assert buckets(1, reproducible=False) == [1]
    assert buckets(12, reproducible=True) == [12]


def test_a_conversation_has_the_codes_of_the_dense_way(engine, dense, reference):
    takes, want = (converse(e, reference, TEXTS) for e in (engine, dense))
    assert all(map(same, takes, want))
    assert engine.loop.pages.free == dense.loop.pages.free


def test_frames_are_reported_one_by_one(engine, reference):
    chain = engine.chain(engine.prefix([reference]))
    *frames, last = list(chain.perform(TEXTS[0], speaker=0))
    assert all(isinstance(event, FramesReady) for event in frames)
    assert np.array_equal(np.concatenate([f.codes for f in frames], 1), last.take.codes)


@pytest.mark.parametrize("reproducible", [True, False])
def test_a_take_does_not_depend_on_the_lanes_beside_it(
    make_engine, reference, monkeypatch, bounds, reproducible
):
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: bounds)
    engine = make_engine(paged=True, max_lanes=4, max_positions=768, reproducible=reproducible)
    prefix = engine.prefix([reference])
    alone = speak(engine.chain(prefix), TEXTS[0], seed=5)
    others = [engine.chain(prefix).perform(TEXTS[1], speaker=0, seed=i) for i in range(3)]
    for _ in range(6):
        engine.step()  # the others sit in the lower slots and are in the middle of their turns
    beside = engine.chain(prefix).perform(TEXTS[0], speaker=0, seed=5)
    others[1].cancel()
    late = engine.chain(prefix).perform(TEXTS[2], speaker=0, seed=9)  # takes the free slot
    assert same(beside.result()[0], alone)
    assert late.result()[0].frames >= bounds.least
    assert same(speak(engine.chain(prefix), TEXTS[0], seed=5), alone)


def test_kv_after_performing_equals_kv_after_reading_the_takes(engine, reference):
    prefix = engine.prefix([reference])
    performed, told = engine.chain(prefix), engine.chain(prefix)
    for seed, text in enumerate(TEXTS[:2]):
        take = speak(performed, text, seed)
        performed.accept(take)
        told.append(take.text, take.codes, speaker=0)
    assert same(speak(performed, TEXTS[2], 9), speak(told, TEXTS[2], 9))
    torch.testing.assert_close(kv(engine, performed), kv(engine, told), rtol=0, atol=2e-5)


def test_rewinding_and_forking_go_on_from_the_same_past(engine, reference):
    chain = engine.chain(engine.prefix([reference]))
    chain.accept(speak(chain, TEXTS[0]))
    mark = chain.mark()
    first = speak(chain, TEXTS[1], seed=3)
    chain.accept(first)
    chain.rewind(mark)
    assert same(speak(chain.fork(), TEXTS[1], seed=3), first)
    assert same(speak(chain, TEXTS[1], seed=3), first)


def test_candidates_are_what_their_seeds_give_one_by_one(engine, reference):
    chain = engine.chain(engine.prefix([reference]))
    takes = chain.perform(TEXTS[0], speaker=0, seed=7, candidates=6).result()
    for take in takes:
        assert same(speak(chain, TEXTS[0], take.seed), take)


def test_cancelling_frees_slot_and_pages_at_once(engine, reference):
    prefix = engine.prefix([reference])
    free = engine.loop.pages.free
    request = engine.chain(prefix).perform(TEXTS[0], speaker=0)
    for _ in range(4):
        engine.step()
    request.cancel()
    assert engine.loop.runner._seats == [None] * 4
    with pytest.raises(Cancelled):
        request.result()
    assert engine.loop.pages.free >= free - 1  # the chain keeps a copy of the prefix's last page
    assert not engine.step()


def test_numbers_that_are_none_end_their_lane_only(engine, reference):
    prefix = engine.prefix([reference])
    healthy = speak(engine.chain(prefix), TEXTS[0], seed=1)
    requests = [engine.chain(prefix).perform(TEXTS[0], speaker=0, seed=i) for i in (0, 1)]
    for _ in range(5):
        engine.step()
    [victim] = requests[0].candidates
    with torch.inference_mode():
        last = victim.table.pages[victim.state.workspace.length // 128]
        engine.loop.runner._store.tensor[last] = torch.nan
    with pytest.raises(NonFiniteError):
        requests[0].result()
    assert same(requests[1].result()[0], healthy)


def test_half_the_lanes_make_the_same_takes_when_memory_runs_out(engine, reference, monkeypatch):
    prefix = engine.prefix([reference])
    want = [speak(engine.chain(prefix), text, 2) for text in TEXTS]
    requests = [engine.chain(prefix).perform(text, speaker=0, seed=2) for text in TEXTS]
    step, calls = engine.loop.runner.step, []

    def failing(lanes):
        calls.append(len(lanes))
        if len(calls) == 4:
            raise torch.OutOfMemoryError("full")
        return step(lanes)

    monkeypatch.setattr(engine.loop.runner, "step", failing)
    assert all(map(same, [request.result()[0] for request in requests], want))
    assert max(calls[4:]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("paged", [True, False])
def test_two_thousand_frames_do_not_depend_on_company(make_engine, reference, monkeypatch, paged):
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: FrameBounds(2000, 2000))
    engine = make_engine(paged=paged, max_lanes=4, max_positions=2600)
    prefix = engine.prefix([reference])
    alone = speak(engine.chain(prefix), TEXTS[0], seed=5)
    assert alone.frames == 2000
    others = [engine.chain(prefix).perform(TEXTS[1], speaker=0, seed=i) for i in range(3)]
    for _ in range(50):
        engine.step()
    beside = engine.chain(prefix).perform(TEXTS[0], speaker=0, seed=5)
    for number, other in enumerate(others):
        for _ in range(300):
            engine.step()
        other.cancel()
        engine.chain(prefix).perform(TEXTS[2], speaker=0, seed=20 + number)
    assert same(beside.result()[0], alone)
