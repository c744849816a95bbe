"""What a machine can run follows from sizes that are known."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checkpoints import S2_PRO
from studio.core.fitness import Card, Machine, fitness, memory_needed

SHAPES = Path(__file__).parents[1] / "golden" / "full_shapes.json"
GB = 10**9
BIG = Card("Big card", 141 * GB, 140 * GB, 4.8e12)


def test_the_sizes_of_s2_pro_are_those_of_its_tensors() -> None:
    tensors = json.loads(SHAPES.read_text())["lm"]["tensors"]
    numbers = {name: math.prod(tensor["shape"]) for name, tensor in tensors.items()}
    assert sum(numbers.values()) == S2_PRO.size.parameters
    slow = sum(n for name, n in numbers.items() if name.startswith("text_model.model.layers"))
    fast = sum(n for name, n in numbers.items() if name.startswith("audio_decoder.layers"))
    fast += numbers["audio_decoder.output.weight"]
    assert slow + 9 * fast == S2_PRO.size.read_per_frame
    assert S2_PRO.size.kv_per_position * 2 == 147_456  # bytes, as the format says


def test_a_large_card_is_quick_and_nothing_stands_in_the_way() -> None:
    found = fitness(S2_PRO.size, Machine(card=BIG), lanes=4)
    assert (found.device, found.runs, found.advice) == ("cuda", True, ())
    assert 19 * GB < found.memory_bytes < 20 * GB
    assert found.rtf == pytest.approx(0.102, abs=0.002)


def test_a_small_card_may_do_with_one_chain() -> None:
    card = replace(BIG, name="Small card", memory=16 * GB)
    found = fitness(S2_PRO.size, Machine(card=card), lanes=4)
    assert not found.runs
    assert "--lanes 1" in found.advice[0]
    assert fitness(S2_PRO.size, Machine(card=card), lanes=1).runs
    too_small = fitness(S2_PRO.size, Machine(card=replace(card, memory=8 * GB)), lanes=4)
    assert "will not fit" in too_small.advice[0]


def test_without_a_card_memory_and_speed_are_said() -> None:
    found = fitness(S2_PRO.size, Machine(memory=16 * GB, read=1e10, cores=8), lanes=4)
    assert (found.device, found.runs) == ("cpu", False)
    assert "this machine has 16 GB" in found.advice[0]
    assert "32 minutes or more" in found.advice[1]
    enough = fitness(S2_PRO.size, Machine(memory=64 * GB, read=1e10, cores=8), lanes=4)
    assert enough.runs
    assert len(enough.advice) == 1


def test_nothing_is_claimed_about_what_is_not_known() -> None:
    found = fitness(S2_PRO.size, Machine(), lanes=4, download_bytes=11 * GB)
    assert (found.runs, found.rtf, found.advice) == (True, None, ())


def test_a_full_disk_is_said_only_where_something_is_to_be_downloaded() -> None:
    machine = Machine(card=BIG, disk_free=GB)
    assert "Free some space" in fitness(S2_PRO.size, machine, 4, 11 * GB).advice[0]
    assert fitness(S2_PRO.size, machine, 4).advice == ()


def test_memory_grows_with_the_lanes() -> None:
    size = S2_PRO.size
    step = memory_needed(size, 2, 2) - memory_needed(size, 1, 2)
    assert step == 2 * 4096 * 147_456
