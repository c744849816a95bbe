"""Numbers on their way from a stopwatch to a table and a file."""

import json
import warnings

import pytest
import torch

from engine.bench import report
from engine.bench.figures import Figure, Target, missing, timed
from engine.bench.syncs import SYNCHRONIZING, counted
from engine.bench.timing import Deadline, Samples, measure

CPU = torch.device("cpu")


def test_samples_have_a_median_and_two_ends():
    samples = Samples(tuple(map(float, range(1, 101))))
    assert (samples.median, samples.p95, samples.p5) == (50.5, 95.0, 6.0)
    assert Samples((3.0,)).p95 == Samples((3.0,)).p5 == 3.0
    assert samples.map(lambda value: 2 * value).median == 101.0


def test_the_bad_end_of_a_rate_is_the_low_one():
    samples = Samples((1.0, 2.0, 3.0))
    assert timed("a time", samples, "s").p95 == 3.0
    assert timed("a rate", samples, "x", more_is_better=True).p95 == 1.0


def test_a_measurement_warms_up_and_repeats():
    calls: list[int] = []
    samples = measure(lambda: calls.append(1), CPU, Deadline.after(60), runs=7)
    assert (len(calls), len(samples.values)) == (3 + 7, 7)


def test_a_measurement_out_of_time_still_measures_once():
    calls: list[int] = []
    samples = measure(lambda: calls.append(1), CPU, Deadline.after(0))
    assert (len(calls), len(samples.values)) == (1, 1)


@pytest.mark.parametrize(
    ("value", "more_is_better", "meets", "of_floor"),
    [(2.0, False, "aim", 0.5), (3.0, False, "must", 1 / 3), (5.0, False, "misses", 0.2)],
)
def test_a_time_is_judged_by_floor_and_target(value, more_is_better, meets, of_floor):
    figure = Figure("step", value, "ms", floor=1.0, target=Target(must=4.0, aim=2.5))
    assert figure.meets == meets
    assert figure.of_floor == pytest.approx(of_floor)


@pytest.mark.parametrize(("value", "meets"), [(300.0, "aim"), (200.0, "must"), (90.0, "misses")])
def test_a_rate_is_judged_the_other_way_round(value, meets):
    figure = Figure(
        "speed", value, "x", floor=400.0, more_is_better=True, target=Target(150.0, 250.0)
    )
    assert figure.meets == meets
    assert figure.of_floor == pytest.approx(value / 400)


def test_the_table_shows_every_figure_and_every_note():
    shown = report.table(
        [
            Figure("step", 5.25, "ms", 6.0, 5, floor=3.5, target=Target(5.5, 4.0)),
            Figure("same codes", False, "", note="frame 12 differs"),
            missing("the original", "no checkout was given"),
        ]
    )
    lines = shown.splitlines()
    assert lines[1].split() == ["step", "5.25", "ms", "6", "3.5", "67%", "5.5", "/", "4", "must"]
    assert lines[2].split()[-1] == "NO"
    assert lines[3].split()[-1] == "-"
    assert lines[4:] == [
        "  same codes: frame 12 differs", "  the original: no checkout was given",
    ]  # fmt: skip


def test_a_result_is_read_back_from_its_file(tmp_path):
    figure = Figure("step", 5.0, "ms", floor=2.5, details={"lanes": 8})
    path = tmp_path / "deep" / "result.json"
    report.write(path, {"figures": [report.as_json(figure)]})
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["format"] == report.FORMAT
    assert content["figures"][0]["of_floor"] == 0.5
    assert content["figures"][0]["details"] == {"lanes": 8}
    assert [file.name for file in path.parent.iterdir()] == ["result.json"]


def test_waits_for_the_device_are_counted():
    with counted(CPU) as syncs:
        warnings.warn(f"{SYNCHRONIZING} (seen in a step)", UserWarning, stacklevel=1)
        warnings.warn(f"{SYNCHRONIZING} (seen in a step)", UserWarning, stacklevel=1)
        warnings.warn("something else", UserWarning, stacklevel=1)
    assert (syncs.implicit, syncs.explicit) == (2, 0)


def test_explicit_waits_are_counted_and_still_wait(monkeypatch):
    waited: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: waited.append("device"))
    with counted(CPU) as syncs:
        torch.cuda.synchronize()
    torch.cuda.synchronize()
    assert (syncs.explicit, waited) == (1, ["device", "device"])
