"""Memory that runs out: fewer lanes, the same takes, and never a short one."""

import numpy as np
import pytest
import torch

from engine import Engine, Finished, FramesReady, OutOfMemory, Take

TEXTS = ["Good morning to you.", "And to you.", "What a day it is!", "It is a fine day."]


def perform_all(engine: Engine, reference: object) -> list[Take]:
    """One take of every text, side by side, with its events checked."""
    prefix = engine.prefix([reference])
    chains = [engine.chain(prefix) for _ in TEXTS]
    requests = [
        chain.perform(text, speaker=0, seed=i)
        for i, (chain, text) in enumerate(zip(chains, TEXTS, strict=True))
    ]
    takes = []
    for request in requests:
        *frames, last = list(request)
        assert isinstance(last, Finished)
        assert all(isinstance(event, FramesReady) for event in frames)
        reported = np.concatenate([event.codes for event in frames], axis=1)
        assert np.array_equal(reported, last.take.codes)
        takes.append(last.take)
    return takes


def fail_once(monkeypatch, runner, method: str, at: int, error: Exception) -> list[int]:
    """Make a method of the runner fail in its call number `at`; returns the lanes of each step."""
    calls, lanes = [0], []
    original = getattr(runner, method)

    def failing(*arguments):
        calls[0] += 1
        if calls[0] == at:
            raise error
        if method == "step":
            lanes.append(len(arguments[0]))
        return original(*arguments)

    monkeypatch.setattr(runner, method, failing)
    return lanes


def same(ours: list[Take], others: list[Take]) -> bool:
    return all(
        np.array_equal(a.codes, b.codes) and a.stopped == b.stopped
        for a, b in zip(ours, others, strict=True)
    )


@pytest.mark.parametrize("at", [1, 2, 5])
def test_half_the_lanes_make_the_same_takes_when_memory_runs_out_in_a_frame(
    make_engine, reference, monkeypatch, at
):
    want = perform_all(make_engine(max_positions=768), reference)
    engine = make_engine(max_positions=768)
    lanes = fail_once(monkeypatch, engine.loop.runner, "step", at, torch.OutOfMemoryError("full"))
    assert same(perform_all(engine, reference), want)
    assert max(lanes[at - 1 :]) <= len(TEXTS) // 2


@pytest.mark.parametrize("method", ["open", "prefill"])
@pytest.mark.parametrize("at", [2, 4])
def test_a_lane_that_gets_no_memory_waits(make_engine, reference, monkeypatch, method, at):
    want = perform_all(make_engine(max_positions=768), reference)
    engine = make_engine(max_positions=768)
    error = RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 TB")
    fail_once(monkeypatch, engine.loop.runner, method, at, error)
    assert same(perform_all(engine, reference), want)
    assert engine.loop.pages.free > 0


def test_a_single_lane_without_memory_ends_with_an_error_that_names_it(
    tiny_engine, reference, monkeypatch
):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    free = tiny_engine.loop.pages.free
    fail_once(monkeypatch, tiny_engine.loop.runner, "step", 2, torch.OutOfMemoryError("full"))
    with pytest.raises(OutOfMemory, match="lane 0"):
        chain.perform(TEXTS[0], speaker=0).result()
    chain.accept(chain.perform(TEXTS[0], speaker=0).result()[0])
    assert len(chain.turns) == 1
    chain.close()
    assert tiny_engine.loop.pages.free >= free


def test_a_prefix_without_memory_leaves_the_engine_as_it_was(tiny_engine, reference, monkeypatch):
    free = tiny_engine.loop.pages.free
    fail_once(monkeypatch, tiny_engine.loop.runner, "prefill", 1, MemoryError())
    with pytest.raises(OutOfMemory, match="a prefix of"):
        tiny_engine.prefix([reference])
    assert tiny_engine.loop.pages.free == free
    assert tiny_engine.prefix([reference]).positions > 0
