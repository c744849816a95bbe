"""E2 to E5: no take after an error, a poisoned lane fails alone, a runaway and a stump are caught.

Is: the real engine with tiny random weights where its own steps fail, and the fake one where takes
have to fail in ways that random weights do not.
"""

import dataclasses
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import torch

from engine import Engine, NonFiniteError, Reference, Take
from engine.length import FrameBounds, frame_bounds
from studio.core.plan import take_seed
from studio.services import PerformRequest, Workspace, open_workspace
from studio.settings import Settings
from studio.store.takes import takes_of
from tests.services.conftest import CONSENT, OpenWorkspace
from tests.support.fake_engine import FakeChain, FakeEngine, FakeRequest, Fault

TEXT = "Ann: Good morning to you."
SEEDS = itertools.count()
LINES = ["Good morning to you.", "And to you, my dear.", "What a day it is!", "It is a day."]


def tiny(folder: Path) -> Engine:
    """The tiny checkpoint, with frames so long that a sentence has about ten."""
    engine = Engine.load(folder, device="cpu", max_positions=768)
    engine.info = dataclasses.replace(engine.info, frame_rate=4.0)
    return engine


@dataclass
class Breaking:
    """Loads engines whose nth step fails, once. `at` counts down; below zero it has failed."""

    folder: Path
    failure: Callable[[object], None] = lambda _: None
    at: int = 10_000
    loaded: list[Engine] = field(default_factory=list)

    def __call__(self, _: Settings) -> Engine:
        engine = tiny(self.folder)
        step = engine.loop.runner.step

        def breaking(lanes: list[object]) -> object:
            self.at -= 1
            if self.at == -1:
                self.failure(lanes[0])
            return step(lanes)  # type: ignore[arg-type]

        engine.loop.runner.step = breaking  # type: ignore[method-assign, assignment]
        self.loaded.append(engine)
        return engine


@pytest.fixture(scope="module")
def studio(
    tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, Breaking]]:
    """A workspace on the tiny engine; its voice is noise, and so is what it performs."""
    folder = tmp_path_factory.mktemp("studio")
    recording = folder / "recording.wav"
    soundfile.write(recording, np.random.default_rng(5).normal(0, 0.1, 66_150), 44_100)
    settings = Settings(
        projects=folder / "projects", voices=folder, checkpoint=str(tiny_checkpoint),
        checks="permissive", device="cpu",
    )  # fmt: skip
    breaking = Breaking(tiny_checkpoint)
    with open_workspace(settings, engine_loader=breaking) as workspace:
        workspace.voices.add("Adam", recording, "I am Adam.", consent=CONSENT)
        yield workspace, breaking


def poison(lane: object) -> None:
    with torch.inference_mode():
        lane.workspace.dense.fill_(torch.nan)  # type: ignore[attr-defined]


def raises(error: Exception) -> Callable[[object], None]:
    def fail(_: object) -> None:
        raise error

    return fail


FAILURES = {
    "not finite": poison,  # only of this lane: it is tried again
    "memory": raises(torch.OutOfMemoryError("full")),
    "device": raises(RuntimeError("device lost")),
    "unforeseen": raises(ZeroDivisionError("nobody thought of this")),
}


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", FAILURES)
def test_no_take_is_kept_after_an_error_at_any_frame(
    studio: tuple[Workspace, Breaking], kind: str, step: int
) -> None:
    workspace, breaking = studio
    breaking.failure = FAILURES[kind]
    failed = 0
    for frame in itertools.count(0, step):
        breaking.at = frame
        job_id = workspace.jobs.start(PerformRequest(TEXT, seed=next(SEEDS)))
        progress = workspace.jobs.wait(job_id, 60)
        if breaking.at >= 0:
            break  # the take had fewer frames than that
        failed += 1
        [chunk] = workspace.jobs.plan(job_id).chunks()
        kept = takes_of(workspace._database, chunk.key)
        assert all(take.seed != take_seed(chunk.key, 0) for take in kept)
        again = kind == "not finite"
        assert progress.state == ("done" if again else "failed")
        assert [take.attempt for take in kept] == ([1] if again else [])
    assert failed >= 1 and progress.state == "done"


