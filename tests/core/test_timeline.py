"""Timelines: integer positions, pauses as long as they are set, edges that do not click."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.core.plan import Boundary, PlannedChunk
from studio.core.timeline import Pauses, Timeline, cut_out, edge_silence

RATE = 1000  # a sample is a millisecond


def chunk(boundary: Boundary = Boundary.TURN, pause_ms: int | None = None) -> PlannedChunk:
    return PlannedChunk("key", 0, "Ann", 0, "text", boundary, pause_ms)


def take(lead: int, sound: int, tail: int) -> np.ndarray:
    audio = np.concatenate([np.zeros(lead), np.full(sound, 0.5), np.zeros(tail)])
    return audio.astype(np.float32)


def audible_gap(timeline: Timeline, lead: int, tail: int) -> int:
    """Silence heard between two placed takes that bring `tail` and `lead` samples of it along."""
    first, second = timeline.placed
    kept_tail = min(tail, timeline.margin_ms)
    kept_lead = min(lead, timeline.margin_ms)
    return kept_tail + (second.start - first.end) + kept_lead


@given(
    st.sampled_from(list(Boundary)),
    st.none() | st.integers(60, 5000),
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_the_pause_that_is_heard_is_the_pause_that_is_set(
    boundary: Boundary, pause_ms: int | None, tail: int, lead: int
) -> None:
    timeline = Timeline(RATE)
    timeline.place(chunk(), take(50, 300, tail))
    second = chunk(boundary, pause_ms)
    timeline.place(second, take(lead, 300, 50))
    assert audible_gap(timeline, lead, tail) == Pauses().before(second)


def test_positions_are_where_the_samples_are_written() -> None:
    timeline, written = Timeline(RATE), 0
    for lead, sound, tail in [(100, 500, 200), (0, 20, 0), (5, 300, 5)]:
        audio = take(lead, sound, tail)
        placed = timeline.place(chunk(), audio)
        written += placed.silence
        assert placed.start == written
        written += cut_out(placed, audio, RATE).size
        assert placed.end == written
    assert timeline.end == written
    assert timeline.turn_starts() == {0: timeline.placed[0].start}


def test_the_file_begins_and_ends_with_the_set_silence() -> None:
    timeline = Timeline(RATE)
    placed = timeline.place(chunk(), take(100, 500, 200))
    assert placed.start + 30 == 500
    assert 30 + timeline.closing_silence() == 1000
    assert 30 + timeline.closing_silence(tail_ms=250) == 1250


def test_a_silent_take_does_not_break_the_timeline() -> None:
    timeline = Timeline(RATE)
    placed = timeline.place(chunk(), take(0, 0, 300))
    assert 0 <= placed.length <= 30
    assert cut_out(placed, take(0, 0, 300), RATE).size == placed.length


def test_edges_are_faded_to_zero_and_the_take_itself_is_untouched() -> None:
    audio = take(0, 500, 0)
    timeline = Timeline(RATE)
    piece = cut_out(timeline.place(chunk(), audio), audio, RATE)
    assert piece[0] == piece[-1] == 0
    assert np.all(np.abs(np.diff(piece)) <= 0.5 / 8 + 1e-6)
    assert np.all(piece[8:-8] == 0.5) and np.all(audio == 0.5)


def test_edge_silence_counts_samples_below_the_threshold() -> None:
    assert edge_silence(take(7, 100, 9), RATE) == (7, 9)
    assert edge_silence(take(0, 0, 9), RATE) == (9, 0)
