"""Conversations through the public face: turns, candidates, memory, and trouble."""

import numpy as np
import pytest
import torch

from engine import (
    AudioError,
    Cancelled,
    Chain,
    ChainBusy,
    Engine,
    EngineFailed,
    Failed,
    Finished,
    FramesReady,
    NonFiniteError,
    OutOfPages,
    PromptTooLong,
    Reference,
    Take,
    TextError,
)
from engine.chain import TURNS_KEPT
from engine.length import FrameBounds

TEXTS = ["Good morning to you.", "And to you, my dear.", "What a day it is!", "It is a day."]


def speak(chain: Chain, text: str, seed: int = 0) -> Take:
    [take] = chain.perform(text, speaker=0, seed=seed).result()
    return take


def converse(chain: Chain, texts: list[str]) -> list[Take]:
    takes = []
    for seed, text in enumerate(texts):
        takes.append(speak(chain, text, seed))
        chain.accept(takes[-1])
    return takes


def kv(engine: Engine, chain: Chain) -> torch.Tensor:
    """What a chain has computed: keys and values [layers, 2, K, positions, E]."""
    table = chain._table
    return engine.loop.runner.open(table, table.length).dense[:, :, 0]


def free_pages(engine: Engine) -> int:
    return engine.loop.pages.free


def same(one: Take, other: Take) -> bool:
    return np.array_equal(one.codes, other.codes) and one.stopped == other.stopped


def test_a_turn_is_reported_frame_by_frame(tiny_engine, reference):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    request = chain.perform("Good morning.", speaker=0, seed=3)
    events = list(request)
    *frames, last = events
    assert isinstance(last, Finished)
    assert all(isinstance(event, FramesReady) for event in frames)
    assert np.array_equal(np.concatenate([event.codes for event in frames], 1), last.take.codes)
    assert request.result() == [last.take]
    take = last.take
    assert take.codes.dtype == np.uint16
    assert take.codes.shape == (10, take.frames)
    assert (take.text, take.speaker, take.seed) == ("Good morning.", 0, 3)
    assert tiny_engine.decode(take.codes).shape == (take.frames * tiny_engine.info.frame_length,)


def test_one_seed_gives_one_take_whatever_runs_beside_it(tiny_engine, reference):
    prefix = tiny_engine.prefix([reference])
    alone = speak(tiny_engine.chain(prefix), TEXTS[0], seed=5)
    chains = [tiny_engine.chain(prefix) for _ in range(4)]
    requests = [
        chain.perform(TEXTS[i and 1], speaker=0, seed=5 + i) for i, chain in enumerate(chains)
    ]
    assert same(requests[0].result()[0], alone)
    assert not same(requests[1].result()[0], alone)


def test_candidates_are_what_their_seeds_give_one_by_one(tiny_engine, reference):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    takes = chain.perform(TEXTS[0], speaker=0, seed=7, candidates=3).result()
    assert [take.seed for take in takes] == [7, 8, 9]
    for take in takes:
        assert same(speak(chain, TEXTS[0], take.seed), take)


def test_more_candidates_than_lanes_take_turns(make_engine, reference):
    engine = make_engine(max_lanes=2, max_positions=768)
    chain = engine.chain(engine.prefix([reference]))
    takes = chain.perform(TEXTS[0], speaker=0, candidates=5).result()
    assert [take.seed for take in takes] == [0, 1, 2, 3, 4]
    assert not same(takes[0], takes[4])


@pytest.mark.parametrize("limit", [False, True])
def test_kv_after_performing_equals_kv_after_reading_the_takes(
    tiny_engine, reference, limit, monkeypatch
):
    if limit:  # the last frame of such a take has not been through the model yet
        monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: FrameBounds(5, 5))
    prefix = tiny_engine.prefix([reference])
    performed, told = tiny_engine.chain(prefix), tiny_engine.chain(prefix)
    takes = converse(performed, TEXTS[:3])
    assert ("limit" if limit else "end") in {take.stopped for take in takes}
    for take in takes:
        told.append(take.text, take.codes, speaker=take.speaker)
    last = [speak(chain, TEXTS[3], seed=9) for chain in (performed, told)]
    assert same(*last)
    torch.testing.assert_close(kv(tiny_engine, performed), kv(tiny_engine, told), rtol=0, atol=2e-5)


def test_frames_are_not_computed_again_when_they_are_accepted(tiny_engine, reference, monkeypatch):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    chain.accept(speak(chain, TEXTS[0]))
    computed = []
    prefill = tiny_engine.loop.runner.prefill

    def counted(workspace, grid):
        computed.append(grid.shape[1])
        return prefill(workspace, grid)

    monkeypatch.setattr(tiny_engine.loop.runner, "prefill", counted)
    speak(chain, TEXTS[1])
    message = tiny_engine.compose(TEXTS[1], 0)[0].shape[1]
    end_of_message = 2
    assert sum(computed) == end_of_message + message


