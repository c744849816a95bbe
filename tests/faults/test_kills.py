"""D1, D2: killed at any moment of a render, nothing acknowledged is lost and little done again."""

import random
import signal
import time
from pathlib import Path

import pytest

from tests.faults.children import CHUNKS, LANES
from tests.faults.conftest import copied
from tests.faults.nursery import Nursery
from tests.faults.rendered import Rendered

MANY = [pytest.param(seed, 40, marks=pytest.mark.slow) for seed in range(1, 6)]  # 200 kills


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("seed", "kills"), [(0, 20), *MANY])
def test_a_render_killed_at_random_moments(
    template: Path, whole: Rendered, nursery: Nursery, tmp_path: Path, seed: int, kills: int
) -> None:
    chance, done, number = random.Random(seed), 0, 0
    span = seconds_of_one_render(template, nursery, tmp_path)
    while done < kills:
        number += 1
        rendered = copied(template, tmp_path / str(number))
        killed = 0
        kept: list[object] = []
        heard: set[object] = set()
        while nursery.start("render", *rendered.arguments).kill_after(chance.uniform(0, span)):
            killed += 1
            takes = rendered.kept()
            assert takes[: len(kept)] == kept and heard <= rendered.selected()
            assert set(rendered.noted("take")) <= {digest for *_, digest in takes}
            rendered.no_partial_file(whole)
            kept, heard = list(takes), set(rendered.selected())
        same_as_uninterrupted(rendered, whole)
        # Attempts that ended in an error left no take: of chunks in flight they are made again.
        again = len(rendered.noted("perform")) - len(whole.noted("perform"))
        assert again <= killed * LANES * 2
        done += killed


def seconds_of_one_render(template: Path, nursery: Nursery, folder: Path) -> float:
    began = time.monotonic()
    nursery.run("render", *copied(template, folder / "timed").arguments)
    return time.monotonic() - began


def same_as_uninterrupted(rendered: Rendered, whole: Rendered) -> None:
    assert rendered.out.read_bytes() == whole.out.read_bytes()
    assert sorted(rendered.takes()) == sorted(whole.takes())
    assert rendered.selected() == whole.selected() and len(rendered.selected()) == CHUNKS


def test_a_killed_process_is_seen_as_killed(fresh: Rendered, nursery: Nursery) -> None:
    assert nursery.start("render", *fresh.arguments).kill_after(0) == -signal.SIGKILL
    nursery.run("render", *fresh.arguments)
    assert fresh.noted("delivered") == [""]
