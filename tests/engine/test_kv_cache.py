"""Pages under every order of growing, forking, rewinding and closing."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bench.sizes import S2_PRO
from engine.errors import OutOfPages
from engine.kv_cache import PAGE, KVStore, Pages, Table, pages_for

COUNT = 12
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "write", "fork", "rewind", "close"]),
        st.integers(0, 7),
        st.integers(0, 3 * PAGE),
    ),
    max_size=40,
)


class Model:
    """Tables beside what each of them should hold; a position's content is a number of its own."""

    def __init__(self) -> None:
        self.pool = Pages(COUNT)
        self.memory: dict[tuple[int, int], int] = {}
        self.tables: list[tuple[Table, list[int]]] = [(Table(self.pool), [])]
        self.reserved: dict[Table, int] = {}
        self.fresh = 0

    def reserve(self, table: Table, capacity: int) -> None:
        before = (list(table.pages), self.pool.free)
        try:
            copies = table.reserve(capacity)
        except OutOfPages:
            assert (table.pages, self.pool.free) == before
            return
        for source, target in copies:
            for (page, offset), content in list(self.memory.items()):
                if page == source:
                    self.memory[target, offset] = content
        self.reserved[table] = capacity

    def write(self, table: Table, content: list[int], n: int) -> None:
        """Write positions that were reserved before, as a lane does when it ends."""
        stop = min(table.length + n, self.reserved.get(table, 0))
        for position in range(table.length, stop):
            self.fresh += 1
            self.memory[table.pages[position // PAGE], position % PAGE] = self.fresh
            content.append(self.fresh)
        table.length = max(table.length, stop)

    def check(self) -> None:
        held: dict[int, int] = {}
        for table, content in self.tables:
            read = [self.memory[table.pages[p // PAGE], p % PAGE] for p in range(table.length)]
            assert read == content
            assert len(set(table.pages)) == len(table.pages)
            for page in table.pages:
                held[page] = held.get(page, 0) + 1
        assert self.pool.free == COUNT - len(held)
        assert all(self.pool.is_shared(page) == (n > 1) for page, n in held.items())


@settings(max_examples=150, deadline=None)
@given(OPERATIONS)
def test_no_table_ever_sees_what_another_wrote(operations):
    model = Model()
    for name, which, amount in operations:
        table, content = model.tables[which % len(model.tables)]
        if name == "reserve":
            model.reserve(table, table.length + amount)
        elif name == "write":
            model.write(table, content, amount)
        elif name == "fork":
            model.tables.append((table.fork(), list(content)))
        else:
            amount = amount if name == "rewind" else 0
            table.truncate(amount)
            del content[amount:]
            model.reserved.pop(table, None)
        model.check()
    for table, content in model.tables:
        table.truncate(0)
        content.clear()
    model.check()
    assert model.pool.free == COUNT


def test_forks_share_until_one_goes_on():
    pool = Pages(10)
    table = Table(pool)
    table.reserve(2 * PAGE + 5)
    table.length = 2 * PAGE + 5
    fork = table.fork()
    assert pool.free == 7
    assert fork.missing(2 * PAGE + 6) == 1
    assert fork.reserve(2 * PAGE + 6) == [(table.pages[2], fork.pages[2])]
    assert fork.pages[:2] == table.pages[:2]
    assert pool.free == 6


def test_running_out_changes_nothing():
    pool = Pages(2)
    table = Table(pool)
    table.reserve(PAGE)
    with pytest.raises(OutOfPages, match="2 pages are needed and 1 are free"):
        table.reserve(3 * PAGE)
    assert len(table.pages) == 1
    assert pool.free == 1


def test_the_store_gives_back_what_was_written():
    config = S2_PRO.text.model_copy(update={"n_layer": 2, "n_local_heads": 3, "head_dim": 4})
    store = KVStore(config, 5, torch.device("cpu"), torch.float32)
    pool = Pages(5)
    table, length = Table(pool), 2 * PAGE + 9
    pool.take()
    dense = torch.randn(2, 2, 3, 400, 4)
    store.copy(table.reserve(length))
    for stop in (5, PAGE, PAGE + 1, length):
        store.write(table, dense, stop)
    got = torch.zeros_like(dense)
    store.read(table, got)
    assert table.length == length
    assert torch.equal(got[..., :length, :], dense[..., :length, :])
    fork = table.fork()
    store.copy(fork.reserve(length + 1))
    store.write(fork, dense + 1, length + 1)
    store.read(table, got)
    assert torch.equal(got[..., :length, :], dense[..., :length, :])


def test_pages_for_counts_whole_pages():
    assert [pages_for(n) for n in (0, 1, PAGE, PAGE + 1)] == [0, 1, 1, 2]