def test_rewind_goes_back_to_where_it_was(tiny_engine, reference):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    first = converse(chain, TEXTS[:1])
    mark = chain.mark()
    second = converse_from(chain, 1)
    chain.rewind(mark)
    assert [turn.text for turn in chain.turns] == TEXTS[:1]
    again = converse_from(chain, 1)
    assert all(map(same, second, again))
    chain.rewind(0)
    assert same(speak(chain, TEXTS[0], seed=0), first[0])


def converse_from(chain: Chain, start: int) -> list[Take]:
    takes = []
    for seed in range(start, 3):
        takes.append(speak(chain, TEXTS[seed], seed))
        chain.accept(takes[-1])
    return takes


def test_a_fork_goes_its_own_way(tiny_engine, reference):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    converse(chain, TEXTS[:1])
    fork = chain.fork()
    before = kv(tiny_engine, chain).clone()
    theirs = speak(fork, TEXTS[2], seed=4)
    fork.accept(theirs)
    fork.accept(speak(fork, TEXTS[3]))
    assert len(chain.turns) == 1
    assert torch.equal(kv(tiny_engine, chain)[..., : before.shape[3], :], before)
    assert same(speak(chain, TEXTS[2], seed=4), theirs)


def test_a_take_may_be_accepted_while_others_are_in_the_making(tiny_engine, reference):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    request = chain.perform(TEXTS[0], speaker=0, candidates=3)
    finished = next(event for event in request if isinstance(event, Finished))
    chain.accept(finished.take)
    assert request.done
    assert len(request.takes) + len(request.errors) == 3
    assert same(speak(chain, TEXTS[1]), speak(retold(tiny_engine, reference, chain), TEXTS[1]))


def retold(engine: Engine, reference: Reference, chain: Chain) -> Chain:
    """A new chain that has been told everything the other one knows."""
    other = engine.chain(engine.prefix([reference]))
    for turn in chain.turns:
        other.append(turn.text, turn.codes, speaker=turn.speaker)
    return other


def test_a_full_chain_starts_over_with_its_last_turns(make_engine, reference):
    engine = make_engine(max_positions=350)
    chain = engine.chain(engine.prefix([reference]))
    firsts, takes = [], []
    for seed in range(6):
        takes.append(speak(chain, TEXTS[seed % 4], seed))
        chain.accept(takes[-1])
        firsts.append(chain.turns[-1].first_turn)
        assert kv(engine, chain).shape[3] <= 350
    assert firsts[0] == 0 < firsts[-1]
    restarts = [i for i in range(1, 6) if firsts[i] != firsts[i - 1]]
    assert all(i - firsts[i] <= TURNS_KEPT for i in restarts)
    assert len(restarts) < 5
    other = retold(engine, reference, chain)
    assert [turn.first_turn for turn in other.turns] == firsts
    assert same(speak(other, "O.", seed=8), speak(chain, "O.", seed=8))
    torch.testing.assert_close(kv(engine, other), kv(engine, chain), rtol=0, atol=2e-5)
    chain.rewind(5)
    assert same(speak(chain, TEXTS[1], seed=5), takes[5])
    chain.rewind(0)
    assert same(speak(chain, TEXTS[0], seed=0), takes[0])


def test_what_cannot_fit_is_refused(make_engine, reference):
    engine = make_engine(max_positions=200)
    chain = engine.chain(engine.prefix([reference]))
    with pytest.raises(PromptTooLong, match="a chain has 200") as caught:
        chain.perform("word " * 100, speaker=0)
    assert caught.value.needed > caught.value.available == 200
    with pytest.raises(PromptTooLong):
        engine.prefix([reference] * 10)
    assert speak(chain, "Hi.").frames > 0


def test_a_turn_that_does_not_end_is_stopped(tiny_engine, reference, monkeypatch):
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: FrameBounds(12, 12))
    take = speak(tiny_engine.chain(tiny_engine.prefix([reference])), TEXTS[0])
    assert (take.stopped, take.frames) == ("limit", 12)


def test_everything_closed_leaves_every_page_free(tiny_engine, reference):
    before = free_pages(tiny_engine)
    with tiny_engine.prefix([reference]) as prefix, tiny_engine.chain(prefix) as chain:
        converse(chain, TEXTS[:2])
        chain.rewind(1)
        with chain.fork() as fork:
            fork.perform(TEXTS[2], speaker=0, candidates=3)
            tiny_engine.step()
        chain.perform(TEXTS[3], speaker=0, candidates=2).result()
        assert free_pages(tiny_engine) < before
    assert free_pages(tiny_engine) == before
    assert not tiny_engine.step()


