"""The scheduler decides with plain numbers, so it is tested with plain numbers."""

from hypothesis import given
from hypothesis import strategies as st

from engine.lanes import Lane, Scheduler


def lanes_of(*ranks: tuple[bool, int]) -> list[Lane]:
    return [Lane(i, 100, urgent=urgent, work_left=left) for i, (urgent, left) in enumerate(ranks)]


def started(scheduler: Scheduler) -> list[int]:
    return [lane.number for lane in scheduler.admit(lambda lane: True)]


def test_urgent_first_then_most_work_then_first_come():
    scheduler = Scheduler(8)
    for lane in lanes_of((False, 5), (False, 9), (True, 0), (False, 9), (True, 0)):
        scheduler.add(lane)
    assert started(scheduler) == [2, 4, 1, 3, 0]


def test_no_more_than_max_lanes_run():
    scheduler = Scheduler(2)
    first, *_ = lanes = lanes_of(*[(True, 0)] * 4)
    for lane in lanes:
        scheduler.add(lane)
    assert started(scheduler) == [0, 1]
    assert started(scheduler) == []
    scheduler.end(first)
    assert started(scheduler) == [2]


def test_a_lane_without_room_is_waited_for():
    scheduler = Scheduler(4)
    for lane in lanes_of((False, 9), (False, 1)):
        scheduler.add(lane)
    assert scheduler.admit(lambda lane: lane.number != 0) == []
    assert started(scheduler) == [0, 1]


def test_a_step_runs_one_prompt_and_every_frame():
    scheduler = Scheduler(4)
    lanes = lanes_of((False, 0), (True, 0), (True, 0), (True, 0))
    for lane in lanes:
        lane.prompt_left = 10 if lane.number < 2 else 0
        scheduler.add(lane)
    started(scheduler)
    plan = scheduler.plan()
    assert plan.prefill is lanes[1]
    assert {lane.number for lane in plan.decode} == {2, 3}


def test_nothing_to_do_is_an_empty_plan():
    assert Scheduler(1).plan() == (None, [])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=20), st.integers(1, 5))
def test_every_lane_runs_once_in_rank_order(ranks, max_lanes):
    scheduler, order = Scheduler(max_lanes), []
    for lane in lanes_of(*ranks):
        scheduler.add(lane)
    while scheduler.waiting or scheduler.running:
        order += scheduler.admit(lambda lane: True)
        assert len(scheduler.running) <= max_lanes
        scheduler.end(scheduler.running[0])
    assert [lane.rank for lane in order] == sorted(lane.rank for lane in order)
    assert len(order) == len(ranks)


def test_one_lane_in_eight_is_kept_for_those_who_listen():
    scheduler = Scheduler(max_lanes=8)
    book = [Lane(number, capacity=10, urgent=False) for number in range(9)]
    for lane in book:
        scheduler.add(lane)
    assert scheduler.admit(lambda lane: True) == book[:7]
    listener = Lane(9, capacity=10, urgent=True)
    scheduler.add(listener)
    assert scheduler.admit(lambda lane: True) == [listener]
    assert scheduler.admit(lambda lane: True) == []


def test_shrinking_stops_the_lanes_that_would_be_started_last():
    scheduler = Scheduler(max_lanes=4)
    lanes = [Lane(n, capacity=10, urgent=n == 3, work_left=10 * n) for n in range(4)]
    for lane in lanes:
        scheduler.add(lane)
    scheduler.admit(lambda lane: True)
    assert scheduler.shrink(2) == [lanes[1], lanes[0]]
    assert scheduler.running == [lanes[3], lanes[2]]
    assert scheduler.waiting == [lanes[1], lanes[0]]
    assert scheduler.admit(lambda lane: True) == []