def test_a_poisoned_lane_of_eight_ends_within_its_step_and_no_other_changes(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: FrameBounds(14, 24))
    codes = np.random.default_rng(0).integers(0, 64, (10, 30)).astype(np.uint16)
    reference = Reference(text="A voice to follow.", codes=codes)
    engine = Engine.load(tiny_checkpoint, device="cpu", max_positions=768, max_lanes=8)
    engine.info = dataclasses.replace(engine.info, frame_rate=4.0)
    prefix = engine.prefix([reference])

    def begin() -> list[object]:
        chains = [engine.chain(prefix) for _ in range(8)]
        return [
            chain.perform(LINES[number % 4], speaker=0, seed=number)
            for number, chain in enumerate(chains)
        ]

    expected = [request.result()[0] for request in begin()]  # type: ignore[attr-defined]
    for bad in (0, 3, 7):
        requests: list = begin()
        for _ in range(11):  # eight prompts, one a step, and some frames of all
            engine.step()
        poison(requests[bad].candidates[0].state)
        engine.step()
        assert requests[bad].done, "it must not outlive the step in which it was poisoned"
        with pytest.raises(NonFiniteError):
            requests[bad].result()
        for number, request in enumerate(requests):
            if number != bad:
                [take] = request.result()
                assert np.array_equal(take.codes, expected[number].codes)


@pytest.mark.parametrize("text", ["Yes.", "Good morning to you.", "word " * 12, "7 %"])
def test_a_lane_that_never_ends_is_stopped_after_as_many_steps_as_it_may_have_frames(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    most = frame_bounds(text, 4.0).most
    assert most <= 4.0 * (3 * len(text) + 12)
    monkeypatch.setattr("engine.engine.frame_bounds", lambda *_: FrameBounds(most, most))
    engine = tiny(tiny_checkpoint)
    request = engine.chain(engine.prefix([])).perform(text, seed=1)
    steps = sum(1 for _ in iter(engine.step, False))
    [take] = request.result()
    assert (take.stopped, take.frames) == ("limit", most) and steps <= most + 3


class LoopingChain(FakeChain):
    """Says the same three frames over and over wherever the text says so."""

    def perform(self, text: str, **asked: object) -> FakeRequest:
        request = super().perform(text, **asked)  # type: ignore[arg-type]
        if "loop" in text:
            made = request.result
            request.result = lambda: [looped(take) for take in made()]  # type: ignore[method-assign]
        return request


def looped(take: Take) -> Take:
    return dataclasses.replace(take, codes=np.resize(take.codes[:, :3], (2, 60)))


class LoopingEngine(FakeEngine):
    """An engine of looping chains."""

    def chain(self, prefix: SimpleNamespace) -> FakeChain:
        self.open_chains += 1
        return LoopingChain(self, list(prefix.parts))


def test_a_loop_is_tried_again_so_often_and_then_shown_while_the_job_goes_on(
    open_with: OpenWorkspace,
) -> None:
    engine = LoopingEngine()
    workspace = open_with(engine, retries=2)
    text = f"Ann: This will loop, {'and loop ' * 4}.\n\nAnn: This one is fine."
    job_id = workspace.jobs.start(PerformRequest(text))
    progress = workspace.jobs.wait(job_id, 60)
    assert progress.state == "done" and len(engine.spoken) == 3 + 1
    [attention] = progress.attention
    assert attention.turn == 0 and "stuck" in attention.reason


FAULTS: list[Fault] = ["fine", "limit", "silent", "short"]


@pytest.mark.parametrize("seed", range(12))
def test_any_faults_end_in_a_bounded_number_of_attempts(
    open_with: OpenWorkspace, seed: int
) -> None:
    chance = random.Random(seed)
    words = [f"Turn-{number}" for number in range(8)]
    retries = chance.randrange(4)
    faults = {f"{word} ": chance.choices(FAULTS, k=4) for word in words}
    engine = FakeEngine(faults=faults)
    workspace = open_with(engine, retries=retries)
    text = "\n\n".join(f"Ann: {word} is said in this way." for word in words)
    progress = workspace.jobs.wait(workspace.jobs.start(PerformRequest(text, seed=seed)), 60)
    assert progress.state == "done"
    for number, planned in enumerate(faults.values()):
        tries = sum(spoken.startswith(f"Turn-{number} ") for spoken in engine.spoken)
        good = planned.index("fine") + 1 if "fine" in planned else 99
        assert tries == min(good, retries + 1)
    shown = {attention.turn for attention in progress.attention}
    assert shown == {
        number
        for number, planned in enumerate(faults.values())
        if "fine" not in planned[: retries + 1]
    }
