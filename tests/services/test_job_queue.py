"""The queue is a list that one thread takes from; every operation is that of a list."""

import threading
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from studio.services.job_queue import JobQueue


@dataclass(frozen=True)
class Asked:
    job_id: str


names = st.sampled_from("abcdef")
operations = st.lists(
    st.one_of(
        st.tuples(st.just("put"), names, st.booleans()),
        st.tuples(st.just("remove"), names, st.none()),
        st.tuples(st.just("move"), names, st.integers(-2, 8)),
        st.tuples(st.just("take"), st.none(), st.none()),
    ),
    max_size=30,
)


@given(operations)
def test_it_behaves_as_a_list_does(asked: list[tuple[str, str, int]]) -> None:
    queue: JobQueue[Asked] = JobQueue()
    model: list[str] = []
    for what, name, value in asked:
        if what == "put" and name not in model:
            queue.put(Asked(name), first=bool(value))
            model.insert(0 if value else len(model), name)
        elif what == "remove":
            removed = queue.remove(name)
            assert (removed is not None) == (name in model)
            model = [other for other in model if other != name]
        elif what == "move":
            assert queue.move(name, value) == (name in model)
            if name in model:
                model.remove(name)
                model.insert(max(0, value), name)
        elif what == "take" and model:
            taken = queue.take()
            assert taken is not None and taken.job_id == model.pop(0)
        assert queue.job_ids() == tuple(model)


def test_a_waiting_taker_gets_what_is_put_and_nothing_when_it_is_closed() -> None:
    queue: JobQueue[Asked] = JobQueue()
    taken: list[Asked | None] = []

    def take_until_closed() -> None:
        while (job := queue.take()) is not None:
            taken.append(job)
            arrived.set()

    arrived = threading.Event()
    thread = threading.Thread(target=take_until_closed)
    thread.start()
    queue.put(Asked("a"))
    assert arrived.wait(10)
    queue.close()
    thread.join(10)
    assert taken == [Asked("a")] and not thread.is_alive()
