"""Which turn of a changed text is which turn of the text before it.

Is: the ids that turns keep when a text is parsed again, so that takes stay with their turn.
Is not: part of the text; a script as a writer sees it has no ids.

- A turn that stands unchanged between unchanged neighbours keeps its id.
- Then, in this order: turns that occur once in both texts and kept their order (patience diff); a
  turn that was moved; a turn that was edited where it stands, by the same speaker or with most of
  its words. What is left over is new.
- No id is given twice. Nothing compares every turn with every other one.
"""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from studio.core.model import Part, Script, Turn, Words
from studio.core.outline import from_outline, outline

ALIKE = 0.5
"""Share of common words from which an edited turn is still the same turn."""

NewId = Callable[[], str]
_Content = tuple[str, tuple[Part, ...]]


def carry_ids(before: Script, after: Script, new_id: NewId) -> Script:
    """Give the turns of a script the ids that they had in an earlier version of it.

    Args:
        before: the earlier version, every turn with an id.
        after: the later version; ids in it are ignored.
        new_id: gives an id that no turn ever had.
    """
    old, new = _turns(before), _turns(after)
    pairs = _Matcher(old, new).pairs()
    ids = {there: old[here].turn_id for here, there in pairs.items()}
    return _with_ids(after, [ids.get(at) or new_id() for at in range(len(new))])


def give_ids(script: Script, new_id: NewId) -> Script:
    """Give an id to every turn that has none."""
    return _with_ids(script, [turn.turn_id or new_id() for turn in _turns(script)])


@dataclass(frozen=True, slots=True)
class _Gap:
    """A stretch of turns on both sides whose partners are not known yet; ends are exclusive."""

    old: int
    old_end: int
    new: int
    new_end: int


class _Matcher:
    """Finds the partners; positions count turns over the whole script."""

    def __init__(self, old: list[Turn], new: list[Turn]) -> None:
        self._old, self._new = old, new
        # Contents become numbers once, so that comparing two is comparing two integers.
        numbers: dict[_Content, int] = {}
        self._old_keys, self._new_keys = (
            [numbers.setdefault((turn.speaker, turn.parts), len(numbers)) for turn in turns]
            for turns in (old, new)
        )
        self._partner: dict[int, int] = {}
        self._taken: set[int] = set()

    def pairs(self) -> dict[int, int]:
        """Old position -> new position."""
        open_gaps: list[_Gap] = []
        waiting = [_Gap(0, len(self._old), 0, len(self._new))]
        while waiting:
            gap = self._shrink(waiting.pop())
            anchors = self._anchors(gap)
            if anchors:
                waiting.extend(_between(gap, anchors))
            else:
                open_gaps.append(gap)
        self._pair_moved(open_gaps)
        for gap in open_gaps:
            self._pair_edited(gap)
        return self._partner

    def _pair(self, old: int, new: int) -> None:
        self._partner[old] = new
        self._taken.add(new)

    def _shrink(self, gap: _Gap) -> _Gap:
        """Pair what is equal at both ends of a gap."""
        old, new, old_end, new_end = gap.old, gap.new, gap.old_end, gap.new_end
        while old < old_end and new < new_end and self._old_keys[old] == self._new_keys[new]:
            self._pair(old, new)
            old, new = old + 1, new + 1
        while (
            old < old_end
            and new < new_end
            and self._old_keys[old_end - 1] == self._new_keys[new_end - 1]
        ):
            old_end, new_end = old_end - 1, new_end - 1
            self._pair(old_end, new_end)
        return _Gap(old, old_end, new, new_end)

    def _anchors(self, gap: _Gap) -> list[tuple[int, int]]:
        """The longest run of turns that occur once on both sides and kept their order."""
        old_once = _once(self._old_keys, gap.old, gap.old_end)
        new_once = _once(self._new_keys, gap.new, gap.new_end)
        return _ascending([(at, new_once[key]) for key, at in old_once.items() if key in new_once])

    def _pair_moved(self, gaps: Iterable[_Gap]) -> None:
        """Pair equal turns that are left over, in order of appearance."""
        homeless: dict[int, deque[int]] = defaultdict(deque)
        gaps = sorted(gaps, key=lambda gap: gap.new)
        for gap in sorted(gaps, key=lambda gap: gap.old):
            for at in range(gap.old, gap.old_end):
                homeless[self._old_keys[at]].append(at)
        for gap in gaps:
            for at in range(gap.new, gap.new_end):
                if places := homeless.get(self._new_keys[at]):
                    self._pair(places.popleft(), at)

    def _pair_edited(self, gap: _Gap) -> None:
        """Pair what is left over in one gap, in order, as long as it can be the same turn."""
        old = deque(at for at in range(gap.old, gap.old_end) if at not in self._partner)
        new = deque(at for at in range(gap.new, gap.new_end) if at not in self._taken)
        while old and new:
            if len(old) == len(new):
                if self._may_be_same(old[0], new[0]):
                    self._pair(old[0], new[0])
                old.popleft()
                new.popleft()
            elif self._alike(old[0], new[0]):
                self._pair(old.popleft(), new.popleft())
            elif len(old) > len(new):
                old.popleft()
            else:
                new.popleft()

    def _may_be_same(self, old: int, new: int) -> bool:
        return self._old[old].speaker == self._new[new].speaker or self._alike(old, new)

    def _alike(self, old: int, new: int) -> bool:
        one, other = _words(self._old[old]), _words(self._new[new])
        return (one & other).total() >= ALIKE * max(one.total(), other.total(), 1)


def _between(gap: _Gap, anchors: list[tuple[int, int]]) -> Iterator[_Gap]:
    """The gaps around anchors, each of which begins with one, so that shrinking pairs it."""
    ends = [*anchors[1:], (gap.old_end, gap.new_end)]
    yield _Gap(gap.old, anchors[0][0], gap.new, anchors[0][1])
    for (old, new), (old_end, new_end) in zip(anchors, ends, strict=True):
        yield _Gap(old, old_end, new, new_end)


def _once(keys: list[int], start: int, end: int) -> dict[int, int]:
    """Key -> position of the keys that occur exactly once."""
    counts = Counter(keys[start:end])
    return {keys[at]: at for at in range(start, end) if counts[keys[at]] == 1}


def _ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs in which both positions ascend; the first ones ascend already."""
    tails: list[int] = []  # second positions that end the best run of each length
    chains: list[tuple[tuple[int, int], int]] = []  # pair and index of the one before it
    tops: list[int] = []  # index in chains of each tail
    for pair in pairs:
        length = bisect_left(tails, pair[1])
        chains.append((pair, tops[length - 1] if length else -1))
        tails[length : length + 1] = [pair[1]]
        tops[length : length + 1] = [len(chains) - 1]
    run: list[tuple[int, int]] = []
    at = tops[-1] if tops else -1
    while at >= 0:
        pair, at = chains[at]
        run.append(pair)
    return run[::-1]


def _words(turn: Turn) -> Counter[str]:
    return Counter(
        word.casefold()
        for part in turn.parts
        if isinstance(part, Words)
        for word in part.text.split()
    )


def _turns(script: Script) -> list[Turn]:
    return [placed.turn for placed in script.placed_turns()]


def _with_ids(script: Script, ids: list[str]) -> Script:
    given = iter(ids)
    items = [
        replace(item, turn_id=next(given)) if isinstance(item, Turn) else item
        for item in outline(script)
    ]
    return from_outline(items, script)