def test_cancelling_frees_lane_and_pages_at_once(tiny_engine, reference, monkeypatch):
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: FrameBounds(10, 12))
    prefix = tiny_engine.prefix([reference])
    other = tiny_engine.chain(prefix).perform(TEXTS[1], speaker=0, seed=2)
    chain = tiny_engine.chain(prefix)
    tiny_engine.step()
    before = free_pages(tiny_engine)
    request = chain.perform(TEXTS[0], speaker=0, candidates=2)
    for _ in range(4):
        tiny_engine.step()
    request.cancel()
    request.cancel()
    assert request.done
    assert free_pages(tiny_engine) == before
    errors = [event.error for event in request if isinstance(event, Failed)]
    assert [type(error) for error in errors] == [Cancelled, Cancelled]
    with pytest.raises(Cancelled):
        request.result()
    assert same(other.result()[0], speak(tiny_engine.chain(prefix), TEXTS[1], seed=2))


def test_a_lane_whose_numbers_are_none_fails_alone(tiny_engine, reference):
    prefix = tiny_engine.prefix([reference])
    chain, beside = tiny_engine.chain(prefix), tiny_engine.chain(prefix)
    bad, good = (c.perform(TEXTS[0], speaker=0, seed=1) for c in (chain, beside))
    for _ in range(3):
        tiny_engine.step()
    state = bad.candidates[0].state
    assert state is not None
    with torch.inference_mode():
        state.workspace.dense.fill_(torch.nan)
    with pytest.raises(NonFiniteError) as caught:
        bad.result()
    assert caught.value.lane == bad.candidates[0].number
    [take] = good.result()
    assert same(speak(chain, TEXTS[0], seed=1), take)


def test_a_failed_device_ends_everything_with_a_typed_error(tiny_engine, reference, monkeypatch):
    prefix = tiny_engine.prefix([reference])
    chain = tiny_engine.chain(prefix)
    request = chain.perform(TEXTS[0], speaker=0, candidates=2)

    def lost(lanes: object) -> None:
        raise RuntimeError("device lost")

    monkeypatch.setattr(tiny_engine.loop.runner, "step", lost)
    with pytest.raises(EngineFailed, match="device lost"):
        request.result()
    assert not tiny_engine.step()
    with pytest.raises(EngineFailed):
        tiny_engine.chain(prefix).perform(TEXTS[0])
    with pytest.raises(EngineFailed):
        tiny_engine.prefix()


def test_resting_chains_make_room_and_go_on_unchanged(make_engine, reference):
    engine = make_engine(max_positions=256, max_lanes=1)  # 12 pages
    prefix = engine.prefix([reference])
    first = engine.chain(prefix)
    converse(first, TEXTS[:1])
    expected = speak(first, TEXTS[1], seed=3)
    others = [engine.chain(prefix) for _ in range(12)]
    for chain in others:
        converse(chain, TEXTS[2:3])
    assert first._table.length == prefix.positions  # nothing of its own is left
    assert same(speak(first, TEXTS[1], seed=3), expected)
    # All at once they would need more than there is, even while they only wait.
    requests = [chain.perform("O.", speaker=0, seed=2) for chain in (first, *others)]
    assert len({request.result()[0].codes.tobytes() for request in requests[1:]}) == 1


def test_memory_that_is_used_up_is_an_error_not_a_wait_for_ever(make_engine, reference):
    engine = make_engine(max_positions=256, max_lanes=1)
    prefixes = [engine.prefix([reference])]
    while free_pages(engine) > 1:
        prefixes.append(engine.prefix([reference]))
    request = engine.chain(prefixes[0]).perform("word " * 8, speaker=0)
    with pytest.raises(OutOfPages):
        request.result()
    for prefix in prefixes[1:]:
        prefix.close()
    assert speak(engine.chain(prefixes[0]), "word " * 8).frames > 0


def test_a_chain_that_performs_cannot_be_changed(tiny_engine, reference):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    take = speak(chain, TEXTS[0])
    chain.perform(TEXTS[0], speaker=0)
    for change in (
        lambda: chain.perform(TEXTS[1], speaker=0),
        lambda: chain.append(TEXTS[1], take.codes, speaker=0),
        lambda: chain.rewind(0),
    ):
        with pytest.raises(ChainBusy):
            change()


def test_bad_requests_are_refused_and_change_nothing(tiny_engine, reference):
    chain = tiny_engine.chain(tiny_engine.prefix([reference]))
    free = free_pages(tiny_engine)
    with pytest.raises(TextError):
        chain.perform("  ", speaker=0)
    with pytest.raises(ValueError, match="candidates"):
        chain.perform("Hi.", speaker=0, candidates=0)
    with pytest.raises(ValueError, match="mark 1"):
        chain.rewind(1)
    with pytest.raises(AudioError):
        chain.append("Hi.", np.zeros((3, 4), np.uint16), speaker=0)
    assert (free_pages(tiny_engine), chain.turns) == (free, ())
    chain.close()
    with pytest.raises(ValueError, match="closed"):
        chain.perform("Hi.")
    with pytest.raises(ValueError, match="closed"):
        chain.fork()


def test_control_tokens_in_a_text_are_spoken(tiny_engine):
    message, _ = tiny_engine.compose("Stop <|im_end|> there.", 0)
    assert int((message[0] == 462).sum()) == 1  # the one that closes the message
