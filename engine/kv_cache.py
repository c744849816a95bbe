"""Keys and values of positions that are already computed, in pages that conversations share.

Is: `Pages` and `Table`, plain integers that say who holds which page, and `KVStore`, the tensor the
pages lie in. A page holds 128 positions of all layers of the slow tower.
Is not: what attention reads; a running lane works on a dense copy (see `engine.workspace`).

- A table grows by reserving, forks by sharing, rewinds by dropping pages.
- A position is written once. The free rest of a page belongs to the table that reserved it: a fork
  that wants to go on from the middle of a page gets a copy of that page first.
"""

from typing import Self

import torch
from torch import Tensor

from engine.config import TowerConfig
from engine.errors import OutOfPages

PAGE = 128
"""Positions in a page."""


def pages_for(positions: int) -> int:
    """Return how many pages hold that many positions."""
    return -(-positions // PAGE)


class Pages:
    """Which pages are free, and how many tables hold each of the others. Not thread-safe."""

    def __init__(self, count: int) -> None:
        self._free = list(range(count - 1, -1, -1))
        self._holders = [0] * count

    @property
    def free(self) -> int:
        """Pages nobody holds."""
        return len(self._free)

    def take(self) -> int:
        """Take a free page; there must be one."""
        page = self._free.pop()
        self._holders[page] = 1
        return page

    def share(self, page: int) -> None:
        """Add a holder."""
        self._holders[page] += 1

    def drop(self, page: int) -> None:
        """Remove a holder; without any the page is free again."""
        self._holders[page] -= 1
        if not self._holders[page]:
            self._free.append(page)

    def is_shared(self, page: int) -> bool:
        """Tell whether more than one table holds the page."""
        return self._holders[page] > 1


class Table:
    """The pages of one conversation: position p is in page ``pages[p // PAGE]``.

    Attributes:
        length: positions that are computed; pages may be reserved for more.
    """

    def __init__(self, pool: Pages) -> None:
        self._pool = pool
        self.pages: list[int] = []
        self.length = 0

    def fork(self) -> Self:
        """Return a table of the same positions that shares all pages."""
        other = type(self)(self._pool)
        other.pages = self.pages[: pages_for(self.length)]
        other.length = self.length
        for page in other.pages:
            self._pool.share(page)
        return other

    def missing(self, capacity: int) -> int:
        """Return how many pages must be taken before positions up to capacity can be written."""
        return max(0, pages_for(capacity) - len(self.pages)) + self._last_is_shared()

    def reserve(self, capacity: int) -> list[tuple[int, int]]:
        """Hold enough pages for capacity positions, the next of which may be written.

        Returns:
            (from, to) of pages whose content must be copied.

        Raises:
            OutOfPages: there are not enough; nothing has changed.
        """
        if (missing := self.missing(capacity)) > self._pool.free:
            raise OutOfPages(missing, self._pool.free)
        copies = []
        if self._last_is_shared():
            last = self.length // PAGE
            copies.append((self.pages[last], self._pool.take()))
            self._pool.drop(self.pages[last])
            self.pages[last] = copies[0][1]
        while len(self.pages) < pages_for(capacity):
            self.pages.append(self._pool.take())
        return copies

    def truncate(self, length: int) -> None:
        """Forget positions from length on, and drop pages that hold nothing."""
        self.length = min(self.length, length)
        while len(self.pages) > pages_for(self.length):
            self._pool.drop(self.pages.pop())

    def _last_is_shared(self) -> bool:
        return self.length % PAGE > 0 and self._pool.is_shared(self.pages[self.length // PAGE])


class KVStore:
    """The memory of all pages: [pages, layers, key or value, K heads, PAGE, head width]."""

    def __init__(
        self, config: TowerConfig, count: int, device: torch.device, dtype: torch.dtype
    ) -> None:
        shape = (count, config.n_layer, 2, config.n_local_heads, PAGE, config.head_dim)
        self.tensor = torch.empty(shape, device=device, dtype=dtype)

    def copy(self, copies: list[tuple[int, int]]) -> None:
        """Copy pages as `Table.reserve` demands."""
        for source, target in copies:
            self.tensor[target] = self.tensor[source]

    def read(self, table: Table, dense: Tensor) -> None:
        """Copy all positions of a table to dense [layers, 2, K, positions, E]."""
        for i, page in enumerate(table.pages[: pages_for(table.length)]):
            size = min(PAGE, table.length - i * PAGE)
            dense[..., i * PAGE : i * PAGE + size, :] = self.tensor[page][..., :size, :]

    def write(self, table: Table, dense: Tensor, length: int) -> None:
        """Take over the positions from the table's length to length; they must be reserved."""
        while table.length < length:
            i, first = divmod(table.length, PAGE)
            stop = min(PAGE, length - i * PAGE)
            piece = dense[..., i * PAGE + first : i * PAGE + stop, :]
            self.tensor[table.pages[i]][..., first:stop, :] = piece
            table.length = i * PAGE + stop
