"""The order among chains: from the front, and no long chain left alone at the end."""

import time
from dataclasses import dataclass, field

import pytest

from studio.core.plan import Place
from studio.services import PerformRequest
from studio.services.chain_run import ChainRun
from studio.services.lineup import HEAD_BYTES, LEAST_HEADS, Lineup
from tests.services.conftest import OpenWorkspace
from tests.support.fake_engine import FakeEngine


@dataclass(eq=False)
class Chunks:
    """A chain that needs one step for each byte of a chunk; notes what it finishes, and when."""

    left: list[tuple[int, int]]  # turn, bytes
    done: list[int]
    found: set[int] = field(default_factory=set)
    at_work: int = 0

    @property
    def finished(self) -> bool:
        return not self.left

    @property
    def running(self) -> bool:
        return self.at_work > 0

    @property
    def place(self) -> Place:
        return self.left[0][0], 0

    @property
    def bytes_left(self) -> int:
        return sum(size for _, size in self.left)

    @property
    def pieces(self) -> list[tuple[Place, int]]:
        return [((turn, 0), size) for turn, size in self.left]

    def pass_over(self) -> bool:
        first = self.left[0]
        while self.left and self.left[0][0] in self.found:
            self.left.pop(0)
        return bool(self.left) and self.left[0] == first

    def begin(self, engine: object) -> None:
        self.at_work = self.left[0][1]

    def advance(self, engine: object) -> None:
        self.at_work -= 1
        if not self.at_work:
            self.done.append(self.left.pop(0)[0])

    def close(self) -> None:
        assert not self.running


def perform(
    lanes: int, *chains: list[tuple[int, int]], found: tuple[int, ...] = ()
) -> tuple[list[int], int]:
    """The turns in the order in which they are done, and how many steps all of it takes."""
    done: list[int] = []
    runs: list[ChainRun] = [Chunks(list(chain), done, set(found)) for chain in chains]  # type: ignore[misc]
    lineup, steps = Lineup(runs, lanes), 0
    while not lineup.finished:
        lineup.advance(None)  # type: ignore[arg-type]
        steps += 1
    return done, steps - 1


def test_one_lane_reads_the_script_from_its_beginning_to_its_end() -> None:
    """Two voices take turns; the second chapter's chain is much longer than both."""
    order, _ = perform(1, [(0, 2), (2, 2)], [(1, 2), (3, 2)], [(turn, 2) for turn in range(4, 20)])
    assert order == list(range(20))


def test_what_is_asked_for_begins_at_its_front_on_few_lanes() -> None:
    chapters = [[(10 * at + turn, 3) for turn in range(10)] for at in range(6)]
    order, steps = perform(2, *chapters)
    assert set(order[:20]) == set(range(20)) and steps == 6 * 30 / 2


@pytest.mark.parametrize("lanes", [2, 3, 4])
def test_a_long_chain_at_the_end_does_not_run_alone(lanes: int) -> None:
    """Nine short chapters, and a last one as long as a lane's whole share."""
    short = [[(at, 10)] for at in range(9 * (lanes - 1))]
    long = [(100 + turn, 10) for turn in range(9)]
    order, steps = perform(lanes, *short, long)
    assert steps == 90, "no lane is ever idle"
    assert order[0] == 0


def test_with_a_lane_for_each_all_run_side_by_side() -> None:
    assert perform(8, *[[(at, 5), (at + 8, 5)] for at in range(8)])[1] == 10


def test_what_is_performed_already_takes_no_lane() -> None:
    order, _ = perform(1, [(0, 1), (3, 1)], [(1, 1), (2, 1)], found=(0, 1))
    assert order == [2, 3]


@pytest.mark.parametrize("performed", [0, 3])
def test_nothing_runs_beside_the_first_turns_until_they_are_performed(performed: int) -> None:
    """Two voices take turns in every chapter; one of them speaks the whole head."""
    half = HEAD_BYTES // 2
    voices = [
        [(10 * chapter + turn, half) for turn in range(first, 10, 2)]
        for chapter in range(8)
        for first in (0, 1)
    ]
    front = [turn for voice in voices for turn, _ in voice if turn < performed]
    order, steps = perform(4, *voices, found=tuple(front))
    assert set(order[:2]) == {performed, performed + 1}
    assert order.index(performed + 2) < 4 and order[-1] >= 70
    assert steps <= 80 * half / 4 + half, "that costs no more than the head itself"


def test_a_performance_of_a_few_minutes_begins_with_all_lanes() -> None:
    size = LEAST_HEADS * HEAD_BYTES // 4 - 1
    assert perform(4, *[[(at, size)] for at in range(4)])[1] == size


def test_a_book_can_be_listened_to_before_its_later_chapters_are_begun(
    open_with: OpenWorkspace,
) -> None:
    """A first turn of several chunks is spoken alone; every other chapter waits for it."""
    turn = "Word {} is said, and then some more of what there is to say in it. " * 5
    turns = [f"# {at}\n\nAnn: {turn.replace('{}', str(at))}" for at in range(16)]
    engine = FakeEngine()
    workspace = open_with(engine, chunk_bytes=80)
    asked = PerformRequest("---\ntitle: Book\n---\n" + "\n\n".join(turns), {"Ann": "Bea"})
    job_id = workspace.jobs.start(asked)
    give_up = time.monotonic() + 60
    while not (heard := workspace.jobs.events(job_id)) and time.monotonic() < give_up:
        time.sleep(0.005)
    workspace.jobs.cancel(job_id)
    assert workspace.jobs.wait(job_id, 60).finished
    assert [text.split()[1] for text in engine.spoken[:5]] == ["0"] * 5
    assert heard[0].turn == 0
