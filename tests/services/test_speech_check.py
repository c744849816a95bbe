"""Listening to a performance: words counted by turn, kept with the takes, heard once."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from studio.errors import JobError
from studio.services import PerformRequest, Workspace
from studio.store.takes import used_take
from tests.support.fake_engine import FakeEngine

SCRIPT = "Ann: One is here.\nBob: [softly] Two is there.\nAnn: Three is near."


@dataclass
class Ear:
    """Hears what it is told to hear, one text after the other."""

    texts: list[str]
    name: str = "told"
    languages: list[str] = field(default_factory=list)
    heard: list[np.ndarray] = field(default_factory=list)

    def transcribe(self, audio: np.ndarray, sample_rate: int, language: str) -> str:
        assert audio.size > sample_rate // 4
        self.languages.append(language)
        self.heard.append(audio)
        return self.texts.pop(0)


def test_every_turn_is_listened_to_once(workspace: Workspace, engine: FakeEngine) -> None:
    job_id = workspace.jobs.start(PerformRequest(SCRIPT))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    ear, shares = Ear(["one is here", "two were bare", "three"]), list[float]()
    heard = workspace.speech.listen(job_id, ear, shares.append)
    assert [(turn.speaker, turn.wrong, turn.words) for turn in heard] == [
        ("Ann", 0, 3), ("Bob", 2, 3), ("Ann", 2, 3)
    ]  # fmt: skip
    assert heard[1].transcript == "two were bare" and heard[1].rate == pytest.approx(2 / 3)
    assert shares == pytest.approx([1 / 3, 2 / 3, 1]) and set(ear.languages) == {"en"}
    assert workspace.speech.listen(job_id, ear) == heard, "no text is left to hear"
    other = Ear(["one is here", "two is there", "three is near"], name="better")
    assert sum(turn.wrong for turn in workspace.speech.listen(job_id, other)) == 0
    key = next(iter(workspace.jobs.plan(job_id).chunks())).key
    take = used_take(workspace._database, key)
    assert take is not None
    known = workspace.speech.known(take.key, take.attempt)
    assert known is not None and known.transcript == "one is here"
    assert workspace.speech.known(key, 99) is None


def test_what_is_not_performed_cannot_be_heard(workspace: Workspace, engine: FakeEngine) -> None:
    engine.faults = {"Two": ["device"]}
    job_id = workspace.jobs.start(PerformRequest(SCRIPT))
    assert workspace.jobs.wait(job_id, 60).state == "failed"
    with pytest.raises(JobError, match="has not been performed"):
        workspace.speech.listen(job_id, Ear(["one is here"] * 3))


def test_the_take_that_is_heard_is_listened_to(workspace: Workspace) -> None:
    project = workspace.projects.create(f"---\ntitle: Tea\n---\n{SCRIPT}")
    job_id = workspace.jobs.start(PerformRequest(project.script, project=project.slug))
    assert workspace.jobs.wait(job_id, 60).state == "done"
    again = workspace.takes.again("tea", [1]).job_id
    assert workspace.jobs.wait(again, 60).state == "done"
    numbers = [take.number for take in workspace.takes.history("tea", 1)]
    for number in numbers:
        workspace.takes.select("tea", 1, number)
        ear = Ear(["one is here", "two is there", "three is near"], name=f"ear {number}")
        workspace.speech.listen(job_id, ear)
        chosen = workspace.takes.sound("tea", 1, number)[1]
        assert any(
            audio.shape == chosen.shape and np.allclose(audio, chosen, atol=1e-3)
            for audio in ear.heard
        ), number
    assert len(numbers) == 2
